"""How often devices really report, learned from what came: a robust interval a series and a device."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection

READINGS = 1_000  # of a series that are looked at: a week at one in ten minutes
FEWEST_GAPS = 20  # with fewer nothing is learned
AGAIN_AFTER = timedelta(hours=12)
LONGEST_S = 7 * 86_400


@dataclass(frozen=True, slots=True)
class SeriesInterval:
    """`interval_s` is the median gap, None with too few readings; `expected_s` is after how long the next one is due."""

    series_id: int
    property: str
    depth_cm: int | None
    interval_s: int | None
    gaps: int
    expected_s: int
    learned_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeviceInterval:
    """What is expected of a device, whether somebody said so (`configured`) or it was learned, and its habit as learned."""

    expected_interval_s: int
    source: str
    learned_s: int | None


def learn(conn: Connection, devices: int, now: datetime) -> int:
    """Look at the devices that were not looked at for longest; how many series were learned.

    The median is not moved by outages, bursts of history or a few lost messages (up to half of the gaps).
    """
    learned = conn.execute(
        """
        WITH due AS (
            SELECT v.id
              FROM device v
              JOIN device_contact c ON c.device_id = v.id
              LEFT JOIN (series s JOIN learned_interval n ON n.series_id = s.id) ON s.device_id = v.id
             WHERE v.revoked_at IS NULL
             GROUP BY v.id, c.heard_at
            HAVING max(n.learned_at) IS NULL OR (max(n.learned_at) < %(before)s AND c.heard_at > max(n.learned_at))
             ORDER BY max(n.learned_at) NULLS FIRST, v.id
             LIMIT %(devices)s
        ), gap AS (
            SELECT s.device_id, s.id AS series_id, count(g.gap_s)::int AS gaps,
                   percentile_disc(0.5) WITHIN GROUP (ORDER BY g.gap_s) AS median_s
              FROM due
              JOIN series s ON s.device_id = due.id
              LEFT JOIN LATERAL (SELECT extract(epoch FROM r.at - lag(r.at) OVER (ORDER BY r.at)) AS gap_s
                                   FROM (SELECT x.at FROM reading x WHERE x.series_id = s.id ORDER BY x.at DESC LIMIT %(readings)s) r
                                ) g ON g.gap_s > 0
             GROUP BY s.device_id, s.id
        ), known AS (
            SELECT device_id, series_id, gaps,
                   CASE WHEN gaps >= %(fewest)s THEN greatest(1, least(round(median_s), %(longest)s))::int END AS interval_s
              FROM gap
        )
        INSERT INTO learned_interval AS n (series_id, interval_s, ratio, gaps, learned_at)
        SELECT k.series_id, k.interval_s,
               coalesce(k.interval_s::float8 / min(k.interval_s) OVER (PARTITION BY k.device_id), 1), k.gaps, %(now)s
          FROM known k
         ORDER BY k.series_id
        ON CONFLICT (series_id) DO UPDATE
           SET interval_s = excluded.interval_s, ratio = excluded.ratio, gaps = excluded.gaps, learned_at = excluded.learned_at
        """,
        {
            "before": now - AGAIN_AFTER,
            "devices": devices,
            "readings": READINGS,
            "fewest": FEWEST_GAPS,
            "longest": LONGEST_S,
            "now": now,
        },
    ).rowcount
    _expect(conn)
    return learned


def _expect(conn: Connection) -> None:
    """Where nobody said how often a device should report, its own habit is expected of it."""
    conn.execute(
        """
        UPDATE device v
           SET expected_interval_s = h.interval_s
          FROM (SELECT s.device_id, min(n.interval_s) AS interval_s
                  FROM learned_interval n
                  JOIN series s ON s.id = n.series_id
                 GROUP BY s.device_id) h
         WHERE h.device_id = v.id
           AND v.interval_source = 'learned'
           AND v.expected_interval_s <> h.interval_s
        """
    )


def get_device(conn: Connection, viewer: Viewer, device_id: str) -> DeviceInterval:
    """Raises NotFound for another office's device."""
    found = (
        conn.cursor(row_factory=class_row(DeviceInterval))
        .execute(
            """
            SELECT v.expected_interval_s, v.interval_source AS source,
                   (SELECT min(n.interval_s) FROM learned_interval n JOIN series s ON s.id = n.series_id WHERE s.device_id = v.id) AS learned_s
              FROM device v
             WHERE v.id = %(id)s
               AND v.office_id = %(office)s
            """,
            {"id": device_id, "office": viewer.office_id},
        )
        .fetchone()
    )
    if found is None:
        raise NotFound()
    return found


def list_series(conn: Connection, viewer: Viewer, device_id: str) -> list[SeriesInterval]:
    """What is expected of each series of an office's device."""
    return (
        conn.cursor(row_factory=class_row(SeriesInterval))
        .execute(
            """
            SELECT s.id AS series_id, s.property, s.depth_cm, n.interval_s, coalesce(n.gaps, 0) AS gaps,
                   round(v.expected_interval_s * coalesce(n.ratio, 1))::int AS expected_s, n.learned_at
              FROM series s
              JOIN device v ON v.id = s.device_id
              LEFT JOIN learned_interval n ON n.series_id = s.id
             WHERE v.id = %(id)s
               AND v.office_id = %(office)s
             ORDER BY s.property, s.depth_cm, s.id
            """,
            {"id": device_id, "office": viewer.office_id},
        )
        .fetchall()
    )


def configure(conn: Connection, viewer: Viewer, device_id: str, interval_s: int | None) -> None:
    """Say how often a device should report; None: expect its own habit. Raises NotFound."""
    changed = conn.execute(
        """
        UPDATE device
           SET expected_interval_s = coalesce(%(interval)s, expected_interval_s),
               interval_source = CASE WHEN %(interval)s::int IS NULL THEN 'learned' ELSE 'configured' END
         WHERE id = %(id)s
           AND office_id = %(office)s
           AND revoked_at IS NULL
        """,
        {"interval": interval_s, "id": device_id, "office": viewer.office_id},
    )
    if changed.rowcount == 0:
        raise NotFound()
    if interval_s is None:
        _expect(conn)
