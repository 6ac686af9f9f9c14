"""What of a stored event stands in the log: one JSON object in RFC 8785 bytes, with salted commitments where the world may not look. Pure.

    v           1
    event       the EPCIS event as stored, its eventID and errorDeclaration included
    recordTime  when the house took it
    office, lot the numbers of the office that holds it and of the lot whose story it is in, or null
    capturedBy  a commitment to the account and the name of who recorded it, or null

The records of a log are published. What a label shows anyhow stands open: the story of a lot. Covered are who recorded it, with whom goods were
traded and under which papers, and the whole of an event that partners sent us, which may hold anything (docs/decisions/0220).
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import cast

from nongso.store.log_leaves import Cover, LoggedEvent
from traceability.log.commitment import Opening, commitment, cover, value_at, veil
from traceability.log.layout import MAX_RECORD_BYTES
from traceability.log.sequencer import canonical

VERSION = 1
EVENT, CAPTURED_BY = "/event", "/capturedBy"
TRADE = ("sourceList", "destinationList", "bizTransactionList")
EXACT = 2**53 - 1  # integers beyond it are not what a double holds: RFC 8785 has no bytes for them
EXACT_DIGITS = 17  # so many characters and more are beyond it
Record = dict[str, object]


def plan_covers(event: LoggedEvent) -> tuple[Cover, ...]:
    """What of a new event's record is to be covered, each under a fresh salt. NotCanonical for a body that is not Unicode."""
    record = open_record(event)
    pointers = [CAPTURED_BY] if event.captured_by is not None else []
    body = cast(Mapping[str, object], record["event"])
    parts = [EVENT] if event.lot_id is None else [f"{EVENT}/{name}" for name in TRADE if name in body]
    veiled, openings = veil(record, [*parts, *pointers])
    if len(canonical(veiled)) > MAX_RECORD_BYTES:
        _, openings = veil(record, [EVENT, *pointers])
    return tuple(_kept(opening) for opening in openings)


def record_bytes(event: LoggedEvent) -> bytes:
    """The record as it stands in the log: from the event as it is stored now and the commitments that were planned for it.

    NothingToCommit when the event no longer has a part that was covered.
    """
    record = open_record(event)
    for part in event.covers:
        record = cover(record, part.pointer, part.commitment)
    return canonical(record)


def open_record(event: LoggedEvent) -> Record:
    """The record with nothing covered."""
    named = {"account": event.captured_by, "name": event.captured_name}
    return {
        "v": VERSION,
        "event": read_exactly(event.body),
        "recordTime": event.record_time.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "office": event.office_id,
        "lot": event.lot_id,
        "capturedBy": None if event.captured_by is None and not _has_cover(event, CAPTURED_BY) else named,
    }


def false_covers(event: LoggedEvent) -> Iterator[str]:
    """The pointers of openings that do not open their commitment to what is stored, and of erased ones whose person is still named."""
    record = open_record(event)
    for part in event.covers:
        if part.salt is None:
            if part.pointer == CAPTURED_BY and event.captured_by is not None:
                yield part.pointer
        elif commitment(opening_of(part, record)) != part.commitment or not _names_the_same(part, event):
            yield part.pointer


def opening_of(part: Cover, record: Record) -> Opening:
    """What opens a covered part of a record. The part must have its salt."""
    assert part.salt is not None
    return Opening(part.pointer, value_at(record, part.pointer) if part.value is None else part.value, part.salt)


def read_exactly(body: str) -> object:
    """JSON in which no digit is lost: a number that no double holds becomes {"number": its digits}, and so has RFC 8785 bytes."""
    return json.loads(body, parse_int=_integer, parse_float=_fraction)


def _integer(digits: str) -> object:
    return int(digits) if len(digits) < EXACT_DIGITS and abs(int(digits)) <= EXACT else {"number": digits}


def _fraction(digits: str) -> object:
    number = float(digits)
    return number if Decimal(repr(number)) == Decimal(digits) else {"number": digits}


def _kept(opening: Opening) -> Cover:
    value = opening.value if opening.pointer == CAPTURED_BY else None
    return Cover(opening.pointer, commitment(opening), opening.salt, value)


def _names_the_same(part: Cover, event: LoggedEvent) -> bool:
    """The name at the time is in the opening; the account is in the event too."""
    return part.pointer != CAPTURED_BY or (
        isinstance(part.value, dict) and part.value.get("account") == event.captured_by
    )


def _has_cover(event: LoggedEvent, pointer: str) -> bool:
    return any(part.pointer == pointer for part in event.covers)
