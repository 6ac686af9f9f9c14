"""`nongso bench ingest`: how fast a collector takes what waits at the broker, durably, with broker and database on the same machine.

The messages wait in the broker's queue for the collectors' sessions before the clock starts, so that whoever made them takes no part.
Every device has spoken once before: what is measured is the daily flow and not the first day of 20,000 series.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import socket

import msgspec
from prometheus_client.parser import text_string_to_metric_families

from ingest import mapping
from ingest.broker import Account
from ingest.publisher import Publisher
from ingest.register import register
from nongso import store
from nongso.commands.bench_query import NotEmpty
from nongso.embedded.broker import Broker
from nongso.embedded.postgres import Postgres
from nongso.errors import Unavailable
from nongso.store import intake
from nongso.store.migrate import migrate

DEVICES = 1_000
BUDGET = {1: 10_000, 3: 30_000, 20: 60_000}  # readings/s that the house promises, by readings a message
DEPTHS_CM = tuple(range(5, 105, 10))
LIMIT_S = 120.0
POLL_S = 0.1
MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
autosave_interval 1
max_queued_messages 0
max_inflight_messages 2000
log_dest none
"""


class BenchStuck(Unavailable):
    """Not everything arrived in time."""

    code = "bench.stuck"


@dataclass(frozen=True, slots=True)
class Result:
    """`stages_s`: where the writers' seconds went, all together. `cpu_s`: of the collectors' processes, all threads."""

    broker: str
    collectors: int
    per_message: int
    messages: int
    readings: int
    seconds: float
    readings_per_s: int
    messages_per_s: int
    batches: int
    stages_s: dict[str, float]
    cpu_s: float
    budget_per_s: int


@dataclass(frozen=True, slots=True)
class Fleet:
    """How many collectors, and how many connections each has."""

    collectors: int
    sessions: int


def bench_ingest(argv: list[str]) -> int:
    """Measure and print. Raises BenchStuck, NotEmpty."""
    parser = argparse.ArgumentParser(prog="nongso bench ingest")
    parser.add_argument("--per-message", type=int, choices=sorted(BUDGET), default=3, help="readings in a message")
    parser.add_argument("--seconds", type=float, default=10, help="how much waits: the budget's rate for so long")
    parser.add_argument("--collectors", type=int, default=1, help="processes that share the load")
    parser.add_argument("--sessions", type=int, default=1, help="connections of each collector")
    parser.add_argument("--broker", choices=("mosquitto", "embedded"), default=default_broker())
    parser.add_argument(
        "--database", metavar="URL", help="an empty database instead of one of our own; it stays filled"
    )
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(argv)
    messages = int(BUDGET[chosen.per_message] * chosen.seconds / chosen.per_message)
    result = measure(
        chosen.broker, chosen.per_message, messages, Fleet(chosen.collectors, chosen.sessions), chosen.database
    )
    sys.stdout.write(json.dumps(asdict(result)) + "\n" if chosen.json else table(result))
    return 0


def default_broker() -> str:
    return "mosquitto" if shutil.which("mosquitto") else "embedded"


def measure(broker: str, per_message: int, messages: int, fleet: Fleet, database: str | None = None) -> Result:
    with ExitStack() as stack:
        folder = stack.enter_context(scratch())
        url = database or stack.enter_context(Postgres(folder)).url
        mqtt_url = stack.enter_context(mosquitto(folder) if broker == "mosquitto" else Broker(folder, free_port())).url
        prepare(url)
        environ = {
            **os.environ,
            "NONGSO_DATABASE_URL": url,
            "NONGSO_MQTT_URL": mqtt_url,
            "NONGSO_DATA_DIR": str(folder),
        }
        with collectors(environ, fleet):  # the broker knows their sessions from now on and keeps messages for them
            publish(mqtt_url, per_message, range(DEVICES))
            wait_settled(url, DEVICES * per_message)
        publish(mqtt_url, per_message, range(DEVICES, DEVICES + messages))
        with collectors(environ, fleet) as begun:
            connected_at = min(each.connected_at for each in begun)
            seconds = (wait_settled(url, (DEVICES + messages) * per_message) - connected_at).total_seconds()
            stages, batches, cpu_s = sum_metrics(each.metrics_url for each in begun)
    readings = messages * per_message
    return Result(
        broker=broker,
        collectors=fleet.collectors,
        per_message=per_message,
        messages=messages,
        readings=readings,
        seconds=round(seconds, 3),
        readings_per_s=round(readings / seconds),
        messages_per_s=round(messages / seconds),
        batches=batches,
        stages_s=stages,
        cpu_s=cpu_s,
        budget_per_s=BUDGET[per_message],
    )


@contextmanager
def scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="nongso-bench-"))
    folder.chmod(0o755)  # the database's user must come in
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Running:
    url: str


@contextmanager
def mosquitto(folder: Path) -> Iterator[Running]:
    """An installed Mosquitto with the settings of production that matter here."""
    port = free_port()
    config = folder / "mosquitto.conf"
    config.write_text(MOSQUITTO.format(port=port, folder=folder))
    process = subprocess.Popen(["mosquitto", "-c", str(config)], user=os.getuid())
    try:
        yield Running(f"mqtt://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def device_ids() -> list[str]:
    return [f"bench-{number}" for number in range(DEVICES)]


def prepare(url: str) -> None:
    with store.connect(url) as conn:
        migrate(conn)
    with store.connect(url) as conn:
        if intake.totals(conn).stored:
            raise NotEmpty()
        register(conn, "bench", mapping.load("cookfarm"), device_ids(), datetime.now(UTC) - timedelta(days=1))


def publish(mqtt_url: str, per_message: int, numbers: range) -> None:
    started = time.time()
    with Publisher(Account(mqtt_url, "bench-publisher"), 1_000, LIMIT_S) as publisher:
        for number in numbers:
            round_, device = divmod(number, DEVICES)
            publisher.publish(f"ns/v1/bench/bench-{device}/up", message(started, round_, per_message))
        publisher.wait_confirmed()


def message(started: float, round_: int, per_message: int) -> bytes:
    names = ("soil.moisture", "soil.temperature")
    items = [
        {"k": names[place % 2], "d": DEPTHS_CM[place // 2], "v": round(20 + (round_ + place) % 100 / 10, 1)}
        for place in range(per_message)
    ]
    body = {"v": 1, "seq": round_ + 1, "boot": "bench", "ts": round(started - 3000 + round_ * 10, 3), "m": items}
    return msgspec.json.encode(body)


@dataclass(frozen=True, slots=True)
class Begun:
    """A collector that listens: since when the broker may send it what waits, and the address of its metrics."""

    connected_at: datetime
    metrics_url: str


@contextmanager
def collectors(environ: dict[str, str], fleet: Fleet) -> Iterator[list[Begun]]:
    """The collectors, each a process that listens."""
    with ExitStack() as stack:
        processes = [stack.enter_context(collector(environ, number, fleet)) for number in range(fleet.collectors)]
        yield [listening(process, url, fleet.sessions) for process, url in processes]


@contextmanager
def collector(environ: dict[str, str], number: int, fleet: Fleet) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process, and the address of its metrics."""
    port = free_port()
    words = ["ingest", "--metrics-port", str(port), "--sessions", str(fleet.sessions)]
    if fleet.collectors > 1:
        words += ["--client-id", f"bench-{number}", "--share", "bench"]
    process = subprocess.Popen(
        [sys.executable, "-m", "nongso", *words], env=environ, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        yield process, f"http://127.0.0.1:{port}/metrics"
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


def listening(process: subprocess.Popen[str], metrics_url: str, sessions: int) -> Begun:
    """Waits until all its sessions are subscribed. Raises BenchStuck."""
    assert process.stderr is not None
    connected_at = datetime.max.replace(tzinfo=UTC)
    while sessions:
        line = process.stderr.readline()
        if not line:
            raise BenchStuck(stored=0, readings=0)
        if "event=broker.connected" in line:
            connected_at = min(connected_at, datetime.fromisoformat(line.split(" ", 1)[0]))
        sessions -= "event=broker.subscribed" in line
    return Begun(connected_at, metrics_url)


def wait_settled(url: str, readings: int) -> datetime:
    """The moment of the last COMMIT."""
    deadline = time.monotonic() + LIMIT_S
    with store.connect(url) as conn:
        conn.autocommit = True
        while intake.totals(conn).stored < readings:
            if time.monotonic() > deadline:
                raise BenchStuck(stored=intake.totals(conn).stored, readings=readings)
            time.sleep(POLL_S)
        return intake.newest_at(conn)


def sum_metrics(urls: Iterable[str]) -> tuple[dict[str, float], int, float]:
    """Seconds by stage, batches and CPU seconds of all."""
    read = [read_metrics(url) for url in urls]
    stages = {stage: round(sum(each[0].get(stage, 0.0) for each in read), 3) for stage in read[0][0]}
    return stages, sum(each[1] for each in read), round(sum(each[2] for each in read), 2)


def read_metrics(url: str) -> tuple[dict[str, float], int, float]:
    """Seconds by stage, batches, and the process's CPU seconds."""
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own http address
        text = answer.read().decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    stages = {
        sample.labels["stage"]: round(sample.value, 3)
        for sample in samples
        if sample.name == "nongso_ingest_stage_seconds_total"
    }
    batches = next(sample.value for sample in samples if sample.name == "nongso_ingest_batch_seconds_count")
    cpu_s = next(sample.value for sample in samples if sample.name == "process_cpu_seconds_total")
    return stages, int(batches), round(cpu_s, 2)


def table(result: Result) -> str:
    rows = [(name, str(value)) for name, value in asdict(result).items() if name != "stages_s"]
    rows += [(f"  {stage}", f"{seconds:.3f} s") for stage, seconds in result.stages_s.items()]
    return "".join(f"{name:<16} {value:>14}\n" for name, value in rows)
