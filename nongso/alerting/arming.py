"""Which rules hold at a place, with which numbers, and the days they look at: the same for the worker and for a dry run."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from nongso.agronomy.et0 import hargreaves_mm
from nongso.agronomy.radiation import day_sun
from nongso.alerting.catalogue import AT_A_STATION, RULES
from nongso.alerting.rule import Armed, Setting, arm, stage_of
from nongso.alerting.scene import Day, Place

LATITUDE_DEG = 10.0  # the delta's, for a field that nobody drew; our choice


def arm_all(place: Place, settings: Iterable[Setting], at: datetime) -> list[Armed]:
    """The rules that a place's sensors can feed, with the numbers that hold there; a station has its own."""
    stage, changed = stage_of(place, at), list(settings)
    observed = {sensor.property for sensor in place.sensors}
    armed = []
    for rule in RULES.values():
        at_its_place = (rule.slug in AT_A_STATION) == (place.device_id is not None)
        if at_its_place and (rule.is_daily or not observed.isdisjoint(rule.watches)):
            armed.append(arm(rule, place, changed, stage))
    return [each for each in armed if each is not None]


def with_et0(days: Sequence[Day], latitude_deg: float | None) -> list[Day]:
    """The days with their evapotranspiration by Hargreaves (FAO-56 Eq. 52); None without both extremes of temperature."""
    latitude = LATITUDE_DEG if latitude_deg is None else latitude_deg
    return [replace(day, et0_mm=_et0_mm(day, latitude)) for day in days]


def _et0_mm(day: Day, latitude_deg: float) -> float | None:
    if day.t_min_c is None or day.t_max_c is None or day.t_max_c < day.t_min_c:
        return None
    sun = day_sun(latitude_deg, day.day.timetuple().tm_yday)
    return hargreaves_mm(day.t_min_c, day.t_max_c, sun.extraterrestrial_mj)
