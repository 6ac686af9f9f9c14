"""Readings that are too old are dropped and counted; sums stay, the books balance, nothing late meets a dropped hour."""

from datetime import UTC, datetime, timedelta

import pytest

from nongso import store
from nongso.clock import LOCAL
from nongso.readings import SeriesKey
from nongso.store import readings, recounts, retention, rollups, series
from nongso.store.readings import Row

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
KEYS = (SeriesKey("probe-1", "soil.moisture", 20), SeriesKey("probe-1", "rain.total", None))
DAYS, KEPT = 60, 40
BEFORE = retention.horizon(NOW, KEPT)


@pytest.fixture
def ids(conn: store.Connection, device_id: str) -> list[int]:
    """60 days of two series, every six hours, summed."""
    found = series.resolve(conn, KEYS)
    start = NOW - timedelta(days=DAYS)
    for key in KEYS:
        times = [int((start + timedelta(hours=6 * step)).timestamp()) * 10**6 for step in range(DAYS * 4)]
        readings.insert(conn, [Row(found[key], at_us, float(place), 0, at_us) for place, at_us in enumerate(times)])
    while rollups.refresh(conn, 1_000):
        pass
    return [found[key] for key in KEYS]


def drop_all(conn: store.Connection) -> int:
    total = 0
    while dropped := retention.drop(conn, BEFORE, NOW):
        total += dropped
    return total


def test_the_horizon_is_a_local_midnight() -> None:
    assert datetime(2026, 10, 13, tzinfo=LOCAL) == BEFORE


def test_old_readings_go_and_sums_stay(conn: store.Connection, ids: list[int], edition: str) -> None:
    hours = conn.execute("SELECT count(*) FROM reading_hour").fetchone()

    dropped = drop_all(conn)

    left = conn.execute("SELECT count(*), min(at) FROM reading").fetchone()
    assert left is not None
    assert 2 * DAYS * 4 == left[0] + dropped
    assert hours == conn.execute("SELECT count(*) FROM reading_hour").fetchone()
    if edition == "plain":
        assert left[1] >= BEFORE
    else:  # chunks go whole: a week at most stays longer
        assert BEFORE - timedelta(days=7) <= left[1]
        assert dropped > 0


def test_after_a_drop_every_recount_balances(conn: store.Connection, ids: list[int]) -> None:
    drop_all(conn)

    in_hours, in_days, in_raw = recounts.summed_readings(conn)
    assert 2 * DAYS * 4 == recounts.readings(conn)
    assert (in_raw, in_raw) == (in_hours, in_days)
    assert 0 == recounts.wrong_latest(conn)
    assert 0 == recounts.wrong_hours(conn, None)[1]


def test_a_device_that_has_been_silent_for_longer_is_no_fault(conn: store.Connection, ids: list[int]) -> None:
    conn.execute("DELETE FROM reading WHERE series_id = %s AND at >= %s", (ids[0], BEFORE - timedelta(days=5)))
    conn.execute(
        "UPDATE latest SET at = %(at)s, fit_at = %(at)s WHERE series_id = %(id)s",
        {"id": ids[0], "at": BEFORE - timedelta(days=6)},
    )

    drop_all(conn)

    assert 0 == recounts.wrong_latest(conn)


def test_devices_are_told_first_and_the_margin_is_a_day(conn: store.Connection, ids: list[int]) -> None:
    """The first run only moves the limit; the next finds nobody who could bring older readings."""
    assert 1 == retention.refuse_older(conn, BEFORE)
    assert 0 == retention.refuse_older(conn, BEFORE)
    assert (BEFORE + timedelta(days=1),) == conn.execute("SELECT accept_from FROM device").fetchone()
    assert 0 == retention.refuse_older(conn, BEFORE + timedelta(days=1))


def test_nothing_is_dropped_while_a_sum_waits(conn: store.Connection, ids: list[int]) -> None:
    assert retention.is_summed(conn, BEFORE)

    conn.execute(
        "INSERT INTO dirty_hour (series, hour) VALUES (ARRAY[%s::int], %s)", (ids[0], BEFORE - timedelta(hours=1))
    )

    assert not retention.is_summed(conn, BEFORE)
