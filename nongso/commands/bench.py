"""`nongso bench WHAT`: measures a part of the house. Each room offers its own under the entry points `nongso.benches`."""

import sys
from importlib.metadata import entry_points

from nongso.errors import InvalidInput


class UnknownBench(InvalidInput):
    """`known` names those that there are."""

    code = "bench.unknown"


def bench(argv: list[str]) -> int:
    """Run one. Raises UnknownBench."""
    benches = {entry.name: entry for entry in entry_points(group="nongso.benches")}
    if argv and argv[0] in benches:
        return benches[argv[0]].load()(argv[1:])
    known = " | ".join(sorted(benches))
    if argv[:1] in (["-h"], ["--help"]):
        sys.stdout.write(f"usage: nongso bench {known} [--json] ...\n")
        return 0
    raise UnknownBench(bench=argv[0] if argv else "", known=known)
