import struct

import pytest

from ingest import codecs
from ingest.codecs.frame import BadFrame, Decoded, Event, EventKind, Measurement, decode
from ingest.codecs.sensecap import checksum


def framed(*records: tuple[int, int]) -> bytes:
    body = b"".join(struct.pack("<BHi", 1, kind, value) for kind, value in records)
    return body + struct.pack("<H", checksum(body))


def read(frame: bytes) -> Decoded:
    return decode(codecs.get("sensecap-s210x"), frame, 2)


def test_the_makers_example_of_air_temperature_and_humidity() -> None:
    got = read(bytes.fromhex("01011098530000010210A87A0000AF51"))
    assert (Measurement("air.temperature", None, 21.4), Measurement("air.humidity", None, 31.4)) == got.measurements


def test_the_makers_example_with_the_battery() -> None:
    got = read(bytes.fromhex("00070064000500010610B45F0000010710A41F00003259"))
    assert [("battery.level", 100.0), ("soil.temperature", 24.5), ("soil.moisture", 8.1)] == [
        (one.property, one.value) for one in got.measurements
    ]


def test_the_makers_example_of_joining_tells_the_probe_is_off() -> None:
    got = read(bytes.fromhex("0000000101000100070064003C00012001000000002890"))
    assert ((Measurement("battery.level", None, 100.0),), (Event(EventKind.DETACHED),)) == (
        got.measurements,
        got.events,
    )


def test_soil_ec_in_decisiemens_becomes_microsiemens() -> None:
    assert (Measurement("soil.ec", None, 180.0),) == read(framed((4108, 180))).measurements


def test_values_below_zero() -> None:
    assert (Measurement("soil.temperature", None, -1.5),) == read(framed((4102, -1500))).measurements


def test_a_profile_probe_has_its_depths() -> None:
    assert [(10, 20.0), (40, 35.5)] == [
        (one.depth_cm, one.value) for one in read(framed((4138, 20_000), (4141, 35_500))).measurements
    ]


def test_a_number_without_a_property_is_told() -> None:
    assert (Event(EventKind.UNMAPPED, detail="4125=12.5"),) == read(framed((4125, 12_500))).events


def test_a_wrong_checksum_is_refused() -> None:
    with pytest.raises(BadFrame):
        read(bytes.fromhex("01011098530000010210A87A0000AF52"))


def test_the_weather_station_is_big_endian() -> None:
    frame = bytes.fromhex("01 010a 41 00004e20 05 0011 02 0156 000000fe 2703 4c 0022 00000bb8 03 64")
    got = decode(codecs.get("sensecap-s2120"), frame, 3)
    assert {
        "air.temperature": 26.6,
        "air.humidity": 65.0,
        "light.illuminance": 20_000.0,
        "light.uv_index": 0.5,
        "wind.speed": 1.7,
        "wind.direction": 342.0,
        "rain.intensity": 0.254,
        "air.pressure": 998.7,
        "wind.gust": 3.4,
        "rain.total": 3.0,
        "battery.level": 100.0,
    } == {one.property: one.value for one in got.measurements}


def test_the_stations_own_fault_is_an_event() -> None:
    got = decode(codecs.get("sensecap-s2120"), bytes.fromhex("0603"), 3)
    assert (Event(EventKind.SENSOR_ERROR, detail="0x03"),) == got.events
