"""Rules about water in the soil and in the paddy."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from nongso.agronomy import paddy
from nongso.agronomy.inputs import MissingInput
from nongso.agronomy.irrigation import Verdict
from nongso.alerting.machine import Look
from nongso.alerting.rule import Limits
from nongso.alerting.scene import Day, Scene, Sensor
from nongso.alerting.water import need
from nongso.clock import local_day
from nongso.devices import Kind
from nongso.forecast import rain_mm
from nongso.root_zone import RootZone, advise, probes_of, root_zone, standing_of
from nongso.rules import DRY_BELOW, DRY_BELOW_DEFAULT, ROOTS_CM, Signal

SHALLOW_CM = 30
SPOKEN = {Verdict.IRRIGATE: "irrigate", Verdict.IRRIGATE_NO_FORECAST: "blind", Verdict.RAIN_COMING: "rain"}


def dry(scene: Scene, limits: Limits) -> Look | None:
    """S1 by a probe: as much water gone from the root zone as a crop takes without harm (Dr ≥ RAW, FAO-56 Eqs. 82-87).

    Where nobody said what the soil is or when it was planted, moisture below a limit in % by volume. A paddy with a tube has its own rule.
    """
    if scene.sensors("water.level", kind=Kind.PADDY):
        return None
    zone = judging_zone(scene, limits)
    if zone is not None:
        return short_of_water(scene, limits, zone)
    moisture = mean_moisture(scene)
    if moisture is None:
        return _unknown(scene, "soil.moisture", 2)
    limit = dry_below(scene, limits)
    severity = 4 if moisture < limit * need(limits, "severe") else 3 if moisture < limit * need(limits, "very") else 2
    if moisture < limit:
        return Look(Signal.RAISE, scene.at, severity, moisture, limit)
    wet = moisture >= limit * need(limits, "clears")
    return Look(Signal.CLEAR if wet else Signal.HOLD, scene.at, 2, moisture, limit)


def judging_zone(scene: Scene, limits: Limits) -> RootZone | None:
    """The root zone where S1 rests on it; None where it rests on moisture: the office says so, or no probe stands among known roots.

    With the p of Table 22: a reading must mean the same at every hour of the day.
    """
    if limits["limit"] is not None:
        return None
    zone = zone_of(scene, ())
    return zone if zone is not None and zone.moisture is not None else None


def dry_below(scene: Scene, limits: Limits) -> float:
    """The moisture in % by volume below which S1 speaks; of a root zone the moisture at which RAW is gone (FAO-56 Eqs. 83, 87)."""
    zone = judging_zone(scene, limits)
    if zone is None:
        return limits["limit"] or DRY_BELOW.get(scene.place.crop, DRY_BELOW_DEFAULT)
    return 100 * (zone.standing.soil.field_capacity - zone.held.ready_mm / (1000 * zone.standing.root_depth_m))


def thirst(scene: Scene, limits: Limits) -> Look | None:
    """S1 by the balance of days, where no probe speaks: rain, watering and evapotranspiration, looked at once a day."""
    if scene.place.crop == "rice" or scene.fresh(scene.sensors("soil.moisture")):
        return None
    zone = zone_of(scene, scene.days)
    if zone is None:
        return None
    if zone.depletion is None:
        return Look(Signal.UNKNOWN, scene.at, 2)
    return short_of_water(scene, limits, zone)


def zone_of(scene: Scene, days: Sequence[Day]) -> RootZone | None:
    """The root zone now; None where nobody said what the soil is, what grows there and since when."""
    place = scene.place
    if place.soil is None or place.planted_on is None:
        return None
    try:
        standing = standing_of(place.crop, place.planted_on, place.soil, local_day(scene.at))
    except MissingInput:
        return None
    seen = scene.fresh(scene.sensors("soil.moisture"))
    probes = probes_of((each.sensor.depth_cm, each.point.value) for each in seen)
    return root_zone(standing, days, probes)


def short_of_water(scene: Scene, limits: Limits, zone: RootZone) -> Look:
    """Whether to bring water and how much; rain told for the next 24 h that makes up for it puts it off."""
    assert zone.depletion is not None
    assert zone.stress is not None
    gone, ready = zone.depletion.depletion_mm, zone.held.ready_mm
    if gone < ready:
        clear = gone < need(limits, "refilled") * ready
        return Look(Signal.CLEAR if clear else Signal.HOLD, scene.at, 2, gone, ready, "easing")
    rain = rain_mm(scene.forecast, scene.at, timedelta(hours=24))
    advice = advise(zone, rain, need(limits, "efficiency"))
    assert advice is not None
    severity = 4 if zone.stress < need(limits, "stress_severe") else 3 if zone.stress < need(limits, "stress") else 2
    more = (("mm", advice.gross_mm), ("rain", rain or 0.0))
    return Look(Signal.RAISE, scene.at, severity, gone, ready, SPOKEN[advice.verdict], more)


def soaked(scene: Scene, limits: Limits) -> Look | None:
    """S2: more than half of the pores that should hold air are full of water. Rice wants it so."""
    if scene.place.crop == "rice":
        return None
    moisture = mean_moisture(scene)
    if moisture is None:
        return _unknown(scene, "soil.moisture", 3)
    capacity, saturation = need(limits, "field_capacity"), need(limits, "saturation")
    raises = (capacity + saturation) / 2
    if moisture > raises:
        return Look(Signal.RAISE, scene.at, 3, moisture, raises)
    drained = moisture < capacity + need(limits, "clears")
    return Look(Signal.CLEAR if drained else Signal.HOLD, scene.at, 3, moisture, raises)


def unseen(scene: Scene, limits: Limits) -> Look | None:
    """S3: a valve was open and hours later no probe in the upper soil has become wetter."""
    valves = scene.sensors("valve.state")
    probes = [each for each in scene.sensors("soil.moisture") if (each.depth_cm or 0) <= SHALLOW_CM]
    if not valves or not probes:
        return None
    span = timedelta(hours=need(limits, "hours"))
    ended = max((at for valve in valves if (at := _run_end(scene, valve))), default=None)
    if ended is None:
        return Look(Signal.CLEAR, scene.at, 3)
    rises = [rise for probe in probes if (rise := _rise(scene, probe, ended)) is not None]
    if any(rise >= need(limits, "rise") for rise in rises):
        return Look(Signal.CLEAR, scene.at, 3)
    if not rises or scene.at - ended < span:
        return Look(Signal.UNKNOWN, scene.at, 3)
    return Look(Signal.RAISE, scene.at, 3, max(rises), limits["rise"])


def reflood(scene: Scene, limits: Limits) -> Look | None:
    """P1: alternate wetting and drying; outside the days of flowering."""
    level = tube_cm(scene)
    if not scene.sensors("water.level", kind=Kind.PADDY) or in_flower(scene, limits):
        return None
    if level is None:
        return Look(Signal.UNKNOWN, scene.at, 2)
    return _low(scene, level, reflood_at_cm(scene, limits), need(limits, "clears"), 2)


def reflood_at_cm(scene: Scene, limits: Limits) -> float:
    """The level in a tube at which water is brought again; a young field is kept wet."""
    age = scene.age_days()
    young = age is not None and age < paddy.DRYING_BEGINS_DAYS
    return need(limits, "young") if young else need(limits, "raises")


def keep_flooded(scene: Scene, limits: Limits) -> Look | None:
    """P2: from a week before flowering to a week after it the field keeps its water."""
    if not scene.sensors("water.level", kind=Kind.PADDY) or not in_flower(scene, limits):
        return None
    level = tube_cm(scene)
    if level is None:
        return Look(Signal.UNKNOWN, scene.at, 3)
    return _low(scene, level, need(limits, "raises"), need(limits, "clears"), 3)


def in_flower(scene: Scene, limits: Limits) -> bool:
    """Rice within the window around its day of flowering; without a planting date nobody knows, and it is not."""
    age = scene.age_days()
    if scene.place.crop != "rice" or age is None:
        return False
    return abs(age - need(limits, "flowers_on_day")) <= need(limits, "window_days")


def mean_moisture(scene: Scene) -> float | None:
    """The mean of the fresh probes around the roots; where only deeper ones are, of those. In % by volume."""
    probes = scene.sensors("soil.moisture")
    near = [each for each in probes if (each.depth_cm or 0) <= ROOTS_CM] or probes
    values = [seen.point.value for seen in scene.fresh(near)]
    return sum(values) / len(values) if values else None


def tube_cm(scene: Scene) -> float | None:
    """The lowest fresh level in a field tube, in cm above the soil's surface."""
    seen = scene.fresh(scene.sensors("water.level", kind=Kind.PADDY))
    return min((each.point.value * 100 for each in seen), default=None)


def _low(scene: Scene, level: float, raises: float, clears: float, severity: int) -> Look:
    below = level <= raises
    signal = Signal.RAISE if below else Signal.CLEAR if level >= clears else Signal.HOLD
    return Look(signal, scene.at, severity, level, raises, variant="below" if level < 0 else "above")


def _unknown(scene: Scene, key: str, severity: int) -> Look | None:
    return Look(Signal.UNKNOWN, scene.at, severity) if scene.sensors(key) else None


def _run_end(scene: Scene, valve: Sensor) -> datetime | None:
    """When the last run that is known ended."""
    points = scene.recent.get(valve.series_id, ())
    ends = [after.at for before, after in pairwise(points) if before.value >= 1 > after.value]
    return ends[-1] if ends else None


def _rise(scene: Scene, probe: Sensor, ended: datetime) -> float | None:
    """How much wetter the probe became since the run's end, in points of %; None where it did not speak since."""
    points = scene.recent.get(probe.series_id, ())
    before = [point.value for point in points if point.at <= ended]
    after = [point.value for point in points if point.at > ended]
    return max(after) - min(before[-4:]) if before and after else None
