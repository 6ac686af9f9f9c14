"""Events in the store: once per hash and office however many send them at once, append-only, and told to webhooks in order."""

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from psycopg import errors

from nongso import store
from nongso.people import Role, Viewer
from nongso.store import admin_units, epcis_events, epcis_queries, people, places
from nongso.store.admin_units import AdminUnit
from nongso.store.captures import Behaviour
from nongso.store.epcis_events import EventFilter, Page
from nongso.store.epcis_queries import DueSubscription, NamedQuery, SubscriptionDraft
from nongso.store.people import NewAccount
from traceability.epcis.capture import capture
from traceability.epcis.reader import read
from worker import webhooks

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)


def document(*steps: str) -> bytes:
    events = [
        {
            "type": "ObjectEvent",
            "eventTime": "2026-11-18T00:00:00Z",
            "eventTimeZoneOffset": "+07:00",
            "action": "OBSERVE",
            "bizStep": step,
            "epcList": ["urn:uuid:crate"],
        }
        for step in steps
    ]
    return json.dumps(
        {
            "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-11-22T03:45:00Z",
            "epcisBody": {"eventList": events},
        }
    ).encode()


def insert_keeper(conn: store.Connection) -> Viewer:
    admin_units.insert_unit(conn, AdminUnit("1", date(2025, 7, 1), None, "Xã Một", "xã", None, None, ""))
    office = places.insert_office(conn, "xa-mot", "Xã Một", "", "1", date(2025, 7, 1))
    account = people.insert(conn, office, NewAccount("hoa", "Hoa", Role.OFFICER, "vi", "$7$hash"))
    return Viewer(account, office, Role.OFFICER, "Hoa")


@pytest.fixture
def keeper(conn: store.Connection) -> Viewer:
    return insert_keeper(conn)


def test_many_captures_of_one_document_at_once_store_it_once(scratch_database: str) -> None:
    with store.connect(scratch_database) as conn:
        keeper = insert_keeper(conn)
    start = threading.Barrier(4)

    def send(_: int) -> tuple[int, int]:
        with store.connect(scratch_database) as conn, store.transaction(conn):
            start.wait()
            job = capture(conn, keeper, read(document("packing", "shipping", "receiving")), Behaviour.ROLLBACK, NOW)
            return job.stored, job.duplicates

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(send, range(4)))

    assert [(0, 3), (0, 3), (0, 3), (3, 0)] == outcomes


def test_what_is_derived_from_an_event_goes_with_it(conn: store.Connection, keeper: Viewer) -> None:
    capture(conn, keeper, read(document("packing")), Behaviour.ROLLBACK, NOW)

    row = conn.execute(
        "SELECT e.biz_step, x.role, x.epc FROM event e JOIN event_epc x ON x.event_row = e.id WHERE e.office_id = %s",
        (keeper.office_id,),
    ).fetchone()
    assert ("https://ref.gs1.org/cbv/BizStep-packing", "epc", "urn:uuid:crate") == row


def test_an_event_cannot_be_changed(conn: store.Connection, keeper: Viewer) -> None:
    capture(conn, keeper, read(document("packing")), Behaviour.ROLLBACK, NOW)

    with pytest.raises(errors.RestrictViolation):
        conn.execute("UPDATE event SET biz_step = 'x'")


def test_pages_of_a_thousand_events_come_in_order(conn: store.Connection, keeper: Viewer) -> None:
    for number in range(30):
        capture(conn, keeper, read(document("packing").replace(b"crate", b"crate%d" % number)), Behaviour.ROLLBACK, NOW)

    seen: list[int] = []
    while page := epcis_events.list_events(conn, keeper, EventFilter(), Page(7, after_id=seen[-1] if seen else None)):
        seen += [event.id for event in page]

    assert (30, sorted(set(seen))) == (len(seen), seen)


class Hook(BaseHTTPRequestHandler):
    """A subscriber that keeps what it is sent and answers with the next status of its list, then 200."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((self.headers.get("gs1-signature"), body))  # pyright: ignore
        self.server.paths.add(self.path)  # pyright: ignore
        statuses = self.server.statuses  # pyright: ignore
        self.send_response(statuses.pop(0) if statuses else 200)
        self.send_header("location", f"http://127.0.0.1:{self.server.server_port}/inside")  # pyright: ignore
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        pass


@pytest.fixture
def hook() -> Iterator[Any]:
    server: Any = HTTPServer(("127.0.0.1", 0), Hook)
    server.got, server.statuses, server.paths = [], [], set()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def subscribe(conn: store.Connection, keeper: Viewer, dest: str, **more: Any) -> None:
    epcis_queries.insert_query(conn, keeper, NamedQuery("packed", {"EQ_bizStep": ["packing"]}, NOW))
    plain = {"report_if_empty": False, "schedule": None} | more
    draft = SubscriptionDraft("s-1", "packed", dest, "khóa", created_at=NOW, last_event=0, next_at=NOW, **plain)
    epcis_queries.insert_subscription(conn, keeper, draft)


def run(conn: store.Connection, now: datetime, private: frozenset[str] = frozenset({"127.0.0.1"})) -> DueSubscription:
    due = epcis_queries.find_due(conn, now)
    assert due is not None
    webhooks.tell(conn, due, now, private)
    return due


def told_events(body: bytes) -> list[dict[str, Any]]:
    return json.loads(body)["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


def test_a_webhook_gets_what_fits_signed_and_once(conn: store.Connection, keeper: Viewer, hook: Any) -> None:
    subscribe(conn, keeper, f"http://127.0.0.1:{hook.server_port}/hook")
    capture(conn, keeper, read(document("packing", "shipping")), Behaviour.ROLLBACK, NOW)

    run(conn, NOW)
    run(conn, NOW + timedelta(minutes=1))

    ((signature, body),) = hook.got
    assert hmac.new("khóa".encode(), body, hashlib.sha256).hexdigest() == signature
    assert ["packing"] == [event["bizStep"] for event in told_events(body)]


@pytest.mark.parametrize("status", [500, 302, 307, 401])
def test_a_webhook_that_refuses_or_leads_elsewhere_is_told_again_later(
    conn: store.Connection, keeper: Viewer, hook: Any, status: int
) -> None:
    subscribe(conn, keeper, f"http://127.0.0.1:{hook.server_port}/hook")
    capture(conn, keeper, read(document("packing")), Behaviour.ROLLBACK, NOW)
    hook.statuses.append(status)

    run(conn, NOW)
    too_early = epcis_queries.find_due(conn, NOW + timedelta(seconds=29))
    run(conn, NOW + timedelta(seconds=31))

    assert (None, 2, {"/hook"}) == (too_early, len(hook.got), hook.paths)  # no redirect into the house is followed
    assert told_events(hook.got[0][1]) == told_events(hook.got[1][1])


def test_a_webhook_that_answers_a_byte_at_a_time_is_not_waited_for(
    conn: store.Connection, keeper: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "LONGEST_ANSWER_S", 0.3)
    done = threading.Event()

    def drip(server: socket.socket) -> None:
        talking, _ = server.accept()
        with talking, suppress(OSError):
            while not done.wait(0.05):
                talking.sendall(b"H")

    with socket.create_server(("127.0.0.1", 0)) as server:
        dripping = threading.Thread(target=drip, args=(server,))
        dripping.start()
        subscribe(conn, keeper, f"http://127.0.0.1:{server.getsockname()[1]}/hook")
        capture(conn, keeper, read(document("packing")), Behaviour.ROLLBACK, NOW)
        begun = time.monotonic()
        run(conn, NOW)
        took_s = time.monotonic() - begun
        done.set()
        dripping.join()

    again = epcis_queries.find_due(conn, NOW + timedelta(hours=1))
    assert (1, True) == (again and again.failures, took_s < webhooks.PATIENCE_S)


def test_a_webhook_inside_the_house_is_never_called(conn: store.Connection, keeper: Viewer, hook: Any) -> None:
    """The name may have meant another address when the subscription was made: it is judged again at every delivery."""
    subscribe(conn, keeper, f"http://127.0.0.1:{hook.server_port}/hook")
    capture(conn, keeper, read(document("packing")), Behaviour.ROLLBACK, NOW)

    run(conn, NOW, frozenset())

    again = epcis_queries.find_due(conn, NOW + timedelta(hours=1))
    assert ([], 1) == (hook.got, again and again.failures)


def test_a_schedule_reports_nothing_when_it_was_asked_to(conn: store.Connection, keeper: Viewer, hook: Any) -> None:
    subscribe(
        conn,
        keeper,
        f"http://127.0.0.1:{hook.server_port}/",
        schedule={"hour": "4", "minute": "0"},
        report_if_empty=True,
    )

    run(conn, NOW)

    assert 1 == len(hook.got)
    assert epcis_queries.find_due(conn, NOW.replace(hour=3, minute=59)) is None
    assert epcis_queries.find_due(conn, NOW.replace(hour=4, minute=0)) is not None
