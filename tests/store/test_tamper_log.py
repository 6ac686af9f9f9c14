"""Every stored event in the log, once and in order; whatever is changed afterwards is named; nothing is told to a witness twice differently."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fixtures.api import World
from fixtures.lots import Goods
from fixtures.tamper_log import LOG, house_log, one_pool, witness_on_loopback

from nongso import store
from nongso.store import alerts, epcis_events, log_leaves, log_watch, people
from nongso.store.captures import Behaviour
from traceability.epcis.capture import capture
from traceability.epcis.reader import read
from traceability.log.audit import verify_log
from traceability.log.commitment import matches
from traceability.log.cosign import WitnessAhead
from traceability.log.event_log import RESTORED, LogAhead, LogForked, Unconfirmed
from traceability.log.event_record import open_record, opening_of
from traceability.log.folder import read_checkpoint, read_records, read_tree
from traceability.log.house import LogKeyChanged, find_public
from traceability.log.monitor import Kind, check_house, differences
from traceability.log.sequencer import append
from worker import tamper_log
from worker.tamper_log import Keeper, Monitor

PARTNERS = json.dumps(
    {
        "@context": [
            "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            {"ex": "https://partner.example/ns#"},
        ],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-22T03:45:00Z",
        "epcisBody": {
            "eventList": [
                {
                    "type": "AggregationEvent",
                    "eventID": "urn:uuid:0e0b1d6a-7d5b-4b62-9e8e-5a7a5b1a0001",
                    "eventTime": "2026-11-18T01:02:03.456Z",
                    "eventTimeZoneOffset": "+07:00",
                    "action": "ADD",
                    "bizStep": "packing",
                    "disposition": "in_progress",
                    "parentID": "urn:epc:id:sscc:0614141.1234567890",
                    "childQuantityList": [
                        {"epcClass": "urn:epc:class:lgtin:4012345.012345.998877", "quantity": 12.5, "uom": "KGM"}
                    ],
                    "readPoint": {"id": "urn:epc:id:sgln:0614141.00777.0"},
                    "bizLocation": {"id": "urn:epc:id:sgln:0614141.00888.0"},
                    "ex:driver": "Trần Văn Bình",
                    "ex:crates": 9007199254740993,
                }
            ]
        },
    }
).encode()
LATER = timedelta(minutes=1)


def another(number: int) -> bytes:
    """The partner's event of another moment, under another id."""
    return PARTNERS.replace(b"0001", b"%04d" % (number + 1)).replace(b"03.456Z", b"03.%03dZ" % number)


@pytest.fixture
def story(conn: store.Connection, world: World, goods: Goods, now: datetime) -> Goods:
    """A harvest and a packing of the house, made through the API, and an event that a partner sent."""
    job = capture(conn, world.officer, read(PARTNERS), Behaviour.ROLLBACK, now)
    assert (1, []) == (job.stored, list(job.errors))
    return goods


@pytest.fixture
def keep(conn: store.Connection, tmp_path: Path, now: datetime) -> Callable[[], None]:
    """One turn of the worker's keeper."""
    return lambda: Keeper(house_log(tmp_path / "log")).run(one_pool(conn), now)


def records(folder: Path) -> list[dict]:
    size = read_checkpoint(folder, LOG.verifier).size
    return [json.loads(record) for record in read_records(folder, LOG.verifier, 0, size)]


def kinds(conn: store.Connection, folder: Path, now: datetime) -> list[tuple[str, int | None, tuple[str, ...]]]:
    log = find_public(folder)
    assert log is not None
    return [(fault.kind, fault.leaf_index, tuple(fault.parts)) for fault in check_house(conn, log, now).faults]


def test_every_event_is_logged_once_and_in_order(
    conn: store.Connection, story: Goods, keep: Callable[[], None], tmp_path: Path, now: datetime
) -> None:
    keep()
    keep()

    found = verify_log(tmp_path / "log", LOG.verifier)
    stored = conn.execute("SELECT id FROM event ORDER BY id").fetchall()
    placed = conn.execute("SELECT event_row FROM log_leaf WHERE signed_at IS NOT NULL ORDER BY leaf_index").fetchall()
    assert ((), len(stored)) == (found.faults, found.checkpoint and found.checkpoint.size)
    assert stored == placed
    assert 3 == len(stored)
    assert [] == kinds(conn, tmp_path / "log", now)


def test_a_lots_story_stands_open_and_who_recorded_it_is_covered(
    conn: store.Connection, story: Goods, keep: Callable[[], None], tmp_path: Path
) -> None:
    keep()

    harvest, _, partners = records(tmp_path / "log")
    assert "creating_class_instance" == harvest["event"]["bizStep"]
    assert harvest["recordTime"].endswith("Z")
    assert story.lot_id == harvest["lot"]
    assert ["commitment"] == list(harvest["capturedBy"])
    assert ["commitment"] == list(partners["event"])
    whole = (tmp_path / "log" / "tile" / "entries" / "000.p" / "3").read_bytes()
    assert b"B\xc3\xacnh" not in whole
    assert b"officer" not in whole


def test_the_house_can_open_what_is_covered(
    conn: store.Connection, story: Goods, keep: Callable[[], None], tmp_path: Path, world: World
) -> None:
    keep()

    logged = records(tmp_path / "log")
    for event, record in zip(log_leaves.list_placed(conn, 0, 10), logged, strict=True):
        assert event.covers
        for part in event.covers:
            assert matches(record, opening_of(part, open_record(event)))
    by = next(part for part in log_leaves.list_placed(conn, 0, 1)[0].covers if part.pointer == "/capturedBy")
    assert {"account": world.officer.account_id, "name": world.officer.name} == by.value


def test_an_event_too_long_for_a_leaf_is_logged_by_its_commitment(
    conn: store.Connection, world: World, goods: Goods, keep: Callable[[], None], tmp_path: Path, now: datetime
) -> None:
    document = json.loads(PARTNERS)
    document["epcisBody"]["eventList"][0]["ex:driver"] = "x" * 70_000
    capture(conn, world.officer, read(json.dumps(document).encode()), Behaviour.ROLLBACK, now)
    conn.execute("ALTER TABLE event DISABLE TRIGGER event_append_only")
    conn.execute("UPDATE event SET lot_id = %s WHERE event_type = 'AggregationEvent'", (goods.lot_id,))

    keep()

    assert ["commitment"] == list(records(tmp_path / "log")[2]["event"])
    assert [] == kinds(conn, tmp_path / "log", now)


# -- the monitor ------------------------------------------------------------------------------------------------------------------

FLIPS = {
    "body of a harvest": ("UPDATE event SET body = jsonb_set(body, '{quantityList,0,quantity}', '101') WHERE id = %(e)s", 0),
    "a step": ("UPDATE event SET body = jsonb_set(body, '{bizStep}', '\"packinh\"') WHERE id = %(e)s", 1),
    "a day": ("UPDATE event SET body = jsonb_set(body, '{eventTime}', '\"2026-11-16T17:00:00.000Z\"') WHERE id = %(e)s", 0),
    "something taken out": ("UPDATE event SET body = body - 'ilmd' WHERE id = %(e)s", 0),
    "something put in": ("UPDATE event SET body = body || '{\"x:y\": 1}' WHERE id = %(e)s", 0),
    "a digit no double holds": ("UPDATE event SET body = jsonb_set(body, '{ex:crates}', '9007199254740992') WHERE id = %(e)s", 2),
    "a partner's text": ("UPDATE event SET body = jsonb_set(body, '{ex:driver}', '\"Trần Văn Binh\"') WHERE id = %(e)s", 2),
    "event_id": ("UPDATE event SET event_id = event_id || 'x' WHERE id = %(e)s", 0),
    "hash_id": ("UPDATE event SET hash_id = replace(hash_id, '2', '3') WHERE id = %(e)s", 2),
    "declares_error": ("UPDATE event SET declares_error = true WHERE id = %(e)s", 0),
    "event_time": ("UPDATE event SET event_time = event_time + interval '1 millisecond' WHERE id = %(e)s", 2),
    "record_time": ("UPDATE event SET record_time = record_time + interval '1 microsecond' WHERE id = %(e)s", 1),
    "event_type": ("UPDATE event SET event_type = 'ObjectEvent' WHERE id = %(e)s", 2),
    "action": ("UPDATE event SET action = 'DELETE' WHERE id = %(e)s", 2),
    "biz_step": ("UPDATE event SET biz_step = NULL WHERE id = %(e)s", 2),
    "disposition": ("UPDATE event SET disposition = 'x' WHERE id = %(e)s", 1),
    "read_point": ("UPDATE event SET read_point = read_point || '0' WHERE id = %(e)s", 0),
    "biz_location": ("UPDATE event SET biz_location = NULL WHERE id = %(e)s", 2),
    "lot_id": ("UPDATE event SET lot_id = NULL WHERE id = %(e)s", 1),
    "office_id": ("UPDATE event SET office_id = %(other_office)s WHERE id = %(e)s", 0),
    "captured_by": ("UPDATE event SET captured_by = %(other)s WHERE id = %(e)s", 0),
    "captured_by nobody": ("UPDATE event SET captured_by = NULL WHERE id = %(e)s", 2),
    "a thing of it": ("UPDATE event_epc SET epc = epc || '1' WHERE event_row = %(e)s", 0),
    "an amount of it": ("UPDATE event_epc SET quantity = quantity + 1 WHERE event_row = %(e)s AND is_class", 2),
    "a thing taken out": ("DELETE FROM event_epc WHERE event_row = %(e)s AND role = 'parent'", 2),
    "a term of it": ("UPDATE event_term SET text = 'x' WHERE event_row = %(e)s AND name LIKE '%%driver'", 2),
    "a term put in": ("INSERT INTO event_term (event_row, name, text) VALUES (%(e)s, 'x', 'y')", 1),
    "a salt": ("UPDATE log_cover SET salt = set_byte(salt, 31, get_byte(salt, 31) # 1) WHERE event_row = %(e)s", 2),
    "a commitment": ("UPDATE log_cover SET commitment = repeat('0', 64) WHERE event_row = %(e)s", 1),
    "who, by name": ("UPDATE log_cover SET value = jsonb_set(value, '{name}', '\"Z\"') WHERE event_row = %(e)s AND value IS NOT NULL", 0),
    "a cover taken off": ("DELETE FROM log_cover WHERE event_row = %(e)s", 2),
    "another place": ("UPDATE log_leaf SET leaf_index = 900 WHERE event_row = %(e)s", 2),
}  # fmt: skip


def meddle(conn: store.Connection, statement: str, event_row: int, world: World) -> int:
    """As whoever holds the database can. How many rows were changed."""
    conn.execute("ALTER TABLE event DISABLE TRIGGER USER")
    values = {"e": event_row, "other": world.admin.account_id, "other_office": world.stranger.office_id}
    return conn.execute(statement, values).rowcount  # pyright: ignore[reportArgumentType]


def row_of(conn: store.Connection, index: int) -> int:
    row = conn.execute("SELECT event_row FROM log_leaf WHERE leaf_index = %s", (index,)).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("what", FLIPS)
def test_whatever_is_changed_in_a_stored_event_is_named(
    conn: store.Connection,
    story: Goods,
    keep: Callable[[], None],
    tmp_path: Path,
    world: World,
    now: datetime,
    what: str,
) -> None:
    keep()
    statement, index = FLIPS[what]

    assert meddle(conn, statement, row_of(conn, index), world)

    assert {index} == {found for _, found, _ in kinds(conn, tmp_path / "log", now)}


def test_the_part_that_was_changed_is_named(
    conn: store.Connection, story: Goods, keep: Callable[[], None], tmp_path: Path, world: World, now: datetime
) -> None:
    keep()
    meddle(conn, FLIPS["body of a harvest"][0], row_of(conn, 0), world)

    found = kinds(conn, tmp_path / "log", now)

    assert (Kind.ALTERED, 0, ("/event/quantityList/0/quantity",)) == found[0]


@pytest.mark.parametrize("index", [0, 1, 2])
def test_any_byte_of_a_body_that_is_flipped_is_named(
    conn: store.Connection,
    story: Goods,
    keep: Callable[[], None],
    tmp_path: Path,
    world: World,
    now: datetime,
    index: int,
) -> None:
    """Every byte of the stored text in turn, as far as PostgreSQL still takes it for JSON and for another value."""
    keep()
    row = row_of(conn, index)
    conn.execute("ALTER TABLE event DISABLE TRIGGER USER")
    text = conn.execute("SELECT body::text FROM event WHERE id = %s", (row,)).fetchone()
    assert text is not None
    log, flipped = find_public(tmp_path / "log"), 0
    assert log is not None
    tree = read_tree(log.folder, log.key)
    for place, letter in enumerate(text[0]):
        other = text[0][:place] + chr(ord(letter) ^ 1) + text[0][place + 1 :]
        with conn.transaction(force_rollback=True):
            if put_body(conn, row, other):
                flipped += 1
                event, kept = log_leaves.list_placed(conn, index, 1)[0], epcis_events.list_kept(conn, [row])[row]
                named = {fault.leaf_index for fault in differences(event, kept, tree.tile(0, 0), tree)}
                assert {index} == named, (place, other[max(0, place - 20) : place + 20])
    assert flipped > len(text[0]) / 2


def put_body(conn: store.Connection, row: int, text: str) -> bool:
    """Whether the text went in as another JSON value."""
    if conn.execute("SELECT pg_input_is_valid(%s, 'jsonb')", (text,)).fetchone() != (True,):
        return False
    statement = "UPDATE event SET body = %(text)s::jsonb WHERE id = %(row)s AND body <> %(text)s::jsonb"
    return conn.execute(statement, {"text": text, "row": row}).rowcount == 1


def test_an_event_that_was_taken_out_is_named(
    conn: store.Connection, story: Goods, keep: Callable[[], None], tmp_path: Path, now: datetime
) -> None:
    keep()
    row = row_of(conn, 1)
    event = conn.execute("SELECT event_id FROM event WHERE id = %s", (row,)).fetchone()
    conn.execute("ALTER TABLE event DISABLE TRIGGER USER")
    for table in ("event_epc", "event_term", "log_cover", "log_leaf"):
        conn.execute(f"DELETE FROM {table} WHERE event_row = {row}")  # pyright: ignore[reportArgumentType]  # noqa: S608
    conn.execute("DELETE FROM event WHERE id = %s", (row,))

    log = find_public(tmp_path / "log")
    assert log is not None
    (fault,) = check_house(conn, log, now).faults

    assert event is not None
    assert (Kind.GONE, 1, event[0]) == (fault.kind, fault.leaf_index, fault.event_id)


def test_an_event_that_was_put_past_the_log_is_named(
    conn: store.Connection, story: Goods, keep: Callable[[], None], tmp_path: Path, world: World, now: datetime
) -> None:
    keep()
    conn.execute("ALTER TABLE event DISABLE TRIGGER USER")
    capture(conn, world.officer, read(another(1)), Behaviour.ROLLBACK, now)

    assert [Kind.UNLOGGED] == [kind for kind, _, _ in kinds(conn, tmp_path / "log", now)]


@pytest.mark.parametrize("part", ["checkpoint", "tile/0/000.p/3", "tile/entries/000.p/3"])
def test_a_part_of_the_log_that_was_changed_is_named(
    conn: store.Connection, story: Goods, keep: Callable[[], None], tmp_path: Path, now: datetime, part: str
) -> None:
    keep()
    file = tmp_path / "log" / part
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.chmod(0o644)
    file.write_bytes(data)

    found = kinds(conn, tmp_path / "log", now)

    assert found
    assert all(kind == Kind.FILE and parts[0] == part for kind, _, parts in found)


def test_the_office_is_alarmed_until_it_is_mended(
    conn: store.Connection, story: Goods, keep: Callable[[], None], tmp_path: Path, world: World, now: datetime
) -> None:
    keep()
    monitor = Monitor(house_log(tmp_path / "log"))
    with conn.transaction():
        meddle(conn, FLIPS["body of a harvest"][0], row_of(conn, 0), world)
    monitor.run(one_pool(conn), now)
    alarmed = [alert for alert in alerts.list_alerts(conn, world.officer) if alert.closed_at is None]
    not_theirs = alerts.list_alerts(conn, world.farmer), alerts.list_alerts(conn, world.stranger)

    meddle(conn, FLIPS["body of a harvest"][0].replace("101", "100"), row_of(conn, 0), world)
    monitor.run(one_pool(conn), now + timedelta(hours=23))
    still = log_watch.find_last_check(conn)
    monitor.run(one_pool(conn), now + timedelta(hours=24))
    mended = log_watch.find_last_check(conn)

    assert [("log_altered", 5, "0")] == [(each.rule, each.severity, each.details["index"]) for each in alarmed]
    assert ([], []) == not_theirs
    assert still is not None
    assert (2, now) == (still.count, still.at)  # the event, and what queries read of it
    assert mended is not None
    assert 0 == mended.count
    assert [] == [alert for alert in alerts.list_alerts(conn, world.officer) if alert.closed_at is None]


# -- people -----------------------------------------------------------------------------------------------------------------------


def test_a_person_can_be_erased_and_the_tree_still_verifies(
    conn: store.Connection, story: Goods, keep: Callable[[], None], tmp_path: Path, world: World, now: datetime
) -> None:
    keep()
    before = (tmp_path / "log" / "checkpoint").read_bytes()

    covers = conn.execute("SELECT count(*) FROM log_cover WHERE account_id IS NOT NULL").fetchone()

    people.erase(conn, world.admin, world.officer.account_id, now)

    keep()
    whole = json.dumps([repr(event) for event in log_leaves.list_placed(conn, 0, 10)])
    left = conn.execute("SELECT count(*) FROM log_cover WHERE account_id IS NOT NULL OR value IS NOT NULL").fetchone()
    assert ((3,), (0,)) == (covers, left)
    assert world.officer.name not in whole
    assert before == (tmp_path / "log" / "checkpoint").read_bytes()
    assert [] == kinds(conn, tmp_path / "log", now)
    assert () == verify_log(tmp_path / "log", LOG.verifier).faults


def test_an_erased_recorder_who_is_named_again_is_noticed(
    conn: store.Connection, story: Goods, keep: Callable[[], None], tmp_path: Path, world: World, now: datetime
) -> None:
    keep()
    log_leaves.erase_covers(conn, world.officer.account_id)

    meddle(conn, FLIPS["captured_by"][0], row_of(conn, 0), world)

    assert [(Kind.OPENING, 0, ("/capturedBy",))] == kinds(conn, tmp_path / "log", now)


# -- crashes, back-ups and forks --------------------------------------------------------------------------------------------------


def test_a_folder_from_a_back_up_is_grown_again_into_the_same_tree(
    conn: store.Connection, story: Goods, tmp_path: Path, world: World, now: datetime
) -> None:
    """Places are in the database, records are made again: a log that lost its newest leaves, or all of them, gets the same ones."""
    with witness_on_loopback(tmp_path / "state") as witness:
        Keeper(house_log(tmp_path / "log", witness)).run(one_pool(conn), now)
        (tmp_path / "empty").mkdir()
        (tmp_path / "empty" / RESTORED).touch()
        Keeper(house_log(tmp_path / "empty", witness)).run(one_pool(conn), now)
        capture(conn, world.officer, read(another(1)), Behaviour.ROLLBACK, now)
        Keeper(house_log(tmp_path / "empty", witness)).run(one_pool(conn), now)

    assert records(tmp_path / "log") == records(tmp_path / "empty")[:3]
    assert 4 == len(records(tmp_path / "empty"))
    assert [("example.vn/witness", "", 4)] == [
        (each.name, each.fault, each.size) for each in log_watch.list_witnesses(conn)
    ]


def test_a_log_with_more_than_the_database_stops(
    conn: store.Connection, story: Goods, keep: Callable[[], None], tmp_path: Path, world: World, now: datetime
) -> None:
    keep()
    append(tmp_path / "log", [b"of a database that is lost"], LOG)

    with pytest.raises(LogAhead):
        keep()

    assert 4 == read_checkpoint(tmp_path / "log", LOG.verifier).size
    assert ["log_stopped"] == [alert.rule for alert in alerts.list_alerts(conn, world.officer)]


def test_a_house_older_than_its_witness_stops(
    conn: store.Connection, story: Goods, tmp_path: Path, world: World, now: datetime
) -> None:
    """A database and a folder of last night, put back after the witness has seen today's."""
    with witness_on_loopback(tmp_path / "state") as witness:
        with conn.transaction(force_rollback=True):
            capture(conn, world.officer, read(another(1)), Behaviour.ROLLBACK, now)
            Keeper(house_log(tmp_path / "lost", witness)).run(one_pool(conn), now)
        with pytest.raises(WitnessAhead):
            Keeper(house_log(tmp_path / "log", witness)).run(one_pool(conn), now)
        assert 0 == read_checkpoint(tmp_path / "log", LOG.verifier).size

        for number in (2, 3):  # as many as were lost, and others
            capture(conn, world.officer, read(another(number)), Behaviour.ROLLBACK, now)
        Keeper(house_log(tmp_path / "other")).run(one_pool(conn), now)
        with pytest.raises(LogForked):
            Keeper(house_log(tmp_path / "other", witness)).run(one_pool(conn), now)


def test_a_fork_that_a_witness_refuses_stops_the_log(
    conn: store.Connection, story: Goods, tmp_path: Path, world: World, now: datetime
) -> None:
    """The witness answered the first question and saw another history before the second."""
    with witness_on_loopback(tmp_path / "state") as witness:
        keeper = Keeper(house_log(tmp_path / "log", witness))
        keeper.run(one_pool(conn), now)
        append(tmp_path / "fork", [b"a", b"b", b"c", b"d"], LOG)
        (tmp_path / "state").unlink()
    with witness_on_loopback(tmp_path / "state") as other:
        Keeper(house_log(tmp_path / "fork", other)).ask_witnesses(
            one_pool(conn), read_checkpoint(tmp_path / "fork", LOG.verifier), now
        )
        keeper.house = house_log(tmp_path / "log", other)
        capture(conn, world.officer, read(another(1)), Behaviour.ROLLBACK, now)
        with pytest.raises(tamper_log.WitnessRefused):
            keeper.run(one_pool(conn), now + LATER)
        with pytest.raises(LogForked):
            keeper.run(one_pool(conn), now + LATER)

    assert ["log_stopped"] == [alert.rule for alert in alerts.list_alerts(conn, world.officer)]


def test_a_restored_log_waits_until_somebody_says_it_is_the_newest(
    conn: store.Connection, story: Goods, keep: Callable[[], None], tmp_path: Path
) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / RESTORED).touch()

    with pytest.raises(Unconfirmed):
        keep()

    assert 0 == read_checkpoint(tmp_path / "log", LOG.verifier).size


def test_a_new_key_in_an_old_folder_is_refused(
    conn: store.Connection, story: Goods, keep: Callable[[], None], tmp_path: Path, now: datetime
) -> None:
    keep()
    other = house_log(tmp_path / "log")
    other = type(other)(other.folder, type(LOG)("example.vn/other", LOG.kind, bytes(32)), ())

    with pytest.raises(LogKeyChanged):
        Keeper(other).run(one_pool(conn), now)


def test_a_log_that_is_late_is_told(conn: store.Connection, story: Goods, world: World) -> None:
    """By the database's own clock, which the queue is kept by."""
    queued = log_leaves.get_waiting(conn).since
    assert queued is not None

    tamper_log.tell_late(one_pool(conn), queued + timedelta(minutes=4))
    in_time = alerts.list_alerts(conn, world.officer)
    tamper_log.tell_late(one_pool(conn), queued + timedelta(minutes=5))

    assert [] == in_time
    assert ["log_stopped"] == [alert.rule for alert in alerts.list_alerts(conn, world.officer)]
