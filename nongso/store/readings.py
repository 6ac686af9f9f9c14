"""Readings go in once per point: new ones are kept with their marks, the same again is a duplicate, another value stands beside."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from nongso.readings import UNFIT
from nongso.store import arrays
from nongso.store.connection import Connection

HALF_S = 500_000


class Row(NamedTuple):
    """A reading on its way in; times in microseconds since 1970 UTC. A tuple because there are so many."""

    series_id: int
    at_us: int
    value: float
    flags: int
    received_us: int


_INSERT: Final = """
    WITH given AS (
        SELECT g.*
          FROM unnest(%(series)s::int[], %(at)s::timestamptz[], %(value)s::float8[], %(flags)s::smallint[], %(delay)s::int[])
               WITH ORDINALITY AS g (series_id, at, value, flags, delay_s, position)
    ), stored AS (
        INSERT INTO reading (series_id, at, value, flags, delay_s)
        SELECT g.series_id, g.at, g.value, g.flags, g.delay_s
          FROM given g
         ORDER BY g.series_id, g.at  -- the same order everywhere: two collectors never wait for each other in a circle
        ON CONFLICT DO NOTHING
        RETURNING series_id, at, value, flags, delay_s
    ), newest AS (
        SELECT DISTINCT ON (s.series_id) s.series_id, s.at, s.value, s.flags, s.at + s.delay_s * interval '1 second' AS received_at
          FROM stored s
         ORDER BY s.series_id, s.at DESC
    ), fit_before AS (  -- only where the newest is not fit, which is rare: else it is both
        SELECT DISTINCT ON (s.series_id) s.series_id, s.at, s.value
          FROM stored s
         WHERE s.flags & %(unfit)s = 0
           AND s.series_id IN (SELECT n.series_id FROM newest n WHERE n.flags & %(unfit)s <> 0)
         ORDER BY s.series_id, s.at DESC
    ), newer AS (
        SELECT n.series_id, n.at, n.value, n.flags, n.received_at, n.at AS fit_at, n.value AS fit_value
          FROM newest n
         WHERE n.flags & %(unfit)s = 0
        UNION ALL
        SELECT n.series_id, n.at, n.value, n.flags, n.received_at, f.at, f.value
          FROM newest n
          LEFT JOIN fit_before f USING (series_id)
         WHERE n.flags & %(unfit)s <> 0
    ), moved AS (
        INSERT INTO latest AS l (series_id, at, value, flags, received_at, fit_at, fit_value)
        SELECT n.series_id, n.at, n.value * coalesce(c.gain, 1) + coalesce(c.shift, 0), n.flags, n.received_at,
               n.fit_at, n.fit_value * coalesce(d.gain, 1) + coalesce(d.shift, 0)
          FROM newer n
          LEFT JOIN calibration_span c ON c.series_id = n.series_id AND n.at >= c.from_at AND n.at < c.to_at
          LEFT JOIN calibration_span d ON d.series_id = n.series_id AND n.fit_at >= d.from_at AND n.fit_at < d.to_at
         ORDER BY n.series_id
        ON CONFLICT (series_id) DO UPDATE
           SET at          = greatest(l.at, excluded.at),
               value       = CASE WHEN excluded.at > l.at THEN excluded.value ELSE l.value END,
               flags       = CASE WHEN excluded.at > l.at THEN excluded.flags ELSE l.flags END,
               received_at = CASE WHEN excluded.at > l.at THEN excluded.received_at ELSE l.received_at END,
               fit_at      = greatest(l.fit_at, excluded.fit_at),
               fit_value   = CASE WHEN l.fit_at IS NULL OR excluded.fit_at > l.fit_at THEN excluded.fit_value ELSE l.fit_value END
         WHERE excluded.at > l.at OR excluded.fit_at > coalesce(l.fit_at, '-infinity')
    ), marked AS (
        INSERT INTO dirty_hour (hour, series)
        SELECT date_bin('1 hour', s.at, '2000-01-01 00:00+07'), array_agg(s.series_id) FROM stored s GROUP BY 1
    )
    SELECT g.position - 1
      FROM given g
      LEFT JOIN stored s USING (series_id, at)
     WHERE s.series_id IS NULL AND (SELECT count(*) FROM stored) < %(rows)s  -- mostly all are new, and nothing is looked for
     ORDER BY g.position
"""


def insert(conn: Connection, rows: Sequence[Row]) -> list[int]:
    """Store rows of distinct (series_id, at_us); the positions, in order, of those that were there already and were left alone.

    What is new also moves `latest` forward and marks its hour for the rollups: one statement, from the very rows that were stored.
    `latest` holds what counts, so the calibration of the moment is applied on the way; `reading` keeps what the sensor said.
    """
    found = conn.execute(
        _INSERT,
        {**columns(rows), "delay": delays(rows), "rows": len(rows), "unfit": int(UNFIT)},
    ).fetchall()
    return [position for (position,) in found]


def compare(conn: Connection, rows: Sequence[Row]) -> list[int]:
    """Hold rows against what stands at their points; the positions, in order, of those that say something new.

    These are kept as conflicts. The others are duplicates: of the reading itself, or of a conflict that is already known.
    """
    found = conn.execute(
        """
        WITH given AS (
            SELECT DISTINCT ON (g.series_id, g.at, g.value) g.*
              FROM unnest(%(series)s::int[], %(at)s::timestamptz[], %(value)s::float8[], %(flags)s::smallint[], %(received)s::timestamptz[])
                   WITH ORDINALITY AS g (series_id, at, value, flags, received_at, position)
             ORDER BY g.series_id, g.at, g.value, g.position
        ), kept AS (
            INSERT INTO reading_conflict (series_id, at, value, flags, received_at)
            SELECT g.series_id, g.at, g.value, g.flags, g.received_at
              FROM given g
              JOIN reading r USING (series_id, at)
             WHERE r.value <> g.value
             ORDER BY g.series_id, g.at, g.value
            ON CONFLICT DO NOTHING
            RETURNING series_id, at, value
        )
        SELECT g.position - 1
          FROM given g
          JOIN kept k USING (series_id, at, value)
         ORDER BY g.position
        """,
        {**columns(rows), "received": arrays.times([row.received_us for row in rows])},
    ).fetchall()
    return [position for (position,) in found]


def columns(rows: Sequence[Row]) -> dict[str, bytes]:
    series, at, value, flags, _ = zip(*rows, strict=True) if rows else ((),) * 5
    return {
        "series": arrays.int4s(series),
        "at": arrays.times(at),
        "value": arrays.float8s(value),
        "flags": arrays.int2s(flags),
    }


def delays(rows: Sequence[Row]) -> arrays.Int4Array:
    """From observation to arrival, whole seconds."""
    return arrays.int4s([(received_us - at_us + HALF_S) // 1_000_000 for _, at_us, _, _, received_us in rows])
