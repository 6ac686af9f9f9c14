"""Doubts: somebody says that readings are wrong, nothing is advised from these, and the office finds out. No value is ever changed."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import Conflict, NotFound
from nongso.people import Viewer
from nongso.readings import UNFIT, Flag
from nongso.store import timescale
from nongso.store.connection import Connection
from nongso.store.fence import fence


class NothingToDoubt(NotFound):
    """Nothing that the viewer sees was read in that time."""

    code = "doubt.nothing"


class AlreadySettled(Conflict):
    """Somebody of the office has looked into it."""

    code = "doubt.settled"


@dataclass(frozen=True, slots=True)
class Doubt:
    """`finding` None: nobody has looked into it yet; wrong: the readings are refused; right: they count again."""

    id: int
    series_id: int
    property: str
    depth_cm: int | None
    device_id: str
    device_name: str
    from_at: datetime
    to_at: datetime
    reason: str
    readings: int
    doubted_by: str
    doubted_at: datetime
    finding: str | None
    note: str
    settled_by: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class DoubtDraft:
    """Both instants are included."""

    from_at: datetime
    to_at: datetime
    reason: str


def list_doubts(conn: Connection, viewer: Viewer, limit: int) -> list[Doubt]:
    """Of the office, or one's own; what waits for the office first, then the newest."""
    return (
        conn.cursor(row_factory=class_row(Doubt))
        .execute(
            """
            SELECT d.id, d.series_id, s.property, s.depth_cm, s.device_id, v.name AS device_name,
                   d.from_at, d.to_at, d.reason, d.readings, a.name AS doubted_by, d.doubted_at,
                   d.finding, d.note, b.name AS settled_by, d.settled_at
              FROM reading_doubt d
              JOIN series s ON s.id = d.series_id
              JOIN device v ON v.id = s.device_id
              JOIN account a ON a.id = d.doubted_by
              LEFT JOIN account b ON b.id = d.settled_by
             WHERE v.office_id = %(office)s
               AND (%(sees_office)s OR d.doubted_by = %(account)s)
             ORDER BY d.finding IS NOT NULL, d.doubted_at DESC, d.id DESC
             LIMIT %(limit)s
            """,
            {"limit": limit, **fence(viewer)},
        )
        .fetchall()
    )


def insert(conn: Connection, viewer: Viewer, series_id: int, draft: DoubtDraft, now: datetime) -> int:
    """Flag the readings that the viewer sees; the doubt's id. Raises NothingToDoubt."""
    timescale.open_for_updates(conn)
    span = {"series": series_id, "from": draft.from_at, "to": draft.to_at}
    flagged = conn.execute(
        """
        UPDATE reading r
           SET flags = r.flags | %(doubted)s
         WHERE r.series_id = %(series)s
           AND r.at BETWEEN %(from)s AND %(to)s
           AND EXISTS (SELECT FROM series_seen(%(series)s, %(office)s, %(account)s, %(sees_office)s) seen
                        WHERE r.at >= seen.from_at AND r.at < seen.to_at)
        """,
        {"doubted": int(Flag.DOUBTED), **span, **fence(viewer)},
    ).rowcount
    if flagged == 0:
        raise NothingToDoubt()
    _put_right(conn, span)
    row = conn.execute(
        """
        INSERT INTO reading_doubt (series_id, from_at, to_at, reason, readings, doubted_by, doubted_at)
        VALUES (%(series)s, %(from)s, %(to)s, %(reason)s, %(readings)s, %(account)s, %(now)s)
        RETURNING id
        """,
        {"reason": draft.reason, "readings": flagged, "account": viewer.account_id, "now": now, **span},
    ).fetchone()
    assert row is not None
    return row[0]


def settle(conn: Connection, viewer: Viewer, doubt_id: int, finding: str, note: str, now: datetime) -> None:
    """What the office found: `wrong` refuses the readings for good, `right` lets them count again.

    A reading that another open doubt covers stays doubted. Raises NotFound or AlreadySettled.
    """
    row = conn.execute(
        """
        SELECT d.series_id, d.from_at, d.to_at, d.finding
          FROM reading_doubt d
          JOIN series s ON s.id = d.series_id
          JOIN device v ON v.id = s.device_id
         WHERE d.id = %(id)s
           AND v.office_id = %(office)s
           FOR UPDATE OF d
        """,
        {"id": doubt_id, "office": viewer.office_id},
    ).fetchone()
    if row is None:
        raise NotFound()
    if row[3] is not None:
        raise AlreadySettled()
    conn.execute(
        """
        UPDATE reading_doubt
           SET finding = %(finding)s, note = %(note)s, settled_by = %(by)s, settled_at = %(now)s
         WHERE id = %(id)s
        """,
        {"id": doubt_id, "finding": finding, "note": note, "by": viewer.account_id, "now": now},
    )
    span = {"series": row[0], "from": row[1], "to": row[2]}
    _flag_finding(conn, doubt_id, span, Flag.EXPERT_REJECTED if finding == "wrong" else Flag.NONE)
    _put_right(conn, span)


def _flag_finding(conn: Connection, doubt_id: int, span: dict[str, object], refused: Flag) -> None:
    timescale.open_for_updates(conn)
    conn.execute(
        """
        UPDATE reading r
           SET flags = (r.flags | %(refused)s)
                     & ~CASE WHEN EXISTS (SELECT FROM reading_doubt o
                                           WHERE o.series_id = r.series_id AND o.finding IS NULL AND o.id <> %(id)s
                                             AND r.at BETWEEN o.from_at AND o.to_at)
                             THEN 0 ELSE %(doubted)s END
         WHERE r.series_id = %(series)s
           AND r.at BETWEEN %(from)s AND %(to)s
           AND r.flags & %(doubted)s <> 0
        """,
        {"id": doubt_id, "refused": int(refused), "doubted": int(Flag.DOUBTED), **span},
    )


def _put_right(conn: Connection, span: dict[str, object]) -> None:
    """The hours of the span are summed again; the newest values are looked up again, which a collector waits for."""
    conn.execute(
        """
        INSERT INTO dirty_hour (hour, series)
        SELECT DISTINCT date_bin('1 hour', r.at, '2000-01-01 00:00+07'), ARRAY[r.series_id]
          FROM reading r
         WHERE r.series_id = %(series)s
           AND r.at BETWEEN %(from)s AND %(to)s
        """,
        span,
    )
    conn.execute("LOCK TABLE latest IN SHARE ROW EXCLUSIVE MODE")
    conn.execute(
        """
        UPDATE latest l
           SET flags = coalesce((SELECT r.flags FROM reading r WHERE r.series_id = l.series_id AND r.at = l.at), l.flags),
               (fit_at, fit_value) = (SELECT r.at, r.value
                                        FROM calibrated_reading r
                                       WHERE r.series_id = l.series_id AND r.flags & %(unfit)s = 0
                                       ORDER BY r.at DESC
                                       LIMIT 1)
         WHERE l.series_id = %(series)s
        """,
        {"unfit": int(UNFIT), "series": span["series"]},
    )
