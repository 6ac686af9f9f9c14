"""Reference evapotranspiration of a day or an hour, with named stand-ins for what was not measured.

FAO-56 Penman-Monteith, Eqs. 6 and 53. A missing quantity is estimated as FAO-56 chapter 3 and 4 say, never taken as zero,
and the result lists what was estimated and how. Only when radiation, humidity and wind are all missing does Hargreaves (Eq. 52) speak.
"""

from dataclasses import dataclass
from enum import StrEnum

from nongso.agronomy import air, radiation
from nongso.agronomy.inputs import MissingInput, require, within
from nongso.agronomy.weather import DayWeather, Estimate, HourWeather, Station

MM_PER_MJ = 0.408  # 1/λ, Eq. 20
WORLD_MEAN_WIND_MS = 2.0  # at 2 m, FAO-56 chapter 3 below Eq. 47: the mean over 2,000 weather stations
HUMID_NIGHT = 0.5  # Rs/Rso of a night whose afternoon is unknown: the middle of FAO-56's 0.4 to 0.6 for humid climates


class Method(StrEnum):
    PENMAN_MONTEITH = "penman_monteith"
    HARGREAVES = "hargreaves"


@dataclass(frozen=True, slots=True)
class Surface:
    """A reference surface: the constants of numerator and denominator, and what the ground takes of net radiation."""

    day_numerator: float
    day_denominator: float
    hour_numerator: float
    sunlit_denominator: float
    dark_denominator: float
    sunlit_ground: float
    dark_ground: float


GRASS = Surface(900, 0.34, 37, 0.34, 0.34, 0.1, 0.5)  # FAO-56 Eqs. 6, 53, 45, 46
ALFALFA = Surface(1600, 0.38, 66, 0.25, 1.7, 0.04, 0.2)  # the tall reference, ASCE-EWRI 2005 Table 1 and Eq. 65


@dataclass(frozen=True, slots=True)
class Terms:
    """The intermediate values of Penman-Monteith: kPa, kPa/°C, m/s and MJ/m² per time step."""

    temperature_c: float
    saturation_kpa: float
    vapour_kpa: float
    slope_kpa_c: float
    psychrometric_kpa_c: float
    wind_2m_ms: float
    extraterrestrial_mj: float
    solar_mj: float
    clear_sky_mj: float
    relative_solar: float
    net_shortwave_mj: float
    net_longwave_mj: float
    net_mj: float
    ground_mj: float


@dataclass(frozen=True, slots=True)
class Evapotranspiration:
    """ET0 of a time step in mm, how it was made, what was estimated, and every value on the way (None for Hargreaves)."""

    et0_mm: float
    method: Method
    estimated: tuple[Estimate, ...]
    terms: Terms | None


def penman_monteith_mm(terms: Terms, numerator: float, denominator: float) -> float:
    """Eq. 6 with 900 and 0.34 for a day, Eq. 53 with 37 and 0.34 for an hour. Dew makes it negative: the caller decides."""
    gamma, slope, wind = terms.psychrometric_kpa_c, terms.slope_kpa_c, terms.wind_2m_ms
    energy = MM_PER_MJ * slope * (terms.net_mj - terms.ground_mj)
    drying = gamma * numerator / (terms.temperature_c + 273) * wind * (terms.saturation_kpa - terms.vapour_kpa)
    return (energy + drying) / (slope + gamma * (1 + denominator * wind))


def hargreaves_mm(t_min_c: float, t_max_c: float, extraterrestrial_mj: float) -> float:
    """ET0 of a day from temperature alone, Eq. 52."""
    within("t_max_c", t_max_c, t_min_c, 70)
    mean = (t_min_c + t_max_c) / 2
    return 0.0023 * (mean + 17.8) * (t_max_c - t_min_c) ** 0.5 * MM_PER_MJ * extraterrestrial_mj


def day_et0(
    station: Station, weather: DayWeather, ground_mj: float = 0.0, surface: Surface = GRASS
) -> Evapotranspiration:
    """ET0 of a day; `ground_mj` is the soil heat flux, nought for a day (Eq. 42) but not for a month (Eq. 43).

    Raises MissingInput without both extremes of temperature and ImpossibleInput for what no day can be.
    """
    t_min = within("t_min_c", require("t_min_c", weather.t_min_c), -60, 60)
    t_max = within("t_max_c", require("t_max_c", weather.t_max_c), t_min, 65)
    if _only_temperature(weather):
        sun = radiation.day_sun(station.latitude_deg, weather.day_of_year)
        depth = max(hargreaves_mm(t_min, t_max, sun.extraterrestrial_mj), 0.0)
        return Evapotranspiration(depth, Method.HARGREAVES, (Estimate.TEMPERATURE_ONLY,), None)
    terms, estimated = _day_terms(station, weather, t_min, t_max, ground_mj)
    depth = penman_monteith_mm(terms, surface.day_numerator, surface.day_denominator)
    return Evapotranspiration(max(depth, 0.0), Method.PENMAN_MONTEITH, estimated, terms)


def hour_et0(
    station: Station, weather: HourWeather, night_cloud: float | None = None, surface: Surface = GRASS
) -> Evapotranspiration:
    """ET0 of an hour, Eq. 53; a little below zero where dew falls, so that a day's sum is right.

    `night_cloud` is Rs/Rso carried from 2 to 3 hours before sunset; it serves while the sun is low or down.
    Raises MissingInput without temperature, without longitude, or where radiation or humidity is missing and the day's extremes too.
    """
    terms, estimated = _hour_terms(station, weather, night_cloud, surface)
    sunlit = terms.net_mj > 0
    denominator = surface.sunlit_denominator if sunlit else surface.dark_denominator
    depth = penman_monteith_mm(terms, surface.hour_numerator, denominator)
    return Evapotranspiration(depth, Method.PENMAN_MONTEITH, (*weather.estimated, *estimated), terms)


def _only_temperature(weather: DayWeather) -> bool:
    others = (
        weather.radiation_mj, weather.sunshine_h, weather.vapour_kpa, weather.dew_point_c,
        weather.rh_min, weather.rh_max, weather.rh_mean, weather.wind_ms,
    )  # fmt: skip
    return all(value is None for value in others)


def _day_terms(
    station: Station, weather: DayWeather, t_min: float, t_max: float, ground_mj: float
) -> tuple[Terms, tuple[Estimate, ...]]:
    sun = radiation.day_sun(station.latitude_deg, weather.day_of_year)
    saturation = (air.saturation_kpa(t_max) + air.saturation_kpa(t_min)) / 2  # Eq. 12
    solar, solar_estimate = _day_solar(station, weather, sun, t_min, t_max)
    vapour, vapour_estimate = _day_vapour(weather, t_min, t_max)
    vapour, held = _held(vapour, saturation)
    wind, wind_estimate = _wind(station, weather.wind_ms)
    clear = radiation.clear_sky_mj(sun.extraterrestrial_mj, station.elevation_m)
    relative = radiation.cloudiness(solar, clear) if clear > 0 else HUMID_NIGHT
    longwave = radiation.net_longwave_day_mj(t_min, t_max, vapour, relative)
    shortwave = radiation.net_shortwave_mj(solar)
    mean = _mean_c(weather, t_min, t_max)
    terms = Terms(
        mean, saturation, vapour, air.slope_kpa_c(mean), _psychrometric(station), wind, sun.extraterrestrial_mj,
        solar, clear, relative, shortwave, longwave, shortwave - longwave, ground_mj,
    )  # fmt: skip
    return terms, (*solar_estimate, *vapour_estimate, *held, *wind_estimate)


def _mean_c(weather: DayWeather, t_min: float, t_max: float) -> float:
    """Eq. 9 unless the station tells another."""
    return (t_min + t_max) / 2 if weather.t_mean_c is None else within("t_mean_c", weather.t_mean_c, t_min, t_max)


def _hour_terms(
    station: Station, weather: HourWeather, night_cloud: float | None, surface: Surface
) -> tuple[Terms, tuple[Estimate, ...]]:
    temperature = within("temperature_c", require("temperature_c", weather.temperature_c), -60, 65)
    sun = radiation.hour_sun(station.latitude_deg, require("longitude_deg", station.longitude_deg), weather.middle_at)
    saturation = air.saturation_kpa(temperature)
    solar, solar_estimate = _hour_solar(station, weather, sun)
    vapour, vapour_estimate = _hour_vapour(weather, saturation)
    vapour, held = _held(vapour, saturation)
    wind, wind_estimate = _wind(station, weather.wind_ms)
    clear = radiation.clear_sky_mj(sun.extraterrestrial_mj, station.elevation_m)
    relative, night_estimate = _hour_cloud(sun, solar, clear, night_cloud)
    longwave = radiation.net_longwave_hour_mj(temperature, vapour, relative)
    shortwave = radiation.net_shortwave_mj(solar)
    net = shortwave - longwave
    ground = net * (surface.sunlit_ground if net > 0 else surface.dark_ground)
    terms = Terms(
        temperature, saturation, vapour, air.slope_kpa_c(temperature), _psychrometric(station), wind,
        sun.extraterrestrial_mj, solar, clear, relative, shortwave, longwave, net, ground,
    )  # fmt: skip
    return terms, (*solar_estimate, *vapour_estimate, *held, *wind_estimate, *night_estimate)


def _psychrometric(station: Station) -> float:
    return air.psychrometric_kpa_c(air.pressure_kpa(station.elevation_m))


def _day_solar(
    station: Station, weather: DayWeather, sun: radiation.DaySun, t_min: float, t_max: float
) -> tuple[float, tuple[Estimate, ...]]:
    """Measured, else from sunshine (Eq. 35), else from temperature (Eq. 50)."""
    if weather.radiation_mj is not None:
        return within("radiation_mj", weather.radiation_mj, 0, 50), ()
    if weather.sunshine_h is not None:
        solar = radiation.from_sunshine(sun.extraterrestrial_mj, weather.sunshine_h, sun.daylight_h)
        return solar, (Estimate.RADIATION_FROM_SUNSHINE,)
    return _solar_from_temperature(station, sun.extraterrestrial_mj, t_min, t_max)


def _hour_solar(station: Station, weather: HourWeather, sun: radiation.HourSun) -> tuple[float, tuple[Estimate, ...]]:
    """Measured, else the day's share of Ra by Eq. 50; a dark hour needs neither."""
    if weather.radiation_mj is not None:
        return within("radiation_mj", max(weather.radiation_mj, 0.0), 0, 6), ()
    if sun.extraterrestrial_mj == 0:
        return 0.0, ()
    if weather.day_t_min_c is None or weather.day_t_max_c is None:
        raise MissingInput(name="radiation_mj")
    return _solar_from_temperature(station, sun.extraterrestrial_mj, weather.day_t_min_c, weather.day_t_max_c)


def _solar_from_temperature(
    station: Station, extraterrestrial_mj: float, t_min: float, t_max: float
) -> tuple[float, tuple[Estimate, ...]]:
    """Eq. 50, which FAO-56 limits to the clear-sky radiation."""
    solar = radiation.from_temperature(extraterrestrial_mj, t_min, t_max, station.radiation_adjustment)
    clear = radiation.clear_sky_mj(extraterrestrial_mj, station.elevation_m)
    return min(solar, clear), (Estimate.RADIATION_FROM_TEMPERATURE,)


def _day_vapour(weather: DayWeather, t_min: float, t_max: float) -> tuple[float, tuple[Estimate, ...]]:
    """By falling trust: vapour pressure, dew point (14), humidity extremes (17), highest (18), mean (19), coldest hour (48)."""
    if weather.vapour_kpa is not None:
        return within("vapour_kpa", weather.vapour_kpa, 0, 15), ()
    if weather.dew_point_c is not None:
        return air.saturation_kpa(within("dew_point_c", weather.dew_point_c, -80, 45)), ()
    if weather.rh_max is not None and weather.rh_min is not None:
        return air.vapour_from_range_kpa(t_min, t_max, _humidity(weather.rh_min), _humidity(weather.rh_max)), ()
    if weather.rh_max is not None:
        vapour = air.vapour_from_maximum_kpa(t_min, _humidity(weather.rh_max))
        return vapour, (Estimate.VAPOUR_FROM_HIGHEST_HUMIDITY,)
    if weather.rh_mean is not None:
        vapour = air.vapour_from_mean_kpa(t_min, t_max, _humidity(weather.rh_mean))
        return vapour, (Estimate.VAPOUR_FROM_MEAN_HUMIDITY,)
    return air.saturation_kpa(t_min), (Estimate.VAPOUR_FROM_COLDEST,)


def _hour_vapour(weather: HourWeather, saturation: float) -> tuple[float, tuple[Estimate, ...]]:
    """By falling trust: vapour pressure, dew point (14), humidity (54), the day's coldest hour (48)."""
    if weather.vapour_kpa is not None:
        return within("vapour_kpa", weather.vapour_kpa, 0, 15), ()
    if weather.dew_point_c is not None:
        return air.saturation_kpa(within("dew_point_c", weather.dew_point_c, -80, 45)), ()
    if weather.rh is not None:
        return saturation * _humidity(weather.rh) / 100, ()
    if weather.day_t_min_c is None:
        raise MissingInput(name="humidity")
    return air.saturation_kpa(weather.day_t_min_c), (Estimate.VAPOUR_FROM_COLDEST,)


def _humidity(value: float) -> float:
    """A sensor may read up to 103 % in fog; air holds no more than 100 %."""
    return min(within("humidity", value, 0, 103), 100.0)


def _held(vapour: float, saturation: float) -> tuple[float, tuple[Estimate, ...]]:
    """Vapour held at saturation: a dew point above the air is an error of the sensor, not rain from below."""
    if vapour <= saturation:
        return vapour, ()
    return saturation, (Estimate.VAPOUR_HELD_AT_SATURATION,)


def _wind(station: Station, wind_ms: float | None) -> tuple[float, tuple[Estimate, ...]]:
    if wind_ms is None:
        return WORLD_MEAN_WIND_MS, (Estimate.WIND_WORLD_MEAN,)
    return air.wind_at_2m(wind_ms, station.wind_height_m), ()


def _hour_cloud(
    sun: radiation.HourSun, solar: float, clear: float, night_cloud: float | None
) -> tuple[float, tuple[Estimate, ...]]:
    """Rs/Rso of the hour while the sun stands high enough, else what the afternoon left behind."""
    if sun.elevation >= radiation.LOW_SUN and clear > 0:
        return radiation.cloudiness(solar, clear), ()
    if night_cloud is None:
        return HUMID_NIGHT, (Estimate.NIGHT_CLOUD_ASSUMED,)
    return within("night_cloud", night_cloud, 0, 1), ()
