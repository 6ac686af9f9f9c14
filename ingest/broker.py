"""The link to the MQTT broker: a persistent session with a thread of its own that is kept up for ever.

Messages are handed over in the bursts they arrive in and are acknowledged to the broker only when somebody says so (`acknowledge`).
Back-pressure is the protocol's own: the broker may have `window` messages unacknowledged with us (Receive Maximum, MQTT 5 §3.1.2.11.3),
and while that many wait, the socket is not read.
"""

import contextlib
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from ingest.messages import Message
from ingest.transport import BufferedClient, BufferedSocket
from nongso.journal import note

KEEPALIVE_S = 60
SESSION_EXPIRY_S = 14 * 86_400
RETRY_S, RETRY_LIMIT_S = 0.2, 10.0
WINDOW = 8_000
BURST = 500  # messages handed over at once: while the writer settles these, the next ones are read
TURN_S = 1.0


class Ticket(NamedTuple):
    """What must be said to acknowledge a message. Its number means something in its own connection only."""

    connection: int
    mid: int
    qos: int


class Delivery(NamedTuple):
    message: Message
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Account:
    """Where the broker is and who we are there."""

    url: str
    client_id: str
    username: str | None = None
    password: str | None = None


class Session:
    """One connection. `on_burst` gets deliveries, `on_published` the number of our own messages the broker confirmed; both on our thread."""

    def __init__(
        self,
        account: Account,
        filters: Sequence[str] = (),
        on_burst: Callable[["Session", list[Delivery]], None] | None = None,
        on_published: Callable[[], None] | None = None,
        window: int = WINDOW,
        link: str = "broker",
    ) -> None:
        """`link`: the word its lines in the journal begin with, so that two links of one program are told apart."""
        self.account = account
        self._link = link
        self.connected = threading.Event()
        self.times_connected = 0
        self._filters = filters
        self._on_burst = on_burst
        self._on_published = on_published
        self._window = window
        self._burst: list[Delivery] = []
        self._connection = 0
        self._unsettled = 0
        self._tickets: deque[Ticket] = deque()
        self._outbox: deque[tuple[str, bytes, int]] = deque()
        self._retuned: deque[tuple[list[str], list[str]]] = deque()
        self._stopping = threading.Event()
        self._waker, self._woken = socket.socketpair()
        self._waker.setblocking(False)
        self._woken.setblocking(False)
        self._client = self._make_client()
        self._thread = threading.Thread(target=self._run, name=f"mqtt-{account.client_id}", daemon=True)

    def start(self) -> "Session":
        self._thread.start()
        return self

    def stop(self) -> None:
        """Send what was acknowledged and published, say goodbye, end the thread."""
        self._stopping.set()
        self._wake()
        self._thread.join()
        self._waker.close()
        self._woken.close()

    def acknowledge(self, tickets: Sequence[Ticket]) -> None:
        """Tell the broker that these are safe. Tickets of an earlier connection are let fall: the broker sends those messages again."""
        self._tickets.extend(tickets)
        self._wake()

    def listen(self, filters: Sequence[str], ended: Sequence[str] = ()) -> None:
        """From now on listen to these. `ended`: what is to be ended with the broker, which remembers a session's filters for days."""
        new = [pattern for pattern in filters if pattern not in self._filters]
        self._filters = tuple(filters)
        self._retuned.append((new, list(ended)))
        self._wake()

    def publish(self, messages: Sequence[tuple[str, bytes]], qos: int = 0) -> None:
        """Send messages as soon as the link allows; with QoS 1 again after a reconnect until confirmed."""
        self._outbox.extend((topic, payload, qos) for topic, payload in messages)
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError, OSError):
            self._waker.send(b"\0")

    def _make_client(self) -> BufferedClient:
        client = BufferedClient(
            CallbackAPIVersion.VERSION2,
            client_id=self.account.client_id,
            protocol=mqtt.MQTTv5,
            manual_ack=True,
        )
        if self.account.username is not None:
            client.username_pw_set(self.account.username, self.account.password)
        if self.account.url.startswith("mqtts:"):
            client.tls_set()
        client.max_inflight_messages_set(65_535)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        # With this set paho leaves writing to our loop instead of sending every packet at once.
        client.on_socket_register_write = _ignore
        return client

    def _run(self) -> None:
        delay_s = RETRY_S
        while not self._stopping.is_set():
            try:
                self._open()
                self._serve()
                delay_s = RETRY_S
            except OSError as fault:
                note(f"{self._link}.away", url=self.account.url, reason=fault)
                # A link that was up begins anew: only a broker that is away is asked more and more rarely.
                delay_s = RETRY_S if self.connected.is_set() else min(delay_s * 2, RETRY_LIMIT_S)
            finally:
                self.connected.clear()
            self._stopping.wait(delay_s)

    def _open(self) -> None:
        parts = urlsplit(self.account.url)
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = SESSION_EXPIRY_S
        properties.ReceiveMaximum = min(self._window, 65_535)
        port = parts.port or (8883 if parts.scheme == "mqtts" else 1883)
        self._connection += 1
        self._client.connect(
            parts.hostname or "", port, keepalive=KEEPALIVE_S, clean_start=False, properties=properties
        )

    def _serve(self) -> None:
        """Turn after turn until the connection ends."""
        while (transport := self._client.buffered) is not None and self._client.socket() is not None:
            self._send()
            transport.flush()
            if self._stopping.is_set() and not self._tickets and not self._outbox:
                self._client.disconnect()
                self._client.loop_write()
                return
            if self._wait(transport):
                self._read()
            self._client.loop_misc()

    def _wait(self, transport: BufferedSocket) -> bool:
        """Until there is something to do; whether it is reading."""
        may_read = self._unsettled < self._window
        ready = may_read and transport.unread > 0
        readable, _, _ = select.select(
            [transport, self._woken] if may_read else [self._woken],
            [transport] if transport.unsent else [],
            [],
            0.0 if ready else TURN_S,
        )
        if self._woken in readable:
            self._woken.recv(4096)
        return ready or transport in readable

    def _send(self) -> None:
        while self._tickets:
            ticket = self._tickets.popleft()
            self._unsettled -= 1
            if ticket.connection == self._connection and ticket.qos == 1:
                self._client.ack(ticket.mid, 1)
        if self.connected.is_set():
            while self._retuned:
                self._retune(*self._retuned.popleft())
            while self._outbox:
                topic, payload, qos = self._outbox.popleft()
                self._client.publish(topic, payload, qos)
        if self._client.want_write():
            self._client.loop_write()

    def _retune(self, new: list[str], ended: list[str]) -> None:
        if new:
            self._client.subscribe([(pattern, SubscribeOptions(qos=1)) for pattern in new])
        if ended:
            self._client.unsubscribe(ended)
        note(f"{self._link}.listening", filters=len(self._filters), new=len(new), ended=len(ended))

    def _read(self) -> None:
        """Take what has arrived and hand it over as one burst."""
        self._client.loop_read()
        while (transport := self._client.buffered) is not None and transport.unread and len(self._burst) < BURST:
            if self._client.socket() is None:
                break
            self._client.loop_read()
        if self._burst and self._on_burst is not None:
            burst, self._burst = self._burst, []
            self._on_burst(self, burst)

    def _on_connect(
        self,
        client: mqtt.Client,
        userdata: object,
        flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            note(f"{self._link}.refused", url=self.account.url, reason=reason)
            return
        note(
            f"{self._link}.connected",
            url=self.account.url,
            client=self.account.client_id,
            session_present=flags.session_present,
        )
        if self._filters:
            client.subscribe([(pattern, SubscribeOptions(qos=1)) for pattern in self._filters])
        self.times_connected += 1
        self.connected.set()

    def _on_subscribe(
        self, client: mqtt.Client, userdata: object, mid: int, reasons: list[ReasonCode], properties: Properties | None
    ) -> None:
        refused = [pattern for pattern, reason in zip(self._filters, reasons, strict=False) if reason.is_failure]
        note(
            f"{self._link}.subscription_refused" if refused else f"{self._link}.subscribed",
            client=self.account.client_id,
            refused=len(refused),
        )

    def _on_message(self, client: mqtt.Client, userdata: object, message: mqtt.MQTTMessage) -> None:
        try:
            topic = message.topic.replace("\0", "")
        except UnicodeDecodeError:
            topic = ""
        self._unsettled += 1
        self._burst.append(
            Delivery(
                Message(topic, bytes(message.payload), time.time_ns() // 1000, message.retain),
                Ticket(self._connection, message.mid, message.qos),
            )
        )

    def _on_publish(
        self, client: mqtt.Client, userdata: object, mid: int, reason: ReasonCode, properties: Properties | None
    ) -> None:
        if self._on_published is not None:
            self._on_published()


def _ignore(client: mqtt.Client, userdata: object, sock: object) -> None:
    """paho would like to be told when its socket can be written; our loop asks every turn."""
