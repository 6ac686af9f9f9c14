"""What a live broker does, found out by trying: who may come in, what waits for an absent collector, how much is in flight at once."""

import contextlib
import secrets
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, Queue
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ingest import topics
from nongso.errors import Unavailable

ANSWER_S = 5.0  # how long an answer may take
QUIET_S = 1.0  # after this long without a message there are no more
SESSION_S = 300
TENANT = "nongso-check"  # no office is called so: what a broken broker lets through ends as a dead letter, never as a reading

Login = tuple[str, str] | None


class BrokerAway(Unavailable):
    """Nobody answers at the broker's address, or not as a broker."""

    code = "broker.away"


class BrokerRefuses(Unavailable):
    """The broker does not let the house's own user in: `reason` is its answer."""

    code = "broker.refuses"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the broker says of itself when it lets somebody in; None where it says nothing."""

    max_packet_bytes: int | None
    receive_maximum: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """Of `sent` messages to an absent collector `kept` came; `in_flight` of them before the first was acknowledged."""

    sent: int
    kept: int
    in_flight: int


class Caller:
    """One MQTT 5 connection whose answers are waited for. The broker forgets it when it ends, unless it asked to be remembered."""

    def __init__(self, url: str, login: Login, client_id: str | None = None) -> None:
        self._url = url
        self.arrived: Queue[mqtt.MQTTMessage] = Queue()
        self._answers: Queue[ReasonCode] = Queue()
        self._published: Queue[ReasonCode] = Queue()
        self._subscribed: Queue[ReasonCode] = Queue()
        self.properties: Properties | None = None
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id or f"nongso-check-{secrets.token_hex(4)}",
            protocol=mqtt.MQTTv5,
            manual_ack=True,
        )
        if login is not None:
            self.client.username_pw_set(*login)
        if url.startswith("mqtts:"):
            self.client.tls_set()
        self.client.max_inflight_messages_set(1_000)
        self.client.on_connect = self._on_connect
        self.client.on_message = lambda client, data, message: self.arrived.put(message)
        self.client.on_publish = lambda client, data, mid, reason, properties: self._published.put(reason)
        self.client.on_subscribe = lambda client, data, mid, reasons, properties: self._subscribed.put(reasons[0])

    def _on_connect(
        self,
        client: mqtt.Client,
        data: object,
        flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        self.properties = properties
        self._answers.put(reason)

    def come_in(self, session_s: int = 0, fresh: bool = True) -> ReasonCode:
        """Connect; the broker's answer. Raises BrokerAway."""
        parts = urlsplit(self._url)
        wanted = Properties(PacketTypes.CONNECT)
        wanted.SessionExpiryInterval = session_s
        wanted.ReceiveMaximum = 65_535
        port = parts.port or (8883 if parts.scheme == "mqtts" else 1883)
        try:
            self.client.connect(parts.hostname or "", port, clean_start=fresh, properties=wanted)
        except OSError as fault:
            raise BrokerAway(url=self._url, reason=fault) from fault
        self.client.loop_start()
        return self._wait(self._answers)

    def leave(self) -> None:
        with contextlib.suppress(OSError):
            self.client.disconnect()
        self.client.loop_stop()

    def listen(self, topic: str) -> bool:
        """Whether the broker lets us listen there; one that says nothing does not."""
        self.client.subscribe(topic, qos=1)
        try:
            return not self._wait(self._subscribed).is_failure
        except BrokerAway:
            return False

    def say(self, topic: str, payload: bytes) -> bool:
        """Whether the broker took a message."""
        self.client.publish(topic, payload, qos=1)
        return not self._wait(self._published).is_failure

    def say_many(self, topic: str, count: int) -> int:
        """How many of so many messages the broker took."""
        for number in range(count):
            self.client.publish(topic, b"%d" % number, qos=1)
        return sum(not self._wait(self._published).is_failure for _ in range(count))

    def hear(self) -> list[mqtt.MQTTMessage]:
        """Everything that comes until it is quiet; nothing of it is acknowledged yet."""
        heard = []
        with contextlib.suppress(Empty):
            while True:
                heard.append(self.arrived.get(timeout=QUIET_S))
        return heard

    def acknowledge(self, messages: list[mqtt.MQTTMessage]) -> None:
        for message in messages:
            self.client.ack(message.mid, message.qos)

    def _wait(self, answers: "Queue[ReasonCode]") -> ReasonCode:
        try:
            return answers.get(timeout=ANSWER_S)
        except Empty as fault:
            raise BrokerAway(url=self._url, reason=f"{ANSWER_S:.0f} s") from fault


@contextlib.contextmanager
def calling(url: str, login: Login) -> Iterator[Caller]:
    """A connection that is let in. Raises BrokerAway or BrokerRefuses."""
    caller = Caller(url, login)
    try:
        answer = caller.come_in()
        if answer.is_failure:
            raise BrokerRefuses(url=url, reason=answer.getName())
        yield caller
    finally:
        caller.leave()


def lets_in(url: str, login: Login) -> bool:
    """Whether the broker lets these credentials in. Raises BrokerAway."""
    caller = Caller(url, login)
    try:
        return not caller.come_in().is_failure
    except BrokerAway:
        # Some brokers close the connection instead of answering; that is a no as well, as long as somebody listens there.
        if reachable(url):
            return False
        raise
    finally:
        caller.leave()


def reachable(url: str) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 1883), timeout=ANSWER_S):
            return True
    except OSError:
        return False


def limits(url: str, login: Login) -> Limits:
    with calling(url, login) as caller:
        said = caller.properties
        return Limits(getattr(said, "MaximumPacketSize", None), getattr(said, "ReceiveMaximum", None))


def version(url: str, login: Login) -> str | None:
    """What the broker says it is under `$SYS`, where there is one and we may read it."""
    with calling(url, login) as caller:
        if not caller.listen("$SYS/broker/version"):
            return None
        heard = caller.hear()
        return heard[0].payload.decode("utf-8", "replace")[:80] if heard else None


def queue(url: str, login: Login, count: int) -> Kept | None:
    """Leave as a collector does, have `count` messages sent, come back. None where the house's user may not try that."""
    topic = str(topics.Topic(TENANT, f"probe-{secrets.token_hex(4)}", topics.RECEIPT))
    name = f"nongso-check-{secrets.token_hex(4)}"
    absent = Caller(url, login, name)
    absent.come_in(SESSION_S)
    may_listen = absent.listen(topic)
    absent.leave()
    try:
        if not may_listen:
            return None
        with calling(url, login) as sender:
            sent = sender.say_many(topic, count)
        return come_back(url, login, name, sent) if sent else None
    finally:
        forget(url, login, name)


def come_back(url: str, login: Login, name: str, sent: int) -> Kept:
    caller = Caller(url, login, name)
    try:
        caller.come_in(SESSION_S, fresh=False)
        first = heard = caller.hear()
        kept = 0
        while heard:
            kept += len(heard)
            caller.acknowledge(heard)
            heard = caller.hear() if kept < sent else []
        return Kept(sent, kept, len(first))
    finally:
        caller.leave()


def forget(url: str, login: Login, name: str) -> None:
    """Leave nothing behind at the broker."""
    caller = Caller(url, login, name)
    with contextlib.suppress(BrokerAway):
        caller.come_in()
    caller.leave()


def trespasses(url: str, device: tuple[str, str]) -> list[str]:
    """The topics that are not this device's to write and that the broker takes all the same. Raises BrokerRefuses for a wrong secret."""
    own = f"{topics.PREFIX}/{TENANT}/{device[0]}"
    others = f"{topics.PREFIX}/{TENANT}/{device[0]}-neighbour"
    forbidden = (f"{others}/up", f"{own}/cmd/{time.time_ns()}", f"{own}/cfg")
    with calling(url, device) as caller:
        return [topic for topic in forbidden if caller.say(topic, b"{}")]
