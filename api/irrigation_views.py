"""What the API says of watering: words in the reader's language beside the values they were made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nongso import store
from nongso.agronomy.irrigation import Verdict
from nongso.irrigation.advice import UNKNOWN, Need, need
from nongso.irrigation.flow import FRESH
from nongso.irrigation.interlock import Block, Inputs, Why, may_open
from nongso.irrigation.run import Shown, shown
from nongso.irrigation.season import Poured, totals
from nongso.irrigation.zone import ADVISE_FOR, Zone
from nongso.sentences import Sentence, written
from nongso.store.irrigation_history import Event, Past
from nongso.store.irrigation_runs import Live
from nongso.store.irrigation_scene import Scene
from nongso.store.irrigation_zones import Plan
from nongso.text import find, say


@dataclass(frozen=True, slots=True)
class WhyView:
    """What speaks against a start by a person; `is_hard`: nobody may insist on it."""

    why: str
    text: str
    is_hard: bool


@dataclass(frozen=True, slots=True)
class ZoneView:
    """A zone now. `state` is closed, opening, open, closing or unknown; closed only when a fresh reading says so.

    `ends_at` is when the run stops by itself, null until a reading confirmed that it began. `advice_minutes` is null where nothing is needed or known.
    `before`: what can shut the water off before the valve, and what it says of itself.
    """

    id: int
    name: str
    field_id: int
    field_name: str
    farm_id: int
    farm_name: str
    valve_id: str
    valve_name: str
    method: str
    mode: str
    mode_name: str
    automatic_from: datetime
    state: str
    state_name: str
    heard_at: datetime | None
    run_id: int | None
    origin: str | None
    opened_at: datetime | None
    ends_at: datetime | None
    advice: str
    advice_minutes: float | None
    against: list[WhyView]
    longest_min: float
    flow_m3_h: float
    area_m2: float
    source_name: str
    before: list[str]


@dataclass(frozen=True, slots=True)
class ZoneSetup:
    """A zone as it was set up; water contents in % by volume, caps in minutes and mm."""

    name: str
    valve_id: str
    meter_id: str
    source_id: int
    pump_id: int | None
    method: str
    area_m2: float
    flow_m3_h: float
    field_capacity: float
    wilting_point: float
    max_run_min: float
    max_day_min: float
    max_run_mm: float
    max_day_mm: float
    min_pause_min: float


@dataclass(frozen=True, slots=True)
class EventView:
    id: int
    at: datetime
    kind: str
    text: str
    run_id: int | None
    order_id: str | None
    account_name: str | None
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PastView:
    """A run; `outcome` null: it still goes on. `is_measured` false: reckoned from the zone's flow."""

    id: int
    zone_id: int
    zone_name: str
    field_name: str
    origin: str
    origin_text: str
    reason: str
    despite: list[str]
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    minutes: float | None
    volume_m3: float | None
    is_measured: bool | None
    cost_vnd: float | None
    outcome: str | None
    outcome_text: str


@dataclass(frozen=True, slots=True)
class SeasonLine:
    """A zone's water between two days; `measured_m3` of `volume_m3` went through a meter."""

    zone_id: int
    zone_name: str
    field_name: str
    runs: int
    hours: float
    volume_m3: float
    measured_m3: float
    depth_mm: float
    cost_vnd: float


def zone_view(conn: store.Connection, lang: str, scene: Scene, plan: Plan) -> ZoneView:
    live, state, seen = scene.own_run(plan), scene.shown(plan), scene.seen(plan.valve_id)
    inputs = scene.inputs(conn, plan)
    wanted = need(plan.zone, inputs, scene.now)
    return ZoneView(
        plan.id,
        plan.name,
        plan.field_id,
        plan.field_name,
        plan.farm_id,
        plan.farm_name,
        plan.valve_id,
        plan.valve_name,
        plan.method,
        plan.mode,
        say(lang, f"irrigation.mode.{plan.mode}"),
        plan.created_at + ADVISE_FOR,
        state.value,
        say(lang, f"irrigation.state.{state.value}"),
        seen.at,
        *_run(live),
        advice_text(lang, plan.zone, wanted, inputs),
        round(wanted.seconds / 60) if wanted.wants_water else None,
        _against(lang, scene, plan, inputs),
        plan.zone.longest_run_s / 60,
        plan.flow_m3_h,
        plan.area_m2,
        plan.source_name,
        before(lang, scene, plan),
    )


def before(lang: str, scene: Scene, plan: Plan) -> list[str]:
    """A line each for the master valve and the pump's switch; open or closed is only what said so, and not long ago."""
    named = {"master": plan.master_valve_id, "pump": plan.pump_switch_id}
    return [
        say(lang, f"irrigation.before.{name}", state=say(lang, f"irrigation.shut.{_stands(scene, device_id)}"))
        for name, device_id in named.items()
        if device_id is not None
    ]


def _stands(scene: Scene, device_id: str) -> Shown:
    if scene.is_being_cut(device_id):
        return Shown.CLOSING
    return shown(None, scene.seen(device_id), FRESH, scene.now)


def setup_view(plan: Plan) -> ZoneSetup:
    return ZoneSetup(
        plan.name,
        plan.valve_id,
        plan.meter_id,
        plan.source_id,
        plan.pump_id,
        plan.method,
        plan.area_m2,
        plan.flow_m3_h,
        plan.field_capacity,
        plan.wilting_point,
        plan.max_run_min,
        plan.max_day_min,
        plan.max_run_mm,
        plan.max_day_mm,
        plan.min_pause_min,
    )


def _run(live: Live | None) -> tuple[int | None, str | None, datetime | None, datetime | None]:
    """Number, origin, beginning and end of a run that goes on."""
    if live is None:
        return None, None, None, None
    return live.run.id, live.run.origin.value, live.run.opened_at, live.run.ends_at


def _against(lang: str, scene: Scene, plan: Plan, inputs: Inputs) -> list[WhyView]:
    """For a run of a minute: what would speak against any start."""
    blocks = may_open(plan.zone, inputs, scene.use(plan), 60.0, scene.now, by_itself=False)
    return [WhyView(block.why.value, why_text(lang, block), block.is_hard) for block in blocks]


def advice_text(lang: str, zone: Zone, wanted: Need, inputs: Inputs) -> str:
    """One run at a time: what the soil lacks beyond the cap of a run is for the next one."""
    if wanted.wants_water:
        mm = zone.mm(wanted.seconds)
        return say(lang, "irrigation.advice.water", mm=mm, minutes=round(wanted.seconds / 60))
    if wanted.verdict == Verdict.RAIN_COMING:
        source = say(lang, f"forecast.source.{inputs.forecast_source}")
        issued, mm = inputs.forecast_issued_at, round(inputs.forecast_mm or 0.0)
        return say(lang, "irrigation.advice.rain_coming", mm=mm, source=source, issued=issued)
    return say(lang, f"irrigation.advice.{UNKNOWN if wanted.verdict == UNKNOWN else 'enough'}")


def why_text(lang: str, block: Block) -> str:
    if block.why is Why.SALT and block.value is None:
        return say(lang, "irrigation.why.salt_alert")
    given = {"value": block.value, "limit": block.limit, "until": block.until, "property": block.observed}
    return written(
        lang, Sentence(f"irrigation.why.{block.why}", {k: v for k, v in given.items() if v not in (None, "")})
    )


def event_view(lang: str, event: Event) -> EventView:
    text = say(lang, f"irrigation.event.{event.kind}")
    whys = [find(lang, f"irrigation.outcome.{event.detail.get('reason')}") or ""]
    whys += [_written_why(lang, each) for each in event.detail.get("blocks", [])]
    told = "; ".join(each for each in whys if each)
    return EventView(
        event.id,
        event.at,
        event.kind,
        f"{text}: {told}" if told else text,
        event.run_id,
        event.order_id,
        event.account_name,
        event.detail,
    )


def _written_why(lang: str, block: dict[str, Any]) -> str:
    """A block out of the journal in the reader's words."""
    until = datetime.fromisoformat(block["until"]) if "until" in block else None
    return why_text(
        lang, Block(Why(block["why"]), block.get("value"), block.get("limit"), until, block.get("observed", ""))
    )


def past_view(lang: str, past: Past) -> PastView:
    return PastView(
        past.id,
        past.zone_id,
        past.zone_name,
        past.field_name,
        past.origin,
        origin_text(lang, past),
        past.reason,
        past.despite,
        past.created_at,
        past.opened_at,
        past.closed_at,
        None if past.seconds is None else past.seconds / 60,
        past.volume_m3,
        past.is_measured,
        past.cost_vnd,
        past.outcome,
        say(lang, f"irrigation.outcome.{past.outcome or 'going'}"),
    )


def origin_text(lang: str, past: Past) -> str:
    """Closing that a person asked for without a run is theirs too."""
    asked_by_person = past.account_name and past.origin in ("person", "sweep")
    return say(lang, f"irrigation.origin.{'person' if asked_by_person else past.origin}", name=past.account_name or "")


def season_lines(plans: Sequence[Plan], poured: Sequence[Poured]) -> list[SeasonLine]:
    names = {plan.id: plan for plan in plans}
    return [
        SeasonLine(
            total.zone_id,
            names[total.zone_id].name,
            names[total.zone_id].field_name,
            total.runs,
            total.hours,
            total.volume_m3,
            total.measured_m3,
            total.depth_mm,
            total.cost_vnd,
        )
        for total in totals(poured, {plan.id: plan.area_m2 for plan in plans})
    ]
