"""The weather that evapotranspiration is made of: one day or one hour at a station, each quantity known or None."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nongso.agronomy.radiation import INLAND


class Estimate(StrEnum):
    """What was not measured and how it was stood in for; the sentence is `agronomy.estimate.<value>`."""

    RADIATION_FROM_SUNSHINE = "radiation_eq35"
    RADIATION_FROM_TEMPERATURE = "radiation_eq50"
    VAPOUR_FROM_HIGHEST_HUMIDITY = "vapour_eq18"
    VAPOUR_FROM_MEAN_HUMIDITY = "vapour_eq19"
    VAPOUR_FROM_COLDEST = "vapour_eq48"
    VAPOUR_HELD_AT_SATURATION = "vapour_saturated"
    WIND_WORLD_MEAN = "wind_2ms"
    NIGHT_CLOUD_ASSUMED = "night_cloud"
    TEMPERATURE_ONLY = "et0_eq52"
    HOUR_INTERPOLATED = "hour_interpolated"


@dataclass(frozen=True, slots=True)
class Station:
    """Where the weather is measured. Longitude is positive to the east and needed for hours only.

    `radiation_adjustment` is kRs of Eq. 50: radiation.INLAND or radiation.COASTAL.
    """

    latitude_deg: float
    elevation_m: float
    longitude_deg: float | None = None
    wind_height_m: float = 2.0
    radiation_adjustment: float = INLAND


@dataclass(frozen=True, slots=True)
class DayWeather:
    """One day. Radiation in MJ/m²/day, vapour in kPa, humidity in %, wind in m/s at the station's height.

    `t_mean_c`: None takes the middle of the extremes, as Eq. 9 has it; some networks take the mean of their hours instead.
    """

    day_of_year: int
    t_min_c: float | None
    t_max_c: float | None
    radiation_mj: float | None = None
    sunshine_h: float | None = None
    vapour_kpa: float | None = None
    dew_point_c: float | None = None
    rh_min: float | None = None
    rh_max: float | None = None
    rh_mean: float | None = None
    wind_ms: float | None = None
    t_mean_c: float | None = None


@dataclass(frozen=True, slots=True)
class HourWeather:
    """The hour around the aware instant `middle_at`. Radiation in MJ/m²/hour, rain in mm, the rest as in DayWeather.

    The day's extremes of temperature let a missing radiation or humidity be estimated; `estimated` says what was filled in before.
    """

    middle_at: datetime
    temperature_c: float | None
    radiation_mj: float | None = None
    vapour_kpa: float | None = None
    dew_point_c: float | None = None
    rh: float | None = None
    wind_ms: float | None = None
    day_t_min_c: float | None = None
    day_t_max_c: float | None = None
    rain_mm: float | None = None
    estimated: tuple[Estimate, ...] = ()
