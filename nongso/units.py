"""Units of the field turned into the canonical unit of a property: one table, so that a factor is never written twice.

The traps are all here: soil EC comes as dS/m, mS/cm, S/m or µS/cm (a factor of 10,000 apart) and moisture as 0..1 or as per cent.
"""

from nongso.errors import InvalidInput


class UnknownUnit(InvalidInput):
    """A unit that cannot become the property's own."""

    code = "unit.unknown"


# canonical unit -> {other unit: (factor, offset)}, canonical = other * factor + offset
CONVERSIONS: dict[str, dict[str, tuple[float, float]]] = {
    "°C": {"°F": (5 / 9, -160 / 9), "K": (1, -273.15)},
    "%": {"1": (100, 0), "m³/m³": (100, 0)},
    "µS/cm": {"mS/cm": (1_000, 0), "dS/m": (1_000, 0), "S/m": (10_000, 0), "mS/m": (10, 0)},
    "kPa": {"Pa": (0.001, 0), "hPa": (0.1, 0), "bar": (100, 0), "mbar": (0.1, 0), "cbar": (1, 0)},
    "hPa": {"kPa": (10, 0), "Pa": (0.01, 0), "mbar": (1, 0), "bar": (1_000, 0), "inHg": (33.863886, 0)},
    "m/s": {"km/h": (1 / 3.6, 0), "mph": (0.44704, 0), "kn": (0.514444, 0)},
    "mm": {"cm": (10, 0), "in": (25.4, 0), "m": (1_000, 0)},
    "mm/h": {"in/h": (25.4, 0)},
    "m": {"cm": (0.01, 0), "mm": (0.001, 0), "ft": (0.3048, 0)},
    "km": {"m": (0.001, 0)},
    # 1 langley = 1 cal(th)/cm² = 41,840 J/m²; an hour has 3,600 s and a day 86,400 s
    "W/m²": {
        "kW/m²": (1_000, 0),
        "ly/h": (41_840 / 3_600, 0),
        "ly/d": (41_840 / 86_400, 0),
        "MJ/m²/d": (1e6 / 86_400, 0),
    },
    "m³/h": {"L/s": (3.6, 0), "L/min": (0.06, 0), "L/h": (0.001, 0), "m³/s": (3_600, 0)},
    "m³": {"L": (0.001, 0)},
    # seawater of practical salinity 1 holds close to 1 g of salt a litre; psu is read as g/L
    "g/L": {"‰": (1, 0), "ppt": (1, 0), "psu": (1, 0), "mg/L": (0.001, 0), "ppm": (0.001, 0)},
    "mg/L": {"ppm": (1, 0), "g/L": (1_000, 0)},
    "mg/kg": {"ppm": (1, 0)},
    "ppm": {},
    "V": {"mV": (0.001, 0)},
    "mA": {"A": (1_000, 0)},
    "lx": {"klx": (1_000, 0)},
    "NTU": {"FNU": (1, 0)},
    "pH": {},
    "°": {},
    "µmol/m²/s": {"mmol/m²/15min": (1_000 / 900, 0)},  # a logger's sum of a quarter of an hour
    "µg/m³": {},
    "dBm": {},
    "dB": {},
    "1": {"%": (0.01, 0)},
}

# other spellings of a unit, as devices and data sheets write them
SPELLINGS: dict[str, str] = {
    "C": "°C", "Cel": "°C", "degC": "°C", "℃": "°C", "F": "°F", "degF": "°F", "[degF]": "°F",
    "uS/cm": "µS/cm", "us/cm": "µS/cm", "μS/cm": "µS/cm",
    "m3/m3": "m³/m³", "W/m2": "W/m²", "MJ/m2/d": "MJ/m²/d", "umol/m2/s": "µmol/m²/s", "ug/m3": "µg/m³", "μmol/m²/s": "µmol/m²/s",
    "m3/h": "m³/h", "m3": "m³", "l": "L", "l/min": "L/min", "[mi_i]/h": "mph", "inch": "in", "[in_i]": "in",
    "deg": "°", "lux": "lx", "[pH]": "pH", "[ppm]": "ppm", "[NTU]": "NTU", "dB[mW]": "dBm", "": "1",
}  # fmt: skip


def convert(value: float, unit: str | None, canonical: str) -> float:
    """`value` in `unit` as `canonical`; no unit means it is canonical already. Raises UnknownUnit."""
    if unit is None or unit == canonical:
        return value
    spelled = SPELLINGS.get(unit, unit)
    if spelled == canonical:
        return value
    rule = CONVERSIONS.get(canonical, {}).get(spelled)
    if rule is None:
        raise UnknownUnit(unit=unit, canonical=canonical)
    factor, offset = rule
    return value * factor + offset
