"""The simulator over a real broker: every frame arrives, through kill -9 of either side, and a valve keeps itself safe."""

import inspect
import json
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from socket import socket

import pytest
from fixtures.waiting import LIMIT_S
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from nongso.embedded.broker import Broker

SIMULATE = "import sys; from firmware_sim.command import simulate; simulate(sys.argv[1:])"
FrameId = tuple[str, str, int]  # device, boot, seq


class Platform:
    """Stands for the collector: hears every frame, and gives receipts for what is contiguous where asked to."""

    def __init__(self, port: int, receipts: bool) -> None:
        self.receipts = receipts
        self.frames: Counter[FrameId] = Counter()
        self.instants: Counter[tuple[str, str]] = Counter()
        self.others: list[tuple[str, dict]] = []
        self.changed = threading.Condition()
        self.client = Client(CallbackAPIVersion.VERSION2, "platform", protocol=MQTTProtocolVersion.MQTTv5)
        self.client.on_connect = lambda client, *_: client.subscribe("ns/v1/+/+/#", qos=1)
        self.client.on_message = self._heard
        self.subscribed = threading.Event()
        self.client.on_subscribe = lambda *_: self.subscribed.set()
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert self.subscribed.wait(LIMIT_S), "the platform was not subscribed"

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def wait(self, fulfilled: Callable[[], object]) -> None:
        with self.changed:
            assert self.changed.wait_for(fulfilled, LIMIT_S), f"waited for: {inspect.getsource(fulfilled).strip()}"

    def told(self, tail: str) -> list[dict]:
        return [body for topic, body in self.others if topic.endswith(tail)]

    def order(self, command: str, retain: bool = False, **values: object) -> None:
        self.client.publish(f"ns/v1/caicoi/buoi-van-1/cmd/{command}", json.dumps(values), qos=1, retain=retain)

    def _heard(self, client: Client, userdata: None, message: MQTTMessage) -> None:
        device, tail = message.topic.split("/", 4)[3:]
        body = json.loads(message.payload)
        with self.changed:
            if tail == "up":
                self.frames[device, body["boot"], body["seq"]] += 1
                for ts in (body["ts"], *(slot["ts"] for slot in body.get("hist", []))):
                    self.instants[device, ts] += 1
            else:
                self.others.append((tail, body))
            self.changed.notify_all()
        if tail == "up" and self.receipts:
            self._receipt(device, body["boot"])

    def _receipt(self, device: str, boot: str) -> None:
        highest = contiguous(self.frames, device, boot)
        body = json.dumps({"boot": boot, "seq": highest})
        self.client.publish(f"ns/v1/caicoi/{device}/rcpt", body, qos=1)


def contiguous(frames: Counter[FrameId], device: str, boot: str) -> int:
    seq = 0
    while (device, boot, seq + 1) in frames:
        seq += 1
    return seq


def gaps(frames: Counter[FrameId]) -> list[FrameId]:
    """Frames below the highest seq of their boot that never came."""
    highest: dict[tuple[str, str], int] = {}
    for device, boot, seq in frames:
        highest[device, boot] = max(seq, highest.get((device, boot), 0))
    return [(d, b, seq) for (d, b), top in highest.items() for seq in range(1, top) if (d, b, seq) not in frames]


def free_port() -> int:
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    started = Broker(tmp_path / "broker", free_port()).start()
    yield started
    started.stop()


@pytest.fixture
def simulator(broker: Broker, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []

    def started(*argv: str) -> subprocess.Popen[str]:
        where = ("--broker", broker.url, "--state", str(tmp_path / "state"), "--json")
        process = subprocess.Popen([sys.executable, "-c", SIMULATE, *where, *argv], stdout=subprocess.PIPE, text=True)
        running.append(process)
        return process

    yield started
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def hearing(broker: Broker) -> Iterator[Callable[..., Platform]]:
    platforms: list[Platform] = []

    def started(receipts: bool) -> Platform:
        platforms.append(Platform(broker.port, receipts))
        return platforms[-1]

    yield started
    for platform in platforms:
        platform.stop()


def summary(process: subprocess.Popen[str]) -> dict:
    out, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0
    return json.loads(out)


@pytest.mark.parametrize("connections", ["13", "2"])
def test_a_subscriber_receives_exactly_the_frames(simulator, hearing, connections: str) -> None:
    """One connection a device, and a whole fleet over two."""
    platform = hearing(receipts=True)
    told = summary(simulator("--once", "--history", "12h", "--connections", connections))
    assert len(platform.frames) == told["frames"] == told["acked"] == told["receipted"]
    assert platform.frames.total() == told["frames"] + told["resent"]
    assert gaps(platform.frames) == []


def test_a_platform_without_receipts_does_not_hold_the_fleet_up(simulator, hearing) -> None:
    platform = hearing(receipts=False)
    told = summary(simulator("--once", "--history", "2h", "--receipt-wait-s", "0"))
    assert len(platform.frames) == told["frames"] == told["acked"]
    assert told["receipted"] == 0


def test_a_broker_killed_on_the_way_loses_nothing(simulator, hearing, broker: Broker) -> None:
    """The embedded broker forgets everything; what it had acknowledged and nobody receipted is told again."""
    platform = hearing(receipts=True)
    process = simulator("--once", "--history", "12h", "--rate", "400", "--receipt-wait-s", "1")
    platform.wait(lambda: len(platform.frames) > 100)
    platform.subscribed.clear()
    broker.stop()
    broker.start()
    assert platform.subscribed.wait(LIMIT_S), "the platform did not subscribe again"
    told = summary(process)
    rest = summary(
        simulator("--once", "--receipt-wait-s", "60")
    )  # the next start tells what was left without a receipt
    assert gaps(platform.frames) == []
    assert len(platform.frames) == told["frames"] + rest["frames"] == told["receipted"] + rest["receipted"]


def test_a_killed_simulator_goes_on_where_it_stopped(simulator, hearing) -> None:
    """Unsent frames of the earlier boot keep their boot and seq; every instant is told, and none under two boots."""
    platform = hearing(receipts=True)
    process = simulator("--once", "--history", "12h", "--rate", "300")
    platform.wait(lambda: len(platform.frames) > 100)
    process.kill()
    process.wait(LIMIT_S)
    summary(simulator("--once", "--history", "12h"))
    boots = {boot for device, boot, _ in platform.frames if device == "kenh-cai-coi"}
    times = sorted(datetime.fromisoformat(ts) for device, ts in platform.instants if device == "kenh-cai-coi")
    assert gaps(platform.frames) == []
    assert 1 <= len(boots) <= 2
    assert {(after - before).seconds for before, after in pairwise(times)} == {900}


def test_a_valve_obeys_closes_itself_and_refuses_the_rest(simulator, hearing) -> None:
    platform = hearing(receipts=True)
    platform.order("r1", retain=True, action="open", order="r1", max_seconds=60, expires_at="2100-01-01T00:00:00Z")
    process = simulator("--live")
    platform.wait(lambda: platform.told("cmd/r1/ack"))
    platform.order("o1", action="open", order="o1", max_seconds=1, expires_at="2100-01-01T00:00:00Z")
    platform.wait(lambda: [ack["state"] for ack in platform.told("cmd/o1/ack")] == ["accepted", "running", "done"])
    platform.order("o1", action="open", order="o1", max_seconds=60, expires_at="2100-01-01T00:00:00Z")
    platform.order("o2", action="open", order="o2", max_seconds=60, expires_at=datetime.now(UTC).isoformat())
    platform.wait(lambda: len(platform.told("cmd/o1/ack")) == 4 and platform.told("cmd/o2/ack"))
    process.send_signal(signal.SIGTERM)
    told = summary(process)
    assert platform.told("cmd/r1/ack")[0]["reason"] == "retained"
    assert platform.told("cmd/o1/ack")[3]["reason"] == "duplicate"
    assert platform.told("cmd/o2/ack")[0]["reason"] == "expired"
    assert told["frames"] >= 2  # the valve read itself back when it opened and when it closed


def test_a_device_says_when_it_comes_goes_or_vanishes(simulator, hearing) -> None:
    platform = hearing(receipts=True)

    def status() -> list[bool]:
        return [body["online"] for body in platform.told("status")]

    first = simulator("--live", "--devices", "1")
    platform.wait(lambda: status() == [True])
    first.send_signal(signal.SIGINT)
    platform.wait(lambda: status() == [True, False])
    summary(first)
    second = simulator("--live", "--devices", "1")
    platform.wait(lambda: status() == [True, False, True])
    second.kill()
    platform.wait(lambda: status() == [True, False, True, False])
