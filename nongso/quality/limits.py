"""What each observed property can do: how fast it moves, how long it stands still, which values are error codes.

Sources: [W4] rule W4 of the house (a step of salinity over 5 g/L is no fresh water), [CP] the extremes of a year of readings every
15 minutes that experts passed at Cat Point and East Bay, Apalachicola (NERRS 2012; docs/quality.md has the figures), [DS] Maxim
DS18B20 data sheet (85 °C is its value at power-on; -127 °C is what drivers say of a missing one), [LSE01] Dragino (327.6 °C of an unplugged
probe, 327.67 = 0x7FFF / 100), [WMO] the most rain ever measured: 305 mm in 42 minutes, 401 mm in an hour. What has no source is our own choice. A property that is not listed has error codes only: wind and
light may do nearly anything, and a wrong flag hides a true reading from the farmer.
"""

from dataclasses import dataclass, field, replace
from math import inf

from nongso.catalogue import PROPERTIES, Kind, Property

HOUR_US = 3_600_000_000
STILL_COUNT = 8  # so many equal readings at least: two equal daily means are no standstill

# Error codes of many makers: numbers of 16 bits at their ends, as they are and scaled by 10 and 100, and the nines of loggers.
# They count where the property cannot have the value anyway; where it can, the table below names those that still count.
CODES = (
    -9999.0, -999.0, -127.0, 65_535.0, 65_534.0, 6_553.5, 655.35, 32_767.0, 32_767.5, -32_768.0, 3_276.7, -3_276.8, 327.6, 327.67, 327.68,
    -327.68, -3_276.7, 999_999.0,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits in the property's unit. A change is too fast above `step` plus `rise` (or `fall`) for each hour since the last fit reading.

    An unmoved value is stuck after `still_h` hours, unless it is at or below `rest_low` or at or above `rest_high`, where standing still
    is natural (saturated air, calm wind, fresh water).
    """

    step: float = inf
    rise: float = inf
    fall: float = inf
    still_h: float = inf
    rest_low: float = -inf
    rest_high: float = inf
    codes: frozenset[float] = field(default_factory=frozenset)
    only_grows: bool = False  # less than before is a counter that began anew, or one that lost its memory for a reading

    @property
    def still_us(self) -> float:
        return self.still_h * HOUR_US


def _limits(
    step: float = inf,
    hourly: float = inf,
    *,
    rise: float | None = None,
    still_h: float = inf,
    rest_low: float = -inf,
    rest_high: float = inf,
    codes: tuple[float, ...] = (),
) -> Limits:
    """`hourly` holds both ways unless `rise` says otherwise."""
    return Limits(step, hourly if rise is None else rise, hourly, still_h, rest_low, rest_high, frozenset(codes))


_RAIN_STEP, _RAIN_HOURLY = 100, 300  # [WMO]
_THERMOMETER = (85.0, 327.6, 327.67)  # [DS] [LSE01]

_OWN: dict[str, Limits] = {
    "air.temperature": _limits(5.5, 8, still_h=6, codes=_THERMOMETER),  # [CP] -5.3 in 15 min; equal for 2.8 h at most
    "air.dew_point": _limits(6, 10),
    "air.humidity": _limits(45, 40, still_h=12, rest_high=95),  # [CP] 52 in 15 min once; 97 to 99 % stand for 20 h
    "air.pressure": _limits(5, 20, still_h=36),  # a typhoon's wall; [CP] equal for 16 h, read in whole hPa
    "soil.temperature": _limits(4, 8, codes=_THERMOMETER),
    "soil.moisture": _limits(8, 10, rise=inf),  # water comes at once and leaves slowly
    "soil.ph": _limits(codes=(0.0, 14.0)),  # the ends of the scale are a broken electrode
    "leaf.temperature": _limits(8, 20, codes=_THERMOMETER),
    "probe.temperature": _limits(codes=_THERMOMETER),
    "rain.total": _limits(_RAIN_STEP, _RAIN_HOURLY),
    "solar.irradiance": _limits(still_h=24),  # no day without a change of light
    "light.par": _limits(still_h=24),
    "light.illuminance": _limits(still_h=24, codes=(65_535.0,)),
    "wind.speed": _limits(still_h=6, rest_low=0.5),  # [CP] equal for 1.8 h at most, calm left out
    "water.temperature": _limits(
        1.5, 4, still_h=24, codes=_THERMOMETER
    ),  # [CP] 1.4 in 15 min; equal for 11.8 h at most
    "water.level": _limits(1.5, 6),  # a flood in the hills must not be hidden; [CP] 0.7 m in 15 min
    "water.distance": _limits(1.5, 6, codes=(0.0,)),  # an ultrasonic sensor without an echo says 0
    "water.salinity": _limits(5, 4, still_h=72, rest_low=0.5),  # [W4]; [CP] equal for 21 h at most
    "water.ec": _limits(8_000, 6_500, still_h=24, rest_low=500, codes=(65_535.0,)),  # the same as salinity, by PSS-78
    "water.ph": _limits(1, 1, codes=(0.0, 14.0)),  # [CP] 1.0 in 15 min
    "water.do": _limits(6, 6, still_h=24, rest_low=0.2),  # [CP] 6.5 mg/L in 15 min
    "water.do_saturation": _limits(80, 80, still_h=24, rest_low=2),  # [CP] 92 % in 15 min
    "water.turbidity": _limits(150, 300),  # [CP] 46 NTU in 15 min, all but 1 in 2,000
}


def _whole(known: Property) -> Limits:
    own = _OWN.get(known.key, Limits())
    impossible = (code for code in CODES if not known.low <= code <= known.high)
    return replace(own, codes=own.codes.union(impossible), only_grows=known.kind is Kind.COUNTER)


LIMITS: dict[str, Limits] = {known.key: _whole(known) for known in PROPERTIES.values()}
