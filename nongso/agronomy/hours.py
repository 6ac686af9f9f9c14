"""A run of hours: small gaps closed, the night's cloudiness carried, and local days added up."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from statistics import fmean

from nongso.agronomy import radiation
from nongso.agronomy.et0 import GRASS, Evapotranspiration, Surface, Terms, hour_et0
from nongso.agronomy.inputs import ImpossibleInput, MissingInput
from nongso.agronomy.weather import DayWeather, Estimate, HourWeather, Station

HOUR = timedelta(hours=1)
LONGEST_GAP_H = 2  # our choice: two hours of weather are drawn as a straight line, three are not
MEASURED = ("temperature_c", "radiation_mj", "vapour_kpa", "dew_point_c", "rh", "wind_ms")


@dataclass(frozen=True, slots=True)
class HourResult:
    """An hour and its ET0; None where an input is missing or impossible, and `missing` names it."""

    weather: HourWeather
    result: Evapotranspiration | None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class DaySum:
    """ET0 of a local day from its hours; None as long as one hour of the day is unknown, and `missing` names what it lacked.

    `terms` are the day's: radiation summed, the rest averaged over the known hours.
    """

    day: date
    et0_mm: float | None
    hours: int
    unknown_hours: int
    estimated: tuple[Estimate, ...]
    missing: tuple[str, ...]
    terms: Terms | None


def close_gaps(hours: Iterable[HourWeather]) -> list[HourWeather]:
    """Hours in order, one for each hour from the first to the last; gaps of up to LONGEST_GAP_H are interpolated and say so.

    Longer gaps stay as hours without values. Of hours given twice the last stands.
    """
    known = {hour.middle_at: hour for hour in hours}
    if not known:
        return []
    slots = _slots(min(known), max(known))
    run = [known.get(slot) or HourWeather(slot, None) for slot in slots]
    for name in MEASURED:
        run = _interpolated(run, name)
    return run


def hours_et0(
    station: Station, hours: Sequence[HourWeather], zone: tzinfo, surface: Surface = GRASS
) -> list[HourResult]:
    """ET0 of each hour of a run without gaps in time, the night's cloudiness carried from the afternoon before."""
    extremes = _extremes(hours, zone)
    night_cloud: float | None = None
    results: list[HourResult] = []
    for hour in hours:
        low, high = extremes.get(_day(hour, zone), (None, None))
        known = replace(hour, day_t_min_c=low, day_t_max_c=high)
        try:
            result = hour_et0(station, known, night_cloud, surface)
        except (MissingInput, ImpossibleInput) as fault:
            results.append(HourResult(known, None, str(fault.values["name"])))
            continue
        results.append(HourResult(known, result))
        night_cloud = _carried(station, known, result, night_cloud)
    return results


def day_sums(results: Sequence[HourResult], zone: tzinfo) -> list[DaySum]:
    """ET0 by local day. A day that the run begins or ends within, or with an unknown hour, has no sum: unknown is not zero.

    A day on which the clock changes has 23 or 25 hours, and all of them count.
    """
    days: dict[date, list[HourResult]] = defaultdict(list)
    for result in results:
        days[_day(result.weather, zone)].append(result)
    return [_day_sum(day, hours, _hours_in(day, zone)) for day, hours in days.items()]


def day_weather(day: date, hours: Sequence[HourWeather], zone: tzinfo) -> DayWeather:
    """The day that its hours make: extremes, sums and means; a quantity unknown in one hour is unknown for the day."""
    complete = len(hours) >= _hours_in(day, zone)

    def known(name: str) -> list[float] | None:
        values = [getattr(hour, name) for hour in hours]
        return values if complete and all(value is not None for value in values) else None

    temperature, radiation_mj, wind = known("temperature_c"), known("radiation_mj"), known("wind_ms")
    vapour, dew_point, humidity = known("vapour_kpa"), known("dew_point_c"), known("rh")
    return DayWeather(
        day_of_year=day.timetuple().tm_yday,
        t_min_c=min(temperature) if temperature else None,
        t_max_c=max(temperature) if temperature else None,
        radiation_mj=sum(max(value, 0.0) for value in radiation_mj) if radiation_mj else None,
        vapour_kpa=fmean(vapour) if vapour else None,
        dew_point_c=fmean(dew_point) if dew_point else None,
        rh_min=min(humidity) if humidity else None,
        rh_max=max(humidity) if humidity else None,
        wind_ms=fmean(wind) if wind else None,
    )


def local_days(hours: Iterable[HourWeather], zone: tzinfo) -> dict[date, list[HourWeather]]:
    """Hours by the local day of their middle."""
    days: dict[date, list[HourWeather]] = defaultdict(list)
    for hour in hours:
        days[_day(hour, zone)].append(hour)
    return days


def _slots(first: datetime, last: datetime) -> list[datetime]:
    return [first + HOUR * step for step in range(int((last - first) / HOUR) + 1)]


def _interpolated(run: list[HourWeather], name: str) -> list[HourWeather]:
    """`run` with short gaps of one quantity drawn as straight lines between their neighbours."""
    values: list[float | None] = [getattr(hour, name) for hour in run]
    filled = list(run)
    known = [position for position, value in enumerate(values) if value is not None]
    for before, after in pairwise(known):
        if not 1 < after - before <= LONGEST_GAP_H + 1:
            continue
        start, end = values[before], values[after]
        assert start is not None
        assert end is not None
        for position in range(before + 1, after):
            share = (position - before) / (after - before)
            filled[position] = _with(filled[position], name, start + (end - start) * share)
    return filled


def _with(hour: HourWeather, name: str, value: float) -> HourWeather:
    estimated = dict.fromkeys((*hour.estimated, Estimate.HOUR_INTERPOLATED))
    return replace(hour, estimated=tuple(estimated), **{name: value})


def _extremes(hours: Sequence[HourWeather], zone: tzinfo) -> dict[date, tuple[float | None, float | None]]:
    """Extremes of temperature of the local days whose every hour is known."""
    days = {day: day_weather(day, own, zone) for day, own in local_days(hours, zone).items()}
    return {day: (weather.t_min_c, weather.t_max_c) for day, weather in days.items()}


def _carried(
    station: Station, hour: HourWeather, result: Evapotranspiration, night_cloud: float | None
) -> float | None:
    """Rs/Rso to carry into the night: this hour's if it is the one before sunset, else what was carried so far."""
    if result.terms is None or station.longitude_deg is None:
        return night_cloud
    sun = radiation.hour_sun(station.latitude_deg, station.longitude_deg, hour.middle_at)
    usable = radiation.before_sunset(sun) and result.terms.clear_sky_mj > 0
    return radiation.cloudiness(result.terms.solar_mj, result.terms.clear_sky_mj) if usable else night_cloud


def _day(hour: HourWeather, zone: tzinfo) -> date:
    return hour.middle_at.astimezone(zone).date()


def _hours_in(day: date, zone: tzinfo) -> int:
    """23, 24 or 25: hours of a local day, counted on the clock of the world."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    following = datetime.combine(day + timedelta(days=1), midnight.timetz())
    return round((following.timestamp() - midnight.timestamp()) / 3600)


def _day_sum(day: date, hours: Sequence[HourResult], expected: int) -> DaySum:
    known = [hour.result for hour in hours if hour.result is not None]
    unknown = max(expected - len(known), 0)
    estimated = sorted({estimate for result in known for estimate in result.estimated})
    missing = sorted({hour.missing for hour in hours if hour.missing} | ({"hour"} if len(hours) < expected else set()))
    total = max(sum(result.et0_mm for result in known), 0.0) if unknown == 0 else None
    terms = _day_terms([result.terms for result in known if result.terms is not None])
    return DaySum(day, total, len(known), unknown, tuple(estimated), tuple(missing), terms)


def _day_terms(hours: Sequence[Terms]) -> Terms | None:
    if not hours:
        return None
    values = {field.name: [getattr(terms, field.name) for terms in hours] for field in fields(Terms)}
    return Terms(**{name: sum(column) if name.endswith("_mj") else fmean(column) for name, column in values.items()})
