"""The stage of a chaos run: a database, a broker, a collector and two fleets of its own, each of which can be killed and started again."""

import getpass
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol

from prometheus_client.parser import text_string_to_metric_families

from ingest.bench import free_port
from nongso.embedded.broker import Broker, BrokerFailed, PortTaken
from nongso.embedded.postgres import Postgres
from nongso.errors import Unavailable

LIMIT_S = 60.0
ANSWER_S = 10.0
UNSAFE = "nongso_ingest_oldest_unacknowledged_seconds"
POLL_S = 0.05
TICK_S = 1
# What of deploy/mosquitto.conf decides what a crash costs; there is nobody else on this loopback, so there are no accounts.
MOSQUITTO = """\
listener {port} 127.0.0.1
user {user}
allow_anonymous true
persistence true
persistence_location {folder}/
autosave_interval 1
autosave_on_changes false
persistent_client_expiration 14d
max_queued_messages 0
max_queued_bytes 1073741824
max_inflight_messages 2000
max_inflight_bytes 0
max_packet_size 270336
log_dest none
"""
PLAN = """\
tenant = "chaos"
receipts = {receipts}
[place]
latitude = 10.24
longitude = 106.37
elevation_m = 2.0
[canal]
distance_km = 52.0
[[field]]
slug = "field"
name = "field"
crop = "pomelo"
area_m2 = 5200.0
boundary = [[106.37, 10.24], [106.371, 10.24], [106.371, 10.241], [106.37, 10.24]]
field_capacity = 0.36
wilting_point = 0.20
saturation = 0.48
crop_factor = 0.70
wetness = 0.85
watering = {{ rate_mm_h = 6.0, depth_mm = 18.0, salinity_limit = 1.0 }}
[[device]]
id = "{name}"
kind = "soil"
name = "{name}"
field = "field"
depths_cm = [20, 40]
faults = [{{ kind = "resend", chance = 0.02 }}]
"""


class ChaosStuck(Unavailable):
    """Something did not come up, or did not drain, in time."""

    code = "chaos.stuck"


class Part(Protocol):
    """What can be killed with SIGKILL and started again."""

    def start(self) -> object: ...

    def kill(self) -> None: ...


class Program:
    """A process of ours, its words appended to a log."""

    def __init__(self, words: Sequence[str], environ: dict[str, str], log: Path) -> None:
        self._words, self._environ, self.log = words, environ, log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._words, env=self._environ, stdout=log, stderr=log)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def wait(self) -> None:
        """Raises ChaosStuck."""
        if self._process is None:
            return
        try:
            self._process.wait(LIMIT_S)
        except subprocess.TimeoutExpired as fault:
            raise ChaosStuck(what=self.log.stem) from fault

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self.wait()
            self._process = None


class PatientBroker(Broker):
    """The embedded broker, started again while the port of the killed one is still being given back."""

    def start(self) -> Broker:
        deadline = time.monotonic() + LIMIT_S
        while True:
            try:
                return super().start()
            except (BrokerFailed, PortTaken):
                if time.monotonic() > deadline:
                    raise
                time.sleep(POLL_S)


@dataclass(frozen=True, slots=True)
class FleetOrder:
    """Devices `name`, `name-00001` ...; with receipts they keep a frame until the house has it for good."""

    name: str
    devices: int
    receipts: bool


class Stage:
    """Owns every process of the run and a scratch folder; leaving it ends and removes them all."""

    def __init__(self, broker: str, fleets: Sequence[FleetOrder], seed: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="nongso-chaos-"))
        self.folder.chmod(0o755)  # the database's user must come in
        port = free_port()
        self.mqtt_url = f"mqtt://127.0.0.1:{port}"
        self.postgres = Postgres(self.folder)
        self.environ = {
            **os.environ,
            "NONGSO_DATABASE_URL": self.postgres.url,
            "NONGSO_MQTT_URL": self.mqtt_url,
            "NONGSO_DATA_DIR": str(self.folder),
        }
        self.broker = self._mosquitto(port) if broker == "mosquitto" else PatientBroker(self.folder, port)
        self._metrics = f"http://127.0.0.1:{(metrics_port := free_port())}/metrics"
        self.collector = self._program("ingest", "ingest", "--metrics-port", str(metrics_port))
        self._fleet_words = {fleet.name: self._simulate(fleet, seed) for fleet in fleets}
        self.fleets = {name: self._program(name, *words) for name, words in self._fleet_words.items()}
        self.parts: dict[str, Part] = {
            "collector": self.collector,
            "database": self.postgres,
            "broker": self.broker,
            "simulator": self.fleets[fleets[0].name],
            "simulator without receipts": self.fleets[fleets[1].name],
        }

    def __enter__(self) -> "Stage":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for part in self.parts.values():
            part.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def state(self, fleet: str) -> Path:
        """Where a fleet keeps its outbox and its ledger."""
        return self.folder / fleet

    def describe(self, fleet: str) -> bytes:
        """The fleet's plan as JSON."""
        words = [*self._fleet_words[fleet], "--describe", "--json"]
        return subprocess.run(nongso(words), env=self.environ, capture_output=True, check=True).stdout

    def tell_the_rest(self, receipt_wait_s: float) -> None:
        """Both fleets leave when everything they hold has been told. Raises ChaosStuck."""
        for fleet in self.fleets.values():
            fleet.stop()
        last = ("--once", "--receipt-wait-s", str(receipt_wait_s))
        programs = [self._program(f"{name}-rest", *words, *last) for name, words in self._fleet_words.items()]
        for program in programs:
            program.start()
        for program in programs:
            program.wait()

    def heard_at(self) -> list[float]:
        """When the collector began to listen, each time, epoch seconds."""
        lines = self.collector.log.read_text().splitlines() if self.collector.log.exists() else []
        return [instant_s(line.split(" ", 1)[0]) for line in lines if "event=broker.subscribed" in line]

    def unsafe_since(self) -> float | None:
        """Since when the collector has held something that is not safe, epoch seconds; None where it does not answer: it has not begun."""
        asked = time.time()
        try:
            with urllib.request.urlopen(self._metrics, timeout=ANSWER_S) as answer:  # noqa: S310 - our own http address
                text = answer.read().decode()
        except OSError:
            return None
        samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
        return asked - next(sample.value for sample in samples if sample.name == UNSAFE)

    def _program(self, log: str, *words: str) -> Program:
        return Program(nongso(words), self.environ, self.folder / f"{log}.log")

    def _simulate(self, fleet: FleetOrder, seed: int) -> list[str]:
        plan = self.folder / f"{fleet.name}.toml"
        plan.write_text(PLAN.format(name=fleet.name, receipts=str(fleet.receipts).lower()))
        words = ["simulate", "--plan", str(plan), "--devices", str(fleet.devices), "--seed", str(seed), "--ledger"]
        return [
            *words,
            "--broker",
            self.mqtt_url,
            "--state",
            str(self.state(fleet.name)),
            "--tick-s",
            str(TICK_S),
        ]

    def _mosquitto(self, port: int) -> Program:
        config = self.folder / "mosquitto.conf"
        config.write_text(MOSQUITTO.format(port=port, user=getpass.getuser(), folder=self.folder))
        return Program(["mosquitto", "-c", str(config)], self.environ, self.folder / "mosquitto.log")


def nongso(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "nongso", *words]


def instant_s(text: str) -> float:
    """Epoch seconds of a line of the journal."""
    return datetime.fromisoformat(text).timestamp()


def wait_until(fulfilled: Callable[[], object], what: str) -> None:
    """Raises ChaosStuck after LIMIT_S."""
    deadline = time.monotonic() + LIMIT_S
    while not fulfilled():
        if time.monotonic() > deadline:
            raise ChaosStuck(what=what)
        time.sleep(POLL_S)
