"""Tells subscribers of new EPCIS events: at least once, in order, again after a failure, and never into our own house.

A subscription's cursor is its outbox: it moves in the transaction that the subscriber's 2xx ends, so nothing is lost by a crash.
"""

import hashlib
import hmac
import http.client
import os
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from nongso import store
from nongso.errors import NongsoError
from nongso.journal import note
from nongso.settings import Settings
from nongso.store import epcis_events, epcis_queries
from nongso.store.epcis_queries import DueSubscription
from traceability.epcis.destination import Destination, judge
from traceability.epcis.query import from_json
from traceability.epcis.results import message
from traceability.epcis.schedule import next_after, read_schedule

EVENTS = 100  # in one message
AT_ONCE = 50  # messages in one run of the job
PATIENCE_S, LONGEST_ANSWER_S = 10, 30  # for each byte, and for all of an answer
POLL = timedelta(seconds=2)  # how soon a stream looks for more
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)


class Pinned(http.client.HTTPConnection):
    """A connection to the address that was judged, whatever the name means by now; TLS still proves the name."""

    def __init__(self, to: Destination) -> None:
        super().__init__(to.host, to.port, timeout=PATIENCE_S)
        self.to = to

    def connect(self) -> None:
        self.sock = socket.create_connection((self.to.address, self.to.port), PATIENCE_S)
        if self.to.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.to.host, do_handshake_on_connect=False)
            self.sock.do_handshake()  # only now, so that it too can be hung up

    def hang_up(self) -> None:
        """Called from a timer: whoever answers a byte at a time is not waited for."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def deliver(pool: store.Pool, now: datetime) -> None:
    """Tell whoever is due."""
    private_hosts = Settings.from_env(os.environ).webhook_private_hosts
    for _ in range(AT_ONCE):
        with store.connection(pool) as conn:
            due = epcis_queries.find_due(conn, now)
            if due is None:
                return
            tell(conn, due, now, private_hosts)


def tell(conn: store.Connection, due: DueSubscription, now: datetime, private_hosts: frozenset[str]) -> None:
    """One message to one subscriber, and when to come back."""
    wanted = from_json(due.definition).wanted
    found = epcis_events.list_of_office(conn, due.office_id, wanted, due.last_event, EVENTS + 1)
    events = found[:EVENTS]
    if not events and not (due.report_if_empty and due.schedule is not None):
        epcis_queries.update_told(conn, due.id, due.last_event, None, next_time(due, now))
        return
    body = message(events, now, due.query_name).encode()
    try:
        status = post(judge(due.dest, private_hosts), body, signature(due.signature_token, body))
    except (NongsoError, OSError, http.client.HTTPException) as fault:
        status = 0
        note("webhook.unreachable", subscription=due.id, fault=type(fault).__name__)
    if not 200 <= status < 300:
        note("webhook.refused", subscription=due.id, status=status, failures=due.failures + 1)
        epcis_queries.update_failed(conn, due.id, now + wait(due.failures))
        return
    last = events[-1].id if events else due.last_event
    epcis_queries.update_told(conn, due.id, last, now, now if len(found) > EVENTS else next_time(due, now))


def post(to: Destination, body: bytes, headers: Mapping[str, str]) -> int:
    """The status of the answer. A redirect is an answer like any other: it is not followed."""
    connection = Pinned(to)
    enough = threading.Timer(LONGEST_ANSWER_S, connection.hang_up)
    enough.start()
    try:
        connection.request("POST", to.target, body, {"Content-Type": "application/json", **headers})
        return connection.getresponse().status
    finally:
        enough.cancel()
        connection.close()


def signature(token: str | None, body: bytes) -> dict[str, str]:
    """GS1-Signature: HMAC-SHA-256 of the body under the subscriber's token, in hexadecimal."""
    return {"GS1-Signature": hmac.new(token.encode(), body, hashlib.sha256).hexdigest()} if token else {}


def next_time(due: DueSubscription, now: datetime) -> datetime:
    return now + POLL if due.schedule is None else next_after(read_schedule(due.schedule), now)


def wait(failures: int) -> timedelta:
    """Twice as long after every failure, up to a quarter of a day."""
    return min(FIRST_WAIT * 2 ** min(failures, 12), LONGEST_WAIT)
