"""Runs, orders and the journal of watering: added to, never changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.irrigation.orders import Action, Order, Origin, Outcome, Run, Step, fold
from nongso.store.connection import Connection

LOCK_KEY = 7_163_212
STEPS = [step.value for step in Step]

Detail = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunDraft:
    """A watering that somebody or something asks for."""

    zone_id: int
    device_id: str
    origin: Origin
    account_id: int | None
    seconds: int
    despite: Sequence[str] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    """A run without a result, of which valve, with who asked for it and in spite of what.

    `is_gone`: the device was taken out of use, so it will never say anything again.
    """

    run: Run
    device_id: str
    account_id: int | None
    despite: list[str]
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended. `flow_m3_h` None: nothing was measured."""

    outcome: Outcome
    opened_at: datetime | None
    closed_at: datetime
    seconds: float
    volume_m3: float
    is_measured: bool
    flow_m3_h: float | None
    cost_vnd: float


@dataclass(frozen=True, slots=True)
class DayUse:
    """What a zone had since midnight."""

    zone_id: int
    seconds: float
    last_closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Header:
    id: int
    zone_id: int
    device_id: str
    origin: str
    account_id: int | None
    seconds: int
    despite: list[str]
    created_at: datetime
    is_gone: bool


@dataclass(frozen=True, slots=True)
class _Order:
    id: str
    run_id: int
    action: str
    seconds: int
    created_at: datetime
    expires_at: datetime


def try_lock(conn: Connection) -> bool:
    """Take the seat of the one who decides until the transaction ends; False while another process has it."""
    row = conn.execute("SELECT pg_try_advisory_xact_lock(%(key)s)", {"key": LOCK_KEY}).fetchone()
    return row is not None and row[0]


def hold_zone(conn: Connection, zone_id: int) -> None:
    """Until the transaction ends nobody else starts anything on the zone."""
    conn.execute("SELECT FROM irrigation_zone WHERE id = %(zone)s FOR UPDATE", {"zone": zone_id})


def insert_run(conn: Connection, draft: RunDraft, now: datetime) -> int:
    """Its id. The caller has asked whether it may be."""
    row = conn.execute(
        """
        INSERT INTO irrigation_run (zone_id, device_id, origin, account_id, seconds, despite, reason, created_at)
        VALUES (%(zone)s, %(device)s, %(origin)s, %(account)s, %(seconds)s, %(despite)s, %(reason)s, %(now)s)
        RETURNING id
        """,
        {
            "zone": draft.zone_id,
            "device": draft.device_id,
            "origin": draft.origin,
            "account": draft.account_id,
            "seconds": draft.seconds,
            "despite": list(draft.despite),
            "reason": draft.reason,
            "now": now,
        },
    ).fetchone()
    assert row is not None
    return row[0]


def insert_order(conn: Connection, order: Order, run_id: int) -> None:
    """An order, waiting to leave the house."""
    conn.execute(
        """
        WITH ordered AS (
            INSERT INTO irrigation_order (id, run_id, action, seconds, created_at, expires_at)
            VALUES (%(id)s, %(run)s, %(action)s, %(seconds)s, %(created)s, %(expires)s)
        )
        INSERT INTO irrigation_outbox (order_id, wanted_at) VALUES (%(id)s, %(created)s)
        """,
        {
            "id": order.id,
            "run": run_id,
            "action": order.action,
            "seconds": order.seconds,
            "created": order.created_at,
            "expires": order.expires_at,
        },
    )


def send_again(conn: Connection, order_id: str, now: datetime) -> None:
    conn.execute(
        "INSERT INTO irrigation_outbox (order_id, wanted_at) VALUES (%(id)s, %(now)s) ON CONFLICT DO NOTHING",
        {"id": order_id, "now": now},
    )


def withdraw(conn: Connection, order_id: str) -> bool:
    """Take an order back that has not left; False when it has."""
    gone = conn.execute("DELETE FROM irrigation_outbox WHERE order_id = %(id)s", {"id": order_id})
    return gone.rowcount == 1


def insert_event(
    conn: Connection,
    zone_id: int,
    kind: str,
    at: datetime,
    *,
    run_id: int | None = None,
    order_id: str | None = None,
    account_id: int | None = None,
    detail: Detail | None = None,
) -> None:
    conn.execute(
        """
        INSERT INTO irrigation_event (zone_id, run_id, order_id, account_id, at, kind, detail)
        VALUES (%(zone)s, %(run)s, %(order)s, %(account)s, %(at)s, %(kind)s, %(detail)s)
        """,
        {
            "zone": zone_id,
            "run": run_id,
            "order": order_id,
            "account": account_id,
            "at": at,
            "kind": kind,
            "detail": Jsonb(dict(detail or {})),
        },
    )


def insert_result(conn: Connection, run_id: int, result: Result) -> None:
    conn.execute(
        """
        INSERT INTO irrigation_result (run_id, outcome, opened_at, closed_at, seconds, volume_m3, is_measured, flow_m3_h, cost_vnd)
        VALUES (%(run)s, %(outcome)s, %(opened)s, %(closed)s, %(seconds)s, %(volume)s, %(measured)s, %(flow)s, %(cost)s)
        """,
        {
            "run": run_id,
            "outcome": result.outcome,
            "opened": result.opened_at,
            "closed": result.closed_at,
            "seconds": result.seconds,
            "volume": result.volume_m3,
            "measured": result.is_measured,
            "flow": result.flow_m3_h,
            "cost": result.cost_vnd,
        },
    )


def list_live(conn: Connection, zone_ids: Collection[int]) -> list[Live]:
    """Runs without a result, with all that became of their orders. Takes no viewer: whoever asks has seen the zones."""
    headers = (
        conn.cursor(row_factory=class_row(_Header))
        .execute(
            """
            SELECT r.id, r.zone_id, r.device_id, r.origin, r.account_id, r.seconds, r.despite, r.created_at,
                   v.revoked_at IS NOT NULL AS is_gone
              FROM irrigation_run r
              JOIN device v ON v.id = r.device_id
             WHERE r.zone_id = ANY(%(zones)s)
               AND NOT EXISTS (SELECT FROM irrigation_result e WHERE e.run_id = r.id)
             ORDER BY r.id
            """,
            {"zones": list(zone_ids)},
        )
        .fetchall()
    )
    return _folded(conn, headers) if headers else []


def _folded(conn: Connection, headers: list[_Header]) -> list[Live]:
    run_ids = [header.id for header in headers]
    orders = (
        conn.cursor(row_factory=class_row(_Order))
        .execute(
            """
            SELECT id, run_id, action, seconds, created_at, expires_at
              FROM irrigation_order
             WHERE run_id = ANY(%(runs)s)
             ORDER BY created_at, id
            """,
            {"runs": run_ids},
        )
        .fetchall()
    )
    steps = conn.execute(
        """
        SELECT run_id, kind, order_id, at, coalesce(detail ->> 'reason', '')
          FROM irrigation_event
         WHERE run_id = ANY(%(runs)s)
           AND kind = ANY(%(steps)s)
         ORDER BY id
        """,
        {"runs": run_ids, "steps": STEPS},
    ).fetchall()
    return [_live(header, orders, steps) for header in headers]


def _live(header: _Header, orders: list[_Order], steps: list[tuple[Any, ...]]) -> Live:
    own = [order for order in orders if order.run_id == header.id]
    run = Run(
        header.id,
        header.zone_id,
        Origin(header.origin),
        header.seconds,
        header.created_at,
        tuple(
            Order(order.id, Action(order.action), order.seconds, order.created_at, order.expires_at) for order in own
        ),
    )
    taken = [(Step(kind), order_id, at, reason) for run_id, kind, order_id, at, reason in steps if run_id == header.id]
    return Live(fold(run, taken), header.device_id, header.account_id, header.despite, header.is_gone)


def list_day_use(conn: Connection, zone_ids: Collection[int], midnight: datetime) -> dict[int, DayUse]:
    """What each zone had since midnight, and when it was last closed. Takes no viewer: whoever asks has seen the zones."""
    rows = (
        conn.cursor(row_factory=class_row(DayUse))
        .execute(
            """
            SELECT r.zone_id, coalesce(sum(e.seconds) FILTER (WHERE e.closed_at >= %(midnight)s), 0) AS seconds,
                   max(e.closed_at) FILTER (WHERE e.seconds > 0) AS last_closed_at
              FROM irrigation_run r
              JOIN irrigation_result e ON e.run_id = r.id
             WHERE r.zone_id = ANY(%(zones)s)
             GROUP BY r.zone_id
            """,
            {"zones": list(zone_ids), "midnight": midnight},
        )
        .fetchall()
    )
    return {row.zone_id: row for row in rows}


def list_decided(conn: Connection, zone_ids: Collection[int]) -> dict[int, datetime]:
    """When it was last decided what each zone needs. Takes no viewer: whoever asks has seen the zones."""
    rows = conn.execute(
        """
        SELECT z.id, decided.at
          FROM unnest(%(zones)s::int[]) z (id)
         CROSS JOIN LATERAL (SELECT e.at
                               FROM irrigation_event e
                              WHERE e.zone_id = z.id
                                AND e.kind IN ('watered', 'would_water', 'enough', 'skipped')
                              ORDER BY e.id DESC
                              LIMIT 1) decided
        """,
        {"zones": list(zone_ids)},
    ).fetchall()
    return dict(rows)


def list_flows(conn: Connection, zone_id: int, limit: int) -> list[float]:
    """Measured flows of the newest runs that ended well, newest first."""
    rows = conn.execute(
        """
        SELECT e.flow_m3_h
          FROM irrigation_run r
          JOIN irrigation_result e ON e.run_id = r.id
         WHERE r.zone_id = %(zone)s
           AND e.flow_m3_h > 0
           AND e.outcome IN ('done', 'stopped', 'lease', 'hand')
         ORDER BY e.closed_at DESC
         LIMIT %(limit)s
        """,
        {"zone": zone_id, "limit": limit},
    ).fetchall()
    return [row[0] for row in rows]
