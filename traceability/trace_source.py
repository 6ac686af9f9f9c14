"""The trace graph of an office's events: the store's rows handed to the pure graph."""

from collections import defaultdict
from datetime import datetime

from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.trace_steps import list_reached, list_steps
from traceability.trace import MAX_STEPS, Direction, Part, Step, Trace, trace


def trace_of(
    conn: Connection, viewer: Viewer, key: str, direction: Direction, as_of: datetime | None, depth: int
) -> Trace:
    """The graph around a thing, its key as traceability.epcis.facts.canonical spells it. Raises TooWide."""
    keys = list_reached(conn, viewer, key, direction, as_of)
    rows, part_rows = list_steps(conn, viewer, keys, as_of, MAX_STEPS + 1)
    parts: dict[int, list[Part]] = defaultdict(list)
    for event_row, role, thing, is_class, quantity, uom in part_rows:
        parts[event_row].append(Part(role, thing, is_class, quantity, uom))
    return trace(key, direction, [Step(*row, tuple(parts[row[0]])) for row in rows], as_of, depth)
