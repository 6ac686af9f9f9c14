"""Sums of an hour and of a local day, recomputed wherever a reading was stored since: hours from raw, days from their hours.

Only the touched hours are read again. What a counter counted into an hour begins at the last value of an hour before it, so the
past is asked of the sums, never of the readings; on a hypertable a statement meets the chunks of one week.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from nongso.readings import UNFIT
from nongso.store.connection import Connection

LOCK_KEY = 7_163_210  # any number: only one at a time may recompute, or an older sum could overwrite a newer one
EPOCH, WEEK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(days=7)

Hours = set[tuple[int, datetime]]  # of a series


def refresh(conn: Connection, limit: int) -> int:
    """Take bundles of marks until they hold `limit` and recompute what they touch; how many marks that were, 0 when none are left or
    somebody else is at it.

    A counter's rise reaches back to the reading before it, so the hour of the next reading is touched as well.
    """
    row = conn.execute("SELECT pg_try_advisory_xact_lock(%(key)s)", {"key": LOCK_KEY}).fetchone()
    if row is None or not row[0]:
        return 0
    taken = _take(conn, limit)
    touched = {(series_id, hour) for hour, series in taken for series_id in series}
    for from_at, hours in _weeks(touched):
        _sum_hours(conn, from_at, hours)
    counted = _counters(conn, touched)
    counted |= _following(conn, counted)
    for from_at, hours in _weeks(counted):
        _count_hours(conn, from_at, hours)
    if taken:
        _sum_days(conn, touched | counted)
    return sum(len(series) for _, series in taken)


def dirty(conn: Connection) -> int:
    """How many marks wait."""
    row = conn.execute("SELECT coalesce(sum(cardinality(series)), 0)::bigint FROM dirty_hour").fetchone()
    return row[0] if row else 0


def _take(conn: Connection, limit: int) -> list[tuple[datetime, list[int]]]:
    """The oldest bundles, at least one; the last of them may go beyond the limit."""
    return conn.execute(
        """
        DELETE FROM dirty_hour
         WHERE id IN (SELECT t.id
                        FROM (SELECT d.id, sum(cardinality(d.series)) OVER (ORDER BY d.id ROWS UNBOUNDED PRECEDING) - cardinality(d.series) AS before
                                FROM (SELECT o.id, o.series FROM dirty_hour o ORDER BY o.id LIMIT %(limit)s FOR UPDATE SKIP LOCKED) d) t
                       WHERE t.before < %(limit)s)
        RETURNING hour, series
        """,
        {"limit": limit},
    ).fetchall()


def _weeks(hours: Iterable[tuple[int, datetime]]) -> list[tuple[datetime, Hours]]:
    """Hours by the week they lie in, the earliest first: what a counter counted is known from the past on."""
    found: dict[datetime, Hours] = defaultdict(set)
    for series_id, hour in hours:
        found[EPOCH + (hour - EPOCH) // WEEK * WEEK].add((series_id, hour))
    return sorted(found.items())


def _sum_hours(conn: Connection, from_at: datetime, hours: Hours) -> None:
    conn.execute(
        """
        INSERT INTO reading_hour (series_id, hour, count, unfit, min, mean, max, last)
        SELECT t.series_id, t.hour, c.count, c.unfit, c.min, c.mean, c.max, c.last
          FROM unnest(%(series)s::int[], %(hours)s::timestamptz[]) AS t (series_id, hour)
         CROSS JOIN LATERAL stretch(t.series_id, t.hour, t.hour + interval '1 hour', %(unfit)s, %(from)s, %(to)s) c
        ON CONFLICT (series_id, hour) DO UPDATE
           SET count = excluded.count, unfit = excluded.unfit, min = excluded.min, mean = excluded.mean,
               max = excluded.max, last = excluded.last
        """,
        _within(from_at, hours),
        prepare=False,  # so that the week is a constant for the planner
    )


def _counters(conn: Connection, hours: Hours) -> Hours:
    """Those of them that belong to counters."""
    rows = conn.execute(
        "SELECT id FROM series WHERE id = ANY(%(series)s) AND kind = 'counter'",
        {"series": list({series_id for series_id, _ in hours})},
    ).fetchall()
    counters = {id_ for (id_,) in rows}
    return {(series_id, hour) for series_id, hour in hours if series_id in counters}


def _following(conn: Connection, hours: Hours) -> Hours:
    """The next hour with a fit reading after each; one that was never summed has a mark of its own."""
    if not hours:
        return set()
    return set(
        conn.execute(
            """
            SELECT t.series_id, n.hour
              FROM unnest(%(series)s::int[], %(hours)s::timestamptz[]) AS t (series_id, hour)
             CROSS JOIN LATERAL (SELECT h.hour
                                   FROM reading_hour h
                                  WHERE h.series_id = t.series_id AND h.hour > t.hour AND h.last IS NOT NULL
                                  ORDER BY h.hour
                                  LIMIT 1) n
            """,
            _columns(hours),
            prepare=False,
        ).fetchall()
    )


def _count_hours(conn: Connection, from_at: datetime, hours: Hours) -> None:
    """What counters counted into hours whose `last` is right already."""
    conn.execute(
        """
        UPDATE reading_hour h
           SET rise = c.climbed + counted((SELECT p.last
                                             FROM reading_hour p
                                            WHERE p.series_id = t.series_id AND p.hour < t.hour AND p.last IS NOT NULL
                                            ORDER BY p.hour DESC
                                            LIMIT 1), c.first)
          FROM unnest(%(series)s::int[], %(hours)s::timestamptz[]) AS t (series_id, hour)
         CROSS JOIN LATERAL stretch(t.series_id, t.hour, t.hour + interval '1 hour', %(unfit)s, %(from)s, %(to)s) c
         WHERE h.series_id = t.series_id AND h.hour = t.hour
        """,
        _within(from_at, hours),
        prepare=False,
    )


def _sum_days(conn: Connection, hours: Hours) -> None:
    conn.execute(
        """
        INSERT INTO reading_day (series_id, day, count, unfit, min, mean, max, last, rise)
        SELECT d.series_id, (d.from_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, sum(h.count), sum(h.unfit),
               min(h.min), sum(h.mean * (h.count - h.unfit)) / nullif(sum(h.count - h.unfit), 0), max(h.max),
               (array_agg(h.last ORDER BY h.hour DESC) FILTER (WHERE h.last IS NOT NULL))[1], sum(h.rise)
          FROM (SELECT DISTINCT t.series_id, date_bin('1 day', t.hour, '2000-01-01 00:00+07') AS from_at
                  FROM unnest(%(series)s::int[], %(hours)s::timestamptz[]) AS t (series_id, hour)) d
          JOIN reading_hour h ON h.series_id = d.series_id AND h.hour >= d.from_at AND h.hour < d.from_at + interval '1 day'
         GROUP BY d.series_id, d.from_at
        ON CONFLICT (series_id, day) DO UPDATE
           SET count = excluded.count, unfit = excluded.unfit, min = excluded.min, mean = excluded.mean,
               max = excluded.max, last = excluded.last, rise = excluded.rise
        """,
        _columns(hours),
        prepare=False,
    )


def _columns(hours: Hours) -> dict[str, object]:
    """In order, so that rows are visited and locked as they lie."""
    ordered = sorted(hours)
    return {"series": [series_id for series_id, _ in ordered], "hours": [hour for _, hour in ordered]}


def _within(from_at: datetime, hours: Hours) -> dict[str, object]:
    return {**_columns(hours), "from": from_at, "to": from_at + WEEK, "unfit": int(UNFIT)}
