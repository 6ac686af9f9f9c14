"""What serves a field now, and whose readings are whose."""

from datetime import datetime, timedelta

import pytest
from fixtures.api import World
from fixtures.farm import IN_USE, observe, place_device

from nongso import store
from nongso.errors import NotFound
from nongso.readings import Flag
from nongso.store import conditions, devices

HOUR = timedelta(hours=1)


def test_newest_fit_reading_stands_beside_the_newest(conn: store.Connection, world: World, now: datetime) -> None:
    place_device(conn, world.admin, "D1", "soil", [world.field_id], now)
    observe(conn, "D1", "soil.moisture", (now - HOUR, 31.0))
    observe(conn, "D1", "soil.moisture", (now, 99.0), flags=Flag.SPIKE)

    field = conditions.get_conditions(conn, world.farmer, world.field_id, now)

    assert [(now, now - HOUR, 31.0)] == [(each.at, each.fit_at, each.fit_value) for each in field.observations]


def test_highest_of_the_local_day_leaves_out_yesterday_and_flagged(
    conn: store.Connection, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "D1", "weather", [world.field_id], now)
    observe(conn, "D1", "air.temperature", (now - 11 * HOUR, 39.0), (now - HOUR, 34.0), (now, 33.0))
    observe(conn, "D1", "air.temperature", (now - HOUR / 2, 64.0), flags=Flag.SPIKE)

    field = conditions.get_conditions(conn, world.farmer, world.field_id, now)

    assert [34.0] == [each.highest_today for each in field.observations]


def test_rain_of_24_hours_counts_steps_over_a_reset(conn: store.Connection, world: World, now: datetime) -> None:
    place_device(conn, world.admin, "D1", "weather", [world.field_id], now)
    observe(
        conn, "D1", "rain.total", (now - 25 * HOUR, 100.0), (now - 3 * HOUR, 104.0), (now - 2 * HOUR, 1.0), (now, 1.5)
    )

    field = conditions.get_conditions(conn, world.farmer, world.field_id, now)

    assert [5.5] == [each.fallen_24h_mm for each in field.observations]


def test_rain_over_a_gap_of_more_than_a_week_is_not_todays(conn: store.Connection, world: World, now: datetime) -> None:
    place_device(conn, world.admin, "D1", "weather", [world.field_id], now)
    observe(conn, "D1", "rain.total", (now - timedelta(days=8), 100.0), (now - HOUR, 150.0))
    unknown = conditions.get_conditions(conn, world.farmer, world.field_id, now)
    observe(conn, "D1", "rain.total", (now, 151.0))

    field = conditions.get_conditions(conn, world.farmer, world.field_id, now)

    assert [None, 1.0] == [each.fallen_24h_mm for each in (*unknown.observations, *field.observations)]


def test_rain_by_amounts_is_their_sum_of_24_hours(conn: store.Connection, world: World, now: datetime) -> None:
    place_device(conn, world.admin, "D1", "weather", [world.field_id], now)
    observe(conn, "D1", "rain.amount", (now - 25 * HOUR, 7.0), (now - 3 * HOUR, 2.0), (now - 2 * HOUR, 0.5))
    observe(conn, "D1", "rain.amount", (now - HOUR, 900.0), flags=Flag.RATE)

    field = conditions.get_conditions(conn, world.farmer, world.field_id, now)

    assert [2.5] == [each.fallen_24h_mm for each in field.observations]


def test_device_that_never_spoke_leaves_its_place_empty(conn: store.Connection, world: World, now: datetime) -> None:
    place_device(conn, world.admin, "D1", "weather", [world.field_id], now)

    field = conditions.get_conditions(conn, world.farmer, world.field_id, now)

    assert [("air.temperature", None), ("rain.total", None)] == [
        (each.property, each.fit_at) for each in field.observations
    ]


def test_moved_device_takes_no_old_reading_along(conn: store.Connection, world: World, now: datetime) -> None:
    place_device(conn, world.admin, "D1", "soil", [world.neighbours_field_id], now)
    series = observe(conn, "D1", "soil.moisture", (now - 2 * HOUR, 12.0), (now, 30.0))
    devices.move(conn, world.admin, "D1", [world.field_id], now - HOUR)

    here = conditions.get_conditions(conn, world.farmer, world.field_id, now)
    there = conditions.get_conditions(conn, world.neighbour, world.neighbours_field_id, now)
    readings = {
        viewer.name: [
            bucket.mean for bucket in conditions.list_readings(conn, viewer, series, now - 3 * HOUR, now + HOUR, 10)
        ]
        for viewer in (world.farmer, world.neighbour, world.officer, world.stranger)
    }

    assert [30.0] == [each.fit_value for each in here.observations]
    assert () == there.observations
    assert {"Bác farmer": [30.0], "Bác neighbour": [12.0], "Bác officer": [12.0, 30.0], "Bác stranger": []} == readings


def test_reading_from_before_the_move_is_not_the_new_fields(
    conn: store.Connection, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "D1", "soil", [world.neighbours_field_id], now)
    observe(conn, "D1", "soil.moisture", (now - 2 * HOUR, 12.0))
    devices.move(conn, world.admin, "D1", [world.field_id], now - HOUR)

    field = conditions.get_conditions(conn, world.farmer, world.field_id, now)

    assert [(None, None)] == [(each.at, each.fit_value) for each in field.observations]


def test_each_sees_their_own_fields(conn: store.Connection, world: World, now: datetime) -> None:
    seen = {
        viewer.name: [field.name for field in conditions.list_conditions(conn, viewer, now)]
        for viewer in (world.farmer, world.neighbour, world.inspector, world.stranger)
    }

    assert {
        "Bác farmer": ["Vườn bưởi Cái Cối"],
        "Bác neighbour": ["Rau Láng"],
        "Bác inspector": ["Vườn bưởi Cái Cối", "Rau Láng"],
        "Bác stranger": ["Ruộng xa"],
    } == seen


def test_series_behind_the_fence_does_not_exist(conn: store.Connection, world: World, now: datetime) -> None:
    place_device(conn, world.stranger, "D2", "soil", [world.strangers_field_id], now)
    series = observe(conn, "D2", "soil.moisture", (now, 30.0))

    for viewer in (world.farmer, world.admin):
        with pytest.raises(NotFound):
            conditions.get_series(conn, viewer, series)


def test_hours_and_days_come_whole(conn: store.Connection, world: World, now: datetime) -> None:
    place_device(conn, world.admin, "D1", "soil", [world.field_id], now)
    series = observe(conn, "D1", "soil.moisture", (now, 30.0))
    midnight = now.replace(hour=17, minute=0) - timedelta(days=1)
    conn.execute("INSERT INTO reading_hour VALUES (%s, %s, 6, 0, 29, 30, 31, 30, NULL)", (series, midnight))
    conn.execute("INSERT INTO reading_day VALUES (%s, '2026-11-22', 6, 0, 29, 30, 31, 30, NULL)", (series,))

    hours = conditions.list_hours(conn, world.farmer, series, midnight, midnight + HOUR, 10)
    days = conditions.list_days(conn, world.farmer, series, midnight, midnight + 24 * HOUR, 10)
    before_it_served = conditions.list_days(
        conn, world.farmer, series, now - IN_USE - timedelta(days=2), now - IN_USE, 10
    )

    assert [(midnight, 29, 30, 31)] == [(bucket.at, bucket.min, bucket.mean, bucket.max) for bucket in hours]
    assert [midnight] == [bucket.at for bucket in days]
    assert [] == before_it_served
