"""Calibrations of a series: what was found against a reference, by whom, from when on. Raw readings are never touched."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.fence import fence


@dataclass(frozen=True, slots=True)
class Calibration:
    """value = gain · raw + shift from `valid_from` until the next one; of two with the same `valid_from` the later recorded holds."""

    id: int
    valid_from: datetime
    gain: float
    shift: float
    note: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class CalibrationDraft:
    """`shift` is in the canonical unit of the series' property. Gain 1 and shift 0 end a correction."""

    valid_from: datetime
    gain: float
    shift: float
    note: str


def list_calibrations(conn: Connection, viewer: Viewer, series_id: int) -> list[Calibration]:
    """All that was ever recorded of a series, the newest first. Raises NotFound for a series the viewer does not see."""
    seen = conn.execute(
        "SELECT FROM series_seen(%(series)s, %(office)s, %(account)s, %(sees_office)s) LIMIT 1",
        {"series": series_id, **fence(viewer)},
    ).fetchone()
    if seen is None:
        raise NotFound()
    return (
        conn.cursor(row_factory=class_row(Calibration))
        .execute(
            """
            SELECT c.id, c.valid_from, c.gain, c.shift, c.note, a.name AS recorded_by, c.recorded_at
              FROM calibration c
              JOIN account a ON a.id = c.recorded_by
             WHERE c.series_id = %(series)s
             ORDER BY c.valid_from DESC, c.id DESC
            """,
            {"series": series_id},
        )
        .fetchall()
    )


def insert(conn: Connection, viewer: Viewer, series_id: int, draft: CalibrationDraft, now: datetime) -> int:
    """Record a calibration; sums and newest values of the time it covers are put right. The id. Raises NotFound."""
    row = conn.execute(
        """
        INSERT INTO calibration (series_id, valid_from, gain, shift, note, recorded_by, recorded_at)
        SELECT s.id, %(valid_from)s, %(gain)s, %(shift)s, %(note)s, %(by)s, %(now)s
          FROM series s
          JOIN device v ON v.id = s.device_id
         WHERE s.id = %(series)s
           AND v.office_id = %(office)s
        RETURNING id
        """,
        {
            "series": series_id,
            "valid_from": draft.valid_from,
            "gain": draft.gain,
            "shift": draft.shift,
            "note": draft.note,
            "by": viewer.account_id,
            "now": now,
            "office": viewer.office_id,
        },
    ).fetchone()
    if row is None:
        raise NotFound()
    _mark_dirty(conn, series_id, draft.valid_from)
    # A collector that moves `latest` now would do it with the old correction: it waits, and then sees the new one.
    conn.execute("LOCK TABLE latest IN SHARE ROW EXCLUSIVE MODE")
    _lay_out(conn, series_id)
    _correct_latest(conn, series_id)
    return row[0]


def _mark_dirty(conn: Connection, series_id: int, from_at: datetime) -> None:
    """Hours from the calibration to the one that follows it, to be summed again."""
    conn.execute(
        """
        INSERT INTO dirty_hour (hour, series)
        SELECT DISTINCT date_bin('1 hour', r.at, '2000-01-01 00:00+07'), ARRAY[r.series_id]
          FROM reading r
         WHERE r.series_id = %(series)s
           AND r.at >= %(from)s
           AND r.at < (SELECT coalesce(min(c.valid_from), 'infinity')
                         FROM calibration c
                        WHERE c.series_id = %(series)s AND c.valid_from > %(from)s)
        """,
        {"series": series_id, "from": from_at},
    )


def _lay_out(conn: Connection, series_id: int) -> None:
    """The spans that follow from all calibrations of the series."""
    conn.execute("DELETE FROM calibration_span WHERE series_id = %(series)s", {"series": series_id})
    conn.execute(
        """
        INSERT INTO calibration_span (series_id, from_at, to_at, gain, shift)
        SELECT n.series_id, n.valid_from, lead(n.valid_from, 1, 'infinity') OVER (ORDER BY n.valid_from), n.gain, n.shift
          FROM (SELECT DISTINCT ON (c.valid_from) c.series_id, c.valid_from, c.gain, c.shift
                  FROM calibration c
                 WHERE c.series_id = %(series)s
                 ORDER BY c.valid_from, c.id DESC) n
        """,
        {"series": series_id},
    )


def _correct_latest(conn: Connection, series_id: int) -> None:
    conn.execute(
        """
        UPDATE latest l
           SET value = coalesce((SELECT r.value FROM calibrated_reading r WHERE r.series_id = l.series_id AND r.at = l.at), value),
               fit_value = coalesce((SELECT r.value FROM calibrated_reading r WHERE r.series_id = l.series_id AND r.at = l.fit_at),
                                    fit_value)  -- a reading that retention has taken cannot be corrected
         WHERE l.series_id = %(series)s
        """,
        {"series": series_id},
    )
