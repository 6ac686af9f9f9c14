"""One run, one step: what its machine says is to be done, written into the store; its end with volume, cost and a line in the diary."""

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

from nongso import store
from nongso.clock import LOCAL, local_day
from nongso.diary import Draft, Kind
from nongso.irrigation.inputs import written_down
from nongso.irrigation.interlock import Block, Why, may_open, must_stop
from nongso.irrigation.orders import Action, Order, Origin, Outcome, Run, Seen, Step
from nongso.irrigation.run import Again, Alarm, Calm, Cut, Finish, Move, Note, Send, closes_by, next_moves, says_open
from nongso.irrigation.season import cost_vnd
from nongso.people import Role, Viewer
from nongso.store import alerts, diary, irrigation_readings, irrigation_runs
from nongso.store.alerts import Target
from nongso.store.irrigation_runs import Live, Result, RunDraft
from nongso.store.irrigation_scene import Scene
from nongso.store.irrigation_zones import Plan
from nongso.text import say
from worker.water_cut import cut_off

LEAST_WRITTEN_S = 30.0  # a shorter run is not a line in the diary; our choice
KEPT_WORDS = 200
GOES_ON = ("open", "flows")


def begin(conn: store.Connection, draft: RunDraft, now: datetime) -> int:
    """A run that waits for its first turn; its id."""
    return irrigation_runs.insert_run(conn, draft, now)


def advance(conn: store.Connection, scene: Scene, live: Live) -> None:
    """The next step of a run: first what speaks against going on, then what its machine says. A device that is out of use ends it."""
    plan = scene.plans[live.run.zone_id]
    if live.is_gone:
        _finish(conn, scene, plan, live, Outcome.NO_ANSWER, scene.now)
        return
    halt = _halt(conn, scene, plan, live)
    if halt:
        _stop(conn, scene, live, halt)
        return
    for move in next_moves(live.run, scene.seen(live.device_id), scene.now, scene.pipe(live)):
        _do(conn, scene, plan, live, move)


def _halt(conn: store.Connection, scene: Scene, plan: Plan, live: Live) -> list[Block]:
    """What ends a run, or keeps one from beginning that was asked for a moment ago."""
    run = live.run
    if run.stop is not None or run.closing is not None or run.origin in (Origin.HAND, Origin.SWEEP, Origin.CUT):
        return []
    inputs, by_itself = scene.inputs(conn, plan), run.origin is Origin.AUTOMATIC
    despite = [Why(each) for each in live.despite]
    if run.last is not None:
        return must_stop(plan.zone, inputs, despite, scene.now, by_itself=by_itself)
    asked = may_open(plan.zone, inputs, scene.use(plan), run.seconds, scene.now, by_itself=by_itself)
    return [block for block in asked if block.why is not Why.RUNNING and block.why not in despite]


def _stop(conn: store.Connection, scene: Scene, live: Live, halt: list[Block]) -> None:
    inputs = scene.inputs(conn, scene.plans[live.run.zone_id])
    if live.run.last is None:
        detail = {"blocks": blocks_told(halt), "inputs": written_down(inputs)}
        irrigation_runs.insert_event(conn, live.run.zone_id, "refused", scene.now, run_id=live.run.id, detail=detail)
    detail = {"reason": Outcome.HALTED, "blocks": blocks_told(halt), "inputs": written_down(inputs)}
    irrigation_runs.insert_event(conn, live.run.zone_id, Step.STOP, scene.now, run_id=live.run.id, detail=detail)


def blocks_told(blocks: list[Block]) -> list[dict[str, Any]]:
    """Blocks as plain values."""
    named = ({"why": block.why.value, "value": block.value, "limit": block.limit, "observed": block.observed or None,
              "until": block.until.isoformat() if block.until else None} for block in blocks)  # fmt: skip
    return [{name: value for name, value in each.items() if value is not None} for each in named]


def _do(conn: store.Connection, scene: Scene, plan: Plan, live: Live, move: Move) -> None:
    run, now = live.run, scene.now
    match move:
        case Send():
            _order(conn, run, move, now)
        case Again(order_id):
            irrigation_runs.send_again(conn, order_id, now)
        case Note(step, order_id, at):
            if step is not Step.NOT_SENT or irrigation_runs.withdraw(conn, order_id or ""):
                irrigation_runs.insert_event(conn, run.zone_id, step, at, run_id=run.id, order_id=order_id)
        case Alarm():
            _alarm(conn, scene, plan, live, _word(live, scene.seen(live.device_id)))
        case Calm():
            alerts.close(conn, Target("valve_unknown", device_id=live.device_id), now)
        case Cut():
            _alarm(conn, scene, plan, live, "open" if scene.seen(live.device_id).is_open else "flows")
            cut_off(conn, scene, plan, run.id)
        case Finish(outcome, closed_at):
            _finish(conn, scene, plan, live, outcome, closed_at)


def _order(conn: store.Connection, run: Run, sent: Send, now: datetime) -> None:
    """A new order; before one that closes goes out, what would still open is taken back."""
    if sent.action is Action.CLOSE:
        for order in run.orders:
            if irrigation_runs.withdraw(conn, order.id):
                irrigation_runs.insert_event(conn, run.zone_id, Step.NOT_SENT, now, run_id=run.id, order_id=order.id)
    order = Order(uuid4().hex, sent.action, sent.seconds, now, now + sent.lives)
    irrigation_runs.insert_order(conn, order, run.id)
    detail = {"action": sent.action.value, "seconds": sent.seconds}
    irrigation_runs.insert_event(
        conn, run.zone_id, Step.REQUESTED, now, run_id=run.id, order_id=order.id, detail=detail
    )


def _alarm(conn: store.Connection, scene: Scene, plan: Plan, live: Live, word: str) -> None:
    """I1. Water that goes on is the worst there is; a valve that says it is closed and obeys nobody may still open late."""
    said = {"key": f"alert.valve_unknown.{word}", "zone": plan.name, "since": scene.now.isoformat()}
    if word == "silent":
        said["until"] = closes_by(live.run).isoformat()
    target = Target("valve_unknown", device_id=live.device_id)
    alerts.open_or_update(conn, target, 5 if word in GOES_ON else 4, said, scene.now)


def _word(live: Live, seen: Seen) -> str:
    """Silent is a valve that water ran through and that lets nobody hear; its own timer ends it, where an order opened it."""
    run = live.run
    if run.origin is Origin.CUT:
        return "upstream"
    if seen.is_open is not True:
        return "deaf" if seen.is_open is False else "unknown"
    has_timer = any(order.action is Action.OPEN for order in run.orders)
    jams = run.closing is not None and says_open(run.closing, seen)
    return "silent" if has_timer and not jams else "open"


def _finish(
    conn: store.Connection, scene: Scene, plan: Plan, live: Live, outcome: Outcome, closed_at: datetime
) -> None:
    result = _result(conn, plan, live, outcome, closed_at)
    irrigation_runs.insert_result(conn, live.run.id, result)
    irrigation_runs.insert_event(
        conn, plan.id, Step.ENDED, scene.now, run_id=live.run.id, detail={"reason": outcome.value}
    )
    if result.seconds >= LEAST_WRITTEN_S and live.device_id == plan.valve_id:
        _write_diary(conn, plan, live, result, scene.now)


def _result(conn: store.Connection, plan: Plan, live: Live, outcome: Outcome, closed_at: datetime) -> Result:
    """What it came to: by the meter where it has counted to the end, else by the zone's flow."""
    opened_at = live.run.opened_at
    if opened_at is None or closed_at <= opened_at or live.device_id != plan.valve_id:
        return Result(outcome, None, closed_at, 0.0, 0.0, False, None, 0.0)
    seconds = (closed_at - opened_at).total_seconds()
    poured = irrigation_readings.find_poured(conn, plan.meter_id, opened_at, closed_at)
    measured = poured.volume_m3 is not None
    volume = poured.volume_m3 if poured.volume_m3 is not None else plan.flow_m3_h * seconds / 3600
    cost = cost_vnd(plan.zone, volume, seconds)
    return Result(outcome, opened_at, closed_at, seconds, volume, measured, poured.flow_m3_h, cost)


def _write_diary(conn: store.Connection, plan: Plan, live: Live, result: Result, now: datetime) -> None:
    """The farmer's diary writes itself; in the name of who started the run, else of who set the zone's mode."""
    assert result.opened_at is not None
    writer = Viewer(live.account_id or plan.mode_by, plan.office_id, Role.FARMER, "")
    said = say("vi", f"irrigation.diary.{live.run.origin}", zone=plan.name)
    draft = Draft(
        uuid5(NAMESPACE_OID, f"nongso:irrigation:{live.run.id}"),
        plan.field_id,
        Kind.IRRIGATE,
        local_day(result.opened_at),
        at=result.opened_at.astimezone(LOCAL).time().replace(microsecond=0),
        volume_m3=result.volume_m3 or None,
        minutes=result.seconds / 60,
        cost_vnd=result.cost_vnd,
        note=said[:KEPT_WORDS],
    )
    diary.insert_entry(conn, writer, draft, now)
