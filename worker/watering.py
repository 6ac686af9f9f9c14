"""Water by the clock: looks at the valves after every start, drives each run a step, watches the meters, decides for zones that may decide.

All state is in the store. A zone whose turn fails is noted and the others go on: one zone's fault must not keep another's valve open.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from nongso import store
from nongso.irrigation.advice import Need, need, verdict
from nongso.irrigation.inputs import written_down
from nongso.irrigation.interlock import Block, Why, may_open
from nongso.irrigation.orders import Origin
from nongso.irrigation.run import Shown
from nongso.irrigation.zone import Mode
from nongso.journal import note
from nongso.store import alerts, irrigation_orders, irrigation_runs, irrigation_scene, irrigation_zones
from nongso.store.alerts import Target
from nongso.store.irrigation_runs import RunDraft
from nongso.store.irrigation_scene import Scene
from nongso.store.irrigation_zones import Plan
from worker.water_cut import let_on
from worker.water_meters import check_meters
from worker.water_runs import advance, begin, blocks_told

DECIDE_EVERY = timedelta(minutes=15)  # our choice: as often as most sensors speak
ADOPT_WITHIN = timedelta(minutes=5)  # an older reading says what was, not what is


class Watering:
    """The worker's hand on the water. Its first turn of a process notes that nobody watched the valves until now."""

    def __init__(self) -> None:
        self._watched = False

    def run_once(self, pool: store.Pool, now: datetime) -> int:
        """One turn; how many zones were looked at. Does nothing while another process has the seat."""
        with store.connection(pool) as conn:
            if not irrigation_runs.try_lock(conn):
                return 0
            if not self._watched:
                irrigation_orders.insert_sweep(conn, "worker", now)
            plans = irrigation_zones.list_all_plans(conn)
            scene = irrigation_scene.look(conn, plans, set(alerts.list_open_targets(conn)), now)
            turn(conn, scene)
        self._watched = True
        return len(plans)


def turn(conn: store.Connection, scene: Scene) -> None:
    """Sweep, then every run, then the meters, then what each zone needs."""
    sweep(conn, scene)
    for live in scene.live:
        guarded(conn, live.run.zone_id, lambda live=live: advance(conn, scene, live))
    for plan in scene.plans.values():
        guarded(conn, plan.id, lambda plan=plan: adopt(conn, scene, plan))
    guarded(conn, 0, lambda: check_meters(conn, scene))
    guarded(conn, 0, lambda: let_on(conn, scene))
    decided = irrigation_runs.list_decided(conn, scene.plans)
    for plan in scene.plans.values():
        if plan.id not in decided or scene.now - decided[plan.id] >= DECIDE_EVERY:
            guarded(conn, plan.id, lambda plan=plan: decide(conn, scene, plan))


def guarded(conn: store.Connection, zone_id: int, do: Callable[[], object]) -> None:
    """In a savepoint: what fails is undone and noted, and the next zone has its turn."""
    try:
        with conn.transaction():
            do()
    except Exception as fault:
        note("water.failed", zone=zone_id, fault=type(fault).__name__, reason=fault)


def sweep(conn: store.Connection, scene: Scene) -> None:
    """Rule 3: after a start every valve without a run is closed, unless it has just said that it is."""
    newest = scene.sweep
    if newest is None or newest.done_at is not None:
        return
    for plan in scene.plans.values():
        if scene.own_run(plan) is None and scene.shown(plan) is not Shown.CLOSED:
            begin(conn, RunDraft(plan.id, plan.valve_id, Origin.SWEEP, None, 0), scene.now)
    irrigation_orders.finish_sweeps(conn, newest.id, scene.now)


def adopt(conn: store.Connection, scene: Scene, plan: Plan) -> None:
    """Rule 8: a valve that somebody opened by hand becomes a run, so that it is seen, counted and ends."""
    seen, use = scene.seen(plan.valve_id), scene.use(plan)
    if seen.is_open is not True or seen.at is None or scene.own_run(plan) is not None or use.awaits_sweep:
        return
    if scene.now - seen.at > ADOPT_WITHIN or (use.last_closed_at and seen.at <= use.last_closed_at):
        return
    draft = RunDraft(plan.id, plan.valve_id, Origin.HAND, None, round(plan.zone.longest_run_s))
    run_id = begin(conn, draft, scene.now)
    irrigation_runs.insert_event(conn, plan.id, "confirmed", min(seen.at, scene.now), run_id=run_id)


def decide(conn: store.Connection, scene: Scene, plan: Plan) -> None:
    """What the zone needs, what speaks against it, and what is done: all of it into the journal, whoever may act on it."""
    zone, inputs = plan.zone, scene.inputs(conn, plan)
    wanted = need(zone, inputs, scene.now)
    blocks = may_open(zone, inputs, scene.use(plan), wanted.seconds, scene.now, by_itself=True)
    against = [block for block in blocks if block.why is not Why.RUNNING]
    kind = verdict(zone.mode, wanted, blocks)
    detail = {
        "inputs": written_down(inputs),
        "need": told(wanted),
        "blocks": blocks_told(blocks),
        "mode": zone.mode.value,
    }
    run_id = None
    if kind == "watered":
        draft = RunDraft(plan.id, plan.valve_id, Origin.AUTOMATIC, plan.mode_by, round(wanted.seconds))
        run_id = begin(conn, draft, scene.now)
    irrigation_runs.insert_event(conn, plan.id, kind, scene.now, run_id=run_id, detail=detail)
    tell(conn, plan, wanted, against, scene.now)


def tell(conn: store.Connection, plan: Plan, wanted: Need, blocks: list[Block], now: datetime) -> None:
    """Rule 4: a zone that waters by itself and could not know is said to its people, until it knows again."""
    target = Target("not_watered", device_id=plan.valve_id)
    missing = [block for block in blocks if block.why in (Why.UNKNOWN, Why.VALVE_UNKNOWN)]
    if plan.zone.mode is not Mode.AUTOMATIC or not missing:
        alerts.close(conn, target, now)
        return
    said: dict[str, str | float] = {"key": f"alert.not_watered.{missing[0].why}", "zone": plan.name}
    if missing[0].observed:
        said["property"] = missing[0].observed
    alerts.open_or_update(conn, target, 3, said, now)


def told(wanted: Need) -> dict[str, object]:
    """A need as plain values."""
    values = {
        "verdict": str(wanted.verdict),
        "seconds": wanted.seconds,
        "net_mm": wanted.net_mm,
        "gross_mm": wanted.gross_mm,
        "depletion_mm": wanted.depletion_mm,
        "ready_mm": wanted.ready_mm,
        "moisture": wanted.moisture,
        "level_cm": wanted.level_cm,
    }
    return {name: value for name, value in values.items() if value is not None}
