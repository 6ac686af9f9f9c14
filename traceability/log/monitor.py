"""The monitor: makes every record again from the database and holds it against the log that was signed, and names what differs.

It trusts neither the database nor the folder. Beside the records it compares what is kept of an event for queries and the trace graph with the
event itself, the openings with their commitments, and the folder with its own checkpoint.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from enum import StrEnum

from nongso import store
from nongso.errors import NongsoError
from nongso.store import epcis_events, log_leaves
from nongso.store.epcis_events import EventDraft
from nongso.store.log_leaves import LoggedEvent
from nongso.store.log_watch import Check, CheckFault
from traceability.epcis.facts import read_draft
from traceability.log.audit import true_leaves, verify_log
from traceability.log.checkpoint import Checkpoint
from traceability.log.commitment import NothingToCommit
from traceability.log.event_record import false_covers, record_bytes
from traceability.log.folder import folder_reader
from traceability.log.house import PublicLog
from traceability.log.layout import ENTRIES, FULL
from traceability.log.merkle import leaf_hash
from traceability.log.tiles import TileMissing, TileReader

PAGE = 500
MOST_PARTS = 5  # of one event


class Kind(StrEnum):
    """What is wrong; words are `log.fault.<kind>`."""

    ALTERED = "altered"  # the event is not what was logged
    DERIVED = "derived"  # what queries and the trace graph read of the event is not in the event
    OPENING = "opening"  # what should open a covered part does not
    GONE = "gone"  # logged, and no longer in the database
    UNLOGGED = "unlogged"  # stored past the log
    FILE = "file"  # a part of the log is not what was signed


def check_house(conn: store.Connection, log: PublicLog, now: datetime) -> Check:
    """Compare everything; the caller opens the transaction."""
    found = verify_log(log.folder, log.key, log.witnesses)
    faults = [CheckFault(Kind.FILE, fault.index, parts=(fault.path, fault.wrong.value)) for fault in found.faults]
    size = found.checkpoint.size if found.checkpoint is not None else 0
    if found.checkpoint is not None:
        faults += check_events(conn, log, found.checkpoint)
    faults += [
        CheckFault(Kind.UNLOGGED, None, event_id, office_id)
        for _, event_id, office_id in log_leaves.list_unlogged(conn, PAGE)
    ]
    return Check(now, size, len(faults), tuple(faults))


def check_events(conn: store.Connection, log: PublicLog, head: Checkpoint) -> Iterator[CheckFault]:
    """Each event of the database against its leaf, in the order of the log."""
    read = folder_reader(log.folder)
    logged, tree, expected = true_leaves(read, head) or [], TileReader(read, head.size), 0
    while page := log_leaves.list_placed(conn, expected, PAGE):
        kept = epcis_events.list_kept(conn, [event.id for event in page])
        for event in page:
            assert event.leaf_index is not None
            yield from (gone(tree, index) for index in range(expected, min(event.leaf_index, head.size)))
            expected = event.leaf_index + 1
            yield from differences(event, kept[event.id], logged, tree)
    yield from (gone(tree, index) for index in range(expected, head.size))


def differences(
    event: LoggedEvent, kept: EventDraft, logged: Sequence[bytes], tree: TileReader
) -> Iterator[CheckFault]:
    """What is wrong with one event."""
    assert event.leaf_index is not None
    if event.leaf_index < len(logged):
        altered = altered_parts(event, logged[event.leaf_index], tree)
        if altered is not None:
            yield CheckFault(Kind.ALTERED, event.leaf_index, event.event_id, event.office_id, altered)
    if derived := derived_parts(event, kept):
        yield CheckFault(Kind.DERIVED, event.leaf_index, event.event_id, event.office_id, derived)
    if opened := tuple(openings_refused(event)):
        yield CheckFault(Kind.OPENING, event.leaf_index, event.event_id, event.office_id, opened)


def altered_parts(event: LoggedEvent, leaf: bytes, tree: TileReader) -> tuple[str, ...] | None:
    """None when the event is what was logged; else the parts that differ, as far as the record in the log can tell them."""
    try:
        record = record_bytes(event)
    except NothingToCommit as fault:
        return (str(fault.values["pointer"]),)
    if leaf_hash(record) == leaf:
        return None
    told = find_record(tree, event.leaf_index or 0)
    if told is None or leaf_hash(told) != leaf:
        return ()
    return tuple(unlike(json.loads(told), json.loads(record), ""))[:MOST_PARTS]


def derived_parts(event: LoggedEvent, kept: EventDraft) -> tuple[str, ...]:
    """The names of what is kept beside the event and does not follow from it."""
    try:
        true = read_draft(event.body.encode())
    except NongsoError:
        return ("body",)
    return tuple(
        name for name in (each.name for each in fields(EventDraft)) if name != "body" and not _same(name, true, kept)
    )


def openings_refused(event: LoggedEvent) -> Iterator[str]:
    try:
        yield from false_covers(event)
    except NothingToCommit as fault:  # told as altered
        yield str(fault.values["pointer"])


def gone(tree: TileReader, index: int) -> CheckFault:
    """A record without its event; its id where the record tells it."""
    told = find_record(tree, index)
    record = json.loads(told) if told is not None else {}
    event = record.get("event", {})
    return CheckFault(Kind.GONE, index, event.get("eventID"), record.get("office"))


def find_record(tree: TileReader, index: int) -> bytes | None:
    try:
        return tree.tile(ENTRIES, index // FULL)[index % FULL]
    except (TileMissing, IndexError):
        return None


def unlike(old: object, new: object, pointer: str) -> Iterator[str]:
    """JSON Pointers to where two values differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            yield from unlike(old.get(name), new.get(name), f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from unlike(before, after, f"{pointer}/{place}")
    elif old != new:
        yield pointer


def _same(name: str, true: EventDraft, kept: EventDraft) -> bool:
    right, found = getattr(true, name), getattr(kept, name)
    return Counter(right) == Counter(found) if isinstance(right, tuple) else right == found
