"""Shares of a merged lot: weighed through every merge and split, and always a whole."""

from datetime import date

import pytest

from nongso.store.passport_facts import LotPart
from nongso.store.passports import UnitName
from traceability.origins import origins

DAY = date(2026, 11, 18)


def source(lot_id: int, source_id: int, kg: float) -> LotPart:
    return LotPart(lot_id, source_id, kg, None, None, None, None)


def grown(lot_id: int, kg: float, who: str, day: date = DAY, unit: str = "Xã Cái Cối") -> LotPart:
    return LotPart(lot_id, None, kg, day, who, unit, None)


def shares(lot_id: int, *parts: LotPart) -> dict[str, object]:
    return {origin.producer_name: pytest.approx(origin.share) for origin in origins(lot_id, parts)}


def test_a_lot_of_its_own_field_has_no_list() -> None:
    assert () == origins(1, [])


def test_two_households_by_weight() -> None:
    parts = source(3, 1, 60), source(3, 2, 20), grown(1, 100, "Ba Tư"), grown(2, 50, "Tám Hiền")

    assert {"Ba Tư": 0.75, "Tám Hiền": 0.25} == shares(3, *parts)
    assert ["Ba Tư", "Tám Hiền"] == [origin.producer_name for origin in origins(3, parts)]


def test_what_was_mixed_stays_mixed_when_it_is_split_and_merged_again() -> None:
    """3 is half of each; 4 and 5 are parts of it; 6 takes 10 kg of 4, 10 of 5 and 20 of the first household's own."""
    parts = (
        *(source(3, 1, 50), source(3, 2, 50), source(4, 3, 30), source(5, 3, 70)),
        *(source(6, 4, 10), source(6, 5, 10), source(6, 1, 20)),
        *(grown(1, 100, "Ba Tư"), grown(2, 100, "Tám Hiền")),
    )

    assert {"Ba Tư": 0.75, "Tám Hiền": 0.25} == shares(6, *parts)


def test_days_of_harvest_and_places_are_told_apart() -> None:
    later = date(2026, 11, 20)
    parts = (
        source(3, 1, 10),
        *(grown(1, 5, "Ba Tư"), grown(1, 3, "Ba Tư", later), grown(1, 2, "Ba Tư", later, "Xã Lục Sĩ Thành")),
    )

    found = origins(3, parts)

    assert [("Xã Cái Cối", 0.8, DAY, later), ("Xã Lục Sĩ Thành", 0.2, later, later)] == [
        (each.unit.name, pytest.approx(each.share), each.first_on, each.last_on) for each in found
    ]
    assert UnitName("Xã Cái Cối", None) == found[0].unit


def test_many_merges_of_the_same_lots_are_opened_once() -> None:
    """Forty times split in two and merged again: paths double each time, work must not."""
    parts = [grown(1, 100, "Ba Tư")]
    for step in range(40):
        here = 1 + 3 * step
        parts += [source(here + 1, here, 50), source(here + 2, here, 50)]
        parts += [source(here + 3, here + 1, 50), source(here + 3, here + 2, 50)]

    assert {"Ba Tư": 1.0} == shares(121, *parts)
