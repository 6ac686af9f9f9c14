"""The writer: takes messages from the sessions, settles them in batches, acknowledges after COMMIT or after fsync into the spool."""

import queue
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest import letters, topics
from ingest.backlog import Backlog, faults
from ingest.broker import Delivery, Session, Ticket
from ingest.bulletin import Bulletin
from ingest.messages import Message
from ingest.meter import Meter
from ingest.registry import Registry
from ingest.settle import Receipt, Settled, settle
from ingest.siding import Siding
from ingest.spool import Spool, SpoolFull
from nongso import store
from nongso.clock import utc_now
from nongso.journal import note
from nongso.store import intake
from nongso.store.connection import StoreAway

RETRY_S, RETRY_LIMIT_S = 0.25, 5.0
POLL_S = 0.25
FULL_S = 0.02
RECEIPT_S = 0.5
SHUNT = 50  # messages of the siding that go behind each batch: fewer than a batch, so others pass
HURRY_NOTE_S = BEHIND_NOTE_S = 60.0
REPLAY_S = 2.0  # how often letters to be read again are looked for


class Source(Protocol):
    """Where a burst came from: told when its messages are safe."""

    def acknowledge(self, tickets: Sequence[Ticket]) -> None: ...


Burst = tuple[Source, list[Delivery]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How messages are gathered into a transaction: up to `batch`, waiting `linger_s` for the first `enough`."""

    batch: int = 2_000
    batch_bytes: int = 2**21
    enough: int = 100
    linger_s: float = 0.05


class Writer:
    """Owns the database connection, the spool and the siding. `put` is called by the sessions' threads, all else happens on the writer's own."""

    def __init__(
        self,
        database_url: str,
        spool: Spool,
        siding: Siding,
        meter: Meter,
        bulletin: Bulletin,
        pace: Pace | None = None,
    ) -> None:
        self._url = database_url
        self._spool = spool
        self._siding = siding
        self._meter = meter
        self._bulletin = bulletin
        self._pace = pace or Pace()
        self._queue: queue.SimpleQueue[Burst] = queue.SimpleQueue()
        self._arrivals: deque[int] = (
            deque()
        )  # of the bursts that are not safe yet, received_us of the first message of each
        meter.unsafe_s.set_function(self.oldest_unsafe_s)
        self._registry = Registry()
        self._conn: store.Connection | None = None
        self._retry_at, self._retry_s = 0.0, RETRY_S
        self._receipts: dict[tuple[str, str], Receipt] = {}
        self._receipts_due = 0.0
        self._replies: list[tuple[str, bytes]] = []
        self._replay_due = 0.0
        self._hurry_note_due = 0.0
        self._spool_is_full = self._is_behind = False
        self._behind_note_due = 0.0
        self._stopping = threading.Event()

    def put(self, source: Source, burst: list[Delivery]) -> None:
        """Hand over a burst. Never blocks: the source bounds how much is on its way by what was not acknowledged yet."""
        self._arrivals.append(burst[0].message.received_us)
        self._queue.put((source, burst))

    def oldest_unsafe_s(self) -> float:
        """How long the oldest message has been here without being acknowledged: a kill now costs nothing more. 0 when there is none."""
        try:
            return max(0.0, time.time() - self._arrivals[0] / 1e6)
        except IndexError:
            return 0.0

    def stop(self) -> None:
        """Settle what has arrived, then let `run` return."""
        self._stopping.set()

    def run(self, voice: Session) -> None:
        """Work until stopped; receipts are published through `voice`."""
        self._report()  # before anything moves: what waited while no collector ran must be told too
        while not (self._stopping.is_set() and self._queue.empty()):
            bursts = self._gather()
            if bursts:
                self._take(bursts)
            if self._spool.length:
                self._drain()
            self._shunt(SHUNT if bursts else self._pace.batch)
            self._replay()
            self._report()
            self._send_receipts(voice)
        self._receipts_due = 0.0
        self._send_receipts(voice)
        self._disconnect()

    def _report(self) -> None:
        """What waits: for the meter; into the log, once a minute, while somebody is needed; into the database when it is there."""
        backlog = Backlog(
            self._spool.length, self._spool.limit, self._spool.oldest_us(), self._siding.length, self._siding.limit
        )
        self._meter.waiting(backlog)
        now_us = time.time_ns() // 1000
        self._bulletin.look(backlog, now_us)
        self._tell()
        found = faults(backlog, now_us)
        if not found and self._is_behind:
            note("ingest.level", spooled=backlog.spooled, aside=backlog.aside)
        if found and (not self._is_behind or time.monotonic() >= self._behind_note_due):
            oldest_s = round(backlog.oldest_s(now_us))
            note(
                "ingest.behind", faults=",".join(found), spooled=backlog.spooled, oldest_s=oldest_s, aside=backlog.aside
            )
            self._behind_note_due = time.monotonic() + BEHIND_NOTE_S
        self._is_behind = bool(found)

    def _tell(self) -> None:
        """Never connects: whoever has something to settle does, and tells with it."""
        if self._conn is None or not self._bulletin.is_due():
            return
        try:
            self._bulletin.tell(self._conn, utc_now())
        except StoreAway as fault:
            self._away(fault)

    def _gather(self) -> list[Burst]:
        """The bursts of the next batch; none when nothing came for a while."""
        lap = self._meter.stopwatch()
        try:
            bursts = [self._queue.get(timeout=self._patience_s())]
        except queue.Empty:
            return []
        finally:
            lap("idle")
        pace, deadline = self._pace, time.monotonic() + self._pace.linger_s
        count, size = len(bursts[0][1]), payload_bytes(bursts[0])
        while count < pace.batch and size < pace.batch_bytes:
            wait_s = deadline - time.monotonic() if count < pace.enough and not self._stopping.is_set() else 0.0
            try:
                burst = self._queue.get(timeout=wait_s) if wait_s > 0 else self._queue.get_nowait()
            except queue.Empty:
                break
            bursts.append(burst)
            count, size = count + len(burst[1]), size + payload_bytes(burst)
        lap("gather")
        return bursts

    def _patience_s(self) -> float:
        """How long to wait for a first burst: not at all while the siding could move."""
        return 0.0 if self._siding.length and time.monotonic() >= self._retry_at else POLL_S

    def _take(self, bursts: list[Burst]) -> None:
        """Make a batch safe, then acknowledge it; what cannot be made safe the broker keeps and sends again."""
        now, later = self._siding.sort([delivery.message for _, burst in bursts for delivery in burst])
        if not (self._make_safe(now) and self._set_aside(later)):
            return
        lap = self._meter.stopwatch()
        for source, burst in bursts:
            source.acknowledge([delivery.ticket for delivery in burst])
            self._arrivals.popleft()
        lap("acknowledge")

    def _make_safe(self, messages: list[Message]) -> bool:
        """In the database or in the spool. What waits in the spool goes first, so a batch behind it queues up too.

        The spool is drained by `run`: a batch that is on disk is acknowledged before the database is asked anything.
        """
        safe = not messages or (not self._spool.length and self._settle(messages))
        while not safe:
            safe = self._keep(messages)
            if not safe:
                self._drain()
                if self._stopping.wait(POLL_S):
                    return False
        return True

    def _set_aside(self, messages: list[Message]) -> bool:
        """Keep what came too fast. While the siding is full nothing is acknowledged: then all wait, and nobody loses."""
        if messages and time.monotonic() >= self._hurry_note_due:
            note("siding.hurried", topic=messages[0].topic, waiting=self._siding.length)
            self._hurry_note_due = time.monotonic() + HURRY_NOTE_S
        while messages:
            try:
                self._siding.keep(messages)
                break
            except SpoolFull:
                self._shunt(SHUNT)
                if self._stopping.wait(FULL_S):
                    return False
        return True

    def _shunt(self, count: int) -> None:
        """Settle the oldest of the siding, behind everything else."""
        if self._spool.length or not self._siding.length:
            return
        mark, messages = self._siding.oldest(count)
        if self._settle(messages):
            self._siding.remove(mark, messages)

    def _keep(self, messages: list[Message]) -> bool:
        """Whether the spool took them. While it is full nothing is acknowledged, and so the broker holds what comes."""
        try:
            self._spool.append(messages)
        except SpoolFull as fault:
            if not self._spool_is_full:
                note("spool.full", **fault.values)
            self._spool_is_full = True
            return False
        self._spool_is_full = False
        return True

    def _drain(self) -> None:
        """Settle the oldest of the spool, one batch: live messages are looked at between batches."""
        mark, messages = self._spool.oldest(self._pace.batch)
        if messages and self._settle(messages):
            self._spool.remove(mark)
            if not self._spool.length:
                note("spool.drained")

    def _replay(self) -> None:
        """Letters that somebody asked for, behind everything that waits."""
        if self._spool.length or time.monotonic() < max(self._replay_due, self._retry_at):
            return
        self._replay_due = time.monotonic() + REPLAY_S
        try:
            letters.replay(self._connect(), self._settle, utc_now())
        except StoreAway as fault:
            self._away(fault)

    def _settle(self, messages: list[Message]) -> bool:
        """Whether they are committed. While the database is away it is asked again now and then, not for every batch."""
        if time.monotonic() < self._retry_at:
            return False
        started = time.monotonic()
        try:
            settled = settle(self._connect(), self._registry, messages, self._meter.stopwatch())
        except StoreAway as fault:
            self._away(fault)
            return False
        self._meter.settled(settled.messages, settled.counts, time.monotonic() - started)
        self._remember(settled)
        return True

    def _connect(self) -> store.Connection:
        if self._conn is None:
            conn = store.connect(self._url)
            conn.autocommit = True  # so that every `store.transaction` is one of its own
            if not intake.is_ready(conn):
                conn.close()
                raise StoreAway(reason="not migrated")
            try:
                self._bulletin.tell(conn, utc_now())  # before the spool is drained: a kill from here on hides nothing
            except StoreAway:
                conn.close()
                raise
            self._conn = conn
            self._retry_s = RETRY_S
            note("store.connected")
        return self._conn

    def _away(self, fault: StoreAway) -> None:
        self._disconnect()
        self._meter.store_up.set(0)
        self._retry_at = time.monotonic() + self._retry_s
        self._retry_s = min(self._retry_s * 2, RETRY_LIMIT_S)
        note("store.away", reason=fault.__cause__ or fault, spooled=self._spool.length)

    def _disconnect(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    def _remember(self, settled: Settled) -> None:
        self._receipts.update({(receipt.device_id, receipt.boot): receipt for receipt in settled.receipts})
        self._replies.extend(settled.replies)

    def _send_receipts(self, voice: Session) -> None:
        """Only the newest of each boot, and not for every batch: a receipt costs a message. Replies are rare and go at once."""
        if self._replies:
            voice.publish(self._replies)
            self._replies = []
        if not self._receipts or time.monotonic() < self._receipts_due:
            return
        voice.publish([written(receipt) for receipt in self._receipts.values()])
        self._receipts.clear()
        self._receipts_due = time.monotonic() + RECEIPT_S


def payload_bytes(burst: Burst) -> int:
    return sum(len(delivery.message.payload) for delivery in burst[1])


def written(receipt: Receipt) -> tuple[str, bytes]:
    """Topic and payload of a receipt. `boot` has no character that JSON would escape."""
    topic = topics.Topic(receipt.tenant, receipt.device_id, topics.RECEIPT)
    return str(topic), b'{"boot":"%s","seq":%d}' % (receipt.boot.encode(), receipt.seq)
