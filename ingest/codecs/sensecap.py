"""SenseCAP devices: S210x send measurement ids with a checksum (little-endian), S2120 sends numbered blocks (big-endian).

Source: Seeed user guides of S210x (chapter 9.3) and S2120 (chapter 10.3), the public list of measurement ids,
and the frame tables of Seeed-Solution/SenseCAP-Decoder.
"""

import struct
from binascii import crc_hqx

from ingest.codecs.frame import (
    BadFrame,
    Codec,
    Decoded,
    EventKind,
    Field,
    event,
    integer,
    joined,
    need,
    quantity,
    read_fields,
)

RECORD_BYTES = 7  # channel, id, value
CHECKSUM_BYTES = 2
FIRST_MEASUREMENT = 0x1001
BATTERY_AND_INTERVAL = 7
PROBE_REMOVED = 0x120

# measurement id -> property, unit, depth in cm; values come in thousandths
MEASUREMENTS: dict[int, tuple[str, str, int | None]] = {
    4097: ("air.temperature", "°C", None),
    4098: ("air.humidity", "%", None),
    4099: ("light.illuminance", "lx", None),
    4100: ("air.co2", "ppm", None),
    4101: ("air.pressure", "Pa", None),
    4102: ("soil.temperature", "°C", None),
    4103: ("soil.moisture", "%", None),
    4104: ("wind.direction", "°", None),
    4105: ("wind.speed", "m/s", None),
    4106: ("soil.ph", "pH", None),
    4107: ("light.par", "µmol/m²/s", None),
    4108: ("soil.ec", "dS/m", None),
    4109: ("water.do", "mg/L", None),
    4110: ("soil.moisture", "%", None),
    4111: ("soil.ec", "dS/m", None),
    4112: ("soil.temperature", "°C", None),
    4113: ("rain.intensity", "mm/h", None),
    4115: ("water.distance", "cm", None),
    4116: ("leak.state", "1", None),
    4117: ("water.level", "cm", None),
    4120: ("water.flow", "m³/h", None),
    4121: ("water.volume", "m³", None),
    4123: ("water.ec", "µS/cm", None),
    4124: ("water.temperature", "°C", None),
    4127: ("solar.irradiance", "W/m²", None),
    4129: ("light.par", "µmol/m²/s", None),
    4133: ("soil.potential", "kPa", None),
    4134: ("water.salinity", "mg/L", None),
    4136: ("leaf.temperature", "°C", None),
    4137: ("leaf.wetness", "%", None),
    4138: ("soil.moisture", "%", 10),
    4139: ("soil.moisture", "%", 20),
    4140: ("soil.moisture", "%", 30),
    4141: ("soil.moisture", "%", 40),
    4142: ("soil.temperature", "°C", 10),
    4143: ("soil.temperature", "°C", 20),
    4144: ("soil.temperature", "°C", 30),
    4145: ("soil.temperature", "°C", 40),
    4146: ("air.pm2_5", "µg/m³", None),
    4147: ("air.pm10", "µg/m³", None),
    4190: ("light.uv_index", "1", None),
    4191: ("wind.gust", "m/s", None),
    4202: ("air.dew_point", "°C", None),
    4213: ("rain.total", "mm", None),
}

# of S2120: block id -> bytes after it and the numbers in them; an empty table is a block that says nothing of the field
UNSIGNED_FAULTS = {0xFFFF: EventKind.READ_FAILED}
AIR = (
    Field("air.temperature", 0, ">h", "°C", 10, faults={-1: EventKind.READ_FAILED, -0x8000: EventKind.READ_FAILED}),
    Field("air.humidity", 2, ">B", "%", faults={0xFF: EventKind.READ_FAILED}),
    Field("light.illuminance", 3, ">I", "lx", faults={0xFFFFFFFF: EventKind.READ_FAILED}),
    Field("light.uv_index", 7, ">B", "1", 10, faults={0xFF: EventKind.READ_FAILED}),
    Field("wind.speed", 8, ">H", "m/s", 10, faults=UNSIGNED_FAULTS),
)
WIND_AND_RAIN = (
    Field("wind.direction", 0, ">H", "°", faults=UNSIGNED_FAULTS),
    Field("rain.intensity", 2, ">I", "mm/h", 1000, faults={0xFFFFFFFF: EventKind.READ_FAILED}),
    Field("air.pressure", 6, ">H", "Pa", 0.1, faults=UNSIGNED_FAULTS),
)
GUST = (
    Field("wind.gust", 0, ">H", "m/s", 10, faults=UNSIGNED_FAULTS),
    Field("rain.total", 2, ">I", "mm", 1000, faults={0xFFFFFFFF: EventKind.READ_FAILED}),
)
BATTERY = (Field("battery.level", 0, ">B", "%"),)
BLOCKS: dict[int, tuple[int, tuple[Field, ...]]] = {
    0x01: (10, AIR),
    0x02: (8, WIND_AND_RAIN),
    0x03: (1, BATTERY),
    0x04: (9, BATTERY),
    0x05: (4, ()),
    0x06: (1, ()),
    0x10: (9, ()),
    0x4A: (10, AIR),
    0x4B: (8, WIND_AND_RAIN),
    0x4C: (6, GUST),
}
SENSOR_ERROR = 0x06


def checksum(data: bytes) -> int:
    """CRC-16/KERMIT: polynomial 0x1021 with bits reflected, nothing added."""
    reflected = crc_hqx(bytes(REFLECTED[byte] for byte in data), 0)
    return REFLECTED[reflected & 0xFF] << 8 | REFLECTED[reflected >> 8]


REFLECTED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def read_records(frame: bytes) -> Decoded:
    """S210x: records of seven bytes and a checksum. Raises BadFrame for a wrong length or checksum."""
    need(frame, RECORD_BYTES + CHECKSUM_BYTES)
    body = frame[:-CHECKSUM_BYTES]
    if len(body) % RECORD_BYTES or checksum(body) != integer(frame, len(body), "<H"):
        raise BadFrame(detail=frame[-CHECKSUM_BYTES:].hex())
    return joined(read_record(body[start : start + RECORD_BYTES]) for start in range(0, len(body), RECORD_BYTES))


def read_record(record: bytes) -> Decoded:
    """One record: a measurement, the battery, or an event; versions and serial numbers say nothing of the field."""
    _channel, kind, raw = struct.unpack("<BHi", record)
    if kind in MEASUREMENTS:
        key, unit, depth_cm = MEASUREMENTS[kind]
        return quantity(key, raw / 1000, unit, depth_cm)
    if kind == BATTERY_AND_INTERVAL:
        return quantity("battery.level", raw & 0xFFFF, "%")
    if kind == PROBE_REMOVED:
        return event(EventKind.DETACHED)
    if kind >= FIRST_MEASUREMENT:
        return event(EventKind.UNMAPPED, detail=f"{kind}={raw / 1000:g}")
    return Decoded()


def read_blocks(frame: bytes) -> Decoded:
    """S2120: blocks one after another; the first unknown one ends the reading. Raises BadFrame when nothing was known."""
    parts: list[Decoded] = []
    position = 0
    while position < len(frame):
        block = BLOCKS.get(frame[position])
        if block is None:
            parts.append(event(EventKind.UNREAD, detail=frame[position:].hex()))
            break
        size, fields = block
        need(frame, position + 1 + size)
        parts.append(read_fields(fields, frame, position + 1))
        if frame[position] == SENSOR_ERROR and frame[position + 1]:
            parts.append(event(EventKind.SENSOR_ERROR, detail=f"{frame[position + 1]:#04x}"))
        position += 1 + size
    if position == 0:
        raise BadFrame(detail=frame[:1].hex())
    return joined(parts)


S210X = ("S2101", "S2102", "S2103", "S2104", "S2105", "S2106")

CODECS = (
    Codec("sensecap-s210x", "SenseCAP", S210X, (), "1", lambda frame, fport: read_records(frame)),
    Codec("sensecap-s2120", "SenseCAP", ("S2120",), (), "1", lambda frame, fport: read_blocks(frame)),
)
