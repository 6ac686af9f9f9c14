"""Decentlab devices: a header with flags, then big-endian words for each group of sensors the flags name.

Source: protocol version 2 in the data sheets and in the word tables of decentlab/decentlab-decoders (MIT).
Calibrations: METER TEROS 11/12 (permittivity and mineral soil), METER 5TM (Topp), Apogee SQ-110 (5 µmol/m²/s a mV).
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from math import log

from ingest.codecs.frame import BadFrame, Codec, Decoded, EventKind, event, joined, need, quantity

Words = tuple[int, ...]
VERSION = 2
HEADER_BYTES = 5
OFFSET = 0x8000  # signed words are sent with this added; the word 0 then means that there is no probe


@dataclass(frozen=True, slots=True)
class Value:
    """A number made of one or more words. `probe`: index of the word that is 0 when the probe is missing."""

    property: str
    unit: str
    formula: Callable[[Words], float]
    depth_cm: int | None = None
    probe: int | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """A word that is 0 while all is well."""

    word: int
    kind: EventKind


@dataclass(frozen=True, slots=True)
class Group:
    """What one bit of the flags announces."""

    words: int
    values: tuple[Value, ...]
    status: tuple[Status, ...] = ()


def plain(word: int, key: str, unit: str, divisor: float = 1) -> Value:
    """An unsigned word over a divisor."""
    return Value(key, unit, lambda words: words[word] / divisor)


def signed(word: int, key: str, unit: str, divisor: float = 1, depth_cm: int | None = None) -> Value:
    """An offset word over a divisor."""
    return Value(key, unit, lambda words: (words[word] - OFFSET) / divisor, depth_cm, probe=word)


def teros_permittivity(words: Words) -> float:
    """METER TEROS 11/12 manual: apparent permittivity from calibrated counts (tenths in the word)."""
    counts = words[0] / 10
    return (2.887e-9 * counts**3 - 2.080e-5 * counts**2 + 5.276e-2 * counts - 43.39) ** 2


def teros_moisture(words: Words) -> float:
    """METER TEROS 11/12 manual: mineral soil, m³/m³."""
    return 3.879e-4 * (words[0] / 10) - 0.6956


def topp_moisture(words: Words) -> float:
    """Topp, Davis and Annan 1980, equation 7: m³/m³ from permittivity."""
    permittivity = words[0] / 50
    return 4.3e-6 * permittivity**3 - 5.5e-4 * permittivity**2 + 2.92e-2 * permittivity - 5.3e-2


def globe_temperature(words: Words) -> float:
    """DL-BLG: voltage ratio of a bridge, thermistor resistance, Steinhart-Hart equation; °C."""
    ratio = ((words[0] + words[1] * 0x10000) / 0x800000 - 1) / 2
    logarithm = log(1000 / ratio - 41_000)
    return 1 / (8.271111e-4 + 2.08802e-4 * logarithm + 8.0592e-8 * logarithm**3) - 273.15


def profile_depth(level: int) -> int:
    """Sentek Drill & Drop, the probe of DL-SMTP: a sensor every 10 cm, the first at 5 cm. The installation may say otherwise."""
    return 5 + 10 * level


def profile(levels: int) -> Group:
    """Moisture and temperature in pairs from the top; moisture in % of volume, (word - 2500) / 500."""
    return Group(
        2 * levels,
        tuple(
            value
            for level in range(levels)
            for value in (
                Value(
                    "soil.moisture",
                    "%",
                    lambda words, word=2 * level: (words[word] - 2500) / 500,
                    profile_depth(level),
                    probe=2 * level,
                ),
                signed(2 * level + 1, "soil.temperature", "°C", 100, profile_depth(level)),
            )
        ),
    )


BATTERY = Group(1, (plain(0, "battery.voltage", "V", 1000),))
TEROS = (Value("soil.permittivity", "1", teros_permittivity), Value("soil.moisture", "m³/m³", teros_moisture))
SOIL_TEMPERATURE = signed(1, "soil.temperature", "°C", 10)

GROUPS: dict[str, Group] = {
    "DL-SMTP": profile(8),
    "DL-TRS11": Group(2, (*TEROS, SOIL_TEMPERATURE)),
    "DL-TRS12": Group(3, (*TEROS, SOIL_TEMPERATURE, plain(2, "soil.ec", "µS/cm"))),
    "DL-TRS21": Group(2, (Value("soil.potential", "kPa", lambda words: -words[0] / 10), SOIL_TEMPERATURE)),
    "DL-5TM": Group(
        2,
        (
            plain(0, "soil.permittivity", "1", 50),
            Value("soil.moisture", "m³/m³", topp_moisture),
            Value("soil.temperature", "°C", lambda words: (words[1] - 400) / 10),
        ),
    ),
    "DL-ATM41": Group(
        17,
        (
            signed(0, "solar.irradiance", "W/m²"),
            signed(1, "rain.amount", "mm", 1000),
            signed(2, "lightning.strikes", "1"),
            signed(3, "lightning.distance", "km"),
            signed(4, "wind.speed", "m/s", 100),
            signed(5, "wind.direction", "°", 10),
            signed(6, "wind.gust", "m/s", 100),
            signed(7, "air.temperature", "°C", 10),
            signed(8, "air.vapour_pressure", "kPa", 100),
            signed(9, "air.pressure", "kPa", 100),
            signed(10, "air.humidity", "%", 10),
            signed(11, "device.temperature", "°C", 10),
            signed(12, "device.tilt_x", "°", 10),
            signed(13, "device.tilt_y", "°", 10),
        ),
    ),
    "DL-ATM22": Group(
        8,
        (
            signed(0, "wind.speed", "m/s", 100),
            signed(1, "wind.direction", "°", 10),
            signed(2, "wind.gust", "m/s", 100),
            signed(3, "air.temperature", "°C", 10),
            signed(4, "device.tilt_x", "°", 10),
            signed(5, "device.tilt_y", "°", 10),
        ),
    ),
    "DL-CTD10": Group(
        4,
        (
            signed(0, "water.level", "mm"),
            signed(1, "water.temperature", "°C", 10),
            plain(2, "water.ec", "µS/cm"),
        ),
        (Status(3, EventKind.FREEZING),),
    ),
    "DL-OPTOD": Group(
        5,
        (
            signed(1, "water.temperature", "°C", 100),
            signed(2, "water.do_saturation", "%", 100),
            signed(3, "water.do", "mg/L", 100),
        ),
        (Status(0, EventKind.SENSOR_ERROR),),
    ),
    "DL-PAR": Group(1, (Value("light.par", "µmol/m²/s", lambda words: 3 * (words[0] / OFFSET - 1) * 1000 * 5),)),
    "DL-ALB": Group(2, (signed(0, "solar.irradiance", "W/m²", 10), signed(1, "solar.reflected", "W/m²", 10))),
    "DL-BLG": Group(2, (Value("air.globe_temperature", "°C", globe_temperature),)),
    "DL-LID": Group(11, (plain(3, "water.distance", "mm"),)),  # the median: a wave or a leaf moves the mean
    "DL-IFD": Group(1, (plain(0, "fruit.diameter", "mm", 100),)),
}


def read_groups(groups: tuple[Group, ...], frame: bytes) -> Decoded:
    """The groups the flags name, in the order of the bits. Raises BadFrame for another version, an unknown group or bytes left over."""
    need(frame, HEADER_BYTES)
    version, _device, flags = struct.unpack_from(">BHH", frame)
    if version != VERSION or flags >> len(groups):
        raise BadFrame(detail=frame[:HEADER_BYTES].hex())
    parts: list[Decoded] = []
    position = HEADER_BYTES
    for bit, group in enumerate(groups):
        if not flags >> bit & 1:
            continue
        need(frame, position + 2 * group.words)
        words = struct.unpack_from(f">{group.words}H", frame, position)
        parts.append(joined(read_value(value, words) for value in group.values))
        parts.append(joined(read_status(status, words) for status in group.status))
        position += 2 * group.words
    if position != len(frame):
        raise BadFrame(detail=frame[position:].hex())
    return joined(parts)


def read_value(value: Value, words: Words) -> Decoded:
    """A measurement; the bottom of an offset code is a missing probe; a formula without an answer is an event only."""
    missing = value.probe is not None and words[value.probe] == 0
    try:
        number = value.formula(words)
    except (ValueError, ZeroDivisionError):
        return event(EventKind.READ_FAILED, value.property, value.depth_cm)
    return quantity(
        value.property, number, value.unit, value.depth_cm, None, EventKind.PROBE_MISSING if missing else None
    )


def read_status(status: Status, words: Words) -> Decoded:
    word = words[status.word]
    return event(status.kind, detail=str(word)) if word else Decoded()


def _codec(model: str, group: Group) -> Codec:
    groups = (group, BATTERY)
    return Codec(
        f"decentlab-{model.lower()}", "Decentlab", (model,), (), "1", lambda frame, fport: read_groups(groups, frame)
    )


CODECS = tuple(_codec(model, group) for model, group in GROUPS.items())
