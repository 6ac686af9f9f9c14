"""Alerts over the store: opened once, frozen by missing data, closed only by a rule that looked."""

from datetime import datetime, timedelta
from typing import cast

import pytest
from fixtures.api import OneConnection, World
from fixtures.farm import heard, observe, place_device

from nongso import store
from nongso.store import alerts, devices
from nongso.store.alerts import Alert
from worker.alerts import run_once

LATER = timedelta(minutes=10)
EARLIER = timedelta(minutes=30)  # a salt alert needs two readings half an hour apart


@pytest.fixture
def pool(conn: store.Connection) -> store.Pool:
    return cast(store.Pool, OneConnection(conn))


@pytest.fixture
def canal(conn: store.Connection, world: World, now: datetime) -> str:
    """A canal station beside the pomelo garden (limit 2 g/L), heard just now."""
    place_device(conn, world.admin, "KENH", "canal", [world.field_id], now)
    heard(conn, "KENH", now)
    return "KENH"


def opened(conn: store.Connection, world: World) -> list[tuple[str, int]]:
    return [(alert.rule, alert.severity) for alert in everything(conn, world) if alert.closed_at is None]


def everything(conn: store.Connection, world: World) -> list[Alert]:
    return alerts.list_alerts(conn, world.farmer)


def test_opens_once_and_keeps_the_newest_value(
    conn: store.Connection, world: World, pool: store.Pool, canal: str, now: datetime
) -> None:
    observe(conn, canal, "water.salinity", (now - EARLIER, 2.4), (now, 2.4))
    first = run_once(pool, now)
    observe(conn, canal, "water.salinity", (now + LATER, 2.6))

    again = run_once(pool, now + LATER)

    assert (1, 0) == (first, again)
    assert [("salt", 4)] == opened(conn, world)
    assert {
        "key": "alert.salt",
        "crop": "pomelo",
        "value": 2.6,
        "limit": 2.0,
        "depth": 2.6,
        "limit_depth": 2.0,
    } == everything(conn, world)[0].details


def test_closes_only_well_below_the_limit(
    conn: store.Connection, world: World, pool: store.Pool, canal: str, now: datetime
) -> None:
    observe(conn, canal, "water.salinity", (now - EARLIER, 2.4), (now, 2.4))
    run_once(pool, now)
    observe(conn, canal, "water.salinity", (now + LATER, 1.9))
    run_once(pool, now + LATER)
    still = opened(conn, world)
    over = now + timedelta(hours=3)
    observe(conn, canal, "water.salinity", (now + 2 * LATER, 1.1), (over, 1.1))

    run_once(pool, over)

    assert [("salt", 4)] == still
    assert ("salt", over) in [(alert.rule, alert.closed_at) for alert in everything(conn, world)]


def test_missing_data_freezes_an_alert_and_silence_is_its_own(
    conn: store.Connection, world: World, pool: store.Pool, canal: str, now: datetime
) -> None:
    observe(conn, canal, "water.salinity", (now - EARLIER, 2.4), (now, 2.4))
    run_once(pool, now)

    run_once(pool, now + timedelta(hours=5))

    assert [("salt", 4), ("silent", 2)] == opened(conn, world)
    assert now == next(alert.seen_at for alert in everything(conn, world) if alert.rule == "salt")


def test_silence_ends_when_the_device_is_heard(
    conn: store.Connection, world: World, pool: store.Pool, canal: str, now: datetime
) -> None:
    run_once(pool, now + timedelta(hours=5))
    heard(conn, canal, now + timedelta(hours=5))

    run_once(pool, now + timedelta(hours=5, minutes=1))

    assert [] == opened(conn, world)


def test_salt_mutes_dry_soil(conn: store.Connection, world: World, pool: store.Pool, canal: str, now: datetime) -> None:
    observe(conn, canal, "water.salinity", (now - EARLIER, 2.4), (now, 2.4))
    place_device(conn, world.admin, "DAT", "soil", [world.field_id], now)
    heard(conn, "DAT", now)
    observe(conn, "DAT", "soil.moisture", *((now - timedelta(hours=hours), 10.0) for hours in range(7, -1, -1)))

    run_once(pool, now)

    assert [("salt", 4)] == opened(conn, world)


def test_revoked_device_leaves_nothing_open(
    conn: store.Connection, world: World, pool: store.Pool, canal: str, now: datetime
) -> None:
    observe(conn, canal, "water.salinity", (now - EARLIER, 2.4), (now, 2.4))
    run_once(pool, now + timedelta(hours=5))
    devices.revoke(conn, world.office_id, canal, now + timedelta(hours=5))

    run_once(pool, now + timedelta(hours=5))

    assert [] == opened(conn, world)


def test_alert_is_seen_by_its_people_only(
    conn: store.Connection, world: World, pool: store.Pool, canal: str, now: datetime
) -> None:
    observe(conn, canal, "water.salinity", (now - EARLIER, 2.4), (now, 2.4))
    run_once(pool, now)

    counts = {
        viewer.name: len(alerts.list_alerts(conn, viewer))
        for viewer in (world.farmer, world.neighbour, world.officer, world.stranger)
    }

    assert {"Bác farmer": 1, "Bác neighbour": 0, "Bác officer": 1, "Bác stranger": 0} == counts
