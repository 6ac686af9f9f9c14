"""Recounting: what is really in the tables, to be held against the books, `latest` and the rollups."""

from typing import NamedTuple

from nongso.readings import UNFIT
from nongso.store.connection import Connection


class Point(NamedTuple):
    """Where a reading stands: `at_s` is whole epoch seconds."""

    device_id: str
    property: str
    depth_cm: int | None
    at_s: int


def readings(conn: Connection) -> int:
    """Those that are there and those that retention took."""
    return _number(
        conn.execute(
            """
            SELECT (SELECT count(*) FROM reading) + (SELECT coalesce(sum(d.readings), 0) FROM reading_drop d)::bigint
            """
        ).fetchone()
    )


def points(conn: Connection) -> dict[Point, float]:
    """Every reading of a small table, to be compared one by one with what devices say they recorded."""
    rows = conn.execute(
        """
        SELECT s.device_id, s.property, s.depth_cm, extract(epoch FROM r.at)::bigint, r.value
          FROM reading r
          JOIN series s ON s.id = r.series_id
        """
    )
    return {Point(*row[:4]): row[4] for row in rows}


def conflicts(conn: Connection) -> int:
    return _number(conn.execute("SELECT count(*) FROM reading_conflict").fetchone())


def rejections(conn: Connection) -> int:
    return _number(conn.execute("SELECT coalesce(sum(rejected), 0)::bigint FROM dead_letter").fetchone())


def wrong_latest(conn: Connection) -> int:
    """Series whose `latest` is not their newest reading, or whose `fit_*` is not their newest fit one."""
    return _number(
        conn.execute(
            """
            SELECT count(*)
              FROM series s
              LEFT JOIN latest l ON l.series_id = s.id
              LEFT JOIN LATERAL (SELECT r.at, r.value, r.flags
                                   FROM calibrated_reading r
                                  WHERE r.series_id = s.id
                                  ORDER BY r.at DESC
                                  LIMIT 1) n ON true
              LEFT JOIN LATERAL (SELECT r.at, r.value
                                   FROM calibrated_reading r
                                  WHERE r.series_id = s.id AND r.flags & %(unfit)s = 0
                                  ORDER BY r.at DESC
                                  LIMIT 1) f ON true
             WHERE (l.at, l.value, l.flags) IS DISTINCT FROM (n.at, n.value, n.flags)
                   AND (l.at IS NULL OR l.at >= reading_horizon())  -- what retention took cannot be compared
                OR (l.fit_at, l.fit_value) IS DISTINCT FROM (f.at, f.value)
                   AND (l.fit_at IS NULL OR l.fit_at >= reading_horizon())
            """,
            {"unfit": int(UNFIT)},
        ).fetchone()
    )


def wrong_hours(conn: Connection, limit: int | None) -> tuple[int, int]:
    """How many hours without a mark were compared with raw, newest first and at most `limit`, and how many of them differ."""
    row = conn.execute(
        """
        SELECT count(*),
               count(*) FILTER (WHERE (h.count, h.unfit, h.min, h.max, h.last) IS DISTINCT FROM (c.count, c.unfit, c.min, c.max, c.last)
                                   OR abs(h.mean - c.mean) > 1e-9 * (1 + abs(c.mean))
                                   OR abs(coalesce(h.rise, c.rise) - c.rise) > 1e-9 * (1 + abs(c.rise)))
          FROM (SELECT r.*
                  FROM reading_hour r
                 WHERE r.series_id NOT IN (SELECT unnest(d.series) FROM dirty_hour d)
                   AND r.hour >= reading_horizon()
                   AND (r.rise IS NULL OR reading_horizon() = '-infinity'  -- a rise begins at the reading before its hour
                        OR EXISTS (SELECT FROM reading b WHERE b.series_id = r.series_id AND b.at < r.hour))
                 ORDER BY r.hour DESC
                 LIMIT %(limit)s) h
         CROSS JOIN LATERAL recount(h.series_id, h.hour, h.hour + interval '1 hour', %(unfit)s) c
        """,
        {"limit": limit, "unfit": int(UNFIT)},
    ).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def summed_readings(conn: Connection) -> tuple[int, int, int]:
    """Readings that the hours, the days and the raw table hold, of series without a mark and of the time that retention left."""
    row = conn.execute(
        """
        WITH settled AS (
            SELECT s.id FROM series s WHERE s.id NOT IN (SELECT unnest(d.series) FROM dirty_hour d)
        )
        SELECT (SELECT coalesce(sum(h.count), 0)
                  FROM reading_hour h
                  JOIN settled s ON s.id = h.series_id
                 WHERE h.hour >= reading_horizon())::bigint,
               (SELECT coalesce(sum(d.count), 0)
                  FROM reading_day d
                  JOIN settled s ON s.id = d.series_id
                 WHERE d.day >= (reading_horizon() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)::bigint,
               (SELECT count(*)
                  FROM reading r
                  JOIN settled s ON s.id = r.series_id
                 WHERE r.at >= reading_horizon())
        """
    ).fetchone()
    return (row[0], row[1], row[2]) if row else (0, 0, 0)


def _number(row: tuple[int, ...] | None) -> int:
    return row[0] if row else 0
