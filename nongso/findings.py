"""What the rules say of a field right now, by the limits in force there: its card, its why and its chart's line rest on this. Pure.

The looks are those of the alerts (nongso/alerting), so a card and an alert never judge by two numbers.
A card knows only the newest reading of each sensor: what needs a history (a fall that no tide makes, a slope) the alert sees first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nongso import rules
from nongso.alerting import soil, water, weather
from nongso.alerting.catalogue import get_rule
from nongso.alerting.machine import Look
from nongso.alerting.rule import Armed, Limits, Setting, arm, stage_of
from nongso.alerting.scene import Place, Point, Scene, Seen, Sensor
from nongso.conditions import Conditions, Observation, fresh, known_until
from nongso.devices import silent_after
from nongso.rules import Level, Signal, salt_limit_g_l
from nongso.sentences import Sentence, Value

ON_A_CARD = ("salt", "salt_rising", "paddy", "paddy_flower", "dry", "heat")
SPOKEN_AS = {"paddy_flower": "paddy"}  # on a day only one of the two looks at the tube
ACT_FROM = {"salt": 4, "dry": 3, "heat": 4}  # severity; what is not here only asks to be watched
NOBODYS = 0  # no look asks whose the place is
TOLD_BY_DEPTH = {"irrigate": "zone", "blind": "zone", "easing": "zone", "rain": "rain"}  # an alert's word, a card's


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule on one field. `at` is when the deciding reading was made; `value` and `limit` are in the unit of the rule's text.

    `variant` picks among the texts of a rule: dry soil told by the root zone's depth of water, with or without rain to come.
    `is_set`: the office set what `limit` is.
    """

    rule: str
    armed: Armed
    signal: Signal
    level: Level
    value: float | None = None
    limit: float | None = None
    at: datetime | None = None
    gaps: tuple[Sentence, ...] = ()
    variant: str = ""
    is_set: bool = False

    def sentence(self, key: str, crop: str) -> Sentence:
        """A text about this finding. Water in a paddy is told by its distance above or below the soil's surface."""
        values: dict[str, Value] = {"crop": crop}
        if self.value is not None:
            values |= {"value": self.value, "depth": abs(self.value)}
        if self.limit is not None:
            values |= {"limit": self.limit, "limit_depth": abs(self.limit)}
        if self.variant:
            return Sentence(f"{key}_{self.variant}", values)
        if self.rule != "paddy" or self.value is None:
            return Sentence(key, values)
        return Sentence(f"{key}.{'below' if self.value < 0 else 'above'}", values)


@dataclass(frozen=True, slots=True)
class LimitLine:
    """The line beside a chart's: `value` in the canonical unit of `property`, its name is the text key `chart.limit.<name>`."""

    property: str
    name: str
    value: float


def judge(field: Conditions, now: datetime, settings: Sequence[Setting]) -> list[Finding]:
    """Every rule that applies to the field: one without a sensor for it, or switched off, says nothing."""
    scene = scene_of(field, now)
    looks = [(armed, armed.rule.look(scene, armed.limits)) for armed in in_force(scene, settings)]
    return [_finding(scene, field, armed, look) for armed, look in looks if look is not None]


def in_force(scene: Scene, settings: Sequence[Setting]) -> list[Armed]:
    """The rules of a card with the numbers that hold at the place: what its office set, else what is shipped."""
    stage = stage_of(scene.place, scene.at)
    armed = (arm(get_rule(slug), scene.place, settings, stage) for slug in ON_A_CARD)
    return [each for each in armed if each is not None]


def scene_of(field: Conditions, now: datetime) -> Scene:
    """What is known of a field as the rules look at it. Series are numbered by their place: one that never spoke has no number of its own."""
    sensors, recent = [], {}
    for number, each in enumerate(field.observations):
        span = silent_after(each.expected_interval_s)
        sensors.append(Sensor(number, each.device_id, each.device_kind, each.property, each.depth_cm, span))
        if each.fit_at is not None and each.fit_value is not None:
            recent[number] = (Point(each.fit_at, each.fit_value),)
    crop, planted_on = field.crop, field.planted_on
    place = Place(field.field_id, None, NOBODYS, crop, planted_on, tuple(sensors), field.soil, field.area_m2)
    return Scene(place, now, recent, (), field.forecast)


def salt_limit(field: Conditions, now: datetime, settings: Sequence[Setting]) -> float:
    """The salinity in g/L that the field's water must not have more of; the crop's own where the office switched the rule off."""
    scene = scene_of(field, now)
    armed = next((each for each in in_force(scene, settings) if each.rule.slug == "salt"), None)
    return water.limit_g_l(scene, armed.limits) if armed else salt_limit_g_l(field.crop)


def limit_lines(field: Conditions, now: datetime, settings: Sequence[Setting]) -> list[LimitLine]:
    """The limits in force that a chart can show beside what was measured."""
    scene = scene_of(field, now)
    limits = {armed.rule.slug: armed.limits for armed in in_force(scene, settings)}
    found = []
    if "salt" in limits:
        found.append(LimitLine("water.salinity", "salt", water.limit_g_l(scene, limits["salt"])))
    if "dry" in limits and not rules.paddy_observations(field):
        found.append(LimitLine("soil.moisture", "dry", soil.dry_below(scene, limits["dry"])))
    if rules.paddy_observations(field) == field.of("water.level"):  # a canal's level is another thing
        found += _paddy_lines(scene, limits)
    if "heat" in limits:
        found.append(LimitLine("air.temperature", "heat", weather.heat_limits(scene, limits["heat"]).raises))
    return found


def _paddy_lines(scene: Scene, limits: Mapping[str, Limits]) -> list[LimitLine]:
    """The level at which the rule that looks at the tube today asks for water."""
    blooms = limits.get("paddy_flower")
    if blooms is not None and soil.in_flower(scene, blooms):
        return [LimitLine("water.level", "paddy", water.need(blooms, "raises") / 100)]
    dries = limits.get("paddy")
    if not scene.sensors("water.level") or dries is None or soil.in_flower(scene, dries):
        return []
    return [LimitLine("water.level", "paddy", soil.reflood_at_cm(scene, dries) / 100)]


def _finding(scene: Scene, field: Conditions, armed: Armed, look: Look) -> Finding:
    rule = SPOKEN_AS.get(armed.rule.slug, armed.rule.slug)
    if look.signal is Signal.UNKNOWN:
        return Finding(rule, armed, Signal.UNKNOWN, Level.STALE, gaps=_gaps(scene, field, rule))
    waits = look.variant == "rain"
    acute = look.severity >= ACT_FROM.get(rule, look.severity + 1) and not waits
    level = Level.ACT if acute else Level.WATCH
    variant = TOLD_BY_DEPTH.get(look.variant, "")
    return Finding(
        rule,
        armed,
        look.signal,
        level,
        look.value,
        look.limit,
        _decided_at(scene, field, rule, variant),
        variant=variant,
        is_set=_is_set(scene, armed, look),
    )


def _is_set(scene: Scene, armed: Armed, look: Look) -> bool:
    """Whether the limit would be another by what is shipped."""
    shipped = {name: limit.value for name, limit in armed.rule.limits.items()}
    if armed.limits == shipped:
        return False
    usual = armed.rule.look(scene, shipped)
    return usual is None or usual.limit != look.limit


def observed_by(field: Conditions, rule: str) -> list[Observation]:
    """What a rule looks at."""
    if rule in ("salt", "salt_rising"):
        return rules.salt_observations(field)
    if rule == "paddy":
        return rules.paddy_observations(field)
    return rules.soil_observations(field) if rule == "dry" else field.of("air.temperature")


def _decided_at(scene: Scene, field: Conditions, rule: str, variant: str) -> datetime | None:
    """When the deciding reading was made; of several probes that decide together, the oldest."""
    if variant:
        return min(known_until(each) for each in fresh(field.of("soil.moisture"), scene.at))
    measured = {
        "salt": rules.salinity,
        "salt_rising": rules.salinity,
        "paddy": rules.paddy_level_cm,
        "dry": rules.soil_moisture,
        "heat": rules.warmest,
    }[rule](field, scene.at)
    return measured.at if measured else None


def _gaps(scene: Scene, field: Conditions, rule: str) -> tuple[Sentence, ...]:
    """Who does not speak, and which sonde speaks of water that it may not stand in."""
    silent = rules.gaps(observed_by(field, rule), scene.at)
    if rule not in ("salt", "salt_rising"):
        return silent
    lifted = [field.observations[each.sensor.series_id] for each in _lifted(scene)]
    return (*silent, *(Sentence("verdict.gap.lifted", {"device": each.device_name}) for each in lifted))


def _lifted(scene: Scene) -> list[Seen]:
    sondes = scene.sensors("water.salinity") or scene.sensors("water.ec")
    return [seen for seen in scene.fresh(sondes) if water.may_hang_in_air(scene, seen)]
