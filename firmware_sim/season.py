"""Time of year, of day and of the sun for a place: the clock-work that weather, soil and canal share.

Instants inside the simulator are epoch seconds (`at_s`, UTC): they are stepped, compared and hashed a million times a run.
"""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime

from nongso.clock import LOCAL

HOUR_S, DAY_S = 3_600, 86_400
LOCAL_OFFSET_S = 7 * HOUR_S  # nongso.clock.LOCAL has had no other offset since 1975
YEAR_DAYS = 365.25
SOLAR_CONSTANT = 1_367.0  # W/m²; FAO-56 eq. 28 writes it 0.0820 MJ/m²/min


@dataclass(frozen=True, slots=True)
class Place:
    """Where the fleet stands, and how far its seasons are moved: `season_shift_s` is added before the day of the year is read.

    A demonstration can so live in the dry season whatever the calendar on the wall says.
    """

    latitude: float
    longitude: float
    elevation_m: float
    season_shift_s: float


@dataclass(frozen=True, slots=True)
class Sun:
    """Extraterrestrial and clear-sky radiation on the ground's plane, W/m²."""

    extraterrestrial: float
    clear: float


def day_of_year(place: Place, at_s: float) -> float:
    """0 at the start of January of the place's season, below 365.25; leap years are spread evenly."""
    return ((at_s + LOCAL_OFFSET_S + place.season_shift_s) / DAY_S) % YEAR_DAYS


def local_hour(at_s: float) -> float:
    """Hours since local midnight."""
    return (at_s + LOCAL_OFFSET_S) % DAY_S / HOUR_S


def local_day_number(at_s: float) -> int:
    """Days since the epoch, changing at local midnight."""
    return int((at_s + LOCAL_OFFSET_S) // DAY_S)


def season_shift_s(starts_at_s: float, season_start: str) -> float:
    """The shift that makes `starts_at_s` fall on the month and day `season_start` ("03-25") of the season's year."""
    month, day = (int(part) for part in season_start.split("-"))
    begins = datetime.fromtimestamp(starts_at_s, UTC).astimezone(LOCAL).date()
    return (date(begins.year, month, day) - begins).days * DAY_S


def sun(place: Place, at_s: float) -> Sun:
    """The sun over `place`: FAO-56 eq. 23, 24 (distance and declination), 31-33 (hour angle), 37 (clear sky)."""
    year_angle = 2 * math.pi * (day_of_year(place, at_s) + 1) / 365
    declination = 0.409 * math.sin(year_angle - 1.39)
    latitude = math.radians(place.latitude)
    hour_angle = math.pi / 12 * (at_s % DAY_S / HOUR_S + place.longitude / 15 + equation_of_time_h(year_angle) - 12)
    height = math.sin(latitude) * math.sin(declination)
    height += math.cos(latitude) * math.cos(declination) * math.cos(hour_angle)
    above = SOLAR_CONSTANT * (1 + 0.033 * math.cos(year_angle)) * max(0.0, height)
    return Sun(above, above * (0.75 + 2e-5 * place.elevation_m))


def equation_of_time_h(year_angle: float) -> float:
    """Sun-dial minus clock, hours: FAO-56 eq. 32-33 (its divisor 364 taken as 365)."""
    b = year_angle - 2 * math.pi * 81 / 365
    return 0.1645 * math.sin(2 * b) - 0.1255 * math.cos(b) - 0.025 * math.sin(b)


def monthly(values: tuple[float, ...], day: float) -> float:
    """Twelve mid-month values read at a day of the year, straight lines between them."""
    place = day / YEAR_DAYS * 12 - 0.5
    month = math.floor(place)
    part = place - month
    return values[month % 12] * (1 - part) + values[(month + 1) % 12] * part
