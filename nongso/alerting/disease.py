"""Rules about weather that favours diseases; they look once a day, at whole days that are known."""

from nongso.agronomy import epirice
from nongso.agronomy.disease import HuttonDay, hutton_alert, hutton_day
from nongso.alerting.machine import Look
from nongso.alerting.rule import Limits, Looking
from nongso.alerting.scene import Day, Scene
from nongso.alerting.soil import mean_moisture
from nongso.alerting.water import need
from nongso.rules import Signal

BLIGHTED = ("potato", "tomato")
HOURS_A_DAY = 24


def rice(disease: str) -> Looking:
    """D1 to D4: EPIRICE's relative rate, the mean of seven days."""

    def look(scene: Scene, limits: Limits) -> Look | None:
        if scene.place.crop != "rice" or not scene.days or scene.place.planted_on is None:
            return None
        planted = scene.place.planted_on
        row = epirice.DISEASES[disease]
        grown = [day for day in scene.days if 0 <= (day.day - planted).days <= 400]
        days = [epirice.day_index(row, (d.day - planted).days, d.t_mean_c, d.rh_mean, d.rain_mm) for d in grown]
        index = epirice.week_index(days).index
        if index is None:
            return Look(Signal.UNKNOWN, scene.at, 2)
        severity = 3 if index > need(limits, "severe") else 2
        if index > need(limits, "raises"):
            return Look(Signal.RAISE, scene.at, severity, index, limits["raises"])
        return Look(
            Signal.CLEAR if index < need(limits, "clears") else Signal.HOLD, scene.at, 2, index, limits["raises"]
        )

    return look


def late_blight(scene: Scene, limits: Limits) -> Look | None:
    """D5: two Hutton days running; over after as many days without."""
    if scene.place.crop not in BLIGHTED or len(scene.days) < 2:
        return None
    answer = hutton_alert(_hutton(scene.days[-2]), _hutton(scene.days[-1]))
    if answer is None:
        return Look(Signal.UNKNOWN, scene.at, 3)
    return Look(Signal.RAISE if answer else Signal.CLEAR, scene.at, 3)


def foot_rot(scene: Scene, limits: Limits) -> Look | None:
    """D7: warm, humid, rainy days on soaked soil, where pepper dies fast. Soil that nobody measures is not soaked for sure."""
    if scene.place.crop != "black_pepper" or not scene.days:
        return None
    day, moisture = scene.days[-1], mean_moisture(scene)
    if day.t_mean_c is None or day.rh_mean is None or day.rain_mm is None or moisture is None:
        return Look(Signal.UNKNOWN, scene.at, 3)
    if day.rain_mm < need(limits, "clears"):
        return Look(Signal.CLEAR, scene.at, 3, day.rain_mm, limits["rain"])
    warm = need(limits, "t_low") <= day.t_mean_c <= need(limits, "t_high")
    wet = day.rh_mean >= need(limits, "rh") and day.rain_mm >= need(limits, "rain") and moisture > need(limits, "soil")
    return Look(Signal.RAISE if warm and wet else Signal.HOLD, scene.at, 3, day.rain_mm, limits["rain"])


def coffee_rust(scene: Scene, limits: Limits) -> Look | None:
    """D6: what the wet spells of seven days let of the rust into the leaves (Bebber 2016), 1 as much as a whole wet day at its best."""
    if not scene.place.crop.startswith("coffee") or not scene.days:
        return None
    known = [day.rust for day in scene.days[-epirice.MEAN_OF_DAYS :] if day.rust is not None]
    if len(known) < epirice.FEWEST_KNOWN_DAYS:
        return Look(Signal.UNKNOWN, scene.at, 2)
    week = sum(known)
    severity = 3 if week > need(limits, "severe") else 2
    if week > need(limits, "raises"):
        return Look(Signal.RAISE, scene.at, severity, week, limits["raises"])
    return Look(Signal.CLEAR if week < need(limits, "clears") else Signal.HOLD, scene.at, 2, week, limits["raises"])


def _hutton(day: Day) -> HuttonDay:
    return hutton_day(day.t_min_c, day.humid_hours, HOURS_A_DAY - day.hours)
