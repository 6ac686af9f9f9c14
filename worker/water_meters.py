"""Rule 7: what meters and coils say against a pipe. A leak closes all valves behind the meter, and what shuts the water off before them."""

from nongso import store
from nongso.irrigation.flow import Fault, Finding, flows_well, is_dry, learned, while_closed, while_open
from nongso.irrigation.orders import Origin, Outcome, Step
from nongso.irrigation.run import Shown
from nongso.store import alerts, irrigation_readings, irrigation_runs
from nongso.store.alerts import Target
from nongso.store.irrigation_runs import Live, RunDraft
from nongso.store.irrigation_scene import Scene
from nongso.store.irrigation_zones import Plan
from worker.water_cut import cut_off

LEARNS_FROM_RUNS = 10
CODES = {Fault.LEAK: 4, Fault.BURST: 4, Fault.CLOG: 4, Fault.CURRENT: 4}  # severities


def check_meters(conn: store.Connection, scene: Scene) -> None:
    """Every run that flows, and every meter that should stand still."""
    for live in scene.live:
        plan = scene.plans[live.run.zone_id]
        if live.device_id == plan.valve_id and live.run.opened_at is not None and live.run.stop is None:
            _check_run(conn, scene, plan, live)
    behind: dict[str, list[Plan]] = {}
    for plan in scene.plans.values():
        behind.setdefault(plan.meter_id, []).append(plan)
    for meter_id, plans in behind.items():
        _check_closed(conn, scene, meter_id, plans)


def _check_run(conn: store.Connection, scene: Scene, plan: Plan, live: Live) -> None:
    """I3 to I5: the run ends, and its people are told."""
    assert live.run.opened_at is not None
    if live.run.closing is not None or scene.seen(plan.valve_id).is_open is not True:
        return
    meter = irrigation_readings.meter(scene.said, plan.meter_id, plan.valve_id)
    usual = learned(irrigation_runs.list_flows(conn, plan.id, LEARNS_FROM_RUNS), plan.flow_m3_h)
    found = while_open(meter, usual, live.run.opened_at, scene.now)
    if found is None:
        if flows_well(meter, usual, live.run.opened_at, scene.now):
            for fault in (Fault.BURST, Fault.CLOG, Fault.CURRENT):
                alerts.close(conn, Target(fault, device_id=plan.valve_id), scene.now)
        return
    _tell(conn, scene, plan, Target(found.fault, device_id=plan.valve_id), found)
    detail = {"reason": Outcome.HALTED, "fault": found.fault.value, "value": found.value, "limit": found.limit}
    irrigation_runs.insert_event(conn, plan.id, found.fault, scene.now, run_id=live.run.id, detail=detail)
    irrigation_runs.insert_event(conn, plan.id, Step.STOP, scene.now, run_id=live.run.id, detail=detail)


def _check_closed(conn: store.Connection, scene: Scene, meter_id: str, plans: list[Plan]) -> None:
    """I2: water although every valve behind the meter has said that it is closed."""
    if any(scene.own_run(plan) is not None or scene.shown(plan) is not Shown.CLOSED for plan in plans):
        return
    ends = [use.last_closed_at for plan in plans if (use := scene.uses.get(plan.id)) and use.last_closed_at]
    closed_at = max(ends, default=min(plan.created_at for plan in plans))
    meter = irrigation_readings.meter(scene.said, meter_id, plans[0].valve_id)
    expected = max(plan.flow_m3_h for plan in plans)
    target, found = Target(Fault.LEAK, device_id=meter_id), while_closed(meter, expected, closed_at, scene.now)
    if found is None:
        if target in scene.open_now and is_dry(meter, expected, closed_at, scene.now):
            alerts.close(conn, target, scene.now)
        return
    _tell(conn, scene, plans[0], target, found)
    if target not in scene.open_now:
        _shut_all(conn, scene, plans, found)


def _shut_all(conn: store.Connection, scene: Scene, plans: list[Plan], found: Finding) -> None:
    """Close what claims to be closed once more, and shut the water off before it."""
    detail = {"value": found.value, "limit": found.limit}
    for plan in plans:
        irrigation_runs.insert_event(conn, plan.id, Fault.LEAK, scene.now, detail=detail)
        irrigation_runs.insert_run(conn, RunDraft(plan.id, plan.valve_id, Origin.SWEEP, None, 0), scene.now)
    for plan in {plan.upstream: plan for plan in plans if plan.upstream}.values():
        cut_off(conn, scene, plan, None)


def _tell(conn: store.Connection, scene: Scene, plan: Plan, target: Target, found: Finding) -> None:
    said = {"key": f"alert.{found.fault}", "zone": plan.name, "value": found.value, "limit": found.limit}
    alerts.open_or_update(conn, target, CODES[found.fault], said, scene.now)
