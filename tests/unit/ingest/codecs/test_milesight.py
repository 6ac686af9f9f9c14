from datetime import UTC, datetime

import pytest

from ingest import codecs
from ingest.codecs.frame import BadFrame, Event, EventKind, Measurement, TooShort, decode
from nongso.readings import Flag

PORT = 85


def test_a_history_record_has_its_own_time() -> None:
    got = decode(codecs.get("milesight-em300-th"), bytes.fromhex("20ce9e74466310015d00"), PORT)
    at = datetime(2022, 10, 12, 8, 2, 38, tzinfo=UTC)
    assert (
        Measurement("air.temperature", None, 27.2, at),
        Measurement("air.humidity", None, 46.5, at),
    ) == got.measurements


def test_temperatures_below_zero_are_twos_complement() -> None:
    got = decode(codecs.get("milesight-em300-th"), bytes.fromhex("0367f6ff"), PORT)
    assert (Measurement("air.temperature", None, -1.0),) == got.measurements


@pytest.mark.parametrize(("raw", "kind"), [("ffff", EventKind.READ_FAILED), ("fdff", EventKind.OVER_RANGE)])
def test_an_error_code_is_flagged_and_named(raw: str, kind: EventKind) -> None:
    got = decode(codecs.get("milesight-em500-smtc"), bytes.fromhex(f"057f{raw}"), PORT)
    assert [Flag.SENTINEL] == [one.flags for one in got.measurements]
    assert (Event(kind, "soil.ec"),) == got.events


def test_the_distance_of_the_vendors_udl_example_is_in_metres() -> None:
    got = decode(codecs.get("milesight-em500-udl"), bytes.fromhex("01756403821e00"), PORT)
    assert (Measurement("battery.level", None, 100.0), Measurement("water.distance", None, 0.03)) == got.measurements


def test_the_outcome_of_a_delayed_order_is_no_valve_state() -> None:
    got = decode(codecs.get("milesight-uc511"), bytes.fromhex("0301ff"), PORT)
    assert ((), (Event(EventKind.COMMAND_RESULT, "valve.state"),)) == (got.measurements, got.events)


def test_the_history_of_a_valve_with_a_meter_has_pulses() -> None:
    got = decode(codecs.get("milesight-uc511"), bytes.fromhex("20ce3fa109640105000000"), PORT)
    assert [("valve.state", 1.0), ("water.pulses", 5.0)] == [(one.property, one.value) for one in got.measurements]


def test_what_a_device_sends_at_joining_holds_no_measurement() -> None:
    got = decode(
        codecs.get("milesight-em300-th"), bytes.fromhex("ff0bffff0101ff166329c42503920003ff090100ff0a0101ff0f00"), PORT
    )
    assert ((), ()) == (got.measurements, got.events)


def test_an_unknown_part_ends_the_reading_and_is_told() -> None:
    got = decode(codecs.get("milesight-em300-th"), bytes.fromhex("0367340199aa0102"), PORT)
    assert (1, (Event(EventKind.UNREAD, detail="99aa0102"),)) == (len(got.measurements), got.events)


def test_a_frame_that_begins_with_an_unknown_part_is_refused() -> None:
    with pytest.raises(BadFrame):
        decode(codecs.get("milesight-em300-th"), bytes.fromhex("99aa0102"), PORT)


@pytest.mark.parametrize("cut", ["03", "0367", "036734", "20ce9e744663"])
def test_a_frame_cut_in_a_part_is_refused(cut: str) -> None:
    with pytest.raises(TooShort):
        decode(codecs.get("milesight-em300-th"), bytes.fromhex(cut), PORT)
