"""The rules of alerts: what is shipped, what the office changed, and how often a rule would have fired before it is switched on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.deps import Conn, Lang, Now, OfficeWriter, SignedIn
from api.inputs import Body, Slug
from nongso import store
from nongso.alerting.catalogue import RULES, get_rule
from nongso.alerting.history import Track, play
from nongso.alerting.rule import Rule, Setting, UnknownLimit, arm, check, stage_of
from nongso.alerting.scene import Day
from nongso.clock import local_day
from nongso.forecast import nearest
from nongso.store import audit_lines, forecasts, rules
from nongso.store.days import whole_days
from nongso.store.rules import StoredSetting, Watched
from nongso.text import find, say

router = APIRouter(prefix="/api/v1", tags=["rules"])

DRY_RUN_DAYS = 30
LONGEST_WAIT_S = 7 * 86_400
FieldId = Annotated[int, Field(ge=1, le=2**31 - 1)]
Wait = Annotated[int, Field(ge=0, le=LONGEST_WAIT_S)]


@dataclass(frozen=True, slots=True)
class LimitView:
    """A number of a rule; `value` null: the place must say, or the crop's table does. `note` is there where it is our choice."""

    name: str
    value: float | None
    unit: str
    source: str | None
    note: str | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RuleView:
    """A shipped rule. `note` says that it is our choice, or what it cannot do without a forecast.

    `is_advice`: it opens no alert and speaks where a field's forecast is shown.
    """

    slug: str
    code: str
    name: str
    source: str
    note: str | None
    is_advice: bool
    limits: list[LimitView]
    hold_s: int
    hold_count: int
    clear_s: int
    mutes: list[str]


class SettingBody(Body):
    """A change for all, for a crop, a stage of it, or a field; what is left out stays as shipped."""

    crop: Slug | None = None
    stage: Slug | None = None
    field_id: FieldId | None = None
    is_on: bool | None = None
    limits: dict[Slug, float] = Field(default_factory=dict, max_length=20)
    hold_s: Wait | None = None
    clear_s: Wait | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    opened_at: datetime
    closed_at: datetime | None
    severity: int
    value: float | None


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a rule would have done over the last days at a field, late readings included."""

    times: int
    days: int
    text: str
    fired: list[Fired]


@router.get("/rules")
def list_rules(conn: Conn, viewer: SignedIn, now: Now, lang: Lang) -> list[RuleView]:
    """The catalogue as shipped, in its order; while the office has no forecast, the rules that look at one say so."""
    has_forecast = bool(forecasts.list_standing(conn, viewer.office_id, now))
    return [rule_view(lang, rule, has_forecast) for rule in RULES.values()]


@router.get("/rule-settings")
def list_settings(conn: Conn, viewer: SignedIn) -> list[StoredSetting]:
    """What the office changed, and who did."""
    return rules.list_settings(conn, viewer)


@router.put("/rules/{slug}/setting", status_code=204)
def put_setting(conn: Conn, viewer: OfficeWriter, now: Now, slug: str, body: SettingBody) -> None:
    """Change a rule; the most particular change holds: field before stage before crop."""
    setting = read_setting(slug, body)
    rules.put_setting(conn, viewer, setting, now)
    audit_lines.insert(conn, viewer, "rule.set", f"rule:{slug}", {"limits": str(dict(body.limits))})


@router.delete("/rules/{slug}/setting", status_code=204)
def delete_setting(
    conn: Conn,
    viewer: OfficeWriter,
    slug: str,
    crop: str | None = None,
    stage: str | None = None,
    field_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> None:
    """Back to what is shipped; nothing happens where nothing was changed."""
    rules.delete_setting(conn, viewer, Setting(get_rule(slug).slug, crop, stage, field_id))
    audit_lines.insert(conn, viewer, "rule.reset", f"rule:{slug}")


@router.get("/rules/{slug}/dry-run")
def dry_run(
    conn: Conn,
    viewer: SignedIn,
    now: Now,
    lang: Lang,
    slug: str,
    field_id: Annotated[int, Query(ge=1, le=2**31 - 1)],
    limit: Annotated[list[str] | None, Query(max_length=20)] = None,
    hold_s: Annotated[int | None, Query(ge=0, le=LONGEST_WAIT_S)] = None,
) -> DryRun:
    """How often the rule would have fired over the last 30 days; `limit` is `name:number`, as often as needed."""
    rule = get_rule(slug)
    limits = read_limits(limit or [])
    check(rule, limits)
    hold = None if hold_s is None else timedelta(seconds=hold_s)
    watched = rules.find_watched(conn, viewer, field_id, now)
    if watched is None:
        return DryRun(0, DRY_RUN_DAYS, say(lang, "rule.dry_run.nothing"), [])
    unmet = unmeasured(rule, watched)
    if unmet:
        names = ", ".join(find(lang, f"property.{each}") or each for each in unmet)
        return DryRun(0, DRY_RUN_DAYS, say(lang, "rule.dry_run.no_sensor", properties=names), [])
    tried = Setting(slug, field_id=field_id, is_on=True, limits=limits, hold_for=hold)
    fired = play_back(conn, watched, rule, [*rules.list_set(conn, viewer), tried], now)
    return DryRun(len(fired), DRY_RUN_DAYS, say(lang, "rule.dry_run.times", days=DRY_RUN_DAYS, times=len(fired)), fired)


def unmeasured(rule: Rule, watched: Watched) -> tuple[str, ...]:
    """What a rule watches where nothing at the field measures any of it: it would be silent for ever, which is not the same as calm."""
    observed = {sensor.property for sensor in watched.place.sensors}
    return rule.watches if rule.watches and observed.isdisjoint(rule.watches) else ()


def play_back(
    conn: store.Connection, watched: Watched, rule: Rule, settings: list[Setting], now: datetime
) -> list[Fired]:
    since = now - timedelta(days=DRY_RUN_DAYS)
    armed = arm(rule, watched.place, settings, stage_of(watched.place, now))
    points = rules.list_points(conn, rules.starts(watched, since), now, rules.HISTORY)
    days = days_of(conn, watched, now)
    told = nearest(forecasts.list_holding(conn, watched.place.office_id, since, now), watched.point)
    played = play(watched.place, [armed] if armed else [], Track(since), points, days, now, told)
    return [Fired(each.opened_at, each.closed_at, each.worst.severity, each.worst.value) for each in played.episodes]


def days_of(conn: store.Connection, watched: Watched, now: datetime) -> list[Day]:
    """The whole days of the dry run and a month before it, which rules over many days look back on."""
    today = local_day(now)
    return whole_days(conn, watched, today - timedelta(days=2 * DRY_RUN_DAYS), today - timedelta(days=1))


def read_setting(slug: str, body: SettingBody) -> Setting:
    """Raises UnknownRule, UnknownLimit or ImpossibleLimit."""
    check(get_rule(slug), body.limits)
    hold, clear = (None if each is None else timedelta(seconds=each) for each in (body.hold_s, body.clear_s))
    return Setting(slug, body.crop, body.stage, body.field_id, body.is_on, body.limits, hold, clear)


def read_limits(pairs: list[str]) -> dict[str, float]:
    limits = {}
    for pair in pairs:
        name, _, number = pair.partition(":")
        try:
            limits[name] = float(number)
        except ValueError:
            raise UnknownLimit(limit=pair, known="name:number") from None
    return limits


def note_of(lang: str, rule: Rule, has_forecast: bool) -> str | None:
    if rule.forecast and not has_forecast:
        return say(lang, f"rule.no_forecast.{rule.forecast}")
    return None if rule.source else say(lang, "rule.our_choice")


def source_text(lang: str, source: str | None) -> str | None:
    """Whose number it is, in the reader's words with the citation as it is; None: our choice."""
    return say(lang, f"source.{source}") if source else None


def rule_view(lang: str, rule: Rule, has_forecast: bool) -> RuleView:
    ours = say(lang, "rule.our_choice")
    return RuleView(
        rule.slug,
        rule.code,
        say(lang, f"rule.{rule.slug}"),
        source_text(lang, rule.source) or "",
        note_of(lang, rule, has_forecast),
        rule.is_advice,
        [
            LimitView(
                name,
                each.value,
                each.unit,
                source_text(lang, each.source),
                None if each.source else ours,
                each.low,
                each.high,
            )
            for name, each in rule.limits.items()
        ],
        round(rule.timing.hold_for.total_seconds()),
        rule.timing.hold_count,
        round(rule.timing.clear_for.total_seconds()),
        list(rule.mutes),
    )
