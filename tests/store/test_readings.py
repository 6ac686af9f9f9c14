"""Readings go in once, conflicts stand beside, `latest` moves only forward."""

from datetime import UTC, datetime

import pytest

from nongso import store
from nongso.readings import Flag, SeriesKey
from nongso.store import readings, series
from nongso.store.readings import Row

HOUR_US = 3_600_000_000
T0_US = 1_795_000_000_000_000
RECEIVED_US = T0_US + 10 * HOUR_US


@pytest.fixture
def series_id(conn: store.Connection, device_id: str) -> int:
    key = SeriesKey(device_id, "soil.moisture", 20)
    return series.resolve(conn, [key])[key]


def row(series_id: int, hours: float, value: float, flags: int = 0) -> Row:
    return Row(series_id, T0_US + int(hours * HOUR_US), value, flags, RECEIVED_US)


def instant(hours: float) -> datetime:
    return datetime.fromtimestamp((T0_US + hours * HOUR_US) / 1e6, UTC)


def latest(conn: store.Connection, series_id: int) -> tuple[object, ...]:
    found = conn.execute(
        "SELECT at, value, flags, fit_at, fit_value FROM latest WHERE series_id = %s", (series_id,)
    ).fetchone()
    assert found is not None
    return found


def test_series_are_created_once_and_a_missing_depth_is_a_series_of_its_own(
    conn: store.Connection, series_id: int
) -> None:
    keys = [SeriesKey("probe-1", "soil.moisture", 20), SeriesKey("probe-1", "soil.moisture", None)]

    first, second = series.resolve(conn, keys), series.resolve(conn, keys)

    assert first == second
    assert series_id == first[keys[0]] != first[keys[1]]


def test_what_is_there_already_is_told_by_position_and_left_alone(conn: store.Connection, series_id: int) -> None:
    readings.insert(conn, [row(series_id, 1, 30.0)])

    standing = readings.insert(conn, [row(series_id, 0, 29.0), row(series_id, 1, 99.0), row(series_id, 2, 31.0)])

    assert [1] == standing
    values = conn.execute("SELECT value FROM reading ORDER BY at").fetchall()
    assert [(29.0,), (30.0,), (31.0,)] == values


def test_same_value_is_a_duplicate_and_another_value_a_conflict_kept_once(
    conn: store.Connection, series_id: int
) -> None:
    readings.insert(conn, [row(series_id, 0, 30.0)])

    first = readings.compare(conn, [row(series_id, 0, 30.0), row(series_id, 0, 31.0), row(series_id, 0, 31.0)])
    second = readings.compare(conn, [row(series_id, 0, 31.0)])

    assert ([1], []) == (first, second)
    assert [(31.0,)] == conn.execute("SELECT value FROM reading_conflict").fetchall()


def test_latest_moves_only_forward(conn: store.Connection, series_id: int) -> None:
    readings.insert(conn, [row(series_id, 2, 32.0), row(series_id, 1, 31.0)])
    readings.insert(conn, [row(series_id, 0, 30.0)])

    assert (instant(2), 32.0, 0, instant(2), 32.0) == latest(conn, series_id)


def test_fit_value_comes_only_from_readings_that_nothing_speaks_against(conn: store.Connection, series_id: int) -> None:
    readings.insert(conn, [row(series_id, 2, 150.0, Flag.RANGE)])
    before = latest(conn, series_id)
    readings.insert(conn, [row(series_id, 1, 31.0, Flag.LATE | Flag.EXPERT_SUSPECT)])

    assert (instant(2), 150.0, 4, None, None) == before
    assert (instant(2), 150.0, 4, instant(1), 31.0) == latest(conn, series_id)


def test_only_stored_readings_mark_their_hour(conn: store.Connection, series_id: int) -> None:
    readings.insert(conn, [row(series_id, 0, 30.0), row(series_id, 0.01, 30.5), row(series_id, 3, 31.0)])
    readings.insert(conn, [row(series_id, 0, 30.0)])

    assert (2,) == conn.execute("SELECT count(*) FROM dirty_hour").fetchone()
