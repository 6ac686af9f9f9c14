"""`nongso bench query`, `nongso bench ingest` or the sums (tests/bench/rollups.py) on the two TimescaleDB editions of the store tests. Run from the repository:

.venv/bin/python tests/bench/on_timescale.py community query --readings 4300000 --days 28
.venv/bin/python tests/bench/on_timescale.py apache ingest --per-message 20
.venv/bin/python tests/bench/on_timescale.py apache rollups
"""

import socket
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from rollups import bench_rollups
from servers import timescale

from ingest.bench import bench_ingest
from nongso.commands.bench_query import bench_query

BENCHES = {"query": bench_query, "ingest": bench_ingest, "rollups": bench_rollups}


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


edition, what, *words = sys.argv[1:]
with timescale.apache() if edition == "apache" else timescale.community(free_port()) as url:
    sys.exit(BENCHES[what](["--database", url, *words]))
