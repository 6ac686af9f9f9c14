"""Water that a valve does not stop, or that leaks, is shut off before it; whoever else drinks there is stopped and told why.

The house only ever shuts: people open the master valve and switch the pump on again, by hand, where they see the pipe.
"""

from nongso import store
from nongso.irrigation.interlock import Why
from nongso.irrigation.orders import Origin, Outcome, Step
from nongso.store import alerts, irrigation_runs
from nongso.store.alerts import Target
from nongso.store.irrigation_runs import RunDraft
from nongso.store.irrigation_scene import Scene
from nongso.store.irrigation_zones import Plan

SEVERITY = 4


def cut_off(conn: store.Connection, scene: Scene, cause: Plan, run_id: int | None) -> None:
    """Order the master valve of the zone's source and its pump off, and stop every zone behind them.

    A zone with neither has its line in the journal: nothing can be shut off there but by hand.
    """
    detail = {"devices": list(cause.upstream)}
    irrigation_runs.insert_event(conn, cause.id, Step.CUT, scene.now, run_id=run_id, detail=detail)
    for device_id in cause.upstream:
        if not scene.is_being_cut(device_id):
            irrigation_runs.insert_run(conn, RunDraft(cause.id, device_id, Origin.CUT, None, 0), scene.now)
    for plan in scene.plans.values():
        if not set(cause.upstream).isdisjoint(plan.upstream):
            _dry_out(conn, scene, plan, cause)


def _dry_out(conn: store.Connection, scene: Scene, plan: Plan, cause: Plan) -> None:
    """No water comes to this zone any more: its run ends, nothing starts until the water is let on again."""
    said = {"key": "alert.cut_off", "zone": plan.name, "cause": cause.name}
    alerts.open_or_update(conn, Target("cut_off", device_id=plan.valve_id), SEVERITY, said, scene.now)
    live = scene.own_run(plan)
    if live is None or live.run.stop is not None or live.run.closing is not None:
        return
    detail = {"reason": Outcome.HALTED, "blocks": [{"why": Why.CUT_OFF.value}]}
    irrigation_runs.insert_event(conn, plan.id, Step.STOP, scene.now, run_id=live.run.id, detail=detail)


def let_on(conn: store.Connection, scene: Scene) -> None:
    """A zone may drink again once everything before it has said that it is open: somebody was there."""
    for plan in scene.plans.values():
        target = Target("cut_off", device_id=plan.valve_id)
        if target in scene.open_now and not any(_is_off(scene, each) for each in plan.upstream):
            alerts.close(conn, target, scene.now)


def _is_off(scene: Scene, device_id: str) -> bool:
    return scene.is_being_cut(device_id) or scene.seen(device_id).is_open is not True
