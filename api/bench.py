"""`nongso bench passport`: how fast buyers' pages open, by a real API process over a real database on the same machine.

Requests leave on a fixed schedule and each is timed from when it should have left: a server that falls behind cannot hide it.
"""

import argparse
import http.client
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from socket import socket

from api.bench_goods import furnish
from api.bench_machine import slow_share
from api.bench_visitors import Seen, ServerNotUp, visit
from nongso import store
from nongso.embedded.postgres import Postgres
from nongso.store.migrate import migrate

PER_SECOND = 200
BUDGET_MS = 25.0
BUDGET_BYTES = 14 * 1024
START_S = 60.0
WARM_S, WARM_LOTS = (
    2.0,
    10,
)  # not counted: templates are compiled, connections opened. Every other lot's first page is counted


@dataclass(frozen=True, slots=True)
class Result:
    """Times in milliseconds from the planned departure to the last byte; `page_bytes` as sent, compressed.

    `p95_parts_ms` says where a slow page's time went. `first`: the pages of lots that nobody had opened; `again`: all others;
    `waiting`: from the planned departure until a connection was free; `answering`: from then to the last byte.
    `cpu_ms`: of a page, in the API, in the whole of the database, and in this program, which takes its share of the same processors.
    `machine_slow`: the share of time in which the machine itself did less than half of its usual work, looked at just before.
    """

    requests: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    failed: int
    page_bytes: int
    p95_parts_ms: dict[str, float]
    cpu_ms: dict[str, float]
    machine_slow: float
    budget_p95_ms: float = BUDGET_MS
    budget_bytes: int = BUDGET_BYTES


def bench_passport(argv: list[str]) -> int:
    """Measure and print. Raises ServerNotUp."""
    parser = argparse.ArgumentParser(prog="nongso bench passport")
    parser.add_argument("--per-second", type=float, default=PER_SECOND, help="pages a second")
    parser.add_argument("--seconds", type=float, default=10, help="how long")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(argv)
    result = measure(chosen.per_second, int(chosen.per_second * chosen.seconds))
    sys.stdout.write(json.dumps(asdict(result)) + "\n" if chosen.json else table(result))
    return 0


def table(result: Result) -> str:
    return "".join(f"{name:14} {value}\n" for name, value in asdict(result).items())


def measure(per_second: float, requests: int) -> Result:
    machine_slow = slow_share()
    with tempfile.TemporaryDirectory(prefix="nongso-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the database's user must come in
        with Postgres(folder) as postgres, serving(postgres.url, folder) as (port, pid):
            with store.connect(postgres.url) as conn:
                paths = [f"/t/{code}" for code in furnish(conn)]
            visit(port, paths[:WARM_LOTS], 0, per_second, int(per_second * WARM_S))
            before = cpu_s(pid, postgres)
            seen = visit(port, paths, WARM_LOTS, per_second, requests)
            used = {name: after - before[name] for name, after in cpu_s(pid, postgres).items()}
            return summed(seen, used, machine_slow)


def cpu_s(api: int, postgres: Postgres) -> dict[str, float]:
    """Processor seconds used until now by the API, by all processes of the database and by this one."""
    server = postgres.home.data / "postmaster.pid"
    database = int(server.read_text().split("\n", 1)[0])
    return {
        "api": process_cpu_s(api),
        "database": process_cpu_s(database) + sum(process_cpu_s(child) for child in children(database)),
        "visitors": time.process_time(),
    }


def process_cpu_s(pid: int) -> float:
    """Of a process and of its children that have ended (proc(5), /proc/pid/stat, fields 14 to 17)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def serving(database_url: str, folder: Path) -> Iterator[tuple[int, int]]:
    """An API process of its own: the port it answers on and its number."""
    with store.connect(database_url) as conn:
        migrate(conn)
    port = free_port()
    environ = {**os.environ, "NONGSO_DATABASE_URL": database_url, "NONGSO_DATA_DIR": str(folder)}
    words = [sys.executable, "-m", "nongso", "api", "--port", str(port)]
    process = subprocess.Popen(words, env=environ, stderr=subprocess.DEVNULL)
    try:
        wait_ready(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_ready(port: int) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=1)) as line:
                line.request("GET", "/health/ready")
                if line.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise ServerNotUp(seconds=START_S)


def summed(seen: Sequence[Seen], used_s: Mapping[str, float], machine_slow: float) -> Result:
    took = [each.done - each.planned for each in seen]
    return Result(
        requests=len(seen),
        per_second=round(len(seen) / (max(each.done for each in seen) - seen[0].planned), 1),
        p50_ms=share(took, 0.5),
        p95_ms=share(took, 0.95),
        p99_ms=share(took, 0.99),
        failed=sum(each.status != 200 for each in seen),
        page_bytes=max(each.size for each in seen),
        p95_parts_ms={
            "first": share([each.done - each.planned for each in seen if each.is_first], 0.95),
            "again": share([each.done - each.planned for each in seen if not each.is_first], 0.95),
            "waiting": share([each.sent - each.planned for each in seen], 0.95),
            "answering": share([each.done - each.sent for each in seen], 0.95),
        },
        cpu_ms={name: round(seconds / len(seen) * 1000, 2) for name, seconds in used_s.items()},
        machine_slow=machine_slow,
    )


def share(took_s: Sequence[float], part: float) -> float:
    """The nearest-rank percentile in milliseconds; 0 of nothing."""
    if not took_s:
        return 0.0
    return round(sorted(took_s)[max(0, math.ceil(part * len(took_s)) - 1)] * 1000, 2)
