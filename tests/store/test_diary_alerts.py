"""H1 and H2: a field that was sprayed stays closed, and a harvest within the waiting days is told unless the office said why."""

from datetime import datetime, time, timedelta
from typing import cast
from uuid import uuid4

import pytest
from fixtures.api import OneConnection, World

from nongso import store
from nongso.diary import Draft, Kind, Unit
from nongso.sentences import alert_sentence, written
from nongso.store import alerts, diary
from worker.alerts import run_once


def spray(conn: store.Connection, world: World, now: datetime, days_ago: int) -> int:
    day = now.date() - timedelta(days=days_ago)
    draft = Draft(uuid4(), world.field_id, Kind.SPRAY, day, time(8), "Abamectin", 1.0, Unit.L, 7, 24.0)
    return diary.insert_entry(conn, world.farmer, draft, now)


def told(conn: store.Connection, world: World, now: datetime) -> dict[str, str]:
    """What stands open on the farmer's field after a turn of the worker."""
    run_once(cast(store.Pool, OneConnection(conn)), now)
    return {
        each.rule: written("vi", alert_sentence(each.details))
        for each in alerts.list_alerts(conn, world.farmer)
        if each.closed_at is None
    }


def test_sprayed_field_is_closed_until_its_hour(conn: store.Connection, world: World, now: datetime) -> None:
    spray(conn, world, now, 0)

    soon, later = told(conn, world, now), told(conn, world, now + timedelta(days=1))

    assert {"reentry": "Mới phun Abamectin: chưa được vào ruộng tới 08:00 23/11/2026"} == soon
    assert {} == later


@pytest.mark.parametrize(("reason", "rules"), [("", ["waiting"]), ("thuốc sinh học", [])])
def test_harvest_within_waiting_days_is_told_unless_the_office_said_why(
    conn: store.Connection, world: World, now: datetime, reason: str, rules: list[str]
) -> None:
    conn.execute(
        """
        INSERT INTO harvest (field_id, harvested_on, quantity_kg, recorded_by, recorded_at, waiting_reason)
        VALUES (%s, %s, 100, %s, %s, %s)
        """,
        (world.field_id, now.date() - timedelta(days=1), world.farmer.account_id, now, reason),
    )
    spray(conn, world, now, 3)

    found = told(conn, world, now)

    assert rules == list(found)
    assert found.get("waiting", "Abamectin").count("Abamectin") == 1


def test_alert_ends_when_the_spray_is_taken_back(conn: store.Connection, world: World, now: datetime) -> None:
    entry = spray(conn, world, now, 0)
    assert ["reentry"] == list(told(conn, world, now))
    void = Draft(uuid4(), world.field_id, Kind.VOID, now.date(), note="nhầm thửa", supersedes=entry)
    diary.insert_entry(conn, world.farmer, void, now)

    assert {} == told(conn, world, now)
