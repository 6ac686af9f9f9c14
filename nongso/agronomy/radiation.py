"""Where the sun stands and what it sends: extraterrestrial, clear-sky, short- and longwave radiation.

Daily radiation is in MJ/m² a day, hourly in MJ/m² an hour; angles in radians unless a name says otherwise.
Equation numbers are those of FAO-56; the two limits on cloudiness are those of ASCE-EWRI 2005, Eqs. 18 and 45 to 46.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import acos, asin, cos, pi, radians, sin, sqrt, tan

from nongso.agronomy.inputs import within

SOLAR_CONSTANT = 0.0820  # MJ/m²/min, below Eq. 21
STEFAN_BOLTZMANN_DAY = 4.903e-9  # MJ/K⁴/m²/day, Eq. 39
STEFAN_BOLTZMANN_HOUR = 2.043e-10  # MJ/K⁴/m²/hour, FAO-56 chapter 4, hourly time step
ALBEDO = 0.23  # of the reference grass, Eq. 38
INLAND, COASTAL = 0.16, 0.19  # kRs of Eq. 50
CLOUDIEST = 0.3  # FAO-56 text: Rs/Rso is about 0.33 under dense cloud; ASCE-EWRI 2005 Eq. 18 stops at 0.3
LOW_SUN = 0.3  # elevation in radians below which Rs/Rso says nothing, ASCE-EWRI 2005 Eq. 46


@dataclass(frozen=True, slots=True)
class DaySun:
    """The sun over a place on a day: Eqs. 21 to 25 and 34."""

    inverse_distance: float
    declination: float
    sunset_angle: float
    extraterrestrial_mj: float
    daylight_h: float


@dataclass(frozen=True, slots=True)
class HourSun:
    """The sun over a place during an hour: Eqs. 28 to 33."""

    angle: float
    sunset_angle: float
    elevation: float
    extraterrestrial_mj: float


def day_sun(latitude_deg: float, day_of_year: int) -> DaySun:
    """Eqs. 21 to 25 and 34. Beyond the polar circles the sunset angle is held at 0 or π."""
    latitude = radians(within("latitude_deg", latitude_deg, -90, 90))
    within("day_of_year", day_of_year, 1, 366)
    distance, declination = _orbit(day_of_year)
    sunset = _sunset_angle(latitude, declination)
    height = sunset * sin(latitude) * sin(declination) + cos(latitude) * cos(declination) * sin(sunset)
    received = max(24 * 60 / pi * SOLAR_CONSTANT * distance * height, 0.0)
    return DaySun(distance, declination, sunset, received, 24 * sunset / pi)


def hour_sun(latitude_deg: float, longitude_deg: float, middle_at: datetime) -> HourSun:
    """Eqs. 28 to 33 for the hour around an aware instant; longitude is positive to the east.

    Eq. 31 takes the clock's meridian: with UTC it is Greenwich's, so no time zone can be wrong.
    An hour that the horizon cuts counts only its sunlit part (ASCE-EWRI 2005, Eqs. 53 to 56).
    """
    latitude = radians(within("latitude_deg", latitude_deg, -90, 90))
    within("longitude_deg", longitude_deg, -180, 180)
    utc = middle_at.astimezone(UTC)
    distance, declination = _orbit(utc.timetuple().tm_yday)
    sunset = _sunset_angle(latitude, declination)
    angle = _solar_angle(utc, longitude_deg)
    first, last = (min(max(angle + half, -sunset), sunset) for half in (-pi / 24, pi / 24))
    swept = (last - first) * sin(latitude) * sin(declination)
    swept += cos(latitude) * cos(declination) * (sin(last) - sin(first))
    received = max(12 * 60 / pi * SOLAR_CONSTANT * distance * swept, 0.0)
    sine = sin(latitude) * sin(declination) + cos(latitude) * cos(declination) * cos(angle)
    return HourSun(angle, sunset, asin(sine), received)


def before_sunset(sun: HourSun) -> bool:
    """Whether the hour is the one 2 to 3 hours before sunset whose cloudiness stands for the night (FAO-56 chapter 4)."""
    return sun.sunset_angle - 0.79 <= sun.angle <= sun.sunset_angle - 0.52


def from_sunshine(extraterrestrial_mj: float, sunshine_h: float, daylight_h: float) -> float:
    """Solar radiation from hours of bright sunshine, Eq. 35 with a = 0.25 and b = 0.50."""
    within("sunshine_h", sunshine_h, 0, daylight_h + 0.5)
    return (0.25 + 0.50 * min(sunshine_h / daylight_h, 1)) * extraterrestrial_mj


def from_temperature(extraterrestrial_mj: float, t_min_c: float, t_max_c: float, adjustment: float) -> float:
    """Solar radiation from the day's range of temperature, Eq. 50; `adjustment` is INLAND or COASTAL."""
    within("t_max_c", t_max_c, t_min_c, 70)
    return adjustment * sqrt(t_max_c - t_min_c) * extraterrestrial_mj


def clear_sky_mj(extraterrestrial_mj: float, elevation_m: float) -> float:
    """Solar radiation under a clear sky, Eq. 37."""
    return (0.75 + 2e-5 * elevation_m) * extraterrestrial_mj


def net_shortwave_mj(solar_mj: float) -> float:
    """Solar radiation that the reference grass keeps, Eq. 38."""
    return (1 - ALBEDO) * solar_mj


def cloudiness(solar_mj: float, clear_mj: float) -> float:
    """Rs/Rso held between CLOUDIEST and 1, as Eq. 39 needs it."""
    return min(max(solar_mj / clear_mj, CLOUDIEST), 1.0)


def net_longwave_day_mj(t_min_c: float, t_max_c: float, vapour_kpa: float, relative: float) -> float:
    """Longwave radiation lost in a day, Eq. 39; `relative` is Rs/Rso."""
    fourth = ((t_max_c + 273.16) ** 4 + (t_min_c + 273.16) ** 4) / 2
    return STEFAN_BOLTZMANN_DAY * fourth * (0.34 - 0.14 * sqrt(vapour_kpa)) * (1.35 * relative - 0.35)


def net_longwave_hour_mj(temperature_c: float, vapour_kpa: float, relative: float) -> float:
    """Longwave radiation lost in an hour, Eq. 39 with the hourly constant; `relative` is Rs/Rso."""
    fourth = (temperature_c + 273.16) ** 4
    return STEFAN_BOLTZMANN_HOUR * fourth * (0.34 - 0.14 * sqrt(vapour_kpa)) * (1.35 * relative - 0.35)


def _orbit(day_of_year: int) -> tuple[float, float]:
    """Inverse relative distance to the sun and its declination, Eqs. 23 and 24."""
    turn = 2 * pi * day_of_year / 365
    return 1 + 0.033 * cos(turn), 0.409 * sin(turn - 1.39)


def _sunset_angle(latitude: float, declination: float) -> float:
    """Eq. 25, held to where an arccosine exists."""
    return acos(min(max(-tan(latitude) * tan(declination), -1), 1))


def _solar_angle(utc: datetime, longitude_deg: float) -> float:
    """Solar time angle from UTC, Eqs. 31 to 33, between -π and π."""
    turn = 2 * pi * (utc.timetuple().tm_yday - 81) / 364
    season_h = 0.1645 * sin(2 * turn) - 0.1255 * cos(turn) - 0.025 * sin(turn)
    clock_h = utc.hour + utc.minute / 60 + utc.second / 3600
    hours = clock_h + longitude_deg / 15 + season_h - 12
    return pi / 12 * ((hours + 12) % 24 - 12)
