"""G1: a crop reaches a stage of its season. Told once and over after a few days; it asks for nothing but a look."""

from nongso.agronomy.crop_table import CROPS
from nongso.agronomy.crops import Crop
from nongso.agronomy.stages import Stage, phase_at, stage_on, sum_degree_days
from nongso.alerting.machine import Look
from nongso.alerting.rule import Limits
from nongso.alerting.scene import Scene
from nongso.alerting.water import need
from nongso.clock import local_day
from nongso.root_zone import PERENNIAL_DAYS
from nongso.rules import Signal

TOLD = (Stage.DEVELOPMENT, Stage.MID, Stage.LATE, Stage.OVER)


def stage(scene: Scene, limits: Limits) -> Look | None:
    """By degree-days where the crop has a calendar and every day since sowing is known (AquaCrop), else by days (FAO-56 Table 11)."""
    crop, planted = CROPS.get(scene.place.crop), scene.place.planted_on
    if crop is None or planted is None:
        return None
    told_for = int(need(limits, "told_for"))
    return _by_degree_days(scene, crop, told_for) or _by_days(scene, crop, told_for, need(limits, "flowers_on_day"))


def _by_degree_days(scene: Scene, crop: Crop, told_for: int) -> Look | None:
    calendar, planted = crop.calendar, scene.place.planted_on
    if calendar is None or planted is None:
        return None
    grown = [day for day in scene.days if day.day >= planted]
    if len(grown) <= told_for or grown[0].day != planted or len(grown) != (grown[-1].day - planted).days + 1:
        return None
    pairs = [None if day.t_min_c is None or day.t_max_c is None else (day.t_min_c, day.t_max_c) for day in grown]
    whole = sum_degree_days(pairs, calendar.base_c, calendar.upper_c, calendar.method)
    if whole.missing_days:  # the sum would be a lower bound: days are surer
        return None
    before = sum_degree_days(pairs[:-told_for], calendar.base_c, calendar.upper_c, calendar.method)
    phase = phase_at(calendar, whole.total)
    reached = phase is not phase_at(calendar, before.total)
    return Look(Signal.RAISE if reached else Signal.CLEAR, scene.at, 1, whole.total, None, f"{phase.value}_gdd")


def _by_days(scene: Scene, crop: Crop, told_for: int, flowers_on_day: float) -> Look | None:
    """A year-round crop has stages of a year that nobody waits for."""
    if crop.lengths is None or crop.lengths.season >= PERENNIAL_DAYS or scene.place.planted_on is None:
        return None
    found = stage_on(crop.lengths, scene.place.planted_on, local_day(scene.at))
    if crop.slug == "rice" and 0 <= found.season_day - flowers_on_day < told_for:
        return Look(Signal.RAISE, scene.at, 1, found.season_day, None, "flowering")
    reached = found.stage in TOLD and found.stage_day <= told_for and crop.slug != "rice"
    return Look(Signal.RAISE if reached else Signal.CLEAR, scene.at, 1, found.season_day, None, found.stage.value)
