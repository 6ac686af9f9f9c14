"""Rules over the store: an office's change holds from the next turn, late readings alarm nobody, a dry run counts."""

from datetime import datetime, timedelta
from typing import cast

import pytest
from fixtures.api import As, OneConnection, World
from fixtures.farm import heard, observe, place_device

from nongso import store
from nongso.readings import Flag
from nongso.store import alerts
from worker.alerts import run_once

HALF = timedelta(minutes=30)


@pytest.fixture
def pool(conn: store.Connection) -> store.Pool:
    return cast(store.Pool, OneConnection(conn))


@pytest.fixture
def canal(conn: store.Connection, world: World, now: datetime) -> str:
    place_device(conn, world.admin, "KENH", "canal", [world.field_id], now)
    heard(conn, "KENH", now)
    return "KENH"


def open_rules(conn: store.Connection, world: World) -> set[str]:
    return {alert.rule for alert in alerts.list_alerts(conn, world.officer) if alert.closed_at is None}


def test_a_changed_limit_holds_for_its_field(
    conn: store.Connection, world: World, pool: store.Pool, canal: str, signed_in: As, now: datetime
) -> None:
    path, body = "/api/v1/rules/salt/setting", {"field_id": world.field_id, "limits": {"limit": 0.5}}

    answer = signed_in(world.officer).put(path, json=body)
    observe(conn, canal, "water.salinity", (now - HALF, 0.8), (now, 0.8))
    run_once(pool, now)

    assert 204 == answer.status_code
    assert "salt" in open_rules(conn, world)


def test_a_rule_switched_off_ends_its_alert(
    conn: store.Connection, world: World, pool: store.Pool, canal: str, signed_in: As, now: datetime
) -> None:
    observe(conn, canal, "water.salinity", (now - HALF, 2.4), (now, 2.4))
    run_once(pool, now)
    signed_in(world.officer).put("/api/v1/rules/salt/setting", json={"is_on": False})
    off_at = now + timedelta(seconds=30)

    run_once(pool, off_at)
    run_once(pool, off_at + timedelta(seconds=30))

    assert "salt" not in open_rules(conn, world)


def test_late_readings_alarm_nobody(
    conn: store.Connection, world: World, pool: store.Pool, canal: str, now: datetime
) -> None:
    observe(conn, canal, "water.salinity", (now - 3 * HALF, 2.4), (now - 2 * HALF, 2.4), flags=int(Flag.LATE))

    run_once(pool, now)

    assert set() == open_rules(conn, world)


def test_what_fired_and_ended_while_nobody_looked_is_history(
    conn: store.Connection, world: World, pool: store.Pool, canal: str, now: datetime
) -> None:
    begin = now - timedelta(hours=6)
    observe(conn, canal, "water.salinity", *((begin + each * HALF, 2.4 if each < 4 else 1.2) for each in range(13)))

    run_once(pool, now)
    run_once(pool, now)

    salt = [alert for alert in alerts.list_alerts(conn, world.officer) if alert.rule == "salt"]
    assert [(begin + HALF, begin + 8 * HALF)] == [(alert.opened_at, alert.closed_at) for alert in salt]


def test_a_dry_run_counts_what_would_have_fired(
    conn: store.Connection, world: World, canal: str, signed_in: As, now: datetime
) -> None:
    begin = now - timedelta(days=10)
    salty = [(begin + each * HALF, 2.4 if each % 24 < 4 else 1.2) for each in range(14 * 24)]
    observe(conn, canal, "water.salinity", *salty)
    path = f"/api/v1/rules/salt/dry-run?field_id={world.field_id}"

    as_shipped = signed_in(world.farmer).get(path).json()
    at_three = signed_in(world.farmer).get(f"{path}&limit=limit:3").json()

    assert 14 == as_shipped["times"]
    assert "14 lần" in as_shipped["text"]
    assert 0 == at_three["times"]


@pytest.mark.parametrize("query", ["limit=limit:abc", "limit=nothing:1", "limit=limit:-3"])
def test_impossible_limits_are_refused(world: World, signed_in: As, query: str) -> None:
    answer = signed_in(world.officer).get(f"/api/v1/rules/salt/dry-run?field_id={world.field_id}&{query}")

    assert 400 == answer.status_code


def test_dry_run_of_a_rule_without_its_sensor_says_so_instead_of_zero_times(
    conn: store.Connection, world: World, canal: str, signed_in: As, now: datetime
) -> None:
    observe(conn, canal, "water.salinity", (now, 1.0))

    answer = signed_in(world.officer).get(f"/api/v1/rules/wind/dry-run?field_id={world.field_id}").json()

    assert (0, []) == (answer["times"], answer["fired"])
    assert "không có cảm biến nào cho quy tắc này (cần: " in answer["text"]
