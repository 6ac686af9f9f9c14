"""Milesight devices: parts of channel, type and data, little-endian, one table for all models.

Source: the payload tables of the vendor's user guides and of the README of each model in Milesight-IoT/SensorDecoders.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ingest.codecs.frame import (
    BadFrame,
    Codec,
    Decoded,
    EventKind,
    Field,
    event,
    instant,
    integer,
    joined,
    need,
    quantity,
    read_fields,
)

# 0xFFFF: the probe did not answer; 0xFFFD: outside the probe's range
FAULTS = {0xFFFF: EventKind.READ_FAILED, 0xFFFD: EventKind.OVER_RANGE}
SIGNED_FAULTS = {raw - 0x10000: kind for raw, kind in FAULTS.items()}


@dataclass(frozen=True, slots=True)
class Part:
    """The data behind a channel and type. `timed`: it begins with Unix seconds, the offsets of the fields count from there on.

    `alarm`: a property and the offset of a byte that is not 0 while a threshold kept in the device is exceeded.
    """

    size: int
    fields: tuple[Field, ...] = ()
    timed: bool = False
    alarm: tuple[str, int] | None = None


Key = tuple[int, int]
Special = Callable[[bytes, int], Decoded]


@dataclass(frozen=True, slots=True)
class Layout:
    """All parts of a model: plain ones, and those (size, reader) whose bits mean more than numbers."""

    parts: Mapping[Key, Part]
    specials: Mapping[Key, tuple[int, Special]]


def air_temperature(offset: int) -> Field:
    return Field("air.temperature", offset, "<h", "°C", 10)


def air_humidity(offset: int) -> Field:
    return Field("air.humidity", offset, "<B", "%", 2)


def soil_temperature(offset: int) -> Field:
    return Field("soil.temperature", offset, "<h", "°C", 10, faults=SIGNED_FAULTS)


def soil_moisture(offset: int) -> Field:
    return Field("soil.moisture", offset, "<H", "%", 100, faults=FAULTS)


def soil_ec(offset: int) -> Field:
    return Field("soil.ec", offset, "<H", "µS/cm", faults=FAULTS)


def probe_temperature(offset: int) -> Field:
    return Field("probe.temperature", offset, "<h", "°C", 10, faults=SIGNED_FAULTS)


def water_distance(offset: int) -> Field:
    return Field("water.distance", offset, "<H", "mm", faults=FAULTS)


def water_level(offset: int) -> Field:
    return Field("water.level", offset, "<H", "cm", faults=FAULTS)


def pipe_pressure(offset: int) -> Field:
    return Field("water.pressure", offset, "<H", "kPa", faults=FAULTS)


def illuminance(offset: int) -> Field:
    return Field("light.illuminance", offset, "<I", "lx")


def air_pressure(offset: int) -> Field:
    return Field("air.pressure", offset, "<H", "hPa", 10, faults=FAULTS)


def wind_direction(offset: int) -> Field:
    return Field("wind.direction", offset, "<H", "°", 10, faults=FAULTS)


def wind_speed(offset: int) -> Field:
    return Field("wind.speed", offset, "<H", "m/s", 10, faults=FAULTS)


def rain(offset: int, layout: str) -> Field:
    return Field("rain.total", offset, layout, "mm", 100)


HISTORY = (0x20, 0xCE)
HISTORY_2 = (0x21, 0xCE)

# what every model sends at joining, and answers to commands: lengths only
COMMON: dict[Key, Part] = {
    (0x01, 0x75): Part(1, (Field("battery.level", 0, "<B", "%", faults={0xFF: EventKind.READ_FAILED}),)),
    **{
        (0xFF, kind): Part(size)
        for kind, size in {0x01: 1, 0x09: 2, 0x0A: 2, 0x0B: 1, 0x0F: 1, 0x16: 8, 0x18: 2, 0x1B: 5, 0xFE: 1, 0xFF: 2}.items()
    },
    **{
        (channel, kind): Part(size)
        for channel in (0xFE, 0xFF)
        for kind, size in {
            0x02: 2, 0x03: 2, 0x06: 9, 0x10: 1, 0x11: 4, 0x17: 2, 0x1C: 2, 0x27: 1, 0x28: 1, 0x35: 8, 0x3B: 1, 0x4A: 1,
            0x68: 1, 0x69: 1, 0x6A: 3, 0x6D: 1, 0x84: 1, 0x96: 8, 0xEA: 3, 0xF2: 2, 0xF5: 1,
        }.items()
    },
}  # fmt: skip

EM300_TH: dict[Key, Part] = {
    (0x03, 0x67): Part(2, (air_temperature(0),)),
    (0x04, 0x68): Part(1, (air_humidity(0),)),
    HISTORY: Part(8, (air_temperature(4), air_humidity(6)), timed=True),
}
EM500_SMTC: dict[Key, Part] = {
    (0x03, 0x67): Part(2, (soil_temperature(0),)),
    (0x04, 0x68): Part(1, (Field("soil.moisture", 0, "<B", "%", 2),)),  # before firmware with hundredths
    (0x04, 0xCA): Part(2, (soil_moisture(0),)),
    (0x05, 0x7F): Part(2, (soil_ec(0),)),
    (0x83, 0xD7): Part(5, (soil_temperature(0),), alarm=("soil.temperature", 4)),
    HISTORY: Part(10, (soil_ec(4), soil_temperature(6), soil_moisture(8)), timed=True),
}
EM500_UDL: dict[Key, Part] = {
    (0x03, 0x82): Part(2, (water_distance(0),)),
    (0x83, 0xE9): Part(
        5, alarm=("water.distance", 4)
    ),  # its scale is not documented: the plain part beside it has the distance
    HISTORY: Part(6, (water_distance(4),), timed=True),
}
EM500_SWL: dict[Key, Part] = {
    (0x03, 0x77): Part(2, (water_level(0),)),
    HISTORY: Part(6, (water_level(4),), timed=True),
}
EM500_LGT: dict[Key, Part] = {
    (0x03, 0x94): Part(4, (illuminance(0),)),
    HISTORY: Part(8, (illuminance(4),), timed=True),
}
EM500_PT100: dict[Key, Part] = {
    (0x03, 0x67): Part(2, (probe_temperature(0),)),
    (0x83, 0xD7): Part(5, (probe_temperature(0),), alarm=("probe.temperature", 4)),
    HISTORY: Part(6, (probe_temperature(4),), timed=True),
}
WTS_HISTORY = (air_temperature(4), air_humidity(6), air_pressure(7), wind_direction(9), wind_speed(11))
WTS506: dict[Key, Part] = {
    (0x03, 0x67): Part(2, (air_temperature(0),)),
    (0x04, 0x68): Part(1, (air_humidity(0),)),
    (0x05, 0x84): Part(2, (wind_direction(0),)),
    (0x06, 0x73): Part(2, (air_pressure(0),)),
    (0x07, 0x92): Part(2, (wind_speed(0),)),
    (0x08, 0x77): Part(3, (rain(0, "<H"),)),  # the third byte counts frames, it is no rain
    (0x08, 0xEC): Part(5, (rain(0, "<I"),)),
    (0x83, 0x67): Part(3, (air_temperature(0),), alarm=("air.temperature", 2)),
    (0x86, 0x73): Part(3, (air_pressure(0),), alarm=("air.pressure", 2)),
    (0x87, 0x92): Part(3, (wind_speed(0),), alarm=("wind.speed", 2)),
    (0x88, 0xEC): Part(6, (rain(0, "<I"),), alarm=("rain.total", 5)),
    HISTORY: Part(15, (*WTS_HISTORY, rain(13, "<H")), timed=True),
    HISTORY_2: Part(17, (*WTS_HISTORY, rain(13, "<I")), timed=True),
}
UC511: dict[Key, Part] = {
    (0x04, 0xC8): Part(4, (Field("water.pulses", 0, "<I", "1"),)),
    (0x06, 0xC8): Part(4, (Field("water.pulses_2", 0, "<I", "1"),)),
    (0x07, 0x01): Part(1, (Field("input.state", 0, "<B", "1"),)),
    (0x08, 0x01): Part(1, (Field("input.state_2", 0, "<B", "1"),)),
    (0x09, 0x7B): Part(2, (pipe_pressure(0),)),
    HISTORY_2: Part(6, (pipe_pressure(4),), timed=True),
    **{
        (channel, kind): Part(size)
        for channel in (0xFE, 0xFF)
        for kind, size in {
            0x1D: 9,
            0x1E: 4,
            0x46: 1,
            0x4B: 3,
            0x4C: 1,
            0x4E: 2,
            0x4F: 5,
            0x52: 4,
            0x92: 5,
            0xAB: 3,
            0xF3: 1,
        }.items()
    },
}
DELAYED_RESULT = 0xFF  # in place of a state: the outcome of a delayed order


def valve(key: str) -> Special:
    """A valve's state, or the outcome of a delayed order."""

    def read(frame: bytes, base: int) -> Decoded:
        state = frame[base]
        if state == DELAYED_RESULT:
            return event(EventKind.COMMAND_RESULT, key)
        return quantity(key, state, "1")

    return read


def pressure_failed(frame: bytes, base: int) -> Decoded:
    """The pipe pressure gauge says why it gives no number."""
    return event(EventKind.READ_FAILED, "water.pressure", detail=str(frame[base]))


def valve_history(frame: bytes, base: int) -> Decoded:
    """One stored state of one valve: bit 0 open, bit 1 the input is a contact (else a pulse counter), bit 2 contact closed, bit 4 second valve."""
    at = instant(integer(frame, base, "<I"))
    bits = frame[base + 4]
    number = "_2" if bits & 0x10 else ""
    state = quantity(f"valve.state{number}", bits & 1, "1", at=at)
    if bits & 0x02:
        return joined((state, quantity(f"input.state{number}", bits >> 2 & 1, "1", at=at)))
    return joined((state, quantity(f"water.pulses{number}", integer(frame, base + 5, "<I"), "1", at=at)))


UC511_SPECIALS: dict[Key, tuple[int, Special]] = {
    (0x03, 0x01): (1, valve("valve.state")),
    (0x05, 0x01): (1, valve("valve.state_2")),
    (0xB9, 0x7B): (1, pressure_failed),
    HISTORY: (9, valve_history),
}


def read_layout(layout: Layout, frame: bytes) -> Decoded:
    """All parts in turn. The first unknown one ends the reading: its length is not known. Raises BadFrame when nothing was known."""
    parts: list[Decoded] = []
    position = 0
    while position < len(frame):
        need(frame, position + 2)
        known = find_part(layout, (frame[position], frame[position + 1]))
        if known is None:
            parts.append(event(EventKind.UNREAD, detail=frame[position:].hex()))
            break
        size, read = known
        need(frame, position + 2 + size)
        parts.append(read(frame, position + 2))
        position += 2 + size
    if position == 0:
        raise BadFrame(detail=frame[:2].hex())
    return joined(parts)


def find_part(layout: Layout, key: Key) -> tuple[int, Special] | None:
    """The length of a part and its reader."""
    special = layout.specials.get(key)
    if special is not None:
        return special
    part = layout.parts.get(key)
    return None if part is None else (part.size, lambda frame, base: read_part(part, frame, base))


def read_part(part: Part, frame: bytes, base: int) -> Decoded:
    at = instant(integer(frame, base, "<I")) if part.timed else None
    values = read_fields(part.fields, frame, base, at)
    if part.alarm is None:
        return values
    key, offset = part.alarm
    return joined((values, event(EventKind.ALARM, key))) if frame[base + offset] else values


def _codec(model: str, parts: dict[Key, Part], specials: dict[Key, tuple[int, Special]] | None = None) -> Codec:
    layout = Layout({**COMMON, **parts}, specials or {})
    return Codec(
        f"milesight-{model.lower()}", "Milesight", (model,), (), "1", lambda frame, fport: read_layout(layout, frame)
    )


CODECS = (
    _codec("EM300-TH", EM300_TH),
    _codec("EM500-SMTC", EM500_SMTC),
    _codec("EM500-UDL", EM500_UDL),
    _codec("EM500-SWL", EM500_SWL),
    _codec("EM500-LGT", EM500_LGT),
    _codec("EM500-PT100", EM500_PT100),
    _codec("WTS506", WTS506),
    _codec("UC511", UC511, UC511_SPECIALS),
)
