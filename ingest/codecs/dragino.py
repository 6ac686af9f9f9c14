"""Dragino devices: fixed big-endian frames of LoRaWAN soil, leaf and weather nodes.

Source: the vendor's manuals on wiki.dragino.com and the frame layouts of dragino/dragino-end-node-decoder.
Temperatures are two's complement here; the vendor subtracts 0xFFFF, which is a hundredth (or a tenth) of a degree off below zero.
"""

from ingest.codecs.frame import (
    BadFrame,
    Codec,
    Decoded,
    EventKind,
    Field,
    doubted,
    event,
    integer,
    joined,
    need,
    quantity,
    read_fields,
)

READINGS_PORT = 2
STATUS_PORT = 5  # model, firmware, band, and the battery at byte 5
MILLIVOLTS = 0x3FFF  # the two high bits of the battery word are flags

# 327.6: no DS18B20 on the cable; -127: it stopped answering; 85: it was read before its first conversion
DS18B20_FAULTS = {
    3276: EventKind.PROBE_MISSING,
    0x7FFF: EventKind.PROBE_MISSING,
    -1270: EventKind.READ_FAILED,
    850: EventKind.READ_FAILED,
}
UNSIGNED_FAULTS = {0xFFFF: EventKind.READ_FAILED}
SIGNED_FAULTS = {0x7FFF: EventKind.READ_FAILED}  # 327.67 where hundredths are sent


def ds18b20(offset: int) -> Field:
    return Field("probe.temperature", offset, ">h", "°C", 10, faults=DS18B20_FAULTS)


PROBE = (ds18b20(2),)
SOIL = (
    Field("soil.moisture", 4, ">H", "%", 100, faults=UNSIGNED_FAULTS),
    Field("soil.temperature", 6, ">h", "°C", 100, faults=SIGNED_FAULTS),
    Field("soil.ec", 8, ">H", "µS/cm", faults=UNSIGNED_FAULTS),
)
SOIL_RAW = (Field("soil.permittivity", 4, ">H", "1", 10, faults=UNSIGNED_FAULTS),)
SOIL_BYTES = 11
RAW_MODE, PROBE_SEEN = 0x80, 0x10  # of byte 10
LEAF = (
    Field("leaf.wetness", 4, ">H", "%", 10, faults=UNSIGNED_FAULTS),
    Field("leaf.temperature", 6, ">h", "°C", 10, faults=SIGNED_FAULTS),
)
LEAF_BYTES = 11


def battery(frame: bytes) -> Decoded:
    return quantity("battery.voltage", integer(frame, 0, ">H") & MILLIVOLTS, "mV")


def status_battery(frame: bytes) -> Decoded:
    return quantity("battery.voltage", integer(frame, 5, ">H"), "mV")


def read_lse01(frame: bytes, fport: int) -> Decoded:
    """LSE01 before firmware 1.2: byte 10 holds interrupt bits only."""
    need(frame, SOIL_BYTES)
    return joined((battery(frame), read_fields(PROBE, frame), read_fields(SOIL, frame)))


def read_se01(frame: bytes, fport: int) -> Decoded:
    """SE01-LB and LSE01 from firmware 1.2: byte 10 tells raw counts from readings, and whether the soil probe was found."""
    if fport == STATUS_PORT:
        return status_battery(frame)
    need(frame, SOIL_BYTES)
    soil = read_soil(frame)
    found = frame[10] & PROBE_SEEN
    return joined(
        (battery(frame), read_fields(PROBE, frame), soil if found else doubted(soil, EventKind.PROBE_MISSING))
    )


def read_soil(frame: bytes) -> Decoded:
    """Readings, or in raw mode the permittivity; the raw counts of moisture and EC have no unit."""
    if not frame[10] & RAW_MODE:
        return read_fields(SOIL, frame)
    return joined((read_fields(SOIL_RAW, frame), event(EventKind.UNMAPPED, detail=frame[6:10].hex())))


def read_llms01(frame: bytes, fport: int) -> Decoded:
    need(frame, LEAF_BYTES)
    return joined((battery(frame), read_fields(PROBE, frame), read_fields(LEAF, frame)))


def weather(key: str, offset: int, unit: str, divisor: float = 1) -> Field:
    return Field(key, offset, ">H", unit, divisor, faults=UNSIGNED_FAULTS)


def air_temperature(offset: int) -> Field:
    return Field("air.temperature", offset, ">h", "°C", 10, faults=SIGNED_FAULTS)


def illuminance(offset: int) -> Field:
    return Field("light.illuminance", offset, ">I", "lx", faults={0xFFFFFFFF: EventKind.READ_FAILED})


# WSC2, the block after the first eleven bytes, by payload version; carbon dioxide and particles share a place
STATION_BYTES = 11
NINE_IN_ONE_BYTES = 28
NINE_IN_ONE = (
    weather("wind.gust", 2, "m/s", 10),
    weather("wind.speed", 4, "m/s", 10),
    weather("wind.direction", 10, "°"),
    weather("air.humidity", 12, "%", 10),
    air_temperature(14),
    weather("air.noise", 16, "dB", 10),
    weather("air.pressure", 22, "hPa", 10),
    illuminance(24),
)
CO2 = (weather("air.co2", 18, "ppm"),)
PARTICLES = (weather("air.pm2_5", 18, "µg/m³"), weather("air.pm10", 20, "µg/m³"))
SMALL_STATION_BYTES = 10
SMALL_STATION = (
    weather("air.humidity", 0, "%", 10),
    air_temperature(2),
    weather("air.pressure", 4, "hPa", 10),
    illuminance(6),
)

# WSC2, single sensors after the block, by type. Left as events: the rain gauge 0x08, whose unit is not documented, and the user's own
# A1 to A4. Of wind the momentary speed is left, its scale is not documented; gust and mean follow it.
SENSORS: dict[int, tuple[Field, ...]] = {
    0x00: (weather("wind.gust", 2, "m/s", 10), weather("wind.speed", 4, "m/s", 10)),
    0x01: (weather("wind.direction", 0, "°", 10),),
    0x02: (Field("light.illuminance", 0, ">H", "lx", 0.1, faults=UNSIGNED_FAULTS),),
    0x03: (Field("rain.state", 0, ">B", "1"),),
    0x04: (weather("air.co2", 0, "ppm"),),
    0x05: (air_temperature(0),),
    0x06: (weather("air.humidity", 0, "%", 10),),
    0x07: (weather("air.pressure", 0, "hPa", 10),),
    0x09: (weather("air.pm2_5", 0, "µg/m³"),),
    0x0A: (weather("air.pm10", 0, "µg/m³"),),
    0x0B: (weather("light.par", 0, "µmol/m²/s"),),
    0x0C: (weather("solar.irradiance", 0, "W/m²", 10),),
}


def read_wsc2(frame: bytes, fport: int) -> Decoded:
    """WSC2-L (firmware 1.1.5 and later): battery, rain, probe, the block of the station, then single sensors."""
    if fport == STATUS_PORT:
        return status_battery(frame)
    need(frame, STATION_BYTES)
    station, size = read_station(frame)
    return joined(
        (
            battery(frame),
            read_rain(frame),
            read_fields((ds18b20(7),), frame),
            station,
            read_sensors(frame, STATION_BYTES + size),
        )
    )


def read_rain(frame: bytes) -> Decoded:
    """Tips counted so far, each worth factor over divisor millimetres. Raises BadFrame for a divisor of 0."""
    factor, divisor = frame[9] & 0x0F, frame[10]
    if divisor == 0:
        raise BadFrame(detail=frame[9:11].hex())
    return quantity("rain.total", integer(frame, 3, ">I") * factor / divisor, "mm")


def read_station(frame: bytes) -> tuple[Decoded, int]:
    """The station's own block and its length: payload version 1 is the nine-in-one, 4 the small one, others have none."""
    version, particles = frame[2], frame[9] & 0x80
    if version == 1:
        fields = (*NINE_IN_ONE, *(PARTICLES if particles else CO2))
        need(frame, STATION_BYTES + NINE_IN_ONE_BYTES)
        return read_fields(fields, frame, STATION_BYTES), NINE_IN_ONE_BYTES
    if version == 4:
        return read_fields(SMALL_STATION, frame, STATION_BYTES), SMALL_STATION_BYTES
    return Decoded(), 0


def read_sensors(frame: bytes, start: int) -> Decoded:
    """Type, length, data, one after another; a type without a field is an event."""
    parts: list[Decoded] = []
    position = start
    while position < len(frame):
        need(frame, position + 2)
        kind, size = frame[position], frame[position + 1]
        need(frame, position + 2 + size)
        body = frame[position + 2 : position + 2 + size]
        fields = SENSORS.get(kind)
        parts.append(
            read_fields(fields, body) if fields else event(EventKind.UNMAPPED, detail=f"{kind:02x}={body.hex()}")
        )
        position += 2 + size
    return joined(parts)


CODECS = (
    Codec("dragino-lse01", "Dragino", ("LSE01",), (READINGS_PORT,), "1", read_lse01),
    Codec("dragino-se01-lb", "Dragino", ("SE01-LB", "LSE01 1.2"), (READINGS_PORT, STATUS_PORT), "1", read_se01),
    Codec("dragino-llms01", "Dragino", ("LLMS01",), (READINGS_PORT,), "1", read_llms01),
    Codec("dragino-wsc2", "Dragino", ("WSC2-L",), (READINGS_PORT, STATUS_PORT), "1", read_wsc2),
)
