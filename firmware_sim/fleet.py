"""The fleet at work: one loop that records what is due, sends what is stored, and listens for receipts and orders."""

import logging
import select
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import Struct
from paho.mqtt.client import MQTTMessage

from firmware_sim.foretold import document
from firmware_sim.link import Address, Identity, Link
from firmware_sim.outbox import Outbox
from firmware_sim.payload import FIRMWARE, Status, encoded, instant, topic
from firmware_sim.plan import FleetPlan, Kind
from firmware_sim.recorder import Recorder, started_device
from firmware_sim.season import DAY_S, HOUR_S
from firmware_sim.valves import Valves
from firmware_sim.world import STEP_S, Beginning, World
from nongso.errors import InvalidInput

log = logging.getLogger(__name__)

SPIN_UP_S = 30 * DAY_S  # a world is at least so old when its devices begin to speak
FULL_OUTBOX = 20_000  # frames waiting for the broker before recording pauses: the world keeps, it can be recorded later
BATCH = 1_000  # frames stored in one transaction
ALONE_UP_TO = 100  # devices that each get a connection of their own unless told otherwise
SHARED_CONNECTIONS = 4
MOST_CONNECTIONS = 500
FLUSH_S = 0.2
TURN_S = 0.25  # longest sleep of the loop
FAREWELL_S = 3.0
RECEIPT_PATIENCE_S = 600.0
LAG_S = 900  # a world further behind the clock than this is still telling its past


class BadCredentials(InvalidInput):
    """A credentials file that is not a JSON object of names and passwords."""

    code = "simulate.bad_credentials"


@dataclass(frozen=True, slots=True)
class Orders:
    """What the caller asked for. `history_s` 0: begin now. `stops`: leave when all is acknowledged. `rate`: frames a second, None no limit."""

    plan: FleetPlan
    plan_name: str
    seed: int
    history_s: float
    stops: bool
    rate: float | None
    tick_s: int | None
    connections: int | None
    receipt_wait_s: float
    address: Address
    credentials: dict[str, str]
    state: Path
    ledger: bool = False
    forecast: Path | None = None  # where the weather to come is told once an hour


@dataclass(frozen=True, slots=True)
class Summary:
    devices: int
    frames: int
    readings: int
    acked: int
    receipted: int
    resent: int
    seconds: float


class Receipt(Struct, frozen=True):
    boot: str
    seq: int


class Fleet:
    """Owns everything of one run. `now_s` is the clock, epoch seconds."""

    def __init__(self, orders: Orders, now_s: Callable[[], float]) -> None:
        self.orders, self.now_s = orders, now_s
        self.started_s = now_s()
        self.outbox = Outbox(orders.state, orders.plan.receipts)
        if orders.ledger:
            self.outbox.keep_ledger()
        beginning = self.outbox.begin_life(orders.plan_name, orders.seed, first_beginning(orders, self.started_s))
        self.world = World(orders.plan, orders.seed, beginning, self.outbox.list_runs())
        marks = self.outbox.boot_devices(device.id for device in orders.plan.device)
        since_s = max(beginning.origin_s, self.started_s - orders.history_s)
        self.recorder = Recorder(
            self.world,
            [started_device(d, self.world, marks[d.id], since_s, orders.tick_s) for d in orders.plan.device],
        )
        self.names = {mark.number: device_id for device_id, mark in marks.items()}
        self.links = [Link(orders.address, who, self.outbox, self._topic_of, self._heard) for who in identities(self)]
        self.valves = Valves(self.world, self.recorder, self.outbox, self._post, now_s)
        self.receipts: dict[tuple[int, str], int] = {}  # heard and not yet put away
        self.stopping = False
        self._told_s = 0.0  # the world's instant of the last forecast
        self._allowance, self._allowed_s = 0.0, self.started_s
        self._flushed_s = self._moved_s = self._turned_s = self.started_s
        self._confirmed_s: float | None = None  # the oldest confirmation that is not put away came after this

    def run(self) -> Summary:
        """Work until stopped, or until everything is with the platform. Always leaves in order."""
        begun = time.monotonic()
        try:
            while not self.stopping and not self._is_finished():
                self.turn()
        finally:
            self._leave()
        resent = sum(link.resent for link in self.links)
        seconds = round(time.monotonic() - begun, 3)
        return Summary(
            len(self.recorder.devices),
            self.outbox.stored,
            self.recorder.readings,
            self.outbox.acked,
            self.outbox.receipted,
            resent,
            seconds,
        )

    def stop(self) -> None:
        """Ask the loop to end; safe in a signal handler."""
        self.stopping = True

    def turn(self) -> None:
        """One turn: record, let the valves' time pass, send, listen, put acknowledgements away."""
        now_s = self.now_s()
        recorded = self._record(now_s)
        self.valves.pass_time(self._is_linked)
        sent = self._pump(now_s)
        self._listen(0.0 if recorded or sent else TURN_S)
        if self._confirmed_s is None and any(link.acknowledged for link in self.links):
            self._confirmed_s = self._turned_s
        self._turned_s = now_s
        self._flush(now_s)
        self._remind(now_s)
        self._foretell(now_s)

    def _record(self, now_s: float) -> int:
        until_s = self.started_s if self.orders.stops else now_s
        if self.outbox.pending >= FULL_OUTBOX or self.recorder.next_s > until_s:
            return 0
        recorded = self.recorder.record(until_s, BATCH)
        self.outbox.store(recorded.frames, recorded.until)
        return len(recorded.frames)

    def _pump(self, now_s: float) -> int:
        allowance = self._earned(now_s)
        sent = 0
        for link in self.links:
            sent += link.pump(now_s, allowance - sent)
        self._allowance -= sent if self.orders.rate else 0
        return sent

    def _earned(self, now_s: float) -> int:
        """How many frames the rate allows now; a second's worth may gather."""
        if not self.orders.rate:
            return FULL_OUTBOX
        earned = self._allowance + (now_s - self._allowed_s) * self.orders.rate
        self._allowance, self._allowed_s = min(earned, max(1.0, self.orders.rate)), now_s
        return int(self._allowance)

    def _listen(self, wait_s: float) -> None:
        sockets = {found: link for link in self.links if (found := link.socket()) is not None}
        if not sockets:
            time.sleep(wait_s)
            return
        writers = [found for found, link in sockets.items() if link.wants_write()]
        readable, writable, _ = select.select(list(sockets), writers, [], wait_s)
        for found in readable:
            sockets[found].read()
        for found in writable:
            sockets[found].write()

    def _flush(self, now_s: float) -> None:
        ids = [frame for link in self.links for frame in link.acknowledged]
        if not (ids or self.receipts) or (len(ids) < BATCH and now_s - self._flushed_s < FLUSH_S):
            return
        self.outbox.acknowledge(ids, now_s if self._confirmed_s is None else self._confirmed_s)
        self.outbox.receipt(self.receipts)
        self._confirmed_s = None
        self.receipts.clear()
        for link in self.links:
            link.acknowledged.clear()
        self._flushed_s = self._moved_s = now_s

    def _remind(self, now_s: float) -> None:
        """A platform that gives receipts has been quiet for long: tell again what it may have lost."""
        if self.outbox.kept and self.outbox.receipted and now_s - self._moved_s > RECEIPT_PATIENCE_S:
            self._moved_s = now_s
            for link in self.links:
                link.tell_again()

    def _foretell(self, now_s: float) -> None:
        """Once an hour, as soon as the world has caught up with the clock."""
        file, at_s = self.orders.forecast, self.world.at_s
        if file is None or now_s - at_s > LAG_S or at_s - self._told_s < HOUR_S:
            return
        unfinished = file.with_suffix(".new")
        unfinished.write_bytes(document(self.world.place, self.world.seed, self.world.weather))
        unfinished.replace(file)
        self._told_s = at_s

    def _is_finished(self) -> bool:
        if not self.orders.stops or self.recorder.next_s <= self.started_s or self.outbox.pending:
            return False
        return not self.outbox.kept or self.now_s() - self._moved_s > self.orders.receipt_wait_s

    def _heard(self, message: MQTTMessage) -> None:
        """A receipt for one of ours, or an order for a valve; `ns/v1/{tenant}/{device}/...`."""
        _, _, _, device_id, *tail = message.topic.split("/")
        if tail == ["rcpt"]:
            self._receipt(device_id, bytes(message.payload))
        elif len(tail) == 2 and tail[0] == "cmd":
            self.valves.order(device_id, tail[1], bytes(message.payload), message.retain)

    def _receipt(self, device_id: str, payload: bytes) -> None:
        try:
            receipt = msgspec.json.decode(payload, type=Receipt)
        except msgspec.DecodeError:
            log.warning("fleet.receipt_unreadable device=%s", device_id)
            return
        device = self.recorder.devices.get(device_id)
        if device is None:
            return
        key = (device.number, receipt.boot)
        self.receipts[key] = max(receipt.seq, self.receipts.get(key, 0))
        if receipt.boot == device.boot:
            device.low = max(device.low, receipt.seq + 1)

    def _post(self, device_id: str, tail: str, body: bytes) -> None:
        self._link_of(device_id).say(topic(self.orders.plan.tenant, device_id, tail), body)

    def _is_linked(self, device_id: str) -> bool:
        return self._link_of(device_id).ready

    def _link_of(self, device_id: str) -> Link:
        return self.links[self.recorder.devices[device_id].number % len(self.links)]

    def _topic_of(self, number: int) -> str:
        return topic(self.orders.plan.tenant, self.names[number], "up")

    def _leave(self) -> None:
        """Say offline on every link, wait a moment for the broker's word, put the last acknowledgements away."""
        for link in self.links:
            link.say(link.identity.status_topic, encoded(Status(False, ts=instant(self.now_s()))), retain=True)
        until = time.monotonic() + FAREWELL_S
        while any(link.flying and link.ready for link in self.links) and time.monotonic() < until:
            self._listen(TURN_S)
        for link in self.links:
            link.leave()
        self._flush(self.now_s() + FLUSH_S)
        self.outbox.close()


def first_beginning(orders: Orders, now_s: float) -> Beginning:
    """A world born long enough before `now_s`, on its grid of steps."""
    age_s = max(SPIN_UP_S, orders.history_s)
    return Beginning((now_s - age_s) // STEP_S * STEP_S, now_s)


def identities(fleet: Fleet) -> list[Identity]:
    """A connection for each device, or a few that carry the whole fleet under one credential."""
    devices = fleet.orders.plan.device
    wanted = fleet.orders.connections or (len(devices) if len(devices) <= ALONE_UP_TO else SHARED_CONNECTIONS)
    if wanted >= len(devices) and len(devices) <= MOST_CONNECTIONS:
        return sorted((own_identity(fleet, device.id) for device in devices), key=lambda who: who.number)
    count = min(wanted, MOST_CONNECTIONS)
    return [shared_identity(fleet, number, count) for number in range(count)]


def own_identity(fleet: Fleet, device_id: str) -> Identity:
    """A device by itself: user name is its id, its will and birth are its own."""
    tenant = fleet.orders.plan.tenant
    device = fleet.recorder.devices[device_id]
    hears = [topic(tenant, device_id, "rcpt")]
    if device.plan.kind is Kind.VALVE:
        hears.append(topic(tenant, device_id, "cmd/+"))
    return Identity(
        number=device.number % len(fleet.recorder.devices),
        of=len(fleet.recorder.devices),
        client_id=device_id,
        username=device_id,
        password=fleet.orders.credentials.get(device_id),
        status_topic=topic(tenant, device_id, "status"),
        birth=encoded(Status(True, FIRMWARE, device.boot, instant(fleet.started_s))),
        subscriptions=tuple(hears),
    )


def shared_identity(fleet: Fleet, number: int, count: int) -> Identity:
    """A share of the fleet: one will and birth for the connection, none for its devices; the first one hears for all."""
    tenant = fleet.orders.plan.tenant
    name = f"fleet-{number}"
    hears = (topic(tenant, "+", "rcpt"), topic(tenant, "+", "cmd/+")) if number == 0 else ()
    return Identity(
        number=number,
        of=count,
        client_id=f"{tenant}-{name}",
        username="fleet",
        password=fleet.orders.credentials.get("fleet"),
        status_topic=topic(tenant, name, "status"),
        birth=encoded(Status(True, FIRMWARE, ts=instant(fleet.started_s))),
        subscriptions=hears,
    )


def load_credentials(path: Path | None) -> dict[str, str]:
    """Names and passwords of a JSON object; empty without a file. Raises BadCredentials."""
    if path is None:
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError) as fault:
        raise BadCredentials(path=str(path), detail=str(fault)) from fault
