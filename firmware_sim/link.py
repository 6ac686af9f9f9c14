"""One TCP connection to the broker: MQTT 5, QoS 1, a bounded window of frames in flight, birth and last will.

Nothing here runs by itself: the fleet's loop calls `pump`, `read` and `write`, so one thread owns everything.
A lost connection throws the client away with what it had in flight; the outbox still has every frame and tells them again.
"""

import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from firmware_sim.outbox import Outbox, Waiting
from firmware_sim.payload import Status, encoded
from nongso.errors import InvalidInput

log = logging.getLogger(__name__)

WINDOW = 100  # frames in flight on one connection
KEEPALIVE_S = 30
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
CONNECT_LIMIT_S = 3.0


class BadBroker(InvalidInput):
    """An address that is not mqtt://host:port or mqtts://host:port."""

    code = "simulate.bad_broker"


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int
    tls: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a connection is: which share of the fleet it carries, its credential, where its life is told and what it hears."""

    number: int
    of: int
    client_id: str
    username: str | None
    password: str | None
    status_topic: str
    birth: bytes
    subscriptions: tuple[str, ...]


def parse_address(url: str) -> Address:
    """`mqtt://host:port` (1883) or `mqtts://host:port` (8883). Raises BadBroker."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise BadBroker(url=url) from fault
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise BadBroker(url=url)
    tls = parts.scheme == "mqtts"
    return Address(parts.hostname, port or (8883 if tls else 1883), tls)


class Link:
    """Owns one connection and its share of the outbox."""

    def __init__(
        self,
        address: Address,
        identity: Identity,
        outbox: Outbox,
        topic_of: Callable[[int], str],
        heard: Callable[[MQTTMessage], None],
    ) -> None:
        self.address, self.identity, self.outbox = address, identity, outbox
        self.topic_of, self.heard = topic_of, heard
        self.client: Client | None = None
        self.ready = False
        self.flying: dict[int, int | None] = {}  # mid -> frame id, None for a repetition, an answer or a status
        self.acknowledged: list[int] = []
        self.resent = 0
        self._queue: list[Waiting] = []  # read from the outbox, last one first
        self._read_to = self._highest_sent = 0
        self._refused = False
        self._pause_s, self._next_try_s = FIRST_PAUSE_S, 0.0

    def pump(self, now_s: float, allowance: int) -> int:
        """Connect when it is time, keep the connection alive, fill the window with at most `allowance` frames. Returns how many."""
        if self.client is None:
            if now_s >= self._next_try_s:
                self._connect(now_s)
            return 0
        if self._refused or self.client.loop_misc() != MQTTErrorCode.MQTT_ERR_SUCCESS or self.client.socket() is None:
            self._lose(now_s)
            return 0
        return self._fill(min(allowance, WINDOW - len(self.flying))) if self.ready else 0

    def read(self) -> None:
        if self.client is not None:
            self.client.loop_read()

    def write(self) -> None:
        if self.client is not None:
            self.client.loop_write()

    def socket(self) -> socket.socket | None:
        found = self.client.socket() if self.client is not None else None
        return found if isinstance(found, socket.socket) else None

    def wants_write(self) -> bool:
        return self.client is not None and self.client.want_write()

    def say(self, topic: str, body: bytes, retain: bool = False) -> None:
        """Publish something that is not in the outbox; lost when there is no connection."""
        if self.client is not None and self.ready:
            self.flying[self.client.publish(topic, body, qos=1, retain=retain).mid] = None

    def tell_again(self) -> None:
        """Begin from the oldest frame that has no receipt."""
        self.outbox.rewind(self.identity.number, self.identity.of)
        self._queue, self._read_to = [], 0

    def leave(self) -> None:
        """Say good-bye: the will stays unsent, so the farewell has been published before."""
        self.ready = False
        if self.client is not None:
            self.client.disconnect()
            self.client = None

    def _connect(self, now_s: float) -> None:
        client = Client(CallbackAPIVersion.VERSION2, self.identity.client_id, protocol=MQTTProtocolVersion.MQTTv5)
        client.max_inflight_messages_set(2 * WINDOW)  # the window is ours; paho's must not queue behind it
        client.connect_timeout = CONNECT_LIMIT_S
        client.username_pw_set(self.identity.username, self.identity.password)
        client.will_set(self.identity.status_topic, encoded(Status(False)), qos=1, retain=True)
        if self.address.tls:
            client.tls_set()
        client.on_connect, client.on_disconnect = self._on_connect, self._on_disconnect
        client.on_publish, client.on_message = self._on_publish, self._on_message
        try:
            client.connect(self.address.host, self.address.port, KEEPALIVE_S, clean_start=True)
        except (OSError, ValueError) as fault:
            log.info("link.unreachable link=%s detail=%s", self.identity.client_id, fault)
            self._lose(now_s)
            return
        self.client = client

    def _lose(self, now_s: float) -> None:
        if self._refused and self.client is not None:
            self.client.disconnect()
        self.client, self.ready, self._refused = None, False, False
        self.flying.clear()
        self._next_try_s, self._pause_s = now_s + self._pause_s, min(2 * self._pause_s, LONGEST_PAUSE_S)

    def _fill(self, room: int) -> int:
        sent = 0
        while sent < room:
            if not self._queue:
                self._refill()
            if not self._queue:
                break
            self._send(self._queue.pop())
            sent += 1
        return sent

    def _refill(self) -> None:
        if self._read_to == self.outbox.last_id:
            return
        limit = 4 * WINDOW
        newer = self.outbox.waiting(self.identity.number, self.identity.of, self._read_to, limit)
        self._read_to = newer[-1].id if len(newer) == limit else self.outbox.last_id
        self._queue = newer[::-1]

    def _send(self, frame: Waiting) -> None:
        if self.client is None:
            return
        topic = self.topic_of(frame.device)
        self.flying[self.client.publish(topic, frame.body, qos=1).mid] = frame.id
        if frame.twice:
            self.flying[self.client.publish(topic, frame.body, qos=1).mid] = None
        self.resent += frame.twice + (frame.id <= self._highest_sent)
        self._highest_sent = max(self._highest_sent, frame.id)

    def _on_connect(
        self, client: Client, userdata: None, flags: ConnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        if reason.is_failure:
            log.warning("link.refused link=%s reason=%s", self.identity.client_id, reason)
            return
        self.ready, self._pause_s = True, FIRST_PAUSE_S
        for subscription in self.identity.subscriptions:
            client.subscribe(subscription, options=SubscribeOptions(qos=1, retainAsPublished=True))
        self.say(self.identity.status_topic, self.identity.birth, retain=True)
        self.tell_again()

    def _on_disconnect(
        self, client: Client, userdata: None, flags: DisconnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        if self.ready:
            log.info("link.lost link=%s reason=%s", self.identity.client_id, reason)
        self.ready = False

    def _on_publish(
        self, client: Client, userdata: None, mid: int, reason: ReasonCode, properties: Properties | None
    ) -> None:
        frame = self.flying.pop(mid, None)
        if reason.is_failure:  # the frame stays in the outbox; try again on a new connection, later
            log.warning("link.publish_refused link=%s reason=%s", self.identity.client_id, reason)
            self._refused = True
        elif frame is not None:
            self.acknowledged.append(frame)

    def _on_message(self, client: Client, userdata: None, message: MQTTMessage) -> None:
        self.heard(message)
