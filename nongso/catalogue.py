"""The observed properties of the house: one canonical unit, kind and physical range each.

Names follow The Things Stack's normalized payload where it has one (soil, air, wind, rain, water, battery) and go on in its manner.
`ucum` is the unit's code in the Unified Code for Units of Measure. The range is what the world can do, not what a crop likes:
a value outside is kept and flagged `range`, and no rule looks at it.
Names for people are the text keys `property.<key>`.
"""

from dataclasses import dataclass
from enum import StrEnum

from nongso.errors import InvalidInput


class Kind(StrEnum):
    GAUGE = "gauge"  # a level: minimum, mean and maximum of an hour make sense
    COUNTER = "counter"  # only grows: an hour's worth is the sum of its positive increments
    STATE = "state"  # on, off, open, closed: the last one counts


class UnknownProperty(InvalidInput):
    code = "property.unknown"


@dataclass(frozen=True, slots=True)
class Property:
    """An observed property. `low` and `high` are in `unit`, both included."""

    key: str
    unit: str
    ucum: str
    kind: Kind
    low: float
    high: float


def _gauge(key: str, unit: str, ucum: str, low: float, high: float) -> Property:
    return Property(key, unit, ucum, Kind.GAUGE, low, high)


PROPERTIES: dict[str, Property] = {
    entry.key: entry
    for entry in (
        _gauge("soil.moisture", "%", "%", 0, 100),  # volumetric water content
        _gauge("soil.temperature", "°C", "Cel", -40, 80),
        _gauge("soil.ec", "µS/cm", "uS/cm", 0, 60_000),
        _gauge("soil.ph", "pH", "[pH]", 0, 14),
        _gauge("soil.potential", "kPa", "kPa", -100_000, 10),
        _gauge("soil.permittivity", "1", "1", 1, 90),
        _gauge("soil.nitrogen", "mg/kg", "mg/kg", 0, 20_000),
        _gauge("soil.phosphorus", "mg/kg", "mg/kg", 0, 20_000),
        _gauge("soil.potassium", "mg/kg", "mg/kg", 0, 20_000),
        _gauge("air.temperature", "°C", "Cel", -60, 65),
        _gauge("air.dew_point", "°C", "Cel", -80, 45),
        _gauge("air.humidity", "%", "%", 0, 103),
        _gauge("air.pressure", "hPa", "hPa", 500, 1100),
        _gauge("air.vapour_pressure", "kPa", "kPa", 0, 20),
        _gauge("air.co2", "ppm", "[ppm]", 0, 50_000),
        _gauge("air.pm2_5", "µg/m³", "ug/m3", 0, 10_000),
        _gauge("air.pm10", "µg/m³", "ug/m3", 0, 10_000),
        _gauge("air.noise", "dB", "dB", 0, 200),
        _gauge("air.globe_temperature", "°C", "Cel", -60, 100),  # inside a black globe in the sun
        _gauge("wind.speed", "m/s", "m/s", 0, 90),
        _gauge("wind.gust", "m/s", "m/s", 0, 120),
        _gauge("wind.direction", "°", "deg", 0, 360),
        Property("rain.total", "mm", "mm", Kind.COUNTER, 0, 10_000_000),
        _gauge("rain.intensity", "mm/h", "mm/h", 0, 1_000),
        _gauge("rain.amount", "mm", "mm", 0, 1_000),  # fallen since the station's previous report
        Property("rain.state", "1", "1", Kind.STATE, 0, 1),  # 1: drops or flakes are falling
        _gauge("solar.irradiance", "W/m²", "W/m2", -20, 1_800),
        _gauge("solar.reflected", "W/m²", "W/m2", -20, 1_800),
        _gauge("light.illuminance", "lx", "lx", 0, 250_000),
        _gauge("light.par", "µmol/m²/s", "umol/m2/s", 0, 3_500),
        _gauge("light.uv_index", "1", "1", 0, 25),
        _gauge("leaf.wetness", "%", "%", 0, 100),
        _gauge("leaf.temperature", "°C", "Cel", -40, 80),
        _gauge("fruit.diameter", "mm", "mm", 0, 500),
        _gauge("lightning.strikes", "1", "1", 0, 100_000),
        _gauge("lightning.distance", "km", "km", 0, 100),
        _gauge("water.level", "m", "m", -100, 200),
        _gauge("water.distance", "m", "m", 0, 100),
        _gauge("water.temperature", "°C", "Cel", -5, 50),
        _gauge("water.ec", "µS/cm", "uS/cm", 0, 200_000),
        _gauge("water.salinity", "g/L", "g/L", 0, 80),
        _gauge("water.ph", "pH", "[pH]", 0, 14),
        _gauge("water.do", "mg/L", "mg/L", 0, 40),
        _gauge("water.do_saturation", "%", "%", 0, 500),
        _gauge("water.turbidity", "NTU", "[NTU]", 0, 10_000),
        _gauge("water.pressure", "kPa", "kPa", -100, 2_000),
        _gauge("water.flow", "m³/h", "m3/h", 0, 100_000),
        Property("water.volume", "m³", "m3", Kind.COUNTER, 0, 1e12),
        Property("water.pulses", "1", "1", Kind.COUNTER, 0, 2**32),  # of a meter whose litres a pulse are not known
        Property("water.pulses_2", "1", "1", Kind.COUNTER, 0, 2**32),
        Property("valve.state", "1", "1", Kind.STATE, 0, 1),  # 0 closed, 1 open
        Property("valve.state_2", "1", "1", Kind.STATE, 0, 1),  # the second valve of a two-valve controller
        _gauge("valve.current", "mA", "mA", 0, 10_000),  # through the coil
        Property("pump.state", "1", "1", Kind.STATE, 0, 1),
        Property("leak.state", "1", "1", Kind.STATE, 0, 1),
        Property("input.state", "1", "1", Kind.STATE, 0, 1),  # a contact: 0 open, 1 closed
        Property("input.state_2", "1", "1", Kind.STATE, 0, 1),
        _gauge("battery.voltage", "V", "V", 0, 60),
        _gauge("battery.level", "%", "%", 0, 100),
        _gauge("signal.rssi", "dBm", "dB[mW]", -200, 20),
        _gauge("signal.snr", "dB", "dB", -50, 50),
        _gauge("device.temperature", "°C", "Cel", -60, 125),
        _gauge("device.tilt_x", "°", "deg", -180, 180),
        _gauge("device.tilt_y", "°", "deg", -180, 180),
        _gauge("probe.temperature", "°C", "Cel", -200, 850),  # of a loose probe: the installation says of what
    )
}


def find_property(key: str) -> Property | None:
    return PROPERTIES.get(key)


def get_property(key: str) -> Property:
    """The property, or UnknownProperty with its key."""
    found = PROPERTIES.get(key)
    if found is None:
        raise UnknownProperty(property=key)
    return found
