"""The table of limits."""

from nongso.catalogue import PROPERTIES
from nongso.quality.limits import LIMITS
from nongso.store.tracks import LOOK_BACK_DAYS


def test_every_property_has_limits() -> None:
    assert set(PROPERTIES) == set(LIMITS)


def test_the_store_looks_back_as_far_as_the_longest_standstill() -> None:
    longest_h = max(limits.still_h for limits in LIMITS.values() if limits.still_h < float("inf"))

    assert LOOK_BACK_DAYS * 24 >= longest_h
