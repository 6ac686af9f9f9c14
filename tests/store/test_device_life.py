"""Places, habits, maintenance, stickers and batch keys of devices."""

from datetime import datetime, timedelta

import pytest
from fixtures.api import World
from fixtures.farm import observe, place_device

from nongso import store
from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store import (
    alerts,
    claims,
    conditions,
    device_groups,
    devices,
    gateways,
    installations,
    intervals,
    maintenance,
    provisioning,
)
from nongso.store.claims import MOST_WRONG, Standing
from nongso.store.connection import AlreadyThere
from nongso.store.devices import DeviceDraft
from nongso.store.provisioning import BatchDraft, KeyRefused

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
RIGHT, WRONG = b"right", b"wrong"


def series_of(conn: store.Connection, device: str) -> int:
    row = conn.execute("SELECT id FROM series WHERE device_id = %s ORDER BY id", (device,)).fetchone()
    assert row is not None
    return row[0]


# --- places --------------------------------------------------------------------------------------------------------------


def test_a_fields_history_holds_only_the_time_a_moved_probe_stood_there(
    conn: store.Connection, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "D1", "soil", [world.field_id], now)
    observe(conn, "D1", "soil.moisture", (now - 2 * HOUR, 31.0))
    devices.move(conn, world.admin, "D1", [world.neighbours_field_id], now - HOUR)
    observe(conn, "D1", "soil.moisture", (now - HOUR / 2, 12.0))
    series = series_of(conn, "D1")

    def history(field_id: int | None) -> list[float | None]:
        points = conditions.list_readings(conn, world.officer, series, now - DAY, now, 10, field_id)
        return [point.mean for point in points]

    assert ([31.0], [12.0], [31.0, 12.0]) == (
        history(world.field_id),
        history(world.neighbours_field_id),
        history(None),
    )


def test_a_move_told_late_leaves_no_field_with_a_share_it_never_had(
    conn: store.Connection, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "D1", "soil", [world.field_id], now)
    devices.move(conn, world.admin, "D1", [world.neighbours_field_id], now - HOUR)

    devices.move(conn, world.admin, "D1", [world.field_id], now - 5 * HOUR)

    spans = [(one.field_id, one.to_at) for one in installations.list_installations(conn, world.officer, "D1")]
    assert [(world.field_id, None), (world.field_id, now - 5 * HOUR)] == spans


def test_a_farmer_sees_where_a_device_stood_on_their_own_land(
    conn: store.Connection, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "D1", "soil", [world.field_id], now)
    devices.move(conn, world.admin, "D1", [world.neighbours_field_id], now - HOUR)

    assert [world.field_id] == [one.field_id for one in installations.list_installations(conn, world.farmer, "D1")]
    assert [] == installations.list_installations(conn, world.stranger, "D1")


# --- habits --------------------------------------------------------------------------------------------------------------


def regular(now: datetime, count: int, step: timedelta) -> list[tuple[datetime, float]]:
    return [(now - step * number, 20.0 + number % 3) for number in range(count)]


def speak(conn: store.Connection, device: str, now: datetime) -> None:
    conn.execute("INSERT INTO device_contact (device_id, heard_at) VALUES (%s, %s)", (device, now))


def test_the_usual_gap_is_learned_whatever_is_missing(conn: store.Connection, world: World, now: datetime) -> None:
    """A third of the readings lost, an outage of two days: the median stands."""
    place_device(conn, world.admin, "D1", "soil", [world.field_id], now)
    kept = [point for number, point in enumerate(regular(now, 90, timedelta(minutes=10))) if number % 3]
    older = [(at - 2 * DAY, value) for at, value in kept]
    observe(conn, "D1", "soil.moisture", *kept, *older)
    speak(conn, "D1", now)

    intervals.learn(conn, 10, now)

    assert 600 == intervals.get_device(conn, world.officer, "D1").learned_s


def test_what_is_configured_stands_and_what_is_not_is_learned(
    conn: store.Connection, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "SAID", "soil", [world.field_id], now)
    devices.insert(conn, world.office_id, DeviceDraft("UNSAID", "soil", "Đầu dò", None, "$7$x"), now - 9 * DAY)
    for device in ("SAID", "UNSAID"):
        observe(conn, device, "soil.moisture", *regular(now, 40, HOUR))
        speak(conn, device, now)
    said = intervals.get_device(conn, world.officer, "SAID").expected_interval_s

    intervals.learn(conn, 10, now)

    found = [intervals.get_device(conn, world.officer, device) for device in ("SAID", "UNSAID")]
    assert [(said, "configured", 3600), (3600, "learned", 3600)] == [
        (one.expected_interval_s, one.source, one.learned_s) for one in found
    ]


def test_a_metric_that_comes_once_a_day_is_not_silent_and_a_fading_device_is(
    conn: store.Connection, world: World, now: datetime
) -> None:
    """What a series may take is measured in gaps of its own device, so speaking less and less makes nothing patient."""
    place_device(conn, world.admin, "D1", "soil", [world.field_id], now)
    intervals.configure(conn, world.officer, "D1", 600)
    observe(conn, "D1", "soil.moisture", *regular(now, 900, timedelta(minutes=30)))
    observe(conn, "D1", "battery.voltage", *regular(now, 21, timedelta(hours=10)))
    speak(conn, "D1", now)

    intervals.learn(conn, 10, now)

    expected = {one.property: one.expected_s for one in intervals.list_series(conn, world.officer, "D1")}
    assert {"soil.moisture": 600, "battery.voltage": 12_000} == expected
    field = conditions.get_conditions(conn, world.farmer, world.field_id, now)
    assert expected == {each.property: each.expected_interval_s for each in field.observations}


def test_few_readings_teach_nothing_and_nobody_is_asked_twice(
    conn: store.Connection, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "D1", "soil", [world.field_id], now)
    observe(conn, "D1", "soil.moisture", *regular(now, 20, HOUR))
    speak(conn, "D1", now)

    assert 1 == intervals.learn(conn, 10, now)
    assert 0 == intervals.learn(conn, 10, now + HOUR)

    assert intervals.get_device(conn, world.officer, "D1").learned_s is None


# --- maintenance ---------------------------------------------------------------------------------------------------------


def test_silence_while_somebody_works_on_a_device_alarms_nobody(
    conn: store.Connection, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "D1", "soil", [world.field_id], now)
    window = maintenance.insert(conn, world.officer, "D1", now - HOUR, now + HOUR, "thay pin", now)

    assert [] == alerts.list_health(conn, now)
    assert ["D1"] == [health.device_id for health in alerts.list_health(conn, now + HOUR)]

    maintenance.end(conn, world.officer, window, now)
    assert ["D1"] == [health.device_id for health in alerts.list_health(conn, now)]


def test_a_window_that_has_not_begun_is_taken_back_whole(conn: store.Connection, world: World, now: datetime) -> None:
    place_device(conn, world.admin, "D1", "soil", [world.field_id], now)
    window = maintenance.insert(conn, world.officer, "D1", now + HOUR, now + 2 * HOUR, "", now)

    maintenance.end(conn, world.officer, window, now)

    assert [] == maintenance.list_windows(conn, world.officer, "D1")


def test_nobody_works_on_another_offices_device(conn: store.Connection, world: World, now: datetime) -> None:
    place_device(conn, world.admin, "D1", "soil", [world.field_id], now)
    window = maintenance.insert(conn, world.officer, "D1", now, now + HOUR, "", now)

    with pytest.raises(NotFound):
        maintenance.insert(conn, world.stranger, "D1", now, now + HOUR, "", now)
    with pytest.raises(NotFound):
        maintenance.end(conn, world.stranger, window, now)
    assert [] == maintenance.list_windows(conn, world.stranger, "D1")


# --- stickers ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def stuck(conn: store.Connection, world: World, now: datetime) -> str:
    place_device(conn, world.admin, "D1", "soil", [], now)
    claims.insert_codes(conn, world.office_id, {"D1": RIGHT}, now)
    return "D1"


def standing(conn: store.Connection, viewer: Viewer, code: bytes, now: datetime) -> Standing:
    return claims.look(conn, viewer.office_id, "D1", code, now)[0]


def test_a_sticker_is_good_once(conn: store.Connection, world: World, stuck: str, now: datetime) -> None:
    assert Standing.GOOD == standing(conn, world.farmer, RIGHT, now)

    claims.use(conn, world.farmer, stuck, now)

    assert Standing.USED == standing(conn, world.farmer, RIGHT, now)


def test_a_sticker_dies_of_guesses_and_a_new_one_lives(
    conn: store.Connection, world: World, stuck: str, now: datetime
) -> None:
    guesses = {standing(conn, world.farmer, WRONG, now) for _ in range(MOST_WRONG)}

    assert {Standing.WRONG} == guesses
    assert Standing.DEAD == standing(conn, world.farmer, RIGHT, now)
    claims.insert_codes(conn, world.office_id, {"D1": b"new"}, now)
    assert Standing.GOOD == standing(conn, world.farmer, b"new", now)
    assert Standing.WRONG == standing(conn, world.farmer, RIGHT, now)


def test_a_sticker_expires(conn: store.Connection, world: World, stuck: str, now: datetime) -> None:
    assert Standing.EXPIRED == standing(conn, world.farmer, RIGHT, now + claims.LASTS)


def test_a_right_code_is_worth_nothing_in_another_office(
    conn: store.Connection, world: World, stuck: str, now: datetime
) -> None:
    assert Standing.WRONG == standing(conn, world.stranger, RIGHT, now)
    with pytest.raises(NotFound):
        claims.insert_codes(conn, world.stranger.office_id, {"D1": RIGHT}, now)


# --- batch keys ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def key_id(conn: store.Connection, world: World, now: datetime) -> int:
    draft = BatchDraft("Lô tháng 11", "soil", None, 2, now + DAY, b"key")
    return provisioning.insert_key(conn, world.officer, draft, now)


def come(conn: store.Connection, device: str, now: datetime, key: bytes = b"key") -> int:
    return provisioning.register(conn, key, device, device, "$7$x", now)


def test_devices_of_a_batch_come_in_by_its_key(
    conn: store.Connection, world: World, key_id: int, now: datetime
) -> None:
    assert world.office_id == come(conn, "D1", now)

    assert [("D1", "soil")] == [(one.id, one.kind) for one in devices.list_devices(conn, world.officer)]
    assert [1] == [key.used for key in provisioning.list_keys(conn, world.officer)]


def test_a_key_takes_no_more_devices_than_it_was_made_for(conn: store.Connection, key_id: int, now: datetime) -> None:
    come(conn, "D1", now)
    come(conn, "D2", now)

    with pytest.raises(KeyRefused):
        come(conn, "D3", now)


def test_a_device_that_lost_its_secret_before_it_spoke_may_come_again(
    conn: store.Connection, world: World, key_id: int, now: datetime
) -> None:
    come(conn, "D1", now)
    come(conn, "D1", now)
    assert [1] == [key.used for key in provisioning.list_keys(conn, world.officer)]

    speak(conn, "D1", now)

    with pytest.raises(AlreadyThere):
        come(conn, "D1", now)


def test_an_expired_revoked_or_unknown_key_opens_nothing(
    conn: store.Connection, world: World, key_id: int, now: datetime
) -> None:
    with pytest.raises(KeyRefused):
        come(conn, "D1", now + DAY)
    with pytest.raises(KeyRefused):
        come(conn, "D1", now, b"other")
    with pytest.raises(NotFound):
        provisioning.revoke_key(conn, world.stranger, key_id, now)

    provisioning.revoke_key(conn, world.officer, key_id, now)

    with pytest.raises(KeyRefused):
        come(conn, "D1", now)


# --- groups and gateways -------------------------------------------------------------------------------------------------


def test_a_device_is_in_exactly_the_groups_it_was_put_in(conn: store.Connection, world: World, now: datetime) -> None:
    place_device(conn, world.admin, "D1", "soil", [], now)
    device_groups.put(conn, world.officer, "D1", ["Kênh Ba", "Lô 11"])

    device_groups.put(conn, world.officer, "D1", ["Lô 11"])

    found = {group.name: group.device_ids for group in device_groups.list_groups(conn, world.officer)}
    assert {"Kênh Ba": [], "Lô 11": ["D1"]} == found
    with pytest.raises(NotFound):
        device_groups.put(conn, world.stranger, "D1", ["Lô 11"])


def test_a_gateway_of_another_office_serves_nobody_here(conn: store.Connection, world: World, now: datetime) -> None:
    place_device(conn, world.admin, "D1", "soil", [], now)
    place_device(conn, world.admin, "TRAM", "gateway", [], now)
    place_device(conn, world.stranger, "XA", "gateway", [], now)

    gateways.set_gateway(conn, world.officer, "D1", "TRAM")

    with pytest.raises(NotFound):
        gateways.set_gateway(conn, world.officer, "D1", "XA")


def test_who_heard_whom_is_told_to_the_office_only(conn: store.Connection, world: World, now: datetime) -> None:
    place_device(conn, world.admin, "D1", "soil", [], now)
    conn.execute(
        "INSERT INTO gateway_heard (office_id, gateway_id, device_id, heard_at, rssi) VALUES (%s, 'eui-1', 'D1', %s, -97)",
        (world.office_id, now),
    )

    assert [("eui-1", "D1", -97)] == [
        (one.gateway_id, one.device_id, one.rssi) for one in gateways.list_heard(conn, world.inspector)
    ]
    assert [] == gateways.list_heard(conn, world.stranger)
