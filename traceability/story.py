"""The story of things as events tell it: what each had to do with which event, and when it was inside which container."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import NamedTuple

BEGINNING, END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
CONTAINING = frozenset({"AggregationEvent", "AssociationEvent"})
ROUNDING = 1e-6  # of an amount: sums of decimal fractions


class Part(NamedTuple):
    """A thing in an event; `role` as in nongso.store.epcis_events.EventEpc. A tuple, because tens of thousands are made at a time."""

    role: str
    key: str
    is_class: bool
    quantity: float | None
    uom: str | None


class Step(NamedTuple):
    """An event of the graph, a tuple like Part. `transformation` joins events that report one transformation together."""

    id: int
    event_id: str
    at: datetime
    event_type: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    transformation: str | None
    parts: tuple[Part, ...]

    @property
    def place(self) -> str | None:
        return self.biz_location or self.read_point


@dataclass(frozen=True, slots=True)
class Stay:
    """A child inside a container, from the event that put it in until it was taken out (END: it was not)."""

    child: Part
    container: Part
    step: Step
    until: datetime


Story = list[tuple[Step, Part]]  # the steps of a thing with its part in each, oldest first


class Known:
    """The events at hand, oldest first: what each thing had to do with them, and those that report one transformation together."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self.steps = sorted(steps, key=attrgetter("at", "id"))
        self.stories: dict[str, Story] = defaultdict(list)
        self.together: dict[str, list[Step]] = defaultdict(list)
        for step in self.steps:
            for part in step.parts:
                self.stories[part.key].append((step, part))
            if step.transformation:
                self.together[step.transformation].append(step)

    def of(self, key: str) -> Story:
        return self.stories.get(key, [])

    def group(self, step: Step) -> list[Step]:
        return self.together[step.transformation] if step.transformation else [step]


def stays(known: Known, key: str) -> Iterator[Stay]:
    """Every time a thing was put into a container."""
    for step, part in known.of(key):
        if part.role == "child" and step.action == "ADD":
            container = next((other for other in step.parts if other.role == "parent"), None)
            if container is not None:
                yield Stay(part, container, step, taken_out(known, part, container.key, step))


def contents(known: Known, key: str) -> Iterator[Stay]:
    """Everything that was ever put into a container."""
    for step, container in known.of(key):
        if container.role == "parent" and step.event_type in CONTAINING and step.action == "ADD":
            for part in step.parts:
                if part.role == "child":
                    yield Stay(part, container, step, taken_out(known, part, key, step))


def taken_out(known: Known, put_in: Part, container: str, since: Step) -> datetime:
    """When the last of a child left a container: at the first DELETE after it went in that leaves none of it (EPCIS 2.0 §7.4.3).

    A DELETE takes all of a child that it names without an amount, and everything where it names no child. One that names an amount takes
    that much and no more: as long as it is not certain that nothing is left, goods count as inside, for a recall must not lose them.
    """
    inside: float | None = 0.0
    for step, part in known.of(container):
        if part.role != "parent" or step.event_type not in CONTAINING or step.action not in ("ADD", "DELETE"):
            continue
        named = [other for other in step.parts if other.role == "child" and other.key == put_in.key]
        if step.action == "ADD":
            inside = added(inside, named, put_in.uom)
            continue
        emptied = not any(other.role == "child" for other in step.parts)
        inside = 0.0 if emptied else removed(inside, named, put_in.uom)
        if (emptied or named) and inside == 0 and (step.at, step.id) > (since.at, since.id):
            return step.at
    return END


def added(inside: float | None, named: Iterable[Part], uom: str | None) -> float | None:
    """The amount inside after an ADD; None once an amount was not said, or in another unit."""
    for part in named:
        known = part.quantity is not None and part.uom == uom
        inside = inside + part.quantity if known and inside is not None and part.quantity is not None else None
    return inside


def removed(inside: float | None, named: Iterable[Part], uom: str | None) -> float | None:
    """The amount inside after a DELETE that names children."""
    for part in named:
        if part.quantity is None:
            return 0.0
        if inside is not None and part.uom == uom:
            inside = inside - part.quantity if inside - part.quantity > ROUNDING * inside else 0.0
    return inside


def inside(known: Known, container: str) -> Iterator[Stay]:
    """Everything in a container at the end of what is known, in containers inside it too."""
    waiting, seen = deque([container]), {container}
    while waiting:
        for stay in contents(known, waiting.popleft()):
            if stay.until == END:
                yield stay
                if stay.child.key not in seen:
                    seen.add(stay.child.key)
                    waiting.append(stay.child.key)
