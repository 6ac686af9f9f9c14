"""Sums of an hour and of a local day, recomputed from raw wherever a reading was stored since."""

from nongso.readings import UNFIT
from nongso.store.connection import Connection

LOCK_KEY = 7_163_210  # any number: only one at a time may recompute, or an older sum could overwrite a newer one


def refresh(conn: Connection, limit: int) -> int:
    """Take up to `limit` marks and recompute what they touch; how many were taken, 0 when none are left or somebody else is at it.

    A counter's rise reaches back to the reading before it, so the hour of the next reading is touched as well.
    """
    row = conn.execute("SELECT pg_try_advisory_xact_lock(%(key)s)", {"key": LOCK_KEY}).fetchone()
    if row is None or not row[0]:
        return 0
    row = conn.execute(
        """
        WITH taken AS (
            DELETE FROM dirty_hour
             WHERE id IN (SELECT d.id FROM dirty_hour d ORDER BY d.id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
            RETURNING series_id, hour
        ), touched AS (
            SELECT t.series_id, t.hour
              FROM taken t
             UNION
            SELECT t.series_id, date_bin('1 hour', n.at, '2000-01-01 00:00+07')
              FROM (SELECT DISTINCT series_id, hour FROM taken) t
              JOIN series s ON s.id = t.series_id AND s.kind = 'counter'
             CROSS JOIN LATERAL (SELECT r.at
                                   FROM reading r
                                  WHERE r.series_id = t.series_id AND r.at >= t.hour + interval '1 hour' AND r.flags & %(unfit)s = 0
                                  ORDER BY r.at
                                  LIMIT 1) n
        ), hours AS (
            INSERT INTO reading_hour (series_id, hour, count, unfit, min, mean, max, last, rise)
            SELECT t.series_id, t.hour, c.count, c.unfit, c.min, c.mean, c.max, c.last,
                   CASE s.kind WHEN 'counter' THEN c.rise END
              FROM touched t
              JOIN series s ON s.id = t.series_id
             CROSS JOIN LATERAL recount(t.series_id, t.hour, t.hour + interval '1 hour', %(unfit)s) c
            ON CONFLICT (series_id, hour) DO UPDATE
               SET count = excluded.count, unfit = excluded.unfit, min = excluded.min, mean = excluded.mean,
                   max = excluded.max, last = excluded.last, rise = excluded.rise
        ), days AS (
            INSERT INTO reading_day (series_id, day, count, unfit, min, mean, max, last, rise)
            SELECT t.series_id, (t.from_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, c.count, c.unfit, c.min, c.mean, c.max, c.last,
                   CASE s.kind WHEN 'counter' THEN c.rise END
              FROM (SELECT DISTINCT series_id, date_bin('1 day', hour, '2000-01-01 00:00+07') AS from_at FROM touched) t
              JOIN series s ON s.id = t.series_id
             CROSS JOIN LATERAL recount(t.series_id, t.from_at, t.from_at + interval '1 day', %(unfit)s) c
            ON CONFLICT (series_id, day) DO UPDATE
               SET count = excluded.count, unfit = excluded.unfit, min = excluded.min, mean = excluded.mean,
                   max = excluded.max, last = excluded.last, rise = excluded.rise
        )
        SELECT count(*) FROM taken
        """,
        {"limit": limit, "unfit": int(UNFIT)},
    ).fetchone()
    return row[0] if row else 0


def dirty(conn: Connection) -> int:
    """How many marks wait."""
    row = conn.execute("SELECT count(*) FROM dirty_hour").fetchone()
    return row[0] if row else 0
