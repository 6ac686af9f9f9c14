"""Watering: each zone with its state, what it needs and what speaks against it; start, stop, mode, history."""

from datetime import datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BeforeValidator
from pydantic import Field as Limited

from api.accounts import Created
from api.deps import Conn, Lang, Now, SignedIn
from api.diary import typed
from api.harvests import Grower
from api.inputs import Body, Day, DeviceId, Id, Line, MaybeLine
from api.irrigation_views import (
    EventView,
    PastView,
    SeasonLine,
    ZoneSetup,
    ZoneView,
    event_view,
    past_view,
    season_lines,
    setup_view,
    why_text,
    zone_view,
)
from api.register_inputs import RowId
from nongso import store
from nongso.clock import LOCAL
from nongso.errors import Conflict
from nongso.irrigation.interlock import Block, may_open
from nongso.irrigation.orders import Origin, Outcome, Step
from nongso.irrigation.zone import Caps, Method, Mode, check_caps, check_mode, check_soil, soil_percent
from nongso.people import Viewer
from nongso.store import (
    alerts,
    audit_lines,
    irrigation_history,
    irrigation_runs,
    irrigation_scene,
    irrigation_zones,
    places,
)
from nongso.store.irrigation_runs import RunDraft
from nongso.store.irrigation_scene import Scene
from nongso.store.irrigation_zones import Plan, ZoneDraft
from nongso.store.places import Field

router = APIRouter(prefix="/api/v1", tags=["irrigation"])

LONGEST_MIN = 1440

Number = Annotated[float, BeforeValidator(typed), Limited(gt=0, le=1_000_000, allow_inf_nan=False)]
Minutes = Annotated[float, BeforeValidator(typed), Limited(ge=1, le=LONGEST_MIN, allow_inf_nan=False)]
Pause = Annotated[float, BeforeValidator(typed), Limited(ge=0, le=LONGEST_MIN, allow_inf_nan=False)]
Percent = Annotated[float, BeforeValidator(typed), Limited(ge=0, le=70, allow_inf_nan=False)]


class Blocked(Conflict):
    """Something speaks against opening: `reasons` in the reader's words."""

    code = "irrigation.blocked"


class AdvisesOnly(Conflict):
    code = "irrigation.advises_only"


class StillRunning(Conflict):
    """A zone is not changed under a run."""

    code = "irrigation.running"


class ZoneBody(Body):
    """A zone. `meter_id` empty: the valve tells flow and volume itself.

    Water contents in % by volume; empty: those of the field's own soil (FAO-56 Table 19).
    """

    name: Line
    valve_id: DeviceId
    meter_id: DeviceId | None = None
    source_id: RowId
    pump_id: RowId | None = None
    method: Method
    area_m2: Number
    flow_m3_h: Number
    field_capacity: Percent | None = None
    wilting_point: Percent | None = None
    max_run_min: Minutes = Caps().run_min
    max_day_min: Minutes = Caps().day_min
    max_run_mm: Number = Caps().run_mm
    max_day_mm: Number = Caps().day_mm
    min_pause_min: Pause = Caps().pause_min


class ModeBody(Body):
    mode: Mode


class StartBody(Body):
    """`insist` with a `reason` opens in spite of what a person may insist on; the reason is kept."""

    minutes: Minutes
    insist: bool = False
    reason: MaybeLine = ""


@router.get("/irrigation")
def list_zones(conn: Conn, viewer: SignedIn, now: Now, lang: Lang) -> list[ZoneView]:
    """Every zone the viewer sees, as it is now."""
    return look_at_all(conn, viewer, now, lang)


@router.post("/fields/{field_id}/irrigation-zones", status_code=201)
def create_zone(conn: Conn, viewer: Grower, now: Now, field_id: Id, body: ZoneBody) -> Created:
    """It only advises at first."""
    draft = drafted(body, places.get_field(conn, viewer, field_id))
    zone_id = irrigation_zones.insert_zone(conn, viewer, field_id, draft, now)
    audit_lines.insert(conn, viewer, "irrigation.create", f"zone:{zone_id}", {"field": field_id, "name": body.name})
    return Created(zone_id)


@router.get("/irrigation/zones/{zone_id}")
def get_zone(conn: Conn, viewer: SignedIn, now: Now, lang: Lang, zone_id: Id) -> ZoneView:
    plan = irrigation_zones.get_plan(conn, viewer, zone_id)
    return zone_view(conn, lang, scene_of(conn, viewer, plan, now), plan)


@router.get("/irrigation/zones/{zone_id}/setup")
def get_setup(conn: Conn, viewer: SignedIn, zone_id: Id) -> ZoneSetup:
    """What somebody said of the zone, as the form that changes it begins."""
    return setup_view(irrigation_zones.get_plan(conn, viewer, zone_id))


@router.put("/irrigation/zones/{zone_id}", status_code=204)
def update_zone(conn: Conn, viewer: Grower, zone_id: Id, body: ZoneBody) -> None:
    """Refused while water runs: caps and valve of a run stay what they were. A valve of which nobody knows anything may be replaced."""
    plan = require_quiet(conn, viewer, zone_id)
    field = places.get_field(conn, viewer, plan.field_id)
    irrigation_zones.update_zone(conn, viewer, zone_id, drafted(body, field))
    audit_lines.insert(conn, viewer, "irrigation.update", f"zone:{zone_id}", body.model_dump(mode="json"))


@router.delete("/irrigation/zones/{zone_id}", status_code=204)
def remove_zone(conn: Conn, viewer: Grower, now: Now, zone_id: Id) -> None:
    """Out of use; its history stays."""
    require_quiet(conn, viewer, zone_id)
    irrigation_zones.remove_zone(conn, viewer, zone_id, now)
    audit_lines.insert(conn, viewer, "irrigation.remove", f"zone:{zone_id}")


@router.put("/irrigation/zones/{zone_id}/mode", status_code=204)
def put_mode(conn: Conn, viewer: Grower, now: Now, zone_id: Id, body: ModeBody) -> None:
    """Automatic only after two weeks of advice."""
    plan = irrigation_zones.get_plan(conn, viewer, zone_id)
    check_mode(plan.zone, body.mode, now)
    irrigation_zones.insert_mode(conn, viewer, zone_id, body.mode, now)
    audit_lines.insert(conn, viewer, "irrigation.mode", f"zone:{zone_id}", {"mode": body.mode.value})


@router.post("/irrigation/zones/{zone_id}/start", status_code=202)
def start(conn: Conn, viewer: Grower, now: Now, lang: Lang, zone_id: Id, body: StartBody) -> ZoneView:
    """Ask for water. The valve is open when a reading says so, not before: look at the zone's state."""
    plan = irrigation_zones.get_plan(conn, viewer, zone_id)
    irrigation_runs.hold_zone(conn, zone_id)
    if plan.zone.mode is Mode.ADVISE:
        raise AdvisesOnly()
    scene = scene_of(conn, viewer, plan, now)
    seconds = round(body.minutes * 60)
    blocks = may_open(plan.zone, scene.inputs(conn, plan), scene.use(plan), seconds, now, by_itself=False)
    refuse(lang, blocks, insists=body.insist and bool(body.reason))
    despite = [block.why.value for block in blocks]
    draft = RunDraft(zone_id, plan.valve_id, Origin.PERSON, viewer.account_id, seconds, despite, body.reason)
    run_id = irrigation_runs.insert_run(conn, draft, now)
    detail = {"minutes": body.minutes, "despite": ", ".join(despite), "reason": body.reason}
    audit_lines.insert(conn, viewer, "irrigation.start", f"run:{run_id}", detail)
    return zone_view(conn, lang, scene_of(conn, viewer, plan, now), plan)


@router.post("/irrigation/zones/{zone_id}/stop", status_code=202)
def stop(conn: Conn, viewer: Grower, now: Now, lang: Lang, zone_id: Id) -> ZoneView:
    """Never refused. The valve is closed when a reading says so, not before."""
    plan = irrigation_zones.get_plan(conn, viewer, zone_id)
    ask_to_stop(conn, viewer, plan, now)
    return zone_view(conn, lang, scene_of(conn, viewer, plan, now), plan)


@router.get("/irrigation/zones/{zone_id}/events")
def list_events(conn: Conn, viewer: SignedIn, lang: Lang, zone_id: Id) -> list[EventView]:
    """The journal, newest first, at most 200: every order, answer, reading and decision with its inputs."""
    irrigation_zones.get_plan(conn, viewer, zone_id)
    return [event_view(lang, event) for event in irrigation_history.list_events(conn, viewer, zone_id)]


@router.get("/irrigation/runs")
def list_runs(
    conn: Conn, viewer: SignedIn, lang: Lang, zone_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> list[PastView]:
    """Newest first, at most 200."""
    return [past_view(lang, past) for past in irrigation_history.list_past(conn, viewer, zone_id)]


@router.get("/farms/{farm_id}/irrigation-season")
def season(
    conn: Conn,
    viewer: SignedIn,
    farm_id: Id,
    from_day: Annotated[Day, Query(alias="from")],
    to_day: Annotated[Day, Query(alias="to")],
) -> list[SeasonLine]:
    """m³, hours and cost of each zone of a farm, both days included."""
    places.require_farm(conn, viewer, farm_id)
    plans = [plan for plan in irrigation_zones.list_plans(conn, viewer) if plan.farm_id == farm_id]
    begin, end = (datetime.combine(day, time(), LOCAL) for day in (from_day, to_day + timedelta(days=1)))
    return season_lines(plans, irrigation_history.list_poured(conn, [plan.id for plan in plans], begin, end))


def look_at_all(conn: store.Connection, viewer: Viewer, now: datetime, lang: str) -> list[ZoneView]:
    plans = irrigation_zones.list_plans(conn, viewer)
    if not plans:
        return []
    scene = irrigation_scene.look(conn, plans, set(alerts.list_open_targets(conn)), now)
    return [zone_view(conn, lang, scene, plan) for plan in plans]


def scene_of(conn: store.Connection, viewer: Viewer, plan: Plan, now: datetime) -> Scene:
    """The zone among all of its farm, because they share sources and pumps."""
    plans = [each for each in irrigation_zones.list_plans(conn, viewer) if each.farm_id == plan.farm_id]
    return irrigation_scene.look(conn, plans, set(alerts.list_open_targets(conn)), now)


def ask_to_stop(conn: store.Connection, viewer: Viewer, plan: Plan, now: datetime) -> None:
    """End the zone's run; where there is none, tell the valve to close all the same."""
    irrigation_runs.hold_zone(conn, plan.id)
    live = [each for each in irrigation_runs.list_live(conn, [plan.id]) if each.device_id == plan.valve_id]
    draft = RunDraft(plan.id, plan.valve_id, Origin.SWEEP, viewer.account_id, 0)
    run_id = live[0].run.id if live else irrigation_runs.insert_run(conn, draft, now)
    detail = {"reason": Outcome.STOPPED.value}
    irrigation_runs.insert_event(
        conn, plan.id, Step.STOP, now, run_id=run_id, account_id=viewer.account_id, detail=detail
    )
    audit_lines.insert(conn, viewer, "irrigation.stop", f"run:{run_id}", {"zone": plan.id})


def refuse(lang: str, blocks: list[Block], *, insists: bool) -> None:
    """Raises Blocked for what nobody may insist on, and for the rest unless somebody does."""
    standing = [block for block in blocks if block.is_hard or not insists]
    if standing:
        raise Blocked(reasons="; ".join(why_text(lang, block) for block in standing))


def require_quiet(conn: store.Connection, viewer: Viewer, zone_id: int) -> Plan:
    """The zone, as long as no run of it is known to go on: whoever puts another valve in the place of a deaf one may say so."""
    plan = irrigation_zones.get_plan(conn, viewer, zone_id)
    irrigation_runs.hold_zone(conn, zone_id)
    if any(not live.run.is_unknown for live in irrigation_runs.list_live(conn, [zone_id])):
        raise StillRunning()
    return plan


def drafted(body: ZoneBody, field: Field) -> ZoneDraft:
    """The zone as the store takes it, in the field's own soil unless somebody says otherwise. Raises CapsUnordered, SoilUnordered."""
    caps = Caps(body.max_run_min, body.max_day_min, body.max_run_mm, body.max_day_mm, body.min_pause_min)
    check_caps(caps)
    capacity, wilting = soil_percent(field.soil)
    capacity = capacity if body.field_capacity is None else body.field_capacity
    wilting = wilting if body.wilting_point is None else body.wilting_point
    check_soil(capacity, wilting)
    return ZoneDraft(
        body.name,
        body.valve_id,
        body.meter_id or body.valve_id,
        body.source_id,
        body.pump_id,
        body.method,
        body.area_m2,
        body.flow_m3_h,
        capacity,
        wilting,
        caps,
    )
