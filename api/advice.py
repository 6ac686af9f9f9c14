"""Why a field is told what it is told, and the weather that is told for it: as data, and as a page without script."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response

from api import deps
from api.deps import Conn, Lang, Now, SignedIn, TheHouse
from api.inputs import Id
from api.light import SIGNS
from api.views import Told, told
from nongso import store, verdicts
from nongso.agronomy.inputs import MissingInput
from nongso.alerting.catalogue import get_rule
from nongso.alerting.rule import Setting, arm, stage_of
from nongso.alerting.scene import Place
from nongso.alerting.spraying import windows
from nongso.clock import local_day
from nongso.conditions import Conditions, fresh
from nongso.forecast import Forecast, ForecastDay, ForecastHour, days_told
from nongso.people import Viewer
from nongso.root_zone import MOST_DAYS, RootZone, probes_of, root_zone, standing_of
from nongso.rules import soil_observations
from nongso.sentences import Sentence, written
from nongso.store import alerts, conditions, rules
from nongso.store.days import whole_days
from nongso.text import say
from nongso.text.format import clock_time
from nongso.why import Line, Working, balance_working, explain

router = APIRouter(tags=["fields"])


@dataclass(frozen=True, slots=True)
class LineView:
    """A number of the working, in the order in which it is reckoned.

    `kind` is input, estimate, step, limit or result. Without `source`, `note` says whose choice an estimate or limit is.
    """

    kind: str
    key: str
    name: str
    value: float | None
    unit: str
    formula: str
    source: str
    at: datetime | None
    device_name: str
    series_id: int | None
    note: str


@dataclass(frozen=True, slots=True)
class WorkingView:
    """A rule's working. `state` is raise, hold, clear or unknown; `gaps` say what was not known; after `expires_at` it counts no more."""

    rule: str
    code: str
    name: str
    state: str
    state_name: str
    lines: list[LineView]
    gaps: list[Told]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Why:
    """`level`, `say` and `reasons` are the card's. `missing` says what somebody must fill in before the water balance can speak."""

    field_id: int
    name: str
    at: datetime
    level: str
    level_name: str
    say: Told
    reasons: list[Told]
    workings: list[WorkingView]
    missing: Told | None


@dataclass(frozen=True, slots=True)
class WindowView:
    """A time to spray; `text` names its hours."""

    begins_at: datetime
    ends_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class ForecastView:
    """Always with its hour of issue. Without a forecast `issued_at` is null and `label` says so; nothing else is told then."""

    label: str
    source: str | None
    source_name: str
    issued_at: datetime | None
    expires_at: datetime | None
    days: list[ForecastDay]
    hours: list[ForecastHour]
    spray_windows: list[WindowView]


@router.get("/api/v1/fields/{field_id}/why")
def why(conn: Conn, viewer: SignedIn, now: Now, lang: Lang, field_id: Id) -> Why:
    """Every number behind the field's card, line by line: inputs, formulas, limits with their sources, and when it expires."""
    field = conditions.get_conditions(conn, viewer, field_id, now)
    return explained(conn, viewer, field, now, lang)


@router.get("/api/v1/fields/{field_id}/forecast")
def forecast(conn: Conn, viewer: SignedIn, now: Now, lang: Lang, field_id: Id) -> ForecastView:
    """The weather told for the field, and when it is fit for spraying."""
    field = conditions.get_conditions(conn, viewer, field_id, now)
    return forecast_view(conn, viewer, field, now, lang)


@router.get("/m/why/{field_id}", include_in_schema=False)
def page(request: Request, conn: Conn, house: TheHouse, viewer: SignedIn, now: Now, field_id: Id) -> Response:
    """The same for a phone on a weak link."""
    lang = deps.lang(request) if "lang" in request.query_params else viewer.lang
    field = conditions.get_conditions(conn, viewer, field_id, now)
    answer = explained(conn, viewer, field, now, lang)
    told_weather = forecast_view(conn, viewer, field, now, lang)
    return house.pages.answer(
        "why.html", lang, sheets=("light", "why"), why=answer, forecast=told_weather, now=now, signs=SIGNS
    )


def explained(conn: store.Connection, viewer: Viewer, field: Conditions, now: datetime, lang: str) -> Why:
    settings = rules.list_set(conn, viewer)
    verdict = verdicts.judge(field, now, settings, alerts.list_open_rules(conn, viewer, field.field_id))
    workings, missing = explain(field, now, settings), None
    try:
        balanced = balance(conn, viewer, field, settings, now)
        workings += [balanced] if balanced else []
    except MissingInput as fault:
        missing = Sentence(f"why.missing.{fault.values['name']}")
    return Why(
        field.field_id,
        field.name,
        now,
        verdict.level,
        say(lang, f"level.{verdict.level}"),
        told(lang, verdict.say),
        [told(lang, reason) for reason in verdict.reasons],
        [working_view(lang, working) for working in workings],
        told(lang, missing) if missing else None,
    )


def balance(
    conn: store.Connection, viewer: Viewer, field: Conditions, settings: Sequence[Setting], now: datetime
) -> Working | None:
    """The balance of days; None for a paddy, which has water of its own, and where the rule is off. Raises MissingInput for what nobody said of the field."""
    if field.crop == "rice":
        return None
    today = local_day(now)
    standing = standing_of(field.crop, field.planted_on, field.soil, today)
    watched = rules.find_watched(conn, viewer, field.field_id, now)
    if watched is None:
        return None
    yesterday = today - timedelta(days=1)
    days = whole_days(conn, watched, today - timedelta(days=MOST_DAYS), yesterday)
    known = fresh(soil_observations(field), now)
    zone: RootZone = root_zone(standing, days, probes_of((each.depth_cm, each.fit_value or 0.0) for each in known))
    if zone.moisture is not None and zone.reckoned_mm is None:
        return None
    estimated = days[-1].et0_estimated if days else ()
    armed = arm(get_rule("thirst"), watched.place, settings, stage_of(watched.place, now))
    return balance_working(zone, days, estimated, field, armed, now) if armed else None


def working_view(lang: str, working: Working) -> WorkingView:
    return WorkingView(
        working.rule,
        working.code,
        say(lang, f"rule.{working.rule}"),
        working.signal,
        say(lang, f"why.state.{working.signal}"),
        [line_view(lang, line) for line in working.lines],
        [told(lang, gap) for gap in working.gaps],
        working.expires_at,
    )


def line_view(lang: str, line: Line) -> LineView:
    measured = line.kind == "input" and line.series_id is not None
    name = say(lang, f"property.{line.name}") if measured else say(lang, f"why.{line.name}")
    note = written(lang, line.note) if line.note else ""
    if (
        not note
        and not line.source
        and line.kind in ("limit", "estimate")
        and line.value is not None
        and not line.formula
    ):
        note = say(lang, "rule.our_choice")
    return LineView(
        line.kind,
        line.name,
        name,
        line.value,
        "" if line.unit == "1" else line.unit,
        line.formula if isinstance(line.formula, str) else written(lang, line.formula),
        written(lang, line.source) if line.source else "",
        line.at,
        line.device_name,
        line.series_id,
        note,
    )


def forecast_view(conn: store.Connection, viewer: Viewer, field: Conditions, now: datetime, lang: str) -> ForecastView:
    known = field.forecast
    if known is None:
        return ForecastView(say(lang, "forecast.none"), None, "", None, None, [], [], [])
    source = say(lang, f"forecast.source.{known.source}")
    return ForecastView(
        say(lang, "forecast.label", source=source, issued=known.issued_at),
        known.source,
        source,
        known.issued_at,
        known.expires_at,
        [day for day in days_told(known) if day.day >= local_day(now)],
        [hour for hour in known.hours if hour.at > now],
        [window_view(lang, found, now) for found in spray_windows(conn, viewer, field, known, now)],
    )


def spray_windows(
    conn: store.Connection, viewer: Viewer, field: Conditions, known: Forecast, now: datetime
) -> list[tuple[datetime, datetime]]:
    """By the office's own limits; none where the office switched the rule off."""
    place = Place(field.field_id, None, viewer.office_id, field.crop, field.planted_on, ())
    armed = arm(get_rule("spray_window"), place, rules.list_set(conn, viewer), stage_of(place, now))
    return [(each.begins_at, each.ends_at) for each in windows(known, now, armed.limits)] if armed else []


def window_view(lang: str, found: tuple[datetime, datetime], now: datetime) -> WindowView:
    begins_at, ends_at = found
    day = "today" if local_day(begins_at) == local_day(now) else "tomorrow"
    text = say(lang, f"forecast.spray.{day}", begins=clock_time(begins_at), ends=clock_time(ends_at))
    return WindowView(begins_at, ends_at, text)
