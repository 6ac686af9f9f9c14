import pytest

from ingest import codecs
from ingest.codecs.frame import BadFrame, Decoded, Event, EventKind, TooShort, WrongPort, decode
from nongso.readings import Flag


def values(decoded: Decoded) -> dict[str, float]:
    return {one.property: one.value for one in decoded.measurements}


def test_a_soil_temperature_below_zero_is_twos_complement() -> None:
    got = decode(codecs.get("dragino-lse01"), bytes.fromhex("0ce40105 0bb8 ff7e 00c8 00"), 2)
    assert {
        "battery.voltage": 3.3,
        "probe.temperature": 26.1,
        "soil.moisture": 30.0,
        "soil.temperature": -1.3,
        "soil.ec": 200.0,
    } == values(got)


def test_a_soil_probe_that_was_not_found_flags_its_three_readings_only() -> None:
    got = decode(codecs.get("dragino-se01-lb"), bytes.fromhex("0d27 00f1 0000 0000 0000 00"), 2)
    assert ["soil.moisture", "soil.temperature", "soil.ec"] == [one.property for one in got.measurements if one.flags]
    assert {EventKind.PROBE_MISSING} == {event.kind for event in got.events}


def test_raw_mode_has_permittivity_and_no_moisture() -> None:
    got = decode(codecs.get("dragino-se01-lb"), bytes.fromhex("0d27 00f1 00c8 0123 0456 90"), 2)
    assert {"battery.voltage": 3.367, "probe.temperature": 24.1, "soil.permittivity": 20.0} == values(got)
    assert (Event(EventKind.UNMAPPED, detail="01230456"),) == got.events


def test_raw_mode_without_a_probe_tells_both() -> None:
    got = decode(codecs.get("dragino-se01-lb"), bytes.fromhex("0d27 00f1 00c8 0123 0456 80"), 2)
    assert [EventKind.PROBE_MISSING, EventKind.UNMAPPED] == [event.kind for event in got.events]


def test_the_status_frame_has_the_battery() -> None:
    got = decode(codecs.get("dragino-se01-lb"), bytes.fromhex("26010001ff0d27"), 5)
    assert {"battery.voltage": 3.367} == values(got)


def test_a_leaf_frame() -> None:
    got = decode(codecs.get("dragino-llms01"), bytes.fromhex("0ce4 7fff 01f4 00fa 00 00 00"), 2)
    assert {
        "battery.voltage": 3.3,
        "probe.temperature": 3276.7,
        "leaf.wetness": 50.0,
        "leaf.temperature": 25.0,
    } == values(got)
    assert (Event(EventKind.PROBE_MISSING, "probe.temperature"),) == got.events


WEATHER = "0ce4 {version} 00000019 0ccc {factor} 0a"
NINE_IN_ONE = "000f 0032 0014 0003 0003 00b4 0320 0109 01c2 {gas} {gas2} 2774 00001388"


def test_the_nine_in_one_station() -> None:
    head = WEATHER.format(version="01", factor="02")
    got = decode(codecs.get("dragino-wsc2"), bytes.fromhex(head + NINE_IN_ONE.format(gas="01f4", gas2="0000")), 2)
    assert {
        "battery.voltage": 3.3,
        "rain.total": 5.0,
        "probe.temperature": 327.6,
        "wind.gust": 5.0,
        "wind.speed": 2.0,
        "wind.direction": 180.0,
        "air.humidity": 80.0,
        "air.temperature": 26.5,
        "air.noise": 45.0,
        "air.co2": 500.0,
        "air.pressure": 1010.0,
        "light.illuminance": 5000.0,
    } == values(got)


def test_the_particle_mode_replaces_carbon_dioxide() -> None:
    head = WEATHER.format(version="01", factor="82")
    got = values(
        decode(codecs.get("dragino-wsc2"), bytes.fromhex(head + NINE_IN_ONE.format(gas="0019", gas2="0028")), 2)
    )
    assert (25.0, 40.0, None) == (got["air.pm2_5"], got["air.pm10"], got.get("air.co2"))


def test_single_sensors_follow_the_station_and_unknown_ones_are_told() -> None:
    head = WEATHER.format(version="04", factor="02")
    block = "0320 0109 2774 00001388"
    got = decode(codecs.get("dragino-wsc2"), bytes.fromhex(head + block + "0c02 1388 0502 ffec a102 0102"), 2)
    assert (500.0, 26.5) == (values(got)["solar.irradiance"], got.measurements[4].value)
    assert [-2.0] == [one.value for one in got.measurements if one.property == "air.temperature" and one.value < 0]
    assert Event(EventKind.UNMAPPED, detail="a1=0102") in got.events


def test_rain_over_zero_is_refused() -> None:
    with pytest.raises(BadFrame):
        decode(codecs.get("dragino-wsc2"), bytes.fromhex("0ce4 00 00000019 0ccc 02 00"), 2)


def test_a_port_of_another_layout_is_refused() -> None:
    with pytest.raises(WrongPort):
        decode(codecs.get("dragino-se01-lb"), bytes(11), 3)


def test_a_short_frame_says_what_it_needs() -> None:
    with pytest.raises(TooShort) as refused:
        decode(codecs.get("dragino-lse01"), bytes(10), 2)
    assert {"needed": 11, "got": 10} == refused.value.values


FIELD_FRAME = "F80000000000000100980D0207010003146A0E2F76"


def test_a_distance_datagram_without_history() -> None:
    got = decode(codecs.get("dragino-nbiot-distance"), bytes.fromhex(FIELD_FRAME), 0)
    assert {"battery.voltage": 3.33, "signal.rssi": -99.0, "water.distance": 0.788} == values(got)
    assert {"2026-05-20T22:02:30+00:00"} == {one.at.isoformat() for one in got.measurements if one.at}


@pytest.mark.parametrize(("distance", "kind"), [("0000", EventKind.PROBE_MISSING), ("0014", EventKind.TOO_CLOSE)])
def test_an_echo_that_is_none_is_flagged(distance: str, kind: EventKind) -> None:
    got = decode(codecs.get("dragino-nbiot-distance"), bytes.fromhex(FIELD_FRAME.replace("0314", distance)), 0)
    assert [Flag.SENTINEL] == [one.flags for one in got.measurements if one.property == "water.distance"]
    assert [kind] == [event.kind for event in got.events]


def test_a_signal_that_is_not_known_is_flagged() -> None:
    got = decode(codecs.get("dragino-nbiot-distance"), bytes.fromhex(FIELD_FRAME.replace("0D0207", "0D0263")), 0)
    assert [EventKind.NO_SIGNAL] == [event.kind for event in got.events]


def test_a_datagram_with_half_a_slot_is_refused() -> None:
    with pytest.raises(BadFrame):
        decode(codecs.get("dragino-nbiot-distance"), bytes.fromhex(FIELD_FRAME + "00"), 0)
