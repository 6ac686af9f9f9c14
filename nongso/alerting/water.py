"""Rules about the water that fields are irrigated from: salt, its return to fresh, quality, floods, a pump running dry."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from nongso.agronomy.inputs import ImpossibleInput
from nongso.agronomy.salinity import practical_salinity
from nongso.agronomy.water_quality import Fitness, check_qcvn_39
from nongso.alerting.machine import Look
from nongso.alerting.rule import Limits
from nongso.alerting.scene import Point, Scene, Seen, Sensor
from nongso.devices import Kind
from nongso.rules import Signal, salt_limit_g_l

SALT = ("water.salinity", "water.ec")
HOUR = timedelta(hours=1)
IN_AIR_G_L = 0.05  # rivers of the delta carry more: a sonde that reads less hangs in the air; our choice
IN_AIR_DEPTH_M = 0.05  # closer to nought a depth sensor hangs in the air; our choice
FALL_SHARE, FALL_G_L = 0.2, 1.0  # a fall to a fifth, by a gram or more, within an hour is no tide; our choice
TDS_MG_L_PER_G_L = 1000.0


def over_limit(scene: Scene, limits: Limits) -> Look | None:
    """W2: more salt than the crop bears. Water of a sonde that may hang in the air is not known."""
    limit = limit_g_l(scene, limits)
    return _salt_above(scene, limits, limit, limit * need(limits, "clears"), severity=4)


def rising(scene: Scene, limits: Limits) -> Look | None:
    """W1: near the crop's limit, or on a steep way there from a third of it on."""
    limit = limit_g_l(scene, limits)
    look = _salt_above(scene, limits, limit * need(limits, "raises"), limit * need(limits, "clears"), severity=2)
    if look is None or look.value is None or look.signal is Signal.RAISE:
        return look
    steep = any(slope(scene, sensor) > need(limits, "slope") for sensor in scene.sensors(*SALT))
    near = look.value > limit * need(limits, "near")
    return Look(Signal.RAISE, look.at, 2, look.value, limit) if steep and near else look


def line(scene: Scene, limits: Limits) -> Look | None:
    """W3: the line of 1 or 4 g/L has reached a station in the canal or river."""
    raises = need(limits, "raises")
    severity = 4 if raises >= need(limits, "severe") else 2
    return _salt_above(scene, limits, raises, need(limits, "clears"), severity)


def fresh_again(scene: Scene, limits: Limits) -> Look | None:
    """W4: fresh for sure: measured low, by a sonde proved to be under water, without a step. Never from salt alone."""
    if not scene.sensors(*SALT):
        return None
    salts = [(seen, salt_g_l(seen)) for seen in scene.fresh(_best(scene))]
    known = [(seen, value) for seen, value in salts if value is not None]
    limit = limit_g_l(scene, limits)
    proved = [value for seen, value in known if proved_under_water(scene, seen, limits)]
    if not known or len(proved) < len(salts):
        return Look(Signal.UNKNOWN, scene.at, 1)
    highest = max(proved)
    stepped = any(step_g_l(scene, seen.sensor) > need(limits, "step") for seen, _ in known)
    signal = Signal.RAISE if highest < limit * need(limits, "fresh") and not stepped else Signal.CLEAR
    return Look(signal, scene.at, 1, highest, limit)


def unfit_class(scene: Scene, limits: Limits) -> Look | None:
    """W5: what QCVN 39:2011/BTNMT sets for irrigation water: acidity, oxygen, dissolved salts."""
    readings = {"ph": "water.ph", "do": "water.do", "tds": "water.salinity"}
    seen = {name: scene.fresh(scene.sensors(key, kind=Kind.CANAL)) for name, key in readings.items()}
    sample = {name: found[0].point.value for name, found in seen.items() if found}
    if not any(scene.sensors(key, kind=Kind.CANAL) for key in readings.values()):
        return None
    if not sample:
        return Look(Signal.UNKNOWN, scene.at, 3)
    if "tds" in sample:
        sample["tds"] *= TDS_MG_L_PER_G_L
    unfit = [each for each in check_qcvn_39(sample) if each.fitness is Fitness.UNFIT]
    if not unfit:
        return Look(Signal.CLEAR, scene.at, 3)
    worst = unfit[0]
    bound = worst.bound.low if worst.value is not None and worst.value < worst.bound.low else worst.bound.high
    return Look(Signal.RAISE, scene.at, 3, worst.value, bound, variant=worst.quantity)


def flood(scene: Scene, limits: Limits) -> Look | None:
    """W6: water near the top of the bank, or rising fast half a metre below it.

    Says nothing until the field says how high its bank is: twice a day every tide rises faster than a flood does.
    """
    bank, sensors = limits["bank"], scene.sensors("water.level", kind=Kind.CANAL)
    if bank is None or not sensors:
        return None
    seen = scene.fresh(sensors)
    if not seen:
        return Look(Signal.UNKNOWN, scene.at, 4)
    level, brim = max(each.point.value for each in seen), bank - need(limits, "margin")
    rise_cm_h = max(slope(scene, sensor) for sensor in sensors) * 100
    if level > brim:
        return Look(Signal.RAISE, scene.at, 4, level, brim, variant="high")
    near = level > bank - need(limits, "near")
    if near and rise_cm_h > need(limits, "rise"):
        return Look(Signal.RAISE, scene.at, 4, rise_cm_h, limits["rise"], variant="rising")
    low = level < brim - need(limits, "margin_clears")
    calm = not near or rise_cm_h < need(limits, "rise_clears")
    return Look(Signal.CLEAR if low and calm else Signal.HOLD, scene.at, 4, level, brim, variant="high")


def pump_low(scene: Scene, limits: Limits) -> Look | None:
    """W7: too little water over the pump's inlet. Says nothing until the field says where the inlet is."""
    inlet, sensors = limits["inlet"], scene.sensors("water.level", kind=Kind.CANAL)
    if inlet is None or not sensors:
        return None
    seen = scene.fresh(sensors)
    if not seen:
        return Look(Signal.UNKNOWN, scene.at, 3)
    level = min(each.point.value for each in seen)
    if level < inlet + need(limits, "raises"):
        return Look(Signal.RAISE, scene.at, 3, level, inlet)
    safe = level > inlet + need(limits, "clears")
    return Look(Signal.CLEAR if safe else Signal.HOLD, scene.at, 3, level, inlet)


def limit_g_l(scene: Scene, limits: Limits) -> float:
    """The office's limit where it set one, else what the crop bears."""
    return limits["limit"] or salt_limit_g_l(scene.place.crop)


def need(limits: Limits, name: str) -> float:
    """A limit that is shipped with a value, so that no setting can take it away."""
    value = limits[name]
    assert value is not None
    return value


def salt_g_l(seen: Seen) -> float | None:
    """Salinity in g/L; conductivity by PSS-78. None where it lies beyond the scale."""
    return as_salt(seen.sensor, seen.point.value)


def as_salt(sensor: Sensor, value: float) -> float | None:
    if sensor.property == "water.salinity":
        return value
    try:
        return practical_salinity(value / 1000).salinity
    except ImpossibleInput:
        return None


def slope(scene: Scene, sensor: Sensor) -> float:
    """How fast the last hour rose, in the unit of the series (g/L for salt) an hour; 0 with less than half an hour known."""
    points = scene.within(sensor, HOUR)
    if len(points) < 2 or points[-1].at - points[0].at < HOUR / 2:
        return 0.0
    first, last = (as_salt(sensor, p.value) if sensor.property in SALT else p.value for p in (points[0], points[-1]))
    if first is None or last is None:
        return 0.0
    return (last - first) / ((points[-1].at - points[0].at) / HOUR)


def step_g_l(scene: Scene, sensor: Sensor) -> float:
    """The greatest change between two readings of the last hours, either way."""
    salts = [as_salt(sensor, point.value) for point in scene.recent.get(sensor.series_id, ())]
    known = [value for value in salts if value is not None]
    return max((abs(after - before) for before, after in pairwise(known)), default=0.0)


def proved_under_water(scene: Scene, seen: Seen, limits: Limits) -> bool:
    """The same device's depth says so now. Without a depth nothing is proved."""
    return _depth_m(scene, seen.sensor) >= need(limits, "submerged") and not _hangs_in_air(scene, seen)


def may_hang_in_air(scene: Scene, seen: Seen) -> bool:
    """A depth near nought, a reading that no river has, or an unresolved fall that no tide makes."""
    return _hangs_in_air(scene, seen) or fall(scene.recent.get(seen.sensor.series_id, ()), seen.sensor) is not None


def fall(points: Sequence[Point], sensor: Sensor) -> int | None:
    """Where an impossible fall begins that no later reading made up for by half; None without one.

    Readings from there on are kept however old they grow (history.trimmed), so that a sonde that was lifted stays lifted.
    """
    salts = [as_salt(sensor, point.value) for point in points]
    for index, (before, after) in enumerate(pairwise(salts)):
        if before is None or after is None or points[index + 1].at - points[index].at > HOUR:
            continue
        fell = before - after >= FALL_G_L and after <= before * FALL_SHARE
        if fell and all(value is None or value < before / 2 for value in salts[index + 1 :]):
            return index
    return None


def _hangs_in_air(scene: Scene, seen: Seen) -> bool:
    salt = salt_g_l(seen)
    return (salt is not None and salt < IN_AIR_G_L) or abs(_depth_m(scene, seen.sensor)) < IN_AIR_DEPTH_M


def _depth_m(scene: Scene, sensor: Sensor) -> float:
    """The water over the device's own depth sensor, in m; NaN, which is neither deep nor shallow, where it has none that speaks."""
    depths = [each for each in scene.sensors("water.level") if each.device_id == sensor.device_id]
    return min((seen.point.value for seen in scene.fresh(depths)), default=float("nan"))


def _best(scene: Scene) -> list[Sensor]:
    """Salinity where it is measured, else conductivity."""
    return scene.sensors("water.salinity") or scene.sensors("water.ec")


def _salt_above(scene: Scene, limits: Limits, raises: float, clears: float, severity: int) -> Look | None:
    sensors = _best(scene)
    if not sensors:
        return None
    seen = scene.fresh(sensors)
    salts = [value for each in seen if (value := salt_g_l(each)) is not None]
    limit = limits.get("limit") or (raises if "severe" in limits else salt_limit_g_l(scene.place.crop))
    if not salts:
        return Look(Signal.UNKNOWN, scene.at, severity)
    highest = max(salts)
    if highest > raises or ("severe" in limits and highest >= raises):
        return Look(Signal.RAISE, scene.at, severity, highest, limit)
    if any(may_hang_in_air(scene, each) for each in seen):
        return Look(Signal.UNKNOWN, scene.at, severity)
    return Look(Signal.CLEAR if highest < clears else Signal.HOLD, scene.at, severity, highest, limit)
