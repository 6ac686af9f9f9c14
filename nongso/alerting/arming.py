"""Which rules hold at a place, with which numbers, and the days they look at: the same for the worker and for a dry run."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from nongso.agronomy.coffee_rust import HOURS_A_DAY, RustHour, is_wet, relative, wet_spells
from nongso.agronomy.et0 import day_et0
from nongso.agronomy.inputs import ImpossibleInput, MissingInput
from nongso.agronomy.weather import DayWeather, Station
from nongso.alerting.catalogue import AT_A_STATION, RULES
from nongso.alerting.rule import Armed, Setting, arm, stage_of
from nongso.alerting.scene import Day, Place
from nongso.clock import local_day

LATITUDE_DEG = 10.0  # the delta's, for a field that nobody drew; our choice
ELEVATION_M = 2.0  # the delta's; our choice
MJ_PER_W_DAY = 0.0864
HOUR = timedelta(hours=1)
UNSEEN = RustHour(None, None, None, None)


def arm_all(place: Place, settings: Iterable[Setting], at: datetime) -> list[Armed]:
    """The rules that a place's sensors can feed, with the numbers that hold there; a station has its own."""
    stage, changed = stage_of(place, at), list(settings)
    observed = {sensor.property for sensor in place.sensors}
    armed = []
    for rule in RULES.values():
        at_its_place = (rule.slug in AT_A_STATION) == (place.device_id is not None)
        if at_its_place and not rule.is_advice and (rule.is_daily or not observed.isdisjoint(rule.watches)):
            armed.append(arm(rule, place, changed, stage))
    return [each for each in armed if each is not None]


def with_et0(days: Sequence[Day], latitude_deg: float | None) -> list[Day]:
    """The days with their evapotranspiration: Penman-Monteith with named stand-ins for what is not measured (FAO-56 chapters 3, 4).

    None without both extremes of temperature, or where a quantity is beyond what a day can be.
    """
    station = Station(LATITUDE_DEG if latitude_deg is None else latitude_deg, ELEVATION_M)
    return [_with_et0(day, station) for day in days]


def _with_et0(day: Day, station: Station) -> Day:
    weather = DayWeather(
        day.day.timetuple().tm_yday,
        day.t_min_c,
        day.t_max_c,
        radiation_mj=None if day.radiation_w is None else max(day.radiation_w, 0.0) * MJ_PER_W_DAY,
        rh_min=_percent(day.rh_min),
        rh_max=_percent(day.rh_max),
        rh_mean=_percent(day.rh_mean),
        wind_ms=day.wind_ms,
    )
    try:
        found = day_et0(station, weather)
    except (MissingInput, ImpossibleInput):
        return replace(day, et0_mm=None)
    return replace(day, et0_mm=found.et0_mm, et0_estimated=tuple(each.value for each in found.estimated))


def _percent(humidity: float | None) -> float | None:
    """Sensors say up to 103 % where a formula knows 100."""
    return None if humidity is None else min(humidity, 100.0)


def with_rust(days: Sequence[Day], hours: Sequence[tuple[datetime, RustHour]]) -> list[Day]:
    """The days with what their wet spells let of coffee rust into the leaves; a spell counts on the day it ends.

    `hours` begin at their instant; one that is not there ends a spell, and its day is unknown.
    """
    known = dict(hours)
    if not known:
        return list(days)
    count = round((max(known) - min(known)) / HOUR) + 1
    run = [known.get(min(known) + HOUR * index, UNSEEN) for index in range(count)]
    entered: dict[date, float] = {}
    for spell in wet_spells(run, 1.0):
        ends_at = min(known) + HOUR * (spell.start + spell.wet_h - 1)
        entered[local_day(ends_at)] = entered.get(local_day(ends_at), 0.0) + relative(spell.entered, 1.0)
    seen = Counter(local_day(at) for at, hour in hours if is_wet(hour) is not None)
    return [replace(day, rust=entered.get(day.day, 0.0) if seen[day.day] == HOURS_A_DAY else None) for day in days]
