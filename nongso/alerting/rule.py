"""A rule as data: its limits with their sources, its timing, what it mutes; and how an office changes it for a crop or a field."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import isfinite

from nongso.agronomy.crop_table import CROPS
from nongso.agronomy.stages import stage_on
from nongso.alerting.machine import Look, Timing
from nongso.alerting.scene import Place, Scene
from nongso.clock import local_day
from nongso.errors import InvalidInput, NotFound


class UnknownRule(NotFound):
    """No rule has this name."""

    code = "rule.unknown"


class UnknownLimit(InvalidInput):
    """The rule has no limit of this name; `known` lists those it has."""

    code = "rule.unknown_limit"


class ImpossibleLimit(InvalidInput):
    """A limit outside `low` to `high`, or one that clears where it should raise."""

    code = "rule.impossible_limit"


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of a rule. `value` None: the place must say; `source` names a text `source.<slug>`, None: our choice. `low` and `high` are what it may be."""

    value: float | None
    unit: str
    source: str | None = None
    low: float = 0.0
    high: float = 1_000_000.0


Limits = Mapping[str, float | None]
Looking = Callable[[Scene, Limits], Look | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the catalogue. `code` is its place there (W2), `slug` its name everywhere else, its texts are `rule.<slug>`.

    `watches` are the properties whose readings make it look; without any it looks once a day.
    `after` names the rule whose end must be fresh for this one to speak.
    `below` pairs limits: the first must lie below the second, or the alert would flap.
    `forecast`: "needs" one, without which it says nothing, or "uses" one where there is one.
    `is_advice`: answers who asks, opens no alert.
    `limit_of`: the rule whose `limit` holds here too as long as nobody set one for this rule itself.
    """

    slug: str
    code: str
    look: Looking
    watches: tuple[str, ...]
    limits: Mapping[str, Limit]
    timing: Timing
    source: str
    mutes: tuple[str, ...] = ()
    after: str | None = None
    below: tuple[tuple[str, str], ...] = ()
    forecast: str = ""
    is_advice: bool = False
    limit_of: str = ""

    @property
    def is_daily(self) -> bool:
        return not self.watches


@dataclass(frozen=True, slots=True)
class Setting:
    """What an office changed: for one crop, one stage of it, one field, or all. None leaves a thing as shipped."""

    rule: str
    crop: str | None = None
    stage: str | None = None
    field_id: int | None = None
    is_on: bool | None = None
    limits: Mapping[str, float] | None = None
    hold_for: timedelta | None = None
    clear_for: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Armed:
    """A rule with the numbers that hold for one place."""

    rule: Rule
    limits: Limits
    timing: Timing


def arm(rule: Rule, place: Place, settings: Iterable[Setting], stage: str | None) -> Armed | None:
    """The rule for a place, the most particular setting last; None where it is switched off."""
    fitting = [each for each in settings if each.rule in (rule.slug, rule.limit_of) and fits(each, place, stage)]
    fitting.sort(key=particularity)
    limits: dict[str, float | None] = {name: limit.value for name, limit in rule.limits.items()}
    for setting in (each for each in fitting if each.rule == rule.limit_of and each.limits):
        limits |= {name: value for name, value in (setting.limits or {}).items() if name == "limit"}
    timing, is_on = rule.timing, True
    for setting in (each for each in fitting if each.rule == rule.slug):
        is_on = is_on if setting.is_on is None else setting.is_on
        limits |= setting.limits or {}
        timing = replace(
            timing,
            hold_for=timing.hold_for if setting.hold_for is None else setting.hold_for,
            clear_for=timing.clear_for if setting.clear_for is None else setting.clear_for,
        )
    return Armed(rule, limits, timing) if is_on else None


def fits(setting: Setting, place: Place, stage: str | None) -> bool:
    return (
        setting.crop in (None, place.crop)
        and setting.stage in (None, stage)
        and setting.field_id in (None, place.field_id)
    )


def particularity(setting: Setting) -> tuple[bool, bool, bool]:
    """A field's own number stands above one for a stage, that above one for a crop."""
    return setting.field_id is not None, setting.stage is not None, setting.crop is not None


def stage_of(place: Place, at: datetime) -> str | None:
    """The crop's stage on a day by FAO-56 Table 11; None without a planting date or without stage lengths."""
    crop = CROPS.get(place.crop)
    if crop is None or crop.lengths is None or place.planted_on is None:
        return None
    return stage_on(crop.lengths, place.planted_on, local_day(at)).stage


def check(rule: Rule, limits: Mapping[str, float]) -> None:
    """Raises UnknownLimit or ImpossibleLimit for limits that the rule cannot hold."""
    for name, value in limits.items():
        limit = rule.limits.get(name)
        if limit is None:
            raise UnknownLimit(limit=name, known=", ".join(rule.limits))
        if not isfinite(value) or not limit.low <= value <= limit.high:
            raise ImpossibleLimit(limit=name, value=value, low=limit.low, high=limit.high)
    whole = {name: limit.value for name, limit in rule.limits.items()} | dict(limits)
    for lower, upper in rule.below:
        low, high = whole[lower], whole[upper]
        if low is not None and high is not None and low >= high:
            raise ImpossibleLimit(limit=lower, value=low, low=rule.limits[lower].low, high=high)
