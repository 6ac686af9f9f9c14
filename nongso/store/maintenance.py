"""Maintenance windows: while somebody works on a device its readings are not believed and its silence alarms nobody."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Window:
    """From `from_at` to `to_at`, not included."""

    id: int
    device_id: str
    from_at: datetime
    to_at: datetime
    reason: str
    recorded_by: str


def list_windows(conn: Connection, viewer: Viewer, device_id: str) -> list[Window]:
    """A device's windows, the newest first; none for another office's."""
    return (
        conn.cursor(row_factory=class_row(Window))
        .execute(
            """
            SELECT m.id, m.device_id, m.from_at, m.to_at, m.reason, a.name AS recorded_by
              FROM maintenance m
              JOIN device v ON v.id = m.device_id
              JOIN account a ON a.id = m.recorded_by
             WHERE m.device_id = %(id)s
               AND v.office_id = %(office)s
             ORDER BY m.from_at DESC, m.id DESC
            """,
            {"id": device_id, "office": viewer.office_id},
        )
        .fetchall()
    )


def insert(
    conn: Connection, viewer: Viewer, device_id: str, from_at: datetime, to_at: datetime, reason: str, now: datetime
) -> int:
    """Announce or record work on a device; the window's id. Raises NotFound, or Refused for one that ends before it begins."""
    row = conn.execute(
        """
        INSERT INTO maintenance (device_id, from_at, to_at, reason, recorded_by, recorded_at)
        SELECT v.id, %(from)s, %(to)s, %(reason)s, %(by)s, %(now)s
          FROM device v
         WHERE v.id = %(id)s
           AND v.office_id = %(office)s
        RETURNING id
        """,
        {
            "id": device_id,
            "office": viewer.office_id,
            "from": from_at,
            "to": to_at,
            "reason": reason,
            "by": viewer.account_id,
            "now": now,
        },
    ).fetchone()
    if row is None:
        raise NotFound()
    return row[0]


def end(conn: Connection, viewer: Viewer, window_id: int, now: datetime) -> None:
    """The work is done earlier than announced: the window ends now; one that had not begun is gone. Raises NotFound."""
    parameters = {"id": window_id, "office": viewer.office_id, "now": now}
    gone = conn.execute(
        """
        DELETE FROM maintenance m
         USING device v
         WHERE v.id = m.device_id AND v.office_id = %(office)s AND m.id = %(id)s AND m.from_at >= %(now)s
        """,
        parameters,
    )
    if gone.rowcount:
        return
    ended = conn.execute(
        """
        UPDATE maintenance m
           SET to_at = least(m.to_at, %(now)s)
          FROM device v
         WHERE v.id = m.device_id AND v.office_id = %(office)s AND m.id = %(id)s
        """,
        parameters,
    )
    if ended.rowcount == 0:
        raise NotFound()
