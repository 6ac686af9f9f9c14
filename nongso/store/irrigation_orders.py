"""Orders on their way: what the collector takes out of the house, what devices answer, when the valves were lost sight of."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.store.connection import Connection

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that should leave now; `tenant` is the slug of the office its device belongs to.

    `renews`: water runs by an earlier order of the same run, and where it does not run any more this one opens nothing.
    """

    order_id: str
    tenant: str
    device_id: str
    zone_id: int
    run_id: int
    action: str
    seconds: int
    expires_at: datetime
    renews: bool


@dataclass(frozen=True, slots=True)
class Sweep:
    """When a part of the house lost sight of the valves; `done_at` once the worker had looked at all of them."""

    id: int
    at: datetime
    part: str
    done_at: datetime | None


def take_waiting(conn: Connection) -> list[Waiting]:
    """Take orders out of the outbox, the oldest first; another collector takes others."""
    return (
        conn.cursor(row_factory=class_row(Waiting))
        .execute(
            """
            WITH taken AS (
                DELETE FROM irrigation_outbox
                 WHERE order_id IN (SELECT order_id FROM irrigation_outbox ORDER BY wanted_at, order_id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
                RETURNING order_id, wanted_at
            )
            SELECT o.id AS order_id, f.slug AS tenant, r.device_id, r.zone_id, r.id AS run_id, o.action, o.seconds, o.expires_at,
                   o.action = 'open' AND EXISTS (SELECT
                                                   FROM irrigation_order p
                                                  WHERE p.run_id = o.run_id
                                                    AND p.action = 'open'
                                                    AND p.created_at < o.created_at) AS renews
              FROM taken t
              JOIN irrigation_order o ON o.id = t.order_id
              JOIN irrigation_run r ON r.id = o.run_id
              JOIN device v ON v.id = r.device_id
              JOIN office f ON f.id = v.office_id
             ORDER BY t.wanted_at, o.created_at
            """,
            {"most": AT_ONCE},
        )
        .fetchall()
    )


def note_answer(
    conn: Connection, tenant: str, device_id: str, order_id: str, state: str, reason: str, now: datetime
) -> bool:
    """A device's answer to an order of its own; False for one that is none. The same answer again is noted once."""
    noted = conn.execute(
        """
        INSERT INTO irrigation_event (zone_id, run_id, order_id, at, kind, detail)
        SELECT r.zone_id, r.id, o.id, %(now)s, %(state)s, %(detail)s
          FROM irrigation_order o
          JOIN irrigation_run r ON r.id = o.run_id
          JOIN device v ON v.id = r.device_id
          JOIN office f ON f.id = v.office_id
         WHERE o.id = %(order)s
           AND r.device_id = %(device)s
           AND f.slug = %(tenant)s
           AND NOT EXISTS (SELECT FROM irrigation_event e WHERE e.order_id = o.id AND e.kind = %(state)s)
        """,
        {
            "now": now,
            "state": state,
            "detail": Jsonb({"reason": reason} if reason else {}),
            "order": order_id,
            "device": device_id,
            "tenant": tenant,
        },
    )
    return noted.rowcount == 1


def insert_sweep(conn: Connection, part: str, now: datetime) -> None:
    """From now on nobody knows what the valves do, until the worker has looked at them."""
    conn.execute("INSERT INTO irrigation_sweep (at, part) VALUES (%(now)s, %(part)s)", {"now": now, "part": part})


def find_newest_sweep(conn: Connection) -> Sweep | None:
    return (
        conn.cursor(row_factory=class_row(Sweep))
        .execute("SELECT id, at, part, done_at FROM irrigation_sweep ORDER BY id DESC LIMIT 1")
        .fetchone()
    )


def finish_sweeps(conn: Connection, newest_id: int, now: datetime) -> None:
    conn.execute(
        "UPDATE irrigation_sweep SET done_at = %(now)s WHERE id <= %(id)s AND done_at IS NULL",
        {"now": now, "id": newest_id},
    )


def is_ready(conn: Connection) -> bool:
    """Whether the schema is here: a collector may be up before the migration."""
    row = conn.execute("SELECT to_regclass('irrigation_outbox') IS NOT NULL").fetchone()
    return row is not None and row[0]
