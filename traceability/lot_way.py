"""The way of a lot after its harvest as a buyer reads it: worked up, examined, sent, received, sold, and steps that nobody recorded. Pure.

A journey in a crate or on a pallet is the lot's while it was inside. Partners are not named: with whom goods are traded is theirs to tell
(docs/decisions/0220).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from nongso.clock import local_day
from nongso.store.passport_facts import WayPart
from traceability.epcis.vocabulary import BIZ_STEP
from traceability.trace import COMING, EXAMINING, LEAVING, ROUNDING, Known, Part, Step, Walk, go_down, within

DEEPEST = 20  # containers in containers
SHOWN = 10  # more would bury what a buyer looks for; the last ones count most
KINDS = {
    "shipping": "shipped",
    "departing": "shipped",
    "receiving": "received",
    "arriving": "received",
    "accepting": "received",
    "retail_selling": "sold",
    "storing": "stored",
}
EXAMINED = {"conformant": "passed", "non_conformant": "failed"}
Told = tuple[str, datetime, datetime | None]  # kind, when it happened, when it was recorded
FIELD, HOME = "/id/field/", "home"


@dataclass(frozen=True, slots=True)
class Passing:
    """A step of the way; words are `passport.step.<kind>`. Several of a kind in a row are one, from `day` to `last_on`.

    `recorded_at` is None for a step that nobody recorded.
    """

    kind: str
    day: date
    last_on: date
    recorded_at: datetime | None
    times: int


def lot_way(parts: Sequence[WayPart]) -> tuple[Passing, ...]:
    """What happened to the lot after its harvest, oldest first, at most SHOWN of it."""
    if not parts:
        return ()
    lot, recorded = parts[0].lot_epc, {part.event_id: part.recorded_at for part in parts}
    known = Known(steps_of(parts))
    walk = Walk(known, DEEPEST)
    go_down(walk, [lot])
    story = sorted(
        {step for key, windows in walk.windows.items() for step, _ in known.of(key) if within(step, windows)},
        key=attrgetter("at", "id"),
    )
    told: list[Told] = [(kind, step.at, recorded[step.event_id]) for step in story if (kind := kind_of(step, lot))]
    found = sorted([*told, *gaps(known, walk, lot, story)], key=lambda each: each[1])
    return tuple(joined(found))[-SHOWN:]


def steps_of(parts: Sequence[WayPart]) -> Iterator[Step]:
    """The events, with the lot's field and its producer's own place as one place: between the two nobody sends a paper."""
    for _, group in groupby(parts, attrgetter("event_row")):
        rows = list(group)
        first = rows[0]
        named = tuple(Part(row.role, row.epc, row.is_class, row.quantity, row.uom) for row in rows)
        place = at_home(first.biz_location or first.read_point, first.producer_id)
        place = None if first.biz_step in EXAMINING else place
        yield Step(
            first.event_row, first.event_id, first.at, first.event_type, first.action, first.biz_step,
            first.disposition, place, None, named,
        )  # fmt: skip


def at_home(place: str | None, producer_id: int) -> str | None:
    if place is not None and (FIELD in place or place.endswith(f"/id/party/{producer_id}")):
        return HOME
    return place


def kind_of(step: Step, lot: str) -> str | None:
    """In a buyer's words; None for what the page tells elsewhere or a buyer has no use for."""
    name = BIZ_STEP.shorten(step.biz_step) if step.biz_step else ""
    if step.event_type == "TransformationEvent":
        return "made" if any(part.key == lot and part.role == "output" for part in step.parts) else "used"
    if name == "inspecting":
        return EXAMINED.get((step.disposition or "").rpartition("-")[2])
    return KINDS.get(name)


def gaps(known: Known, walk: Walk, lot: str, story: Sequence[Step]) -> Iterator[Told]:
    """Steps that must have been and that nobody recorded, each at the moment of the step by which it is noticed."""
    if not any(part.role == "output" or (step.action == "ADD" and part.role == "epc") for step, part in known.of(lot)):
        yield "unknown_origin", story[0].at, None
    been: set[str] = set()
    for step in story:
        if step.place is not None and been and step.place not in been and step.biz_step not in COMING:
            yield "unknown_moved", step.at, None
        been |= {step.place} if step.place else set()
    for key, windows in walk.windows.items():
        left = last_left((step, part) for step, part in known.of(key) if within(step, windows))
        if left is not None:
            yield "unknown_not_received", left, None


def last_left(story: Iterable[tuple[Step, Part]]) -> datetime | None:
    """When something of a thing left last, where not all that left was received; a crate is one, goods go by weight."""
    away, left = 0.0, None
    for step, part in story:
        amount = part.quantity or 0.0 if part.is_class else 1.0
        if part.role == "epc" and step.biz_step in LEAVING:
            away, left = away + amount, step.at
        elif part.role == "epc" and step.biz_step in COMING:
            away -= amount
    return left if away > ROUNDING else None


def joined(found: Sequence[Told]) -> Iterator[Passing]:
    for kind, group in groupby(found, lambda each: each[0]):
        rows = list(group)
        recorded = [at for _, _, at in rows if at is not None]
        days = [local_day(at) for _, at, _ in rows]
        yield Passing(kind, min(days), max(days), max(recorded, default=None), len(rows))
