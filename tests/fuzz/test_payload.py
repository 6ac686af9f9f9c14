"""Whatever a device sends, it is samples and rejections, never an exception, and the numbers add up."""

import json
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.payload import MAX_BYTES, decode
from nongso.catalogue import PROPERTIES

NOW_US = 1_795_319_110_000_000
ACCEPT_US = 1_700_000_000_000_000

scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.just("31.4"))
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)
times = st.one_of(anything, st.integers(NOW_US // 10**6 - 10**6, NOW_US // 10**6 + 10**6), st.datetimes().map(str))
items = st.fixed_dictionaries(
    {"k": st.one_of(st.sampled_from(sorted(PROPERTIES)), anything), "v": anything},
    optional={"d": anything, "u": st.one_of(anything, st.sampled_from(["%", "K", "dS/m"])), "f": anything},
)
slots = st.fixed_dictionaries(
    {"m": st.one_of(st.lists(st.one_of(items, anything), max_size=5), anything)}, optional={"ts": times}
)
messages = st.one_of(
    anything,
    st.fixed_dictionaries(
        {"m": st.lists(items, max_size=5)},
        optional={
            "ts": times,
            "seq": anything,
            "boot": anything,
            "low": anything,
            "bat": anything,
            "rssi": anything,
            "hist": st.one_of(st.lists(st.one_of(slots, anything), max_size=3), anything),
        },
    ),
    st.dictionaries(st.sampled_from([*sorted(PROPERTIES)[:5], "ts", "x"]), anything, max_size=5),
)


def count_is_right(payload: bytes) -> None:
    frame = decode(payload, NOW_US, ACCEPT_US)

    assert frame.items == len(frame.samples) + len(frame.rejections)
    assert len(frame.rejections) == len({rejection.position for rejection in frame.rejections})
    for sample in frame.samples:
        assert math.isfinite(sample.value)
        assert ACCEPT_US <= sample.at_us <= NOW_US + 300_000_000
        assert 0 <= sample.flags < 2**15
    for rejection in frame.rejections:
        (rejection.detail + (rejection.property or "")).encode("utf-8")
        assert "\0" not in rejection.detail + (rejection.property or "")


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(payload: bytes) -> None:
    count_is_right(payload)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(messages)
def test_any_json(message: object) -> None:
    count_is_right(json.dumps(message).encode())


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(items, max_size=6))
def test_every_item_counts_once(entries: list) -> None:
    frame = decode(json.dumps({"m": entries}).encode(), NOW_US, ACCEPT_US)

    assert len(entries) == frame.items


def test_a_huge_message_is_refused_unread() -> None:
    count_is_right(b"x" * (MAX_BYTES + 1))
