"""The one seam: each of the three stores is what it says it is."""

from datetime import UTC, datetime, timedelta

import pytest
from fixtures.api import World
from fixtures.farm import observe, place_device
from psycopg import sql

from nongso import store
from nongso.readings import SeriesKey
from nongso.store import boards, conditions, irrigation_readings, plans, readings, recounts, rollups, series, timescale
from nongso.store.readings import Row

HOUR_US = 3_600_000_000
START_US = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 10**6


def test_reading_is_a_hypertable_exactly_where_the_extension_is(conn: store.Connection, edition: str) -> None:
    found = timescale.is_hypertable(conn) if timescale.available(conn) else False

    assert (edition != "plain") == found


def test_the_edition_is_told_apart(conn: store.Connection, edition: str) -> None:
    expected = {"plain": None, "apache": "apache", "community": "timescale"}[edition]

    assert expected == timescale.edition(conn)


def test_accelerating_twice_changes_nothing(conn: store.Connection) -> None:
    timescale.accelerate(conn)
    timescale.accelerate(conn)


def test_rows_of_a_plain_database_move_into_chunks(conn: store.Connection, edition: str) -> None:
    """A plain installation can change over to TimescaleDB later without losing a row."""
    if edition == "plain":
        pytest.skip("there is no TimescaleDB in this run")
    make_plain(conn)
    conn.execute(
        """
        INSERT INTO reading (at, value, delay_s, series_id, flags)
        SELECT '2026-01-01'::timestamptz + make_interval(days => day), day, 3, 1, 0
          FROM generate_series(0, 29) AS day
        """
    )

    timescale.accelerate(conn)

    rows = conn.execute("SELECT count(*) FROM reading").fetchone()
    chunks = conn.execute("SELECT count(*) FROM show_chunks('reading')").fetchone()
    assert rows == (30,)
    assert chunks is not None
    assert chunks[0] >= 4


def test_a_plain_database_that_was_moved_goes_on(conn: store.Connection, device_id: str, edition: str) -> None:
    """What was stored before is still a duplicate, what comes late is new, sums and `latest` agree with raw."""
    if edition == "plain":
        pytest.skip("there is no TimescaleDB in this run")
    key = SeriesKey(device_id, "soil.moisture", 20)
    id_ = series.resolve(conn, [key])[key]
    make_plain(conn)
    hours = [Row(id_, START_US + hour * HOUR_US, 30.0, 0, START_US) for hour in range(24 * 30)]
    readings.insert(conn, hours)

    timescale.accelerate(conn)
    timescale.compress_all(conn)

    assert list(range(len(hours))) == readings.insert(conn, hours)
    assert [] == readings.insert(conn, [Row(id_, START_US + HOUR_US // 2, 31.0, 0, START_US)])
    while rollups.refresh(conn, 1_000):
        pass
    assert 721 == recounts.readings(conn)
    assert (721, 721, 721) == recounts.summed_readings(conn)
    assert (0, 0) == (recounts.wrong_latest(conn), recounts.wrong_hours(conn, None)[1])


def make_plain(conn: store.Connection) -> None:
    """`reading` as a plain installation has it, with what reads from it."""
    view = conn.execute("SELECT pg_get_viewdef('calibrated_reading')").fetchone()
    assert view is not None
    conn.execute("CREATE TABLE reading_old (LIKE reading INCLUDING CONSTRAINTS)")
    conn.execute("DROP TABLE reading CASCADE")
    conn.execute("ALTER TABLE reading_old RENAME TO reading")
    conn.execute("ALTER TABLE reading ADD CONSTRAINT reading_pkey PRIMARY KEY (series_id, at)")
    conn.execute(sql.SQL("CREATE VIEW calibrated_reading AS {}").format(sql.SQL(view[0])))


def test_the_newest_of_a_farm_looks_at_the_chunks_of_its_days_only(
    conn: store.Connection, edition: str, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "D1", "weather", [world.field_id], now)
    weeks = [(now - timedelta(weeks=week), 100.0 - week) for week in range(12, -1, -1)]
    observe(conn, "D1", "rain.total", *weeks)
    observe(conn, "D1", "air.temperature", *weeks)

    with plans.told(conn) as found:
        conditions.list_conditions(conn, world.farmer, now)

    if edition == "plain" or not found:
        pytest.skip("no chunks, or a server that does not tell its plans")
    assert 0 < sum(plan.count("_hyper_") for plan in found) <= 6


def test_the_board_and_a_rain_of_an_hour_look_at_the_chunks_of_their_days_only(
    conn: store.Connection, edition: str, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "D1", "weather", [world.field_id], now)
    observe(conn, "D1", "rain.total", *((now - timedelta(weeks=week), 100.0 - week) for week in range(12, -1, -1)))
    unit = conn.execute("SELECT unit_code FROM farm WHERE id = %s", (world.farm_id,)).fetchone()
    assert unit is not None

    with plans.told(conn) as found:
        shown = boards.list_readings(conn, unit[0], now)
        fallen = irrigation_readings.list_rain(conn, [world.field_id], now)
        irrigation_readings.find_poured(conn, "D1", now - timedelta(hours=1), now)

    assert ["rain.total"] == [each.property for each in shown]
    assert {world.field_id: 0.0} == fallen
    if edition == "plain" or not found:
        pytest.skip("no chunks, or a server that does not tell its plans")
    assert all(plan.count("_hyper_") <= 14 for plan in found), [plan.count("_hyper_") for plan in found]


def test_sums_of_an_hour_look_at_the_chunks_of_its_week_only(
    conn: store.Connection, edition: str, device_id: str, now: datetime
) -> None:
    """A counter that was silent for months: its rise comes from the sums before, not from a search through all chunks."""
    key = SeriesKey(device_id, "rain.total", None)
    id_ = series.resolve(conn, [key])[key]
    weeks = [Row(id_, START_US + week * 7 * 24 * HOUR_US, float(week), 0, START_US) for week in (0, 1, 12, 13)]
    readings.insert(conn, weeks)
    rollups.refresh(conn, 100)
    readings.insert(conn, [Row(id_, START_US + 12 * 7 * 24 * HOUR_US + HOUR_US // 2, 12.5, 0, START_US)])

    with plans.told(conn) as found:
        rollups.refresh(conn, 100)

    rises = conn.execute("SELECT rise FROM reading_hour ORDER BY hour").fetchall()
    assert [(0.0,), (1.0,), (11.5,), (0.5,)] == rises
    assert (0, 0) == (recounts.wrong_latest(conn), recounts.wrong_hours(conn, None)[1])
    if edition == "plain" or not found:
        pytest.skip("no chunks, or a server that does not tell its plans")
    assert 2 >= max(plan.count("_hyper_") for plan in found)
