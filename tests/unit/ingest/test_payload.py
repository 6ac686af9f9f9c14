"""What a message says: samples in canonical units, and a reason for everything else."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from ingest.payload import MAX_ITEMS, decode
from nongso.readings import Flag, Reason

NOW = datetime(2026, 11, 22, 3, 45, 10, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def us(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


NOW_US = us(NOW)
SENT = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
ACCEPT_US = us(datetime(2026, 1, 1, tzinfo=UTC))


def read(message: object):
    payload = message if isinstance(message, bytes) else json.dumps(message).encode()
    return decode(payload, NOW_US, ACCEPT_US)


def one(item: dict, **message: object):
    """The only sample of a message, or its only rejection's reason."""
    frame = read({"ts": "2026-11-22T03:45:00Z", **message, "m": [item]})
    assert 1 == frame.items
    return frame.samples[0] if frame.samples else frame.rejections[0].reason


def test_native_message_with_history_and_its_own_voltages() -> None:
    frame = read(
        {
            "v": 1, "seq": 48211, "boot": "7f3a", "low": 48200, "ts": "2026-11-22T10:45:00+07:00",
            "m": [{"k": "soil.moisture", "d": 20, "v": 31.4, "u": "%"}, {"k": "rain.total", "v": 812.6}],
            "bat": 3.61, "rssi": -97,
            "hist": [{"ts": "2026-11-22T03:35:00Z", "m": [{"k": "soil.moisture", "d": 20, "v": 31.6}]}],
        }
    )  # fmt: skip

    assert ("7f3a", 48211, 48200, us(SENT)) == (frame.boot, frame.seq, frame.low, frame.device_us)
    assert [] == frame.rejections
    assert [
        ("soil.moisture", 20, us(SENT), 31.4, 0),
        ("rain.total", None, us(SENT), 812.6, 0),
        ("battery.voltage", None, us(SENT), 3.61, 0),
        ("signal.rssi", None, us(SENT), -97.0, 0),
        ("soil.moisture", 20, us(SENT - timedelta(minutes=10)), 31.6, 0),
    ] == [tuple(sample) for sample in frame.samples]


def test_flat_message() -> None:
    frame = read({"soil.moisture": 31.4, "ts": us(SENT) // 1_000_000, "bat": "3.6", "humour": 1})

    assert [("soil.moisture", 31.4), ("battery.voltage", 3.6)] == [(s.property, s.value) for s in frame.samples]
    assert [(Reason.UNKNOWN_PROPERTY, "humour", 1)] == [(r.reason, r.property, r.position) for r in frame.rejections]


@pytest.mark.parametrize("scale", [1, 1_000, 1_000_000, 1_000_000_000])
def test_epochs_are_told_apart_by_their_size(scale: int) -> None:
    sample = one({"k": "air.temperature", "v": 20}, ts=us(SENT) // 1_000_000 * scale)

    assert us(SENT) == sample.at_us


def test_without_a_time_the_arrival_stands_in_and_says_so() -> None:
    sample = read({"soil.moisture": 31.4}).samples[0]

    assert (NOW_US, Flag.NO_TIME) == (sample.at_us, sample.flags)


def test_a_clock_ahead_moves_the_whole_message_and_says_so() -> None:
    frame = read(
        {
            "ts": "2099-01-01T00:10:00Z",
            "m": [{"k": "air.temperature", "v": 20}],
            "hist": [{"ts": "2099-01-01T00:00:00Z", "m": [{"k": "air.temperature", "v": 19}]}],
        }
    )

    assert [(NOW_US, Flag.CLOCK), (NOW_US - 600_000_000, Flag.CLOCK)] == [(s.at_us, s.flags) for s in frame.samples]


def test_five_minutes_ahead_is_believed() -> None:
    sample = one({"k": "air.temperature", "v": 20}, ts=(NOW + timedelta(minutes=5)).isoformat())

    assert (us(NOW + timedelta(minutes=5)), 0) == (sample.at_us, sample.flags)


def test_what_comes_long_after_it_was_observed_is_late() -> None:
    sample = one({"k": "air.temperature", "v": 20}, ts="2026-11-22T02:00:00Z")

    assert Flag.LATE == sample.flags


@pytest.mark.parametrize(
    ("ts", "reason"),
    [
        ("2025-12-31T23:59:59Z", Reason.TOO_OLD),
        (12, Reason.TOO_OLD),
        ("2026-11-22T03:45:00", Reason.BAD_TIME),  # no offset: whose time would it be?
        ("yesterday", Reason.BAD_TIME),
        (-1, Reason.BAD_TIME),
        (True, Reason.BAD_TIME),
        ([1], Reason.BAD_TIME),
        (1e30, Reason.BAD_TIME),
    ],
)
def test_times_that_cannot_be_used(ts: object, reason: Reason) -> None:
    assert reason is one({"k": "air.temperature", "v": 20}, ts=ts)


def test_history_without_a_time_is_refused_and_the_present_is_kept() -> None:
    frame = read({"m": [{"k": "air.temperature", "v": 20}], "hist": [{"m": [{"k": "air.temperature", "v": 19}]}, 7]})

    assert 1 == len(frame.samples)
    assert [(Reason.BAD_TIME, 1), (Reason.BAD_JSON, 2)] == [(r.reason, r.position) for r in frame.rejections]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"k": "soil.moisture", "v": None}, Reason.NULL),
        ({"k": "soil.moisture"}, Reason.NULL),
        ({"k": "soil.moisture", "v": "nan"}, Reason.NOT_A_NUMBER),
        ({"k": "soil.moisture", "v": "31,4"}, Reason.NOT_A_NUMBER),
        ({"k": "soil.moisture", "v": "١٢"}, Reason.NOT_A_NUMBER),
        ({"k": "soil.moisture", "v": "1e999"}, Reason.NOT_A_NUMBER),
        ({"k": "soil.moisture", "v": True}, Reason.NOT_A_NUMBER),
        ({"k": "soil.moisture", "v": [31]}, Reason.NOT_A_NUMBER),
        ({"k": "soil.moisture", "v": 10**400}, Reason.NOT_A_NUMBER),
        ({"k": "soil.joy", "v": 1}, Reason.UNKNOWN_PROPERTY),
        ({"k": ["x"], "v": 1}, Reason.UNKNOWN_PROPERTY),
        ({"k": "soil.moisture", "v": 1, "u": "furlong"}, Reason.UNKNOWN_UNIT),
        ({"k": "soil.moisture", "v": 1, "u": 7}, Reason.UNKNOWN_UNIT),
        ({"k": "soil.moisture", "v": 1, "d": "deep"}, Reason.BAD_DEPTH),
        ({"k": "soil.moisture", "v": 1, "d": -5}, Reason.BAD_DEPTH),
        ({"k": "soil.moisture", "v": 1, "d": 2.5}, Reason.BAD_DEPTH),
    ],
)
def test_items_that_cannot_be_read(item: dict, reason: Reason) -> None:
    assert reason is one(item)


def test_one_bad_item_does_not_spoil_its_neighbours() -> None:
    frame = read(b'{"ts":"2026-11-22T03:45:00Z","m":[{"k":"soil.moisture","v":NaN},{"k":"soil.moisture","v":30}]}')

    assert [30.0] == [sample.value for sample in frame.samples]
    assert [Reason.NOT_A_NUMBER] == [rejection.reason for rejection in frame.rejections]


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ({"k": "soil.moisture", "v": "31.4"}, 31.4),
        ({"k": "soil.moisture", "v": 0.314, "u": "m³/m³"}, 31.4),
        ({"k": "soil.ec", "v": 0.37, "u": "dS/m"}, 370.0),
        ({"k": "air.temperature", "v": 32, "u": "°F"}, 0.0),
        ({"k": "valve.state", "v": True}, 1.0),
    ],
)
def test_values_arrive_in_the_canonical_unit(item: dict, value: float) -> None:
    assert value == pytest.approx(one(item).value, abs=1e-9)


def test_out_of_range_is_kept_and_flagged() -> None:
    sample = one({"k": "soil.moisture", "v": 131})

    assert (131.0, Flag.RANGE) == (sample.value, sample.flags)


def test_an_item_may_carry_an_experts_flag_and_no_other() -> None:
    everything = sum(Flag)

    assert Flag.EXPERT_SUSPECT | Flag.EXPERT_REJECTED == one({"k": "soil.moisture", "v": 30, "f": everything}).flags
    assert 0 == one({"k": "soil.moisture", "v": 30, "f": "1024"}).flags


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", Reason.BAD_JSON),
        (b"{", Reason.BAD_JSON),
        (b"[1]", Reason.BAD_JSON),
        (b"\xff\xfe", Reason.BAD_JSON),
        (b"[" * 60_000, Reason.BAD_JSON),
        (b" " * 65_537, Reason.TOO_LARGE),
        (json.dumps({"m": [{"k": "soil.moisture", "v": 1}] * (MAX_ITEMS + 1)}).encode(), Reason.TOO_MANY),
    ],
)
def test_messages_that_cannot_be_read_count_as_one_item(payload: bytes, reason: Reason) -> None:
    frame = read(payload)

    assert 1 == frame.items
    assert (reason, -1) == (frame.rejections[0].reason, frame.rejections[0].position)


@pytest.mark.parametrize("seq", [0, -1, 2**60, 1.5, "7", True, None])
def test_a_sequence_that_cannot_be_used_is_left_out(seq: object) -> None:
    assert read({"boot": "a", "seq": seq}).seq is None
