"""Carries orders to valves and their answers back, over a session of its own: readings that pile up must not hold up a "close".

An order leaves the house with QoS 1, never retained, after its leaving was noted: a crash in between says it once more, and the device knows it.
Each time the broker came back, a sweep is asked for: nobody knows what the valves heard meanwhile.
"""

import queue
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from ingest import topics
from ingest.broker import Account, Delivery, Session, Ticket
from nongso import store
from nongso.clock import utc_now
from nongso.journal import note
from nongso.store import irrigation_orders, irrigation_runs
from nongso.store.connection import StoreAway
from nongso.store.irrigation_orders import Waiting

TURN_S = 0.2
AWAY_S = 2.0
STATES = ("accepted", "running", "done", "failed")
LONGEST_REASON = 100


class Answer(Struct, frozen=True):
    """The body of `cmd/{id}/ack`; more members are let be."""

    state: str
    reason: str = ""


class OrderBody(Struct, frozen=True, omit_defaults=True):
    """The body of `cmd/{id}`, as docs/mqtt.md tells devices."""

    action: str
    order: str
    expires_at: str
    max_seconds: int = 0
    renews: bool = False


class Orders:
    """Owns a session and a database connection; both live on its own thread, deliveries come from the session's."""

    def __init__(self, database_url: str, account: Account) -> None:
        self._url = database_url
        self._session = Session(account, [topics.ANSWERS], self._put, link="orders")
        self._arrived: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        self._unnoted: list[Delivery] = []
        self._conn: store.Connection | None = None
        self._swept = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="orders", daemon=True)

    def start(self) -> None:
        self._session.start()
        self._thread.start()

    def stop(self) -> None:
        """What was taken out of the house is sent before the session ends."""
        self._stopping.set()
        self._thread.join()
        self._session.stop()

    def _put(self, source: Session, burst: list[Delivery]) -> None:
        for delivery in burst:
            self._arrived.put(delivery)

    def _run(self) -> None:
        while not self._stopping.wait(TURN_S):
            try:
                self._turn(self._connect())
            except StoreAway as fault:
                note("orders.store_away", reason=fault.__cause__ or fault)
                self._disconnect()
                self._stopping.wait(AWAY_S)
            except Exception as fault:  # whatever it is, the next order must still find its way
                note("orders.failed", fault=type(fault).__name__, reason=fault)
                self._disconnect()
                self._stopping.wait(AWAY_S)
        self._disconnect()

    def _turn(self, conn: store.Connection) -> None:
        times = self._session.times_connected
        if times != self._swept:
            with store.transaction(conn):
                irrigation_orders.insert_sweep(conn, "collector", utc_now())
            self._swept = times
        self._note_answers(conn)
        if self._session.connected.is_set():
            self._send(conn, utc_now())

    def _note_answers(self, conn: store.Connection) -> None:
        """Acknowledged to the broker once they are in the store."""
        while not self._arrived.empty():
            self._unnoted.append(self._arrived.get_nowait())
        if not self._unnoted:
            return
        with store.transaction(conn):
            for delivery in self._unnoted:
                note_answer(conn, delivery)
        tickets: Sequence[Ticket] = [delivery.ticket for delivery in self._unnoted]
        self._unnoted = []
        self._session.acknowledge(tickets)

    def _send(self, conn: store.Connection, now: datetime) -> None:
        with store.transaction(conn):
            waiting = irrigation_orders.take_waiting(conn)
            for order in waiting:
                late = order.action == "open" and now >= order.expires_at
                step = "not_sent" if late else "sent"
                irrigation_runs.insert_event(
                    conn, order.zone_id, step, now, run_id=order.run_id, order_id=order.order_id
                )
                if not late:
                    self._session.publish([written(order)], qos=1)

    def _connect(self) -> store.Connection:
        if self._conn is None:
            conn = store.connect(self._url)
            conn.autocommit = True  # so that every `store.transaction` is one of its own
            if not irrigation_orders.is_ready(conn):
                conn.close()
                raise StoreAway(reason="not migrated")
            self._conn = conn
        return self._conn

    def _disconnect(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None


def written(order: Waiting) -> tuple[str, bytes]:
    """Topic and payload of an order."""
    expires_at = order.expires_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    body = OrderBody(order.action, order.order_id, expires_at, order.seconds, order.renews)
    return topics.order(order.tenant, order.device_id, order.order_id), msgspec.json.encode(body)


def note_answer(conn: store.Connection, delivery: Delivery) -> None:
    """Into the journal; what is no answer to an order of ours is told in the log and changes nothing."""
    place = topics.parse_answer(delivery.message.topic)
    answer = read_answer(delivery.message.payload)
    if place is None or answer is None or delivery.message.retained:
        note("orders.unreadable_answer", topic=delivery.message.topic)
        return
    irrigation_orders.note_answer(conn, *place, answer.state, answer.reason[:LONGEST_REASON], utc_now())


def read_answer(payload: bytes) -> Answer | None:
    try:
        answer = msgspec.json.decode(payload, type=Answer)
    except msgspec.DecodeError:
        return None
    return answer if answer.state in STATES and "\0" not in answer.reason else None
