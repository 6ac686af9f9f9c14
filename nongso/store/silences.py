"""Silences: who asked that nobody be told of something, why, and until when. The alert itself goes on."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.fence import fence


@dataclass(frozen=True, slots=True)
class Silenced:
    """What is silenced: a rule, a field, a device, or a rule there."""

    rule: str | None = None
    field_id: int | None = None
    device_id: str | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    id: int
    rule: str | None
    field_id: int | None
    device_id: str | None
    reason: str
    owner_name: str
    from_at: datetime
    to_at: datetime


def list_silences(conn: Connection, viewer: Viewer, now: datetime) -> list[Silence]:
    """Those that last, of the whole office or of fields the viewer sees."""
    return (
        conn.cursor(row_factory=class_row(Silence))
        .execute(
            """
            SELECT s.id, s.rule, s.field_id, s.device_id, s.reason, a.name AS owner_name, s.from_at, s.to_at
              FROM silence s
              JOIN account a ON a.id = s.owner_id
              LEFT JOIN field d ON d.id = s.field_id
             WHERE s.office_id = %(office)s
               AND s.to_at > %(now)s
               AND (s.field_id IS NULL OR d.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s)))
             ORDER BY s.to_at, s.id
            """,
            {"now": now, **fence(viewer)},
        )
        .fetchall()
    )


def insert(conn: Connection, viewer: Viewer, what: Silenced, reason: str, now: datetime, to_at: datetime) -> int:
    """Silence something until `to_at`. Raises NotFound for a field or device that is not the viewer's to silence."""
    row = conn.execute(
        """
        INSERT INTO silence (office_id, rule, field_id, device_id, reason, owner_id, from_at, to_at)
        SELECT %(office)s, %(rule)s, %(field)s, %(device)s, %(reason)s, %(account)s, %(now)s, %(to)s
         WHERE (%(field)s::int IS NULL
                OR EXISTS (SELECT FROM field d
                            WHERE d.id = %(field)s
                              AND d.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))))
           AND (%(device)s::text IS NULL
                OR EXISTS (SELECT FROM device v WHERE v.id = %(device)s AND v.office_id = %(office)s AND %(sees_office)s))
           AND (%(sees_office)s OR %(field)s::int IS NOT NULL)
        RETURNING id
        """,
        {**_named(what), "reason": reason, "now": now, "to": to_at, **fence(viewer)},
    ).fetchone()
    if row is None:
        raise NotFound()
    return row[0]


def end(conn: Connection, viewer: Viewer, what: Silenced, now: datetime) -> int:
    """End the silences of exactly this, where the viewer may; how many there were."""
    ended = conn.execute(
        """
        UPDATE silence s
           SET to_at = greatest(%(now)s, s.from_at)
         WHERE s.office_id = %(office)s
           AND s.to_at > %(now)s
           AND s.rule IS NOT DISTINCT FROM %(rule)s::text
           AND s.field_id IS NOT DISTINCT FROM %(field)s::int
           AND s.device_id IS NOT DISTINCT FROM %(device)s::text
           AND (%(sees_office)s OR s.owner_id = %(account)s)
        """,
        {**_named(what), "now": now, **fence(viewer)},
    )
    return ended.rowcount


def _named(what: Silenced) -> dict[str, object]:
    return {"rule": what.rule, "field": what.field_id, "device": what.device_id}
