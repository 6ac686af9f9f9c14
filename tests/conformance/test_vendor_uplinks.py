"""The vendors' own sample uplinks: every number they decode is ours too, or is in the table of docs/codecs.md."""

import base64
import csv
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from ingest import codecs
from ingest.codecs.frame import Decoded, Measurement, decode
from nongso.readings import Flag

CODECS = {"Decentlab": "decentlab-{}", "Milesight": "milesight-{}", "Dragino": "dragino-{}"}

# the vendor's name of a number -> our property and the factor from the vendor's unit to ours
NUMBERS: dict[str, tuple[str, float]] = {
    "Soil moisture at depth": ("soil.moisture", 1),
    "Soil temperature at depth": ("soil.temperature", 1),
    "Soil temperature": ("soil.temperature", 1),
    "Dielectric permittivity": ("soil.permittivity", 1),
    "Volumetric water content": ("soil.moisture", 100),
    "Water potential": ("soil.potential", 1),
    "Solar radiation": ("solar.irradiance", 1),
    "Incoming radiation": ("solar.irradiance", 1),
    "Reflected radiation": ("solar.reflected", 1),
    "Precipitation": ("rain.amount", 1),
    "Lightning strike count": ("lightning.strikes", 1),
    "Lightning average distance": ("lightning.distance", 1),
    "Wind speed": ("wind.speed", 1),
    "Wind direction": ("wind.direction", 1),
    "Maximum wind speed": ("wind.gust", 1),
    "Air temperature": ("air.temperature", 1),
    "Vapor pressure": ("air.vapour_pressure", 1),
    "Atmospheric pressure": ("air.pressure", 10),
    "Relative humidity": ("air.humidity", 1),
    "Sensor temperature (internal)": ("device.temperature", 1),
    "X orientation angle": ("device.tilt_x", 1),
    "Y orientation angle": ("device.tilt_y", 1),
    "Water depth": ("water.level", 0.001),
    "Electrical conductivity": ("water.ec", 1),
    "Photosynthetically active radiation": ("light.par", 1),
    "Oxygen saturation": ("water.do_saturation", 1),
    "Oxygen concentration": ("water.do", 1),
    "Fruit size": ("fruit.diameter", 1),
    "Distance: median": ("water.distance", 0.001),
    "Battery voltage": ("battery.voltage", 1),
    "battery": ("battery.level", 1),
    "humidity": ("air.humidity", 1),
    "moisture": ("soil.moisture", 1),
    "ec": ("soil.ec", 1),
    "depth": ("water.level", 0.01),
    "illumination": ("light.illuminance", 1),
    "wind_direction": ("wind.direction", 1),
    "pressure": ("air.pressure", 1),
    "wind_speed": ("wind.speed", 1),
    "rainfall_total": ("rain.total", 1),
    "valve_1_pulse": ("water.pulses", 1),
    "valve_1": ("valve.state", 1),
    "valve_2": ("valve.state_2", 1),
    "gpio_2": ("input.state_2", 1),
    "Bat": ("battery.voltage", 1),
    "TempC_DS18B20": ("probe.temperature", 1),
    "conduct_SOIL": ("soil.ec", 1),
    "temp_SOIL": ("soil.temperature", 1),
    "water_SOIL": ("soil.moisture", 1),
}
# the same word means another thing on these models
TEMPERATURES = {
    "EM500-SMTC": "soil.temperature",
    "EM500-PT100": "probe.temperature",
    "EM300-TH": "air.temperature",
    "WTS506": "air.temperature",
    "DL-CTD10": "water.temperature",
    "DL-OPTOD": "water.temperature",
    "DL-BLG": "air.globe_temperature",
}
# told by docs/codecs.md, one row each
EXPLAINED = {
    "Device ID", "Protocol version", "Status", "Freezing flag", "Compass heading", "North wind speed", "East wind speed",
    "Oxygen concentration (alt)", "Distance: average", "Distance: minimum", "Distance: maximum", "Distance: 10th percentile",
    "Distance: 25th percentile", "Distance: 75th percentile", "Distance: 90th percentile", "Distance: most frequent value",
    "Number of samples", "Total acquisition time", "Voltage ratio", "Thermistor resistance", "albedo",
    "rainfall_counter", "mode", "timestamp",
}  # fmt: skip
WORDS = {"open": 1.0, "close": 0.0, "on": 1.0, "off": 0.0}


Number = int | float | str
Said = dict[str, Number | dict[str, Number | None] | list[dict[str, Number]]]


class Uplink(msgspec.Struct):
    vendor: str
    model: str
    f_port: int
    frm_payload_hex: str
    decoded: Said


def uplinks(shared: Path) -> list[Uplink]:
    return msgspec.json.decode((shared / "farm/lorawan/vendor_uplinks.json").read_bytes(), type=list[Uplink])


def decoded(uplink: Uplink) -> Decoded:
    codec = codecs.get(CODECS[uplink.vendor].format(uplink.model.lower()))
    return decode(codec, bytes.fromhex(uplink.frm_payload_hex), uplink.f_port)


def promised(model: str, said: Mapping[str, object]) -> list[tuple[str, int, str, float]]:
    """What the vendor decodes, as property, depth (-1 for none), time and value; an unknown name is a KeyError."""
    at = datetime.fromtimestamp(int(str(said["timestamp"])), UTC) if "timestamp" in said else None
    rows: list[tuple[str, int, str, float]] = []
    for name, raw in said.items():
        if isinstance(raw, list):
            rows.extend(row for record in raw for row in promised(model, record))
        elif name not in EXPLAINED and not name.endswith("_alarm"):
            rows.append((*place(model, name), str(at), value_of(name, raw)))
    return rows


def place(model: str, name: str) -> tuple[str, int]:
    level = re.fullmatch(r"(.* at depth) (\d)", name)
    if level:
        return NUMBERS[level[1]][0], 5 + 10 * int(level[2])
    return (TEMPERATURES[model] if name.lower() == "temperature" else NUMBERS[name][0]), -1


def value_of(name: str, raw: object) -> float:
    number = str(raw["value"] if isinstance(raw, dict) else raw)
    stem = re.sub(r" \d$", "", name)
    factor = 1 if stem.lower() == "temperature" else NUMBERS[stem][1]
    return WORDS[number] if number in WORDS else float(number) * factor


def test_every_number_the_vendors_decode_is_ours(shared: Path) -> None:
    checked = 0
    for uplink in uplinks(shared):
        theirs = sorted(promised(uplink.model, uplink.decoded))
        ours = sorted(
            (one.property, -1 if one.depth_cm is None else one.depth_cm, str(one.at), one.value)
            for one in decoded(uplink).measurements
        )
        assert [row[:3] for row in theirs] == [row[:3] for row in ours], uplink.frm_payload_hex
        assert [row[3] for row in theirs] == pytest.approx([row[3] for row in ours], abs=6e-5), uplink.frm_payload_hex
        checked += len(ours)
    assert (43, 133) == (len(uplinks(shared)), checked)


def test_missing_levels_of_a_profile_probe_are_flagged(shared: Path) -> None:
    profile = decoded(uplinks(shared)[0])
    flagged = {(one.property, one.depth_cm) for one in profile.measurements if one.flags & Flag.SENTINEL}
    assert {(key, depth) for key in ("soil.moisture", "soil.temperature") for depth in (65, 75)} == flagged


def test_the_vendors_alarms_are_events(shared: Path) -> None:
    alarms = [uplink for uplink in uplinks(shared) if any(name.endswith("_alarm") for name in uplink.decoded)]
    assert ["alarm"] * 4 == [event.kind for uplink in alarms for event in decoded(uplink).events]


def test_the_live_soil_uplink_flags_the_probe_that_is_not_there(shared: Path) -> None:
    (message,) = json.loads((shared / "farm/lorawan/ttn_v3_live_uplink_se01.json").read_text(encoding="utf-8"))
    uplink = message["uplink_message"]
    got = decode(codecs.get("dragino-se01-lb"), base64.b64decode(uplink["frm_payload"]), uplink["f_port"])
    assert (
        Measurement("battery.voltage", None, 3.367),
        Measurement("probe.temperature", None, 327.6, None, Flag.SENTINEL),
        Measurement("soil.moisture", None, 36.19),
        Measurement("soil.temperature", None, 24.29),
        Measurement("soil.ec", None, 318.0),
    ) == got.measurements


def test_the_water_level_log_decodes_to_its_table(shared: Path) -> None:
    folder = shared / "farm/lorawan"
    rows = list(csv.DictReader((folder / "nbiot_water_level_decoded.csv").read_text(encoding="utf-8").splitlines()))
    codec = codecs.get("dragino-nbiot-distance")
    ours: list[tuple[str, float]] = []
    for line in (folder / "nbiot_water_level_raw.jsonl").read_text(encoding="utf-8").splitlines():
        (report,) = json.loads(line)["reports"]
        got = decode(codec, bytes.fromhex(report["value"]), 0).measurements
        ours.extend((f"{one.at:%Y-%m-%dT%H:%M:%SZ}", one.value) for one in got if one.property == "water.distance")
    assert [(row["device_time_utc"], int(row["distance_mm"]) / 1000) for row in rows] == ours
    assert 774 == len(ours)


def test_a_distance_of_zero_in_the_log_is_flagged(shared: Path) -> None:
    lines = (shared / "farm/lorawan/nbiot_water_level_raw.jsonl").read_text(encoding="utf-8").splitlines()
    frames = [bytes.fromhex(json.loads(line)["reports"][0]["value"]) for line in lines]
    codec = codecs.get("dragino-nbiot-distance")
    distances = [
        one for frame in frames for one in decode(codec, frame, 0).measurements if one.property == "water.distance"
    ]
    assert [0.0] * 3 == [one.value for one in distances if one.flags & Flag.SENTINEL]
    assert not [one for one in distances if one.value == 0 and not one.flags]
