"""`nongso bench trace`: how long the graph of ten thousand events takes, up and down at once, from a real database."""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from nongso import store
from nongso.embedded.postgres import Postgres
from nongso.people import Role, Viewer
from nongso.store import admin_units, epcis_events, people, places
from nongso.store.admin_units import AdminUnit
from nongso.store.epcis_events import EventDraft, EventEpc
from nongso.store.migrate import migrate
from nongso.store.people import NewAccount
from traceability.epcis.vocabulary import CBV
from traceability.trace import Direction
from traceability.trace_source import trace_of

LEVELS = 12
EVENTS = 10_000
BUDGET_MS = 200.0
ROUNDS = 9
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
MIDDLE = "urn:uuid:lot-0-0"


@dataclass(frozen=True, slots=True)
class Result:
    """Milliseconds for one question in both directions, rows read, graph built; median and worst of the rounds."""

    events: int
    things: int
    edges: int
    median_ms: float
    worst_ms: float
    budget_ms: float = BUDGET_MS


def bench_trace(argv: list[str]) -> int:
    """Measure and print; 0 whatever the figures are."""
    parser = argparse.ArgumentParser(prog="nongso bench trace")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    chosen = parser.parse_args(argv)
    with database() as url, store.connect(url) as conn:
        viewer = furnish(conn)
        result = measure(conn, viewer)
    if chosen.json:
        sys.stdout.write(json.dumps(asdict(result)) + "\n")
    else:
        sys.stdout.write("".join(f"{name:<12} {value:>10}\n" for name, value in asdict(result).items()))
    return 0


def measure(conn: store.Connection, viewer: Viewer) -> Result:
    found = trace_of(conn, viewer, MIDDLE, Direction.BOTH, None, 50)
    times = [timed(conn, viewer) for _ in range(ROUNDS)]
    counts = len(found.steps), len(found.things), len(found.edges)
    return Result(*counts, round(median(times), 1), round(max(times), 1))


def timed(conn: store.Connection, viewer: Viewer) -> float:
    """Milliseconds of one question."""
    started = time.perf_counter()
    trace_of(conn, viewer, MIDDLE, Direction.BOTH, None, 50)
    return (time.perf_counter() - started) * 1000


@contextmanager
def database() -> Iterator[str]:
    """NONGSO_DATABASE_URL when it is set (everything is rolled back), else a server of one's own for as long as it takes."""
    if url := os.environ.get("NONGSO_DATABASE_URL"):
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="nongso-bench-") as folder:
        Path(folder).chmod(0o755)
        with Postgres(Path(folder)) as server:
            yield server.url


def furnish(conn: store.Connection) -> Viewer:
    """An office with a lot that was mixed from thousands of harvests and split into thousands of boxes; nothing is committed."""
    migrate(conn)
    admin_units.insert_unit(conn, AdminUnit("1", date(2025, 7, 1), None, "Xã Một", "xã", None, None, ""))
    office = places.insert_office(conn, "bench-trace", "Phòng thử", "", "1", date(2025, 7, 1))
    account = people.insert(conn, office, NewAccount("bench-trace", "Thử", Role.ADMIN, "vi", ""))
    viewer = Viewer(account, office, Role.ADMIN, "Thử")
    epcis_events.lock_office(conn, office)
    for number, draft in zip(range(EVENTS), events(), strict=False):
        epcis_events.append_event(conn, viewer, draft, FIRST + timedelta(seconds=number))
    conn.execute("ANALYZE event, event_epc, event_term")
    return viewer


def events() -> Iterator[EventDraft]:
    """Two trees that meet in one lot: mixing towards it, splitting away from it; then sightings of what came out, without end."""
    for level in range(1, LEVELS):
        for place in range(2 ** (level - 1)):
            parents = [lot(-level, 2 * place), lot(-level, 2 * place + 1)]
            yield transformed(f"mix-{level}-{place}", -level, parents, [lot(1 - level, place)])
            children = [lot(level, 2 * place), lot(level, 2 * place + 1)]
            yield transformed(f"split-{level}-{place}", level, [lot(level - 1, place)], children)
    ends = 2 ** (LEVELS - 1)
    for place in range(ends):
        yield seen(f"harvest-{place}", -LEVELS, "ADD", "creating_class_instance", lot(1 - LEVELS, place))
    number = 0
    while True:
        yield seen(f"seen-{number}", LEVELS + number // ends, "OBSERVE", "stocking", lot(LEVELS - 1, number % ends))
        number += 1


def lot(level: int, place: int) -> str:
    return f"urn:uuid:lot-{level}-{place}"


def transformed(name: str, level: int, inputs: list[str], outputs: list[str]) -> EventDraft:
    parts = [EventEpc("input", key, True, 10.0, "KGM") for key in inputs]
    parts += [EventEpc("output", key, True, 10.0, "KGM") for key in outputs]
    return draft(name, level, "TransformationEvent", None, "packing", parts)


def seen(name: str, level: int, action: str, step: str, key: str) -> EventDraft:
    return draft(name, level, "ObjectEvent", action, step, [EventEpc("epc", key, True, 10.0, "KGM")])


def draft(name: str, level: int, event_type: str, action: str | None, step: str, parts: list[EventEpc]) -> EventDraft:
    at = FIRST + timedelta(hours=level)
    where = f"{CBV}BizStep-{step}"
    return EventDraft(name, name, False, {}, at, event_type, action, where, None, None, None, tuple(parts), ())
