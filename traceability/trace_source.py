"""The trace graph of an office's events: the store's rows handed to the pure graph."""

import gc
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.trace_steps import list_parties, list_reached, list_steps
from traceability.recall import Reach, reach, source_keys
from traceability.story import END, Known, Part, Stay, Step, contents, inside
from traceability.trace import MAX_STEPS, MAX_THINGS, Direction, TooWide, Trace, trace


def trace_of(
    conn: Connection, viewer: Viewer, key: str, direction: Direction, as_of: datetime | None, depth: int
) -> Trace:
    """The graph around a thing, its key as traceability.epcis.facts.canonical spells it. Raises TooWide."""
    with unsearched():
        keys = reached(conn, viewer, [key], direction, as_of)
        return trace(key, direction, read_steps(conn, viewer, keys, as_of), as_of, depth)


def reached(
    conn: Connection, viewer: Viewer, keys: Collection[str], direction: Direction, as_of: datetime | None
) -> list[str]:
    """Every thing that hangs together with `keys`. Raises TooWide."""
    found = list_reached(conn, viewer, keys, direction, as_of, MAX_THINGS + 1)
    if len(found) > MAX_THINGS:
        raise TooWide(limit=MAX_THINGS)
    return list(dict.fromkeys(found))


@contextmanager
def unsearched() -> Iterator[None]:
    """No search for garbage: tens of thousands of tuples are made at once and none is garbage, yet a fifth of the time went that way."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def contents_of(conn: Connection, viewer: Viewer, container: str) -> list[Stay]:
    """What is in a container now, in crates inside it too, each as it was put in."""
    keys = reached(conn, viewer, [container], Direction.UP, None)
    return list(inside(Known(read_steps(conn, viewer, keys, None)), container))


def reach_of(conn: Connection, viewer: Viewer, seeds: Sequence[str], both_ways: bool) -> Reach:
    """What a recall of `seeds` reaches: down from them, or also from all they were made of. Raises TooWide."""
    up = reached(conn, viewer, seeds, Direction.UP, None)
    sources = source_keys(seeds, read_steps(conn, viewer, up, None))
    begin = sources if both_ways else tuple(seeds)
    down = reached(conn, viewer, begin, Direction.DOWN, None)
    keys = sorted({*up, *down, *seeds})
    steps = read_steps(conn, viewer, keys, None)
    if len(steps) > MAX_STEPS:
        raise TooWide(limit=MAX_STEPS)
    parties: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for event_id, side, party in list_parties(conn, viewer, keys):
        parties[event_id].append((side, party))
    return reach(seeds, begin, sources, steps, parties)


def held(conn: Connection, viewer: Viewer, container: str) -> list[Part]:
    """What is in a container now, once each, with what is left of it there; no amount where some event did not say one."""
    known = Known(read_steps(conn, viewer, [container], None))
    still = {stay.child.key: stay.child for stay in contents(known, container) if stay.until == END}
    left: dict[str, float | None] = dict.fromkeys(still, 0.0)
    for step, part in known.of(container):
        for child in step.parts if part.role == "parent" else ():
            before = left.get(child.key)
            if child.role == "child" and before is not None and child.key in still:
                signed = {"ADD": 1, "DELETE": -1}.get(step.action or "", 0)
                left[child.key] = None if child.quantity is None else before + signed * child.quantity
    return [part._replace(quantity=left[key]) for key, part in still.items()]


def read_steps(conn: Connection, viewer: Viewer, keys: list[str], as_of: datetime | None) -> list[Step]:
    """The events that name one of `keys`, one more than a graph may have where there are too many."""
    rows, part_rows = list_steps(conn, viewer, keys, as_of, MAX_STEPS + 1)
    parts: dict[int, list[Part]] = defaultdict(list)
    for part in part_rows:
        parts[part.event_row].append(part)
    return [Step._make((*row, tuple(parts[row[0]]))) for row in rows]
