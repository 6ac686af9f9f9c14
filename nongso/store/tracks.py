"""What quality control must know of a series, found in the store; and spikes, marked after they have passed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from nongso.quality.track import SPIKE_COUNT, Track
from nongso.readings import Flag
from nongso.store import timescale
from nongso.store.connection import Connection

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LOOK_BACK_DAYS = 3  # as long as a standstill takes at most (nongso.quality.limits)

Point = tuple[int, int]  # series id and microseconds since 1970 UTC
Window = tuple[int, int]  # from and to, microseconds since 1970 UTC


def list_tracks(conn: Connection, series_ids: Sequence[int]) -> dict[int, Track]:
    """The track of each of these series that has readings, as it was after the newest of them."""
    rows = conn.execute(
        """
        SELECT l.series_id, (extract(epoch FROM l.at) * 1000000)::bigint, head.value,
               (extract(epoch FROM run.since) * 1000000)::bigint, run.count,
               (extract(epoch FROM fit.at) * 1000000)::bigint, coalesce(fit.value, head.value),
               coalesce(doubt.times, '{}'), coalesce(doubt.value, head.value)
          FROM latest l  -- holds corrected values: what the sensor said stands in `reading`
          JOIN reading head ON head.series_id = l.series_id AND head.at = l.at
          LEFT JOIN reading fit ON fit.series_id = l.series_id AND fit.at = l.fit_at
          LEFT JOIN LATERAL (SELECT r.at
                               FROM reading r
                              WHERE r.series_id = l.series_id AND r.at < l.at AND r.value <> head.value
                                AND r.at >= l.at - make_interval(days => %(days)s)
                              ORDER BY r.at DESC
                              LIMIT 1) other ON true
         CROSS JOIN LATERAL (SELECT min(r.at) AS since, count(*) AS count
                               FROM reading r
                              WHERE r.series_id = l.series_id AND r.at <= l.at
                                AND r.at > coalesce(other.at, l.at - make_interval(days => %(days)s))) run
         CROSS JOIN LATERAL (SELECT array_agg((extract(epoch FROM d.at) * 1000000)::bigint ORDER BY d.at) AS times,
                                    (array_agg(d.value ORDER BY d.at DESC))[1] AS value
                               FROM (SELECT r.at, r.value
                                       FROM reading r
                                      WHERE r.series_id = l.series_id AND r.at > l.fit_at AND r.at <= l.at
                                        AND r.flags & %(rate)s <> 0
                                      ORDER BY r.at
                                      LIMIT %(doubts)s) d) doubt
         WHERE l.series_id = ANY(%(ids)s)
        """,
        {
            "ids": list(series_ids),
            "days": LOOK_BACK_DAYS,
            "rate": int(Flag.RATE),
            "doubts": SPIKE_COUNT + 1,
        },
    ).fetchall()
    return {
        series_id: Track(head_us, value, since_us, count, fit_us, fit_value, tuple(doubts), doubt_value)
        for series_id, head_us, value, since_us, count, fit_us, fit_value, doubts, doubt_value in rows
    }


def list_windows(conn: Connection) -> dict[str, list[Window]]:
    """When each device is or was being worked on."""
    rows = conn.execute(
        """
        SELECT m.device_id, (extract(epoch FROM m.from_at) * 1000000)::bigint, (extract(epoch FROM m.to_at) * 1000000)::bigint
          FROM maintenance m
        """
    ).fetchall()
    windows: dict[str, list[Window]] = defaultdict(list)
    for device_id, from_us, to_us in rows:
        windows[device_id].append((from_us, to_us))
    return windows


def mark_spikes(conn: Connection, points: Sequence[Point]) -> int:
    """Add the flag to readings that came back; how many. They were unfit already, so no sum and no `latest` changes.

    One statement a point, planned with its values: of a compressed chunk only the thousand readings around the point are opened.
    """
    timescale.open_for_updates(conn)
    return sum(_mark_spike(conn, series_id, at_us) for series_id, at_us in sorted(points))


def _mark_spike(conn: Connection, series_id: int, at_us: int) -> int:
    return conn.execute(
        """
        UPDATE reading
           SET flags = flags | %(spike)s
         WHERE series_id = %(series)s
           AND at = %(at)s
           AND flags & %(rate)s <> 0
        """,
        {
            "series": series_id,
            "at": EPOCH + timedelta(microseconds=at_us),
            "spike": int(Flag.SPIKE),
            "rate": int(Flag.RATE),
        },
        prepare=False,
    ).rowcount
