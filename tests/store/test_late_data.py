"""Readings that come when their time is already in the columnstore: stored once, told apart, summed, and at a bounded price."""

from datetime import UTC, datetime

import pytest
from psycopg import sql

from nongso import store
from nongso.readings import Flag, SeriesKey
from nongso.store import readings, recounts, rollups, series, timescale, tracks
from nongso.store.readings import Row

MINUTE_US = 60_000_000
QUARTER_US = 15 * MINUTE_US
START_US = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 10**6
DEPTHS, POINTS = 20, 1_000


@pytest.fixture
def ids(conn: store.Connection, device_id: str) -> list[int]:
    """Ten days of 20 series, summed and compressed where the store can."""
    found = series.resolve(conn, [SeriesKey(device_id, "soil.moisture", depth) for depth in range(DEPTHS)])
    for id_ in found.values():
        rows = [Row(id_, START_US + place * QUARTER_US, 30.0, int(Flag.RATE), 0) for place in range(POINTS)]
        readings.insert(conn, rows)
    while rollups.refresh(conn, 1_000):
        pass
    timescale.compress_all(conn)
    return list(found.values())


def late(ids: list[int], value: float, shift_us: int = 7 * MINUTE_US) -> list[Row]:
    return [Row(id_, START_US + 50 * QUARTER_US + shift_us, value, 0, START_US) for id_ in ids]


def test_late_readings_are_stored_once_and_summed(conn: store.Connection, ids: list[int]) -> None:
    assert [] == readings.insert(conn, late(ids, 31.0))
    assert list(range(DEPTHS)) == readings.insert(conn, late(ids, 31.0))
    while rollups.refresh(conn, 1_000):
        pass

    in_hours, in_days, in_raw = recounts.summed_readings(conn)
    assert DEPTHS * (POINTS + 1) == in_raw
    assert (in_raw, in_raw) == (in_hours, in_days)
    assert 0 == recounts.wrong_hours(conn, None)[1]
    assert 0 == recounts.wrong_latest(conn)


def test_what_stands_in_the_columnstore_is_a_duplicate_or_a_conflict(conn: store.Connection, ids: list[int]) -> None:
    same, other = late(ids, 30.0, shift_us=0), late(ids, 44.0, shift_us=0)

    assert list(range(DEPTHS)) == readings.insert(conn, same)
    assert [] == readings.compare(conn, same)
    assert list(range(DEPTHS)) == readings.compare(conn, other)


def test_a_late_spike_is_marked_without_opening_the_store(conn: store.Connection, ids: list[int], edition: str) -> None:
    """Each mark opens the stretch of one series around it; the rest stays compressed."""
    marked = tracks.mark_spikes(conn, [(ids[0], START_US + 50 * QUARTER_US)])

    assert 1 == marked
    if edition == "community":
        assert 0 < sum(loose_rows(conn)) <= 1_000


def loose_rows(conn: store.Connection) -> list[int]:
    """Rows of each chunk that stand outside the columnstore."""
    chunks = conn.execute(
        "SELECT n.nspname, k.relname FROM show_chunks('reading') c JOIN pg_class k ON k.oid = c JOIN pg_namespace n ON n.oid = k.relnamespace"
    ).fetchall()
    counts = [
        conn.execute(sql.SQL("SELECT count(*) FROM ONLY {}").format(sql.Identifier(*chunk))).fetchone()
        for chunk in chunks
    ]
    return [count[0] for count in counts if count]
