"""`nongso bench broker`: what a device without receipts loses at each broker setting, measured: the broker is killed while the collector is away."""

import argparse
import getpass
import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.bench import free_port, scratch
from ingest.broker import Account, Delivery, Session
from ingest.chaos.stage import MOSQUITTO, Part, PatientBroker, Program, wait_until
from ingest.publisher import Publisher

MESSAGES = 3_000
RATE_PER_S = 1_000
QUIET_S = 1.5
TOPIC = "ns/v1/risk/device/up"
# What Debian's package and the image ship: a queue on disk, every other option at its default.
DEFAULTS = """\
listener {port} 127.0.0.1
user {user}
allow_anonymous true
persistence true
persistence_location {folder}/
log_dest none
"""


@dataclass(frozen=True, slots=True)
class Trial:
    """`config`: of Mosquitto, None is the embedded broker. `killed_after_s` the last confirmed message; None: never."""

    name: str
    config: str | None
    killed_after_s: float | None


@dataclass(frozen=True, slots=True)
class Loss:
    """Of `confirmed` messages to a collector that was away, `lost` never came."""

    trial: str
    killed_after_s: float | None
    confirmed: int
    lost: int


TRIALS = [
    Trial(name, config, after_s)
    for name, config in (("mosquitto, ours", MOSQUITTO), ("mosquitto, defaults", DEFAULTS), ("embedded", None))
    for after_s in (None, 0.0, 4.0)
]


def bench_broker(argv: list[str]) -> int:
    """Measure every setting there is a broker for, and print. Raises ChaosStuck."""
    parser = argparse.ArgumentParser(prog="nongso bench broker")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(argv)
    losses = [measure(trial) for trial in TRIALS if trial.config is None or shutil.which("mosquitto")]
    sys.stdout.write(json.dumps([asdict(loss) for loss in losses]) + "\n" if chosen.json else table(losses))
    return 0


def measure(trial: Trial) -> Loss:
    with scratch() as folder:
        port = free_port()
        broker = broker_of(trial, folder, port)
        broker.start()
        try:
            return tried(trial, broker, f"mqtt://127.0.0.1:{port}")
        finally:
            broker.kill()


def broker_of(trial: Trial, folder: Path, port: int) -> Part:
    if trial.config is None:
        return PatientBroker(folder, port)
    file = folder / "mosquitto.conf"
    file.write_text(trial.config.format(port=port, user=getpass.getuser(), folder=folder))
    return Program(["mosquitto", "-c", str(file)], dict(os.environ), folder / "mosquitto.log")


def tried(trial: Trial, broker: Part, url: str) -> Loss:
    """A collector subscribes and leaves, messages are confirmed, the broker is killed, the collector comes back."""
    Ear(url).leave()
    tell(url)
    if trial.killed_after_s is not None:
        time.sleep(trial.killed_after_s)
        broker.kill()
        broker.start()
    ear = Ear(url)
    wait_until(ear.is_quiet, "collector")
    ear.leave()
    return Loss(trial.name, trial.killed_after_s, MESSAGES, MESSAGES - len(ear.heard))


def tell(url: str) -> None:
    """At a steady rate, so that a loss can be read as seconds."""
    with Publisher(Account(url, "risk-device"), 500, 30.0) as publisher:
        started = time.monotonic()
        for number in range(MESSAGES):
            time.sleep(max(0.0, started + number / RATE_PER_S - time.monotonic()))
            publisher.publish(TOPIC, b"%d" % number)
        publisher.wait_confirmed()


class Ear:
    """A collector's persistent session that only counts."""

    def __init__(self, url: str) -> None:
        self.heard: set[bytes] = set()
        self._last_s = time.monotonic()
        self._session = Session(Account(url, "risk-collector"), [TOPIC], self._hear).start()
        wait_until(self._session.connected.is_set, "broker")

    def is_quiet(self) -> bool:
        return time.monotonic() - self._last_s > QUIET_S

    def leave(self) -> None:
        wait_until(self.is_quiet, "broker")
        self._session.stop()

    def _hear(self, session: Session, burst: list[Delivery]) -> None:
        self.heard.update(delivery.message.payload for delivery in burst)
        self._last_s = time.monotonic()
        session.acknowledge([delivery.ticket for delivery in burst])


def table(losses: Sequence[Loss]) -> str:
    lines = [
        f"{loss.trial:<20} {'-' if loss.killed_after_s is None else loss.killed_after_s:>5} {loss.lost:>6} / {loss.confirmed}"
        for loss in losses
    ]
    return "\n".join([f"{'broker':<20} {'kill':>5} {'lost':>6}", *lines, ""])
