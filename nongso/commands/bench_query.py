"""`nongso bench query`: how the store answers a farmer and what a reading costs, with a made-up district full of readings."""

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from nongso import store
from nongso.embedded.postgres import Postgres
from nongso.errors import Conflict, InvalidInput
from nongso.people import Viewer
from nongso.store import conditions, plans, synthetic, timescale
from nongso.store.migrate import migrate

UNTIL = datetime(2026, 11, 22, tzinfo=UTC)
SLICE = timedelta(days=7)
WARM_UP, SAMPLES = 20, 300
MOST_POINTS = 100_000
BUDGET_MS = {"day_chart": 20, "year_chart": 50, "latest_of_a_farm": 10}
BUDGET_GIB = 8  # for 1e9 readings in the columnstore
GIB = 2**30


class NotEmpty(Conflict):
    """The database that was given holds readings: a measurement would spoil it."""

    code = "bench.not_empty"


class TooFew(InvalidInput):
    """Not enough for one device."""

    code = "bench.too_few"


@dataclass(frozen=True, slots=True)
class Timing:
    """`ms` from the call of the store's function to its dataclasses. `plans`: of each of its statements the nodes, outside in."""

    query: str
    p50_ms: float
    p95_ms: float
    budget_ms: float
    points: int
    plans: list[str]


@dataclass(frozen=True, slots=True)
class Result:
    edition: str
    readings: int
    series: int
    filled_s: float
    bytes: int
    gib_per_1e9: float
    timings: list[Timing]


def bench_query(argv: list[str]) -> int:
    """Fill, measure, print, and leave nothing behind. Raises TooFew, NotEmpty."""
    parser = argparse.ArgumentParser(prog="nongso bench query")
    parser.add_argument("--readings", type=int, default=10_000_000, help="how many, about")
    parser.add_argument("--days", type=int, default=365, help="how far they reach back; fewer days make more series")
    parser.add_argument(
        "--database", metavar="URL", help="an empty database instead of one of our own; it stays filled"
    )
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(argv)
    span = timedelta(days=max(1, chosen.days))
    a_device = span // synthetic.STEP * synthetic.PER_DEVICE
    if chosen.readings < a_device:
        raise TooFew(readings=chosen.readings, fewest=a_device)
    with opened(chosen.database) as url, store.connect(url) as conn:
        conn.autocommit = True
        result = measure(conn, chosen.readings // a_device, UNTIL - span)
    sys.stdout.write(json.dumps(asdict(result)) + "\n" if chosen.json else table(result))
    return 0


@contextmanager
def opened(url: str | None) -> Iterator[str]:
    """The database that was given, or a server of our own that is gone afterwards."""
    if url is not None:
        yield url
        return
    folder = Path(tempfile.mkdtemp(prefix="nongso-bench-"))
    folder.chmod(0o755)  # the server may run as another user
    try:
        with Postgres(folder) as postgres:
            yield postgres.url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(conn: store.Connection, devices: int, since: datetime) -> Result:
    migrate(conn)
    if synthetic.count_readings(conn):
        raise NotEmpty()
    started = time.perf_counter()
    readings = fill(conn, devices, since)
    filled_s = time.perf_counter() - started
    size = timescale.reading_bytes(conn)
    return Result(
        edition=timescale.edition(conn) or "plain",
        readings=readings,
        series=devices * synthetic.PER_DEVICE,
        filled_s=round(filled_s, 1),
        bytes=size,
        gib_per_1e9=round(size / readings * 1e9 / GIB, 2),
        timings=timings(conn, since),
    )


def fill(conn: store.Connection, devices: int, since: datetime) -> int:
    synthetic.found_district(conn, devices, since, UNTIL)
    synthetic.begin_filling(conn)
    readings, from_at = 0, since
    while from_at < UNTIL:
        to_at = min(from_at + SLICE, UNTIL)
        readings += synthetic.fill(conn, from_at, to_at)
        from_at = to_at
    synthetic.finish_filling(conn)
    return readings


def timings(conn: store.Connection, since: datetime) -> list[Timing]:
    """Each query by a farmer, each time another one, over the whole time and the whole district."""
    chance = random.Random(20261122)  # noqa: S311
    farmers = synthetic.list_farmers(conn)

    def some_series() -> tuple[Viewer, int]:
        viewer = chance.choice(farmers)
        return viewer, chance.choice(synthetic.list_series(conn, viewer))

    def day_chart() -> Callable[[], int]:
        (viewer, series_id), from_at = some_series(), UNTIL - timedelta(days=chance.randint(1, (UNTIL - since).days))
        to_at = from_at + timedelta(days=1)
        return lambda: len(conditions.list_readings(conn, viewer, series_id, from_at, to_at, MOST_POINTS))

    def year_chart() -> Callable[[], int]:
        viewer, series_id = some_series()
        return lambda: len(conditions.list_days(conn, viewer, series_id, since, UNTIL, MOST_POINTS))

    def latest_of_a_farm() -> Callable[[], int]:
        viewer = chance.choice(farmers)
        return lambda: sum(len(field.observations) for field in conditions.list_conditions(conn, viewer, UNTIL))

    return [timing(conn, draw) for draw in (day_chart, year_chart, latest_of_a_farm)]


def timing(conn: store.Connection, draw: Callable[[], Callable[[], int]]) -> Timing:
    """Draw and ask, many times; only the asking is timed."""
    spans, points = [], 0
    for _ in range(WARM_UP + SAMPLES):
        ask = draw()
        started = time.perf_counter()
        points = max(points, ask())
        spans.append((time.perf_counter() - started) * 1000)
    ask = draw()
    with plans.told(conn) as found:
        ask()
    cuts = quantiles(spans[WARM_UP:], n=20)
    name = draw.__name__
    return Timing(name, round(cuts[9], 2), round(cuts[18], 2), BUDGET_MS[name], points, found)


def table(result: Result) -> str:
    lines = [
        f"{result.edition}: {result.readings:,} readings of {result.series:,} series, filled in {result.filled_s:.0f} s",
        f"{result.bytes / GIB:.2f} GiB, {result.gib_per_1e9:.2f} GiB for 1e9 (columnstore: at most {BUDGET_GIB})",
        *(
            f"{timing.query:<17} p50 {timing.p50_ms:>7.2f} ms  p95 {timing.p95_ms:>7.2f} ms  at most {timing.budget_ms} ms"
            f"  {timing.points} points" + "".join(f"\n  {plan}" for plan in timing.plans)
            for timing in result.timings
        ),
    ]
    return "\n".join([*lines, ""])
