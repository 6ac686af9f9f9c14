"""Subscriptions by WebSocket: refused with a problem before the handshake, told in order afterwards, ended when the right to read ends."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.browsing import served
from fixtures.waiting import LIMIT_S, wait_until
from starlette.testclient import WebSocketDenialResponse
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from api import deps, epcis_sockets, socket_places
from api.app import create_app
from nongso import store
from nongso.people import Role, Viewer
from nongso.settings import Settings
from nongso.store import admin_units, epcis_queries, people, places, sessions
from nongso.store.admin_units import AdminUnit
from nongso.store.captures import Behaviour
from nongso.store.epcis_queries import NamedQuery
from nongso.store.people import NewAccount
from nongso.tokens import token_hash
from traceability.epcis.capture import capture
from traceability.epcis.reader import read

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)


def document(*crates: str, step: str = "packing") -> bytes:
    events = [
        {
            "type": "ObjectEvent",
            "eventTime": "2026-11-18T00:00:00Z",
            "eventTimeZoneOffset": "+07:00",
            "action": "OBSERVE",
            "bizStep": step,
            "epcList": [f"urn:uuid:{crate}"],
        }
        for crate in crates
    ]
    head = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-22T03:45:00Z",
    }
    return json.dumps({**head, "epcisBody": {"eventList": events}}).encode()


@dataclass
class Running:
    """The API over a database of its own, with a clock that the test sets."""

    conn: store.Connection
    url: str
    now: datetime


@dataclass(frozen=True)
class Office:
    """An officer who has signed in, and the named query `packed`."""

    api: Running
    keeper: Viewer
    token: str

    def capture(self, *crates: str, step: str = "packing") -> None:
        with store.transaction(self.api.conn):
            job = capture(self.api.conn, self.keeper, read(document(*crates, step=step)), Behaviour.ROLLBACK, NOW)
        assert len(crates) == job.stored

    def listen(self, query: str) -> ClientConnection:
        address = f"{self.api.url.replace('http', 'ws')}/epcis/queries/packed/events?{query}"
        cookie = {"cookie": f"{deps.COOKIE}={self.token}"}
        return connect(address, additional_headers=cookie, open_timeout=LIMIT_S, proxy=None)


@pytest.fixture(scope="module")
def api(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    environ = {"NONGSO_DATA_DIR": str(tmp_path_factory.mktemp("api")), "NONGSO_DATABASE_URL": module_database}
    with closing(store.connect(module_database)) as conn, closing(store.open_pool(module_database)) as pool:
        conn.autocommit = True
        admin_units.insert_unit(conn, AdminUnit("1", date(2025, 7, 1), None, "Xã Một", "xã", None, None, ""))
        app = create_app(Settings.from_env(environ), pool)
        with served(app) as url:
            running = Running(conn, url, NOW)
            app.state.house = replace(app.state.house, now=lambda: running.now)
            yield running


@pytest.fixture
def office(api: Running, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office of this test alone."""
    monkeypatch.setattr(epcis_sockets, "POLL_S", 0.02)
    api.now = NOW
    name = token_hash(request.node.name).hex()[:12]
    of = places.insert_office(api.conn, name, "Xã Một", "", "1", date(2025, 7, 1))
    account = people.insert(api.conn, of, NewAccount(name, "Hoa", Role.OFFICER, "vi", "$7$hash"))
    sessions.insert(api.conn, account, token_hash(name), NOW)
    keeper = Viewer(account, of, Role.OFFICER, "Hoa")
    epcis_queries.insert_query(api.conn, keeper, NamedQuery("packed", {"EQ_bizStep": ["packing"]}, NOW))
    return Office(api, keeper, name)


def told(socket: ClientConnection) -> list[str]:
    """The crates of the next message."""
    results = json.loads(socket.recv(LIMIT_S))["epcisBody"]["queryResults"]
    assert "packed" == results["queryName"]
    return [event["epcList"][0].removeprefix("urn:uuid:") for event in results["resultsBody"]["eventList"]]


def test_a_stream_is_told_what_is_captured_from_now_on_and_fits(office: Office) -> None:
    office.capture("before")
    with office.listen("stream=true") as socket:
        office.capture("other", step="shipping")
        office.capture("one")
        assert ["one"] == told(socket)
        office.capture("two", "three")
        assert ["two", "three"] == told(socket)


def test_a_reader_who_comes_back_says_since_when(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epcis_sockets, "EVENTS", 2)
    office.capture("a", "b", "c", "d", "e")

    with office.listen("stream=true&initialRecordTime=2026-11-22T03:45:00Z") as socket:
        assert [["a", "b"], ["c", "d"], ["e"]] == [told(socket) for _ in range(3)]


def test_a_schedule_waits_for_its_hour_and_may_report_nothing(office: Office) -> None:
    with office.listen("hour=4&minute=0&reportIfEmpty=true") as socket:
        office.api.now = NOW + timedelta(minutes=15)
        assert [] == told(socket)
        office.capture("one")
        office.api.now = NOW + timedelta(days=1, minutes=15)
        assert ["one"] == told(socket)


def delete_query(office: Office) -> None:
    epcis_queries.delete_query(office.api.conn, office.keeper, "packed")


def sign_out(office: Office) -> None:
    sessions.delete(office.api.conn, token_hash(office.token))


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        (sign_out, "epcisException:SecurityException sign_in_needed"),
        (delete_query, "epcisException:NoSuchNameException epcis.no_query"),
    ],
)
def test_a_socket_ends_with_the_right_to_read(office: Office, deed: Callable[[Office], None], reason: str) -> None:
    with office.listen("stream=true") as socket:
        deed(office)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(LIMIT_S)

    assert closed.value.rcvd is not None
    assert (1008, reason) == (closed.value.rcvd.code, closed.value.rcvd.reason)


def test_an_office_has_only_so_many_sockets(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_places, "MOST_OF_OFFICE", 1)

    def refused() -> int | None:
        try:
            with office.listen("stream=true"):
                return None
        except InvalidStatus as refusal:
            return refusal.response.status_code

    with office.listen("stream=true") as socket:
        assert 429 == refused()
        socket.send("what a reader says is passed over")
        office.capture("one")
        assert ["one"] == told(socket)
    wait_until(lambda: refused() is None)


@pytest.mark.parametrize(
    ("query", "status", "exception"),
    [
        ("", 400, "SubscriptionControlsException"),
        ("stream=true&minute=5", 400, "SubscriptionControlsException"),
        ("minute=61", 400, "SubscriptionControlsException"),
        ("month=2&dayOfMonth=30", 400, "SubscriptionControlsException"),
        ("stream=true&initialRecordTime=yesterday", 400, "ValidationException"),
        ("stream=true&EQ_bizStep=packing", 400, "ValidationException"),
        ("stream=perhaps", 400, "ValidationException"),
    ],
)
def test_what_cannot_be_subscribed_to_is_refused_with_a_problem(
    signed_in: As, conn: store.Connection, world: World, now: datetime, query: str, status: int, exception: str
) -> None:
    epcis_queries.insert_query(conn, world.officer, NamedQuery("packed", {}, now))

    answer = denied(signed_in(world.officer), f"/epcis/queries/packed/events?{query}")

    assert (status, f"epcisException:{exception}") == (answer.status_code, answer.json()["type"])
    assert "application/problem+json" == answer.headers["content-type"]


def test_versions_are_agreed_on_before_the_handshake(signed_in: As, world: World) -> None:
    answer = denied(signed_in(world.officer), "/epcis/queries/x/events?stream=true", {"GS1-EPCIS-Min": "3.0"})

    assert 406 == answer.status_code


def denied(client: TestClient, path: str, headers: dict[str, Any] | None = None) -> WebSocketDenialResponse:
    with pytest.raises(WebSocketDenialResponse) as refusal, client.websocket_connect(path, headers=headers or {}):
        pass
    return refusal.value
