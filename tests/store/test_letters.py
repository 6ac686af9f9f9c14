"""What could not be read is kept with its reason and, once the cause is mended, is read again exactly once."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from fixtures.api import World

from ingest import letters, settle
from ingest.messages import Message
from ingest.registry import Registry
from nongso import store
from nongso.commands.audit import compare
from nongso.errors import NotFound
from nongso.readings import Reason
from nongso.store import dead_letters, devices
from nongso.store.dead_letters import DeadLetter, FinalLetter
from nongso.store.devices import DeviceDraft

RECEIVED = datetime(2026, 11, 22, 3, 40, tzinfo=UTC)
RECEIVED_US = round(RECEIVED.timestamp() * 1e6)
TOPIC = "ns/v1/cai-coi/MOI-1/up"
LATER = RECEIVED + timedelta(minutes=5)


def arrive(conn: store.Connection, messages: list[Message]) -> bool:
    settle.settle(conn, Registry(), messages, lambda stage: None)
    return True


def frame(**more: object) -> bytes:
    items = [{"k": "soil.moisture", "d": 20, "v": 31.5}, {"k": "soil.temperature", "d": 20, "v": 27.0}]
    return json.dumps({"ts": "2026-11-22T03:39:00Z", "m": items, **more}).encode()


def register(conn: store.Connection, world: World) -> None:
    draft = DeviceDraft("MOI-1", "soil", "Đầu dò mới", 600, "$7$x")
    devices.insert(conn, world.office_id, draft, RECEIVED - timedelta(days=1))


def only_letter(conn: store.Connection, world: World, settled: bool = False) -> DeadLetter:
    [letter] = dead_letters.list_letters(conn, world.inspector, settled, 10)
    return letter


def replay(conn: store.Connection) -> int:
    return letters.replay(conn, lambda messages: arrive(conn, messages), LATER + timedelta(hours=1))


def stored(conn: store.Connection) -> list[tuple]:
    return conn.execute(
        "SELECT s.property, r.value, r.received_at FROM calibrated_reading r JOIN series s ON s.id = r.series_id ORDER BY 1"
    ).fetchall()


def test_a_device_registered_afterwards_gets_its_readings_once(conn: store.Connection, world: World) -> None:
    arrive(conn, [Message(TOPIC, frame(), RECEIVED_US)])
    letter = only_letter(conn, world)
    assert (["unknown_device"], 1) == (letter.reasons, letter.rejected)
    register(conn, world)

    dead_letters.request_replay(conn, world.officer, letter.id, LATER)
    assert 1 == replay(conn)

    once = [("soil.moisture", 31.5, RECEIVED), ("soil.temperature", 27.0, RECEIVED)]
    assert once == stored(conn)
    assert only_letter(conn, world, settled=True).replayed_at is not None
    assert 0 == replay(conn)
    assert once == stored(conn)
    assert all(line.balances for line in compare(conn, None))


def test_a_crash_before_the_note_stores_nothing_twice(conn: store.Connection, world: World) -> None:
    arrive(conn, [Message(TOPIC, frame(ts=None), RECEIVED_US)])
    register(conn, world)
    dead_letters.request_replay(conn, world.officer, only_letter(conn, world).id, LATER)
    [waiting] = dead_letters.list_waiting(conn, LATER + timedelta(hours=1), 10)
    arrive(conn, [Message(waiting.topic, waiting.payload, waiting.received_us)])

    assert 1 == replay(conn)

    assert 2 == len(stored(conn))
    assert all(line.balances for line in compare(conn, None))


def test_what_is_refused_again_stays_open_with_its_newest_reasons(conn: store.Connection, world: World) -> None:
    half_bad = frame(m=[{"k": "soil.moisture", "v": 30}, {"k": "mystery", "v": 1}])
    arrive(conn, [Message(TOPIC, half_bad, RECEIVED_US)])
    register(conn, world)

    dead_letters.request_replay(conn, world.officer, only_letter(conn, world).id, LATER)
    replay(conn)

    letter = only_letter(conn, world)
    assert (["unknown_property"], 2) == (letter.reasons, letter.times)
    assert [(Reason.UNKNOWN_PROPERTY, 1)] == [
        (rejection.reason, rejection.position) for rejection in dead_letters.list_rejections(conn, letter.id)
    ]
    assert all(line.balances for line in compare(conn, None))


def test_all_letters_of_a_reason_and_device_are_asked_for_at_once(conn: store.Connection, world: World) -> None:
    arrive(conn, [Message(TOPIC, frame(seq=seq), RECEIVED_US) for seq in (1, 2)])
    arrive(conn, [Message("ns/v1/cai-coi/KHAC-1/up", frame(), RECEIVED_US)])
    arrive(conn, [Message("ns/v1/ba-lai/MOI-1/up", frame(seq=3), RECEIVED_US)])

    assert 2 == dead_letters.request_replay_of(conn, world.officer, "unknown_device", "MOI-1", LATER)
    assert 3 == dead_letters.request_replay_of(conn, world.officer, "unknown_device", None, LATER)


def test_a_retained_message_is_never_read_again(conn: store.Connection, world: World) -> None:
    register(conn, world)
    arrive(conn, [Message(TOPIC, frame(), RECEIVED_US, retained=True)])

    with pytest.raises(FinalLetter):
        dead_letters.request_replay(conn, world.officer, only_letter(conn, world).id, LATER)
    assert 0 == dead_letters.request_replay_of(conn, world.officer, "retained", None, LATER)


def test_a_letter_waits_until_the_register_is_known(conn: store.Connection, world: World) -> None:
    """The collector remembers devices for some seconds: a letter asked for just now would be refused by what was true before."""
    arrive(conn, [Message(TOPIC, frame(), RECEIVED_US)])
    dead_letters.request_replay(conn, world.officer, only_letter(conn, world).id, LATER)

    assert 0 == letters.replay(conn, lambda messages: arrive(conn, messages), LATER + timedelta(seconds=2))


def test_another_offices_letters_do_not_exist(conn: store.Connection, world: World) -> None:
    arrive(conn, [Message(TOPIC, frame(), RECEIVED_US)])
    letter = only_letter(conn, world)

    assert [] == dead_letters.list_letters(conn, world.stranger, False, 10)
    with pytest.raises(NotFound):
        dead_letters.request_replay(conn, world.stranger, letter.id, LATER)
    with pytest.raises(NotFound):
        dead_letters.get_payload(conn, world.stranger, letter.id)


def test_the_letter_says_who_could_not_read_it(conn: store.Connection, world: World) -> None:
    arrive(conn, [Message(TOPIC, frame(), RECEIVED_US)])

    assert only_letter(conn, world).codec.startswith("native/")
