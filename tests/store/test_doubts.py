"""A reading that somebody calls wrong is not used, is not lost, and counts again only when the office says so."""

from datetime import datetime, timedelta

import pytest
from fixtures.api import World

from nongso import store
from nongso.people import Viewer
from nongso.readings import Flag, SeriesKey
from nongso.store import conditions, devices, doubts, readings, rollups, series
from nongso.store.devices import DeviceDraft
from nongso.store.doubts import DoubtDraft
from nongso.store.readings import Row

MINUTE = timedelta(minutes=1)


@pytest.fixture
def salt(conn: store.Connection, world: World, now: datetime) -> int:
    """A canal's salinity at the farmer's field: 0.4 g/L an hour ago and before, 3 g/L since half an hour."""
    begins = now - timedelta(days=2)
    devices.insert(conn, world.office_id, DeviceDraft("kenh-1", "canal", "Kênh Một", 600, "x"), begins)
    devices.move(conn, world.officer, "kenh-1", [world.field_id], begins)
    key = SeriesKey("kenh-1", "water.salinity", None)
    ids = series.resolve(conn, [key])
    values = [(150, 0.4), (60, 0.4), (30, 3.0), (10, 3.0)]
    rows = [(round((now - minutes * MINUTE).timestamp() * 1e6), value) for minutes, value in values]
    readings.insert(conn, [Row(ids[key], at_us, value, 0, at_us) for at_us, value in rows])
    settle(conn)
    return ids[key]


def settle(conn: store.Connection) -> None:
    while rollups.refresh(conn, 1000):
        pass


def newest(conn: store.Connection, viewer: Viewer, field_id: int, now: datetime) -> float | None:
    [seen] = conditions.get_conditions(conn, viewer, field_id, now).observations
    return seen.fit_value


def flags(conn: store.Connection, series_id: int) -> list[int]:
    return [row[0] for row in conn.execute("SELECT flags FROM reading WHERE series_id = %s ORDER BY at", (series_id,))]


def raw(conn: store.Connection, series_id: int) -> list[float]:
    return [row[0] for row in conn.execute("SELECT value FROM reading WHERE series_id = %s ORDER BY at", (series_id,))]


def draft(now: datetime, minutes: int = 40) -> DoubtDraft:
    return DoubtDraft(now - minutes * MINUTE, now, "đầu đo trên mặt nước")


def test_nothing_is_advised_from_what_is_doubted(
    conn: store.Connection, world: World, salt: int, now: datetime
) -> None:
    doubts.insert(conn, world.farmer, salt, draft(now), now)
    settle(conn)

    hours = conditions.list_hours(conn, world.farmer, salt, now - timedelta(hours=5), now, 100)
    assert 0.4 == newest(conn, world.farmer, world.field_id, now)
    assert {None, 0.4} == {hour.max for hour in hours} | {None}
    assert [0.4, 0.4, 3.0, 3.0] == raw(conn, salt)


def test_the_office_lets_a_reading_count_again(conn: store.Connection, world: World, salt: int, now: datetime) -> None:
    doubt = doubts.insert(conn, world.farmer, salt, draft(now), now)

    doubts.settle(conn, world.officer, doubt, "right", "đo tay cũng 3 g/L", now)

    assert [0, 0, 0, 0] == flags(conn, salt)
    assert 3.0 == newest(conn, world.farmer, world.field_id, now)


def test_what_the_office_refuses_stays_refused(conn: store.Connection, world: World, salt: int, now: datetime) -> None:
    doubt = doubts.insert(conn, world.farmer, salt, draft(now), now)

    doubts.settle(conn, world.officer, doubt, "wrong", "", now)

    assert [0, 0, Flag.EXPERT_REJECTED, Flag.EXPERT_REJECTED] == flags(conn, salt)
    assert 0.4 == newest(conn, world.farmer, world.field_id, now)
    with pytest.raises(doubts.AlreadySettled):
        doubts.settle(conn, world.officer, doubt, "right", "", now)


def test_a_reading_under_two_doubts_waits_for_both(
    conn: store.Connection, world: World, salt: int, now: datetime
) -> None:
    first = doubts.insert(conn, world.farmer, salt, draft(now, 40), now)
    doubts.insert(conn, world.farmer, salt, draft(now, 15), now)

    doubts.settle(conn, world.officer, first, "right", "", now)

    assert [0, 0, 0, Flag.DOUBTED] == flags(conn, salt)


def test_nobody_doubts_across_a_fence(conn: store.Connection, world: World, salt: int, now: datetime) -> None:
    for other in (world.neighbour, world.stranger):
        with pytest.raises(doubts.NothingToDoubt):
            doubts.insert(conn, other, salt, draft(now), now)

    assert [0, 0, 0, 0] == flags(conn, salt)


def test_the_office_sees_all_and_a_farmer_their_own(
    conn: store.Connection, world: World, salt: int, now: datetime
) -> None:
    doubts.insert(conn, world.officer, salt, draft(now), now)
    mine = doubts.insert(conn, world.farmer, salt, draft(now), now)

    assert [mine] == [doubt.id for doubt in doubts.list_doubts(conn, world.farmer, 10)]
    assert 2 == len(doubts.list_doubts(conn, world.officer, 10))
    assert [] == doubts.list_doubts(conn, world.stranger, 10)
