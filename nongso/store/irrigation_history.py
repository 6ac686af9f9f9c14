"""What was watered, and why: runs with their results, the journal, what flowed in a season."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row

from nongso.irrigation.season import Poured
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.fence import fence

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Past:
    """A run as history shows it; without an outcome it still goes on."""

    id: int
    zone_id: int
    zone_name: str
    field_name: str
    origin: str
    account_name: str | None
    seconds_wanted: int
    despite: list[str]
    reason: str
    created_at: datetime
    outcome: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    seconds: float | None
    volume_m3: float | None
    is_measured: bool | None
    cost_vnd: float | None


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the journal."""

    id: int
    zone_id: int
    run_id: int | None
    order_id: str | None
    account_name: str | None
    at: datetime
    kind: str
    detail: dict[str, Any]


def list_past(conn: Connection, viewer: Viewer, zone_id: int | None = None) -> list[Past]:
    """The newest runs of zones the viewer sees, zones out of use too."""
    return (
        conn.cursor(row_factory=class_row(Past))
        .execute(
            """
            SELECT r.id, r.zone_id, z.name AS zone_name, d.name AS field_name, r.origin, a.name AS account_name,
                   r.seconds AS seconds_wanted, r.despite, r.reason, r.created_at, e.outcome, e.opened_at, e.closed_at,
                   e.seconds, e.volume_m3, e.is_measured, e.cost_vnd
              FROM irrigation_run r
              JOIN irrigation_zone z ON z.id = r.zone_id
              JOIN field d ON d.id = z.field_id
              LEFT JOIN account a ON a.id = r.account_id
              LEFT JOIN irrigation_result e ON e.run_id = r.id
             WHERE d.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
               AND (%(zone)s::int IS NULL OR r.zone_id = %(zone)s)
             ORDER BY r.id DESC
             LIMIT %(limit)s
            """,
            {"zone": zone_id, "limit": SHOWN, **fence(viewer)},
        )
        .fetchall()
    )


def list_events(conn: Connection, viewer: Viewer, zone_id: int) -> list[Event]:
    """The newest lines of a zone's journal, newest first; nothing for a zone the viewer does not see."""
    return (
        conn.cursor(row_factory=class_row(Event))
        .execute(
            """
            SELECT e.id, e.zone_id, e.run_id, e.order_id, a.name AS account_name, e.at, e.kind, e.detail
              FROM irrigation_event e
              JOIN irrigation_zone z ON z.id = e.zone_id
              JOIN field d ON d.id = z.field_id
              LEFT JOIN account a ON a.id = e.account_id
             WHERE e.zone_id = %(zone)s
               AND d.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
             ORDER BY e.id DESC
             LIMIT %(limit)s
            """,
            {"zone": zone_id, "limit": SHOWN, **fence(viewer)},
        )
        .fetchall()
    )


def list_poured(conn: Connection, zone_ids: Collection[int], from_at: datetime, to_at: datetime) -> list[Poured]:
    """The runs that ended in [from, to). Takes no viewer: whoever asks has seen the zones."""
    return (
        conn.cursor(row_factory=class_row(Poured))
        .execute(
            """
            SELECT r.zone_id, e.seconds, e.volume_m3, e.is_measured, e.cost_vnd
              FROM irrigation_run r
              JOIN irrigation_result e ON e.run_id = r.id
             WHERE r.zone_id = ANY(%(zones)s)
               AND e.closed_at >= %(from)s
               AND e.closed_at < %(to)s
               AND e.seconds > 0
             ORDER BY r.id
            """,
            {"zones": list(zone_ids), "from": from_at, "to": to_at},
        )
        .fetchall()
    )
