"""Calibrations correct what is shown and summed, never what was said."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from fixtures.api import World

from nongso import store
from nongso.errors import NotFound
from nongso.readings import SeriesKey
from nongso.store import calibrations, conditions, devices, readings, recounts, rollups, series
from nongso.store.calibrations import CalibrationDraft
from nongso.store.devices import DeviceDraft
from nongso.store.readings import Row

T0 = datetime(2026, 11, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


def us(at: datetime) -> int:
    return round(at.timestamp() * 1e6)


@pytest.fixture
def series_id(conn: store.Connection, world: World) -> int:
    devices.insert(conn, world.office_id, DeviceDraft("MAN-1", "canal", "Đầu đo mặn", 600, "$7$x"), T0 - 9 * HOUR)
    devices.move(conn, world.admin, "MAN-1", [world.field_id], T0 - 9 * HOUR)
    key = SeriesKey("MAN-1", "water.salinity", None)
    return series.resolve(conn, [key])[key]


def observe(conn: store.Connection, series_id: int, *points: tuple[float, float]) -> None:
    """Store (hours after T0, value)."""
    rows = [Row(series_id, us(T0 + hours * HOUR), value, 0, us(T0 + hours * HOUR)) for hours, value in points]
    assert [] == readings.insert(conn, rows)


def sums(conn: store.Connection, series_id: int) -> list[tuple]:
    rollups.refresh(conn, 10_000)
    return conn.execute(
        "SELECT min, mean, max, last FROM reading_hour WHERE series_id = %s ORDER BY hour", (series_id,)
    ).fetchall()


def latest(conn: store.Connection, series_id: int) -> tuple:
    row = conn.execute("SELECT value, fit_value FROM latest WHERE series_id = %s", (series_id,)).fetchone()
    assert row is not None
    return row


def raw(conn: store.Connection, series_id: int) -> list[float]:
    rows = conn.execute("SELECT value FROM reading WHERE series_id = %s ORDER BY at", (series_id,)).fetchall()
    return [value for (value,) in rows]


def draft(hours: float, gain: float, shift: float) -> CalibrationDraft:
    return CalibrationDraft(T0 + hours * HOUR, gain, shift, "dung dịch chuẩn 2 g/L")


def test_old_readings_are_corrected_from_the_day_on_and_raw_stays(
    conn: store.Connection, world: World, series_id: int
) -> None:
    observe(conn, series_id, (0, 1.0), (1, 2.0), (2, 3.0))
    assert [(1, 1, 1, 1), (2, 2, 2, 2), (3, 3, 3, 3)] == sums(conn, series_id)

    calibrations.insert(conn, world.officer, series_id, draft(1, 2.0, 0.5), T0 + 3 * HOUR)

    assert [1.0, 2.0, 3.0] == raw(conn, series_id)
    assert (6.5, 6.5) == latest(conn, series_id)
    assert [(1, 1, 1, 1), (4.5,) * 4, (6.5,) * 4] == sums(conn, series_id)
    shown = conditions.list_readings(conn, world.farmer, series_id, T0, T0 + 9 * HOUR, 10)
    assert [1.0, 4.5, 6.5] == [point.mean for point in shown]


def test_new_readings_are_corrected_as_they_come(conn: store.Connection, world: World, series_id: int) -> None:
    calibrations.insert(conn, world.officer, series_id, draft(0, 2.0, 0.5), T0)

    observe(conn, series_id, (1, 2.0))

    assert (4.5, 4.5) == latest(conn, series_id)
    assert 0 == recounts.wrong_latest(conn)


def test_each_version_holds_until_the_next(conn: store.Connection, world: World, series_id: int) -> None:
    observe(conn, series_id, (0, 10.0), (1, 10.0), (2, 10.0))
    calibrations.insert(conn, world.officer, series_id, draft(2, 3.0, 0.0), T0)
    calibrations.insert(conn, world.officer, series_id, draft(0, 2.0, 0.0), T0)
    calibrations.insert(conn, world.officer, series_id, draft(1, 1.0, 0.0), T0)

    assert [(20,) * 4, (10,) * 4, (30,) * 4] == sums(conn, series_id)
    assert 0 == recounts.wrong_latest(conn)
    assert (3, 0) == recounts.wrong_hours(conn, None)


def test_a_correction_of_a_correction_is_a_new_row_and_the_later_holds(
    conn: store.Connection, world: World, series_id: int
) -> None:
    observe(conn, series_id, (1, 10.0))
    calibrations.insert(conn, world.officer, series_id, draft(0, 5.0, 0.0), T0)
    calibrations.insert(conn, world.officer, series_id, draft(0, 1.0, -1.0), T0 + HOUR)

    assert (9, 9) == latest(conn, series_id)
    assert [(1.0, -1.0), (5.0, 0.0)] == [
        (one.gain, one.shift) for one in calibrations.list_calibrations(conn, world.farmer, series_id)
    ]


def test_the_same_bytes_again_are_a_duplicate_whatever_the_calibration(
    conn: store.Connection, world: World, series_id: int
) -> None:
    calibrations.insert(conn, world.officer, series_id, draft(0, 2.0, 0.0), T0)
    row = Row(series_id, us(T0 + HOUR), 7.0, 0, us(T0 + HOUR))
    readings.insert(conn, [row])

    assert [0] == readings.insert(conn, [row])
    assert [] == readings.compare(conn, [row])


def test_a_counters_rise_is_scaled_and_shifts_nothing(conn: store.Connection, world: World, series_id: int) -> None:
    key = SeriesKey("MAN-1", "rain.total", None)
    rain = series.resolve(conn, [key])[key]
    observe(conn, rain, (0, 100.0), (1, 110.0), (2, 130.0))
    calibrations.insert(conn, world.officer, rain, draft(0, 1.1, 3.0), T0 + 3 * HOUR)
    rollups.refresh(conn, 1000)

    rises = conn.execute("SELECT rise FROM reading_hour WHERE series_id = %s ORDER BY hour", (rain,)).fetchall()

    assert [0.0, 11.0, 22.0] == pytest.approx([rise for (rise,) in rises])


def test_nobody_calibrates_or_reads_across_the_fence(conn: store.Connection, world: World, series_id: int) -> None:
    with pytest.raises(NotFound):
        calibrations.insert(conn, world.stranger, series_id, draft(0, 2.0, 0.0), T0)
    for viewer in (world.stranger, world.neighbour):
        with pytest.raises(NotFound):
            calibrations.list_calibrations(conn, viewer, series_id)


def test_a_calibration_cannot_be_changed_unseen(conn: store.Connection, world: World, series_id: int) -> None:
    calibrations.insert(conn, world.officer, series_id, draft(0, 2.0, 0.0), T0)

    with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
        conn.execute("UPDATE calibration SET gain = 3")
