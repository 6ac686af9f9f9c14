"""Sums of hours and days equal a recount from raw, whatever order readings came in."""

import itertools
import math
from collections import defaultdict
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nongso import store
from nongso.clock import local_day
from nongso.readings import UNFIT, Flag, SeriesKey
from nongso.store import readings, recounts, rollups, series
from nongso.store.readings import Row

HOUR_US = 3_600_000_000
T0_US = 1_795_000_000_000_000 // HOUR_US * HOUR_US
KEYS = (SeriesKey("probe-1", "soil.moisture", 20), SeriesKey("probe-1", "rain.total", None))

HOURS = "SELECT hour, count, unfit, min, mean, max, last, rise FROM reading_hour WHERE series_id = %s"
DAYS = "SELECT day, count, unfit, min, mean, max, last, rise FROM reading_day WHERE series_id = %s"

arrivals = st.lists(
    st.tuples(
        st.sampled_from((0, 1)),
        st.integers(0, 40).map(lambda quarter: T0_US + quarter * HOUR_US * 3 // 4),
        st.integers(0, 50).map(float),
        st.sampled_from((0, 0, 0, int(Flag.LATE), int(Flag.RANGE))),
    ),
    max_size=40,
)


@pytest.fixture
def ids(conn: store.Connection, device_id: str) -> list[int]:
    found = series.resolve(conn, KEYS)
    return [found[key] for key in KEYS]


def raw(conn: store.Connection, series_id: int) -> list[tuple[int, float, int]]:
    rows = conn.execute(
        "SELECT at, value, flags FROM reading WHERE series_id = %s ORDER BY at", (series_id,)
    ).fetchall()
    return [(at, value, flags) for at, value, flags in rows]


def recounted(rows: list, bucket_of) -> dict:
    """count, unfit, min, mean, max, last and rise of every bucket, in plain Python."""
    buckets = defaultdict(list)
    for at, value, flags in rows:
        buckets[bucket_of(at)].append((value, bool(flags & UNFIT)))
    rises = defaultdict(float)
    fit = [(at, value) for at, value, flags in rows if not flags & UNFIT]
    for (_, before), (at, value) in itertools.pairwise(fit):
        rises[bucket_of(at)] += value if value < before else value - before
    found = {}
    for bucket, entries in buckets.items():
        values = [value for value, unfit in entries if not unfit]
        mean = math.fsum(values) / len(values) if values else None
        bounds = (min(values), mean, max(values), values[-1], rises[bucket]) if values else (None,) * 5
        found[bucket] = (len(entries), len(entries) - len(values), *bounds)
    return found


def hour_of(at):
    return at.replace(minute=0, second=0, microsecond=0)


@given(batches=st.lists(arrivals, min_size=1, max_size=4))
@settings(derandomize=True, max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rollups_equal_a_recount_after_any_order_of_arrival(
    conn: store.Connection, ids: list[int], batches: list
) -> None:
    conn.execute("TRUNCATE reading, latest, dirty_hour, reading_hour, reading_day")
    for batch in batches:
        points = {
            (ids[which], at_us): Row(ids[which], at_us, value, flags, at_us) for which, at_us, value, flags in batch
        }
        readings.insert(conn, list(points.values()))
        while rollups.refresh(conn, 3):
            pass

    for series_id, is_counter in zip(ids, (False, True), strict=True):
        rows = raw(conn, series_id)
        for query, bucket_of in ((HOURS, hour_of), (DAYS, local_day)):
            found = conn.execute(query, (series_id,)).fetchall()
            expected = recounted(rows, bucket_of)
            assert set(expected) == {bucket for bucket, *_ in found}
            for bucket, *sums in found:
                wanted = expected[bucket] if is_counter else (*expected[bucket][:-1], None)
                assert wanted == pytest.approx(tuple(sums))
    assert (0, 0) == (recounts.wrong_latest(conn), recounts.wrong_hours(conn, None)[1])


def test_a_late_counter_reading_mends_the_hour_after_a_gap(conn: store.Connection, ids: list[int]) -> None:
    _, rain = ids
    readings.insert(conn, [Row(rain, T0_US, 10.0, 0, T0_US), Row(rain, T0_US + 30 * HOUR_US, 20.0, 0, T0_US)])
    rollups.refresh(conn, 100)

    readings.insert(conn, [Row(rain, T0_US + HOUR_US, 13.0, 0, T0_US)])
    rollups.refresh(conn, 100)

    rises = conn.execute("SELECT rise FROM reading_hour ORDER BY hour").fetchall()
    assert [(0.0,), (3.0,), (7.0,)] == rises


def test_a_reset_counts_from_zero(conn: store.Connection, ids: list[int]) -> None:
    _, rain = ids
    steps = [
        Row(rain, T0_US + minute * 60_000_000, value, 0, T0_US)
        for minute, value in ((0, 100.0), (10, 102.0), (20, 1.5))
    ]
    readings.insert(conn, steps)
    rollups.refresh(conn, 100)

    assert (3.5,) == conn.execute("SELECT rise FROM reading_hour").fetchone()


def test_only_one_worker_recomputes_at_a_time(
    conn: store.Connection, ids: list[int], database: str, edition: str
) -> None:
    if edition == "community":
        pytest.skip("this server takes one connection")
    readings.insert(conn, [Row(ids[0], T0_US, 1.0, 0, T0_US)])
    with store.connect(database) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (rollups.LOCK_KEY,))

        assert 0 == rollups.refresh(conn, 100)
        other.rollback()

    assert 1 == rollups.refresh(conn, 100)


def test_local_days_begin_at_midnight_in_viet_nam(conn: store.Connection, ids: list[int]) -> None:
    evening_utc = (
        1_795_046_400_000_000 // (24 * HOUR_US) * (24 * HOUR_US) + 17 * HOUR_US
    )  # 17:00 UTC is 00:00 the next day
    readings.insert(conn, [Row(ids[0], evening_utc - 1, 1.0, 0, T0_US), Row(ids[0], evening_utc, 2.0, 0, T0_US)])
    rollups.refresh(conn, 100)

    days = conn.execute("SELECT day, last FROM reading_day ORDER BY day").fetchall()

    assert [1.0, 2.0] == [last for _, last in days]
    assert timedelta(days=1) == days[1][0] - days[0][0]
