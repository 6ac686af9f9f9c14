"""How long the worker's sums take over a year of readings: live, a late week, a year at once. Run from the repository:

.venv/bin/python tests/bench/rollups.py [--series 20] [--days 365]
.venv/bin/python tests/bench/on_timescale.py apache rollups
"""

import argparse
import sys
import time
from datetime import timedelta
from statistics import median

from nongso import store
from nongso.commands.bench_query import UNTIL, fill, opened
from nongso.store import rollups, synthetic
from nongso.store.migrate import migrate

TURNS, MARKS = 20, 10_000
HOUR = timedelta(hours=1)
MARK = """
INSERT INTO dirty_hour (hour, series)
SELECT h, array_agg(s.id) FROM series s, generate_series(%s::timestamptz, %s::timestamptz, interval '1 hour') h GROUP BY h
"""


def bench_rollups(argv: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--series", type=int, default=20)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--database", metavar="URL")
    chosen = parser.parse_args(argv)
    with opened(chosen.database) as url, store.connect(url) as conn:
        conn.autocommit = True
        migrate(conn)
        readings = fill(conn, chosen.series // synthetic.PER_DEVICE, UNTIL - timedelta(days=chosen.days))
        sys.stdout.write(f"{readings:,} readings, {chosen.series} series, {chosen.days} days\n")
        measure(conn, chosen.days)
    return 0


def measure(conn: store.Connection, days: int) -> None:
    live = [timed_ms(conn, 1, 1) for _ in range(TURNS)]
    sys.stdout.write(f"newest hour of each series: fastest {min(live):.1f} ms, median {median(live):.1f} ms\n")
    sys.stdout.write(f"a week, three months ago: {timed_ms(conn, 24 * 97, 24 * 90 + 1):.0f} ms\n")
    sys.stdout.write(f"everything: {timed_ms(conn, 24 * days - 1, 1) / 1000:.1f} s\n")


def timed_ms(conn: store.Connection, from_hours: int, to_hours: int) -> float:
    """Mark the hours of every series, so many hours ago, and work the marks off."""
    conn.execute(MARK, (UNTIL - from_hours * HOUR, UNTIL - to_hours * HOUR))
    started = time.perf_counter()
    worked_off(conn)
    return (time.perf_counter() - started) * 1000


def worked_off(conn: store.Connection) -> None:
    taken = MARKS
    while taken:
        with store.transaction(conn):
            taken = rollups.refresh(conn, MARKS)


if __name__ == "__main__":
    sys.exit(bench_rollups(sys.argv[1:]))
