"""How readings end: after the office's days they are dropped and counted; the sums of hours and days stay for ever."""

from datetime import datetime, timedelta

from nongso.clock import LOCAL
from nongso.store import timescale
from nongso.store.connection import Connection

MARGIN = timedelta(
    days=1
)  # refused this much earlier than dropped, so that no late reading meets an hour whose past is gone
SERIES_AT_ONCE, ROWS_AT_ONCE = 500, 50_000


def horizon(now: datetime, days: int) -> datetime:
    """The local midnight before which readings end: whole days, so that every sum that is kept has all its readings or none."""
    midnight = now.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=days)


def refuse_older(conn: Connection, before: datetime) -> int:
    """From now on devices may not bring observations of before `before` plus the margin; how many could still bring older ones."""
    row = conn.execute(
        """
        WITH moved AS (
            UPDATE device d
               SET accept_from = %(until)s
              FROM device old
             WHERE old.id = d.id AND d.accept_from < %(until)s
            RETURNING old.accept_from
        )
        SELECT count(*) FILTER (WHERE m.accept_from < %(before)s) FROM moved m
        """,
        {"before": before, "until": before + MARGIN},
    ).fetchone()
    return row[0] if row else 0


def is_summed(conn: Connection, before: datetime) -> bool:
    """Whether every hour before `before` has its sum."""
    row = conn.execute("SELECT EXISTS (SELECT FROM dirty_hour d WHERE d.hour < %s)", (before,)).fetchone()
    return row is not None and not row[0]


def drop(conn: Connection, before: datetime, now: datetime) -> int:
    """Drop a load of readings of before `before`; how many, 0 when there are no more. Chunks go whole, rows of a plain table in portions."""
    dropped = timescale.drop_chunks(conn, before)
    if dropped is None:
        dropped = _delete_some(conn, before)
    if dropped:
        conn.execute(
            """
            INSERT INTO reading_drop AS d (before_at, readings, dropped_at)
            VALUES (%(before)s, %(readings)s, %(now)s)
            ON CONFLICT (before_at) DO UPDATE
               SET readings = d.readings + excluded.readings, dropped_at = excluded.dropped_at
            """,
            {"before": before, "readings": dropped, "now": now},
        )
    return dropped


def _delete_some(conn: Connection, before: datetime) -> int:
    """By series, because that is how a plain table is indexed."""
    return conn.execute(
        """
        WITH aged AS (
            SELECT s.id
              FROM series s
             WHERE EXISTS (SELECT FROM reading r WHERE r.series_id = s.id AND r.at < %(before)s)
             LIMIT %(series)s
        )
        DELETE FROM reading
         WHERE ctid = ANY (ARRAY(SELECT r.ctid
                                   FROM aged a
                                  CROSS JOIN LATERAL (SELECT r.ctid
                                                        FROM reading r
                                                       WHERE r.series_id = a.id AND r.at < %(before)s) r
                                  LIMIT %(rows)s))
        """,
        {"before": before, "series": SERIES_AT_ONCE, "rows": ROWS_AT_ONCE},
    ).rowcount
