"""The story of things as events tell it: what each had to do with which event, and when it was inside which container."""

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import NamedTuple

from nongso.store.trace_steps import Part

BEGINNING, END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
CONTAINING = frozenset({"AggregationEvent", "AssociationEvent"})
ROUNDING = 1e-6  # of an amount: sums of decimal fractions


class Step(NamedTuple):
    """An event of the graph, a tuple like Part. `place`: bizLocation, else readPoint.

    `transformation` joins events that report one transformation together.
    """

    id: int
    event_id: str
    at: datetime
    event_type: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    place: str | None
    transformation: str | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """A child inside a container, from the event that put it in until it was taken out (END: it was not)."""

    child: Part
    container: Part
    step: Step
    until: datetime


Story = list[tuple[Step, Part]]  # the steps of a thing with its part in each, oldest first
Move = tuple[Step, Part | None]
Moment = tuple[datetime, int]  # when, and of several steps at once which: its id


class Known:
    """The events at hand, oldest first: what each thing had to do with them, and those that report one transformation together."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self.steps = sorted(steps, key=attrgetter("at", "id"))
        self.stories: dict[str, Story] = defaultdict(list)
        self.together: dict[str, list[Step]] = defaultdict(list)
        self.containers: dict[int, Part] = {}  # of each step by its id
        self.holders: set[str] = set()
        self.moves: dict[str, dict[str, list[Move]]] = {}
        self.endings: dict[tuple[str, str, str | None], list[Moment]] = {}
        for step in self.steps:
            for part in step.parts:
                self.stories[part.key].append((step, part))
                if part.role == "parent":
                    self.containers.setdefault(step.id, part)
                    self.holders.add(part.key)
            if step.transformation:
                self.together[step.transformation].append(step)

    def of(self, key: str) -> Story:
        return self.stories.get(key, [])

    def group(self, step: Step) -> list[Step]:
        return self.together[step.transformation] if step.transformation else [step]

    def ends(self, container: str, child: str, uom: str | None) -> list[Moment]:
        """When none of a child was left in a container, in order. Worked out once: a pallet of a thousand boxes is asked a thousand times."""
        name = container, child, uom
        if name not in self.endings:
            if container not in self.moves:
                self.moves[container] = moves(self.of(container))
            self.endings[name] = emptied(self.moves[container].get(child, ()), uom)
        return self.endings[name]


def stay_of(known: Known, step: Step, child: Part) -> Stay | None:
    """The stay that began when a step put a child into a container."""
    container = known.containers.get(step.id)
    if container is None or step.action != "ADD":
        return None
    return Stay(child, container, step, taken_out(known, child, container.key, step))


def put_in(known: Known, step: Step, container: Part) -> Iterator[Stay]:
    """The stays that began when a step filled a container."""
    if step.action == "ADD" and step.event_type in CONTAINING:
        for part in step.parts:
            if part.role == "child":
                yield Stay(part, container, step, taken_out(known, part, container.key, step))


def contents(known: Known, key: str) -> Iterator[Stay]:
    """Everything that was ever put into a container."""
    for step, container in known.of(key):
        if container.role == "parent":
            yield from put_in(known, step, container)


def taken_out(known: Known, put_in: Part, container: str, since: Step) -> datetime:
    """When the last of a child left a container: at the first DELETE after it went in that leaves none of it (EPCIS 2.0 §7.4.3).

    A DELETE takes all of a child that it names without an amount, and everything where it names no child. One that names an amount takes
    that much and no more: as long as it is not certain that nothing is left, goods count as inside, for a recall must not lose them.
    """
    ends = known.ends(container, put_in.key, put_in.uom)
    first = bisect_right(ends, (since.at, since.id))
    return ends[first][0] if first < len(ends) else END


def moves(story: Story) -> dict[str, list[Move]]:
    """Of each child the steps that put it into a container or took it out, oldest first; None where all was taken out and no child named."""
    found: dict[str, list[Move]] = defaultdict(list)
    present: dict[str, list[Move]] = {}
    for step, container in story:
        if container.role != "parent" or step.event_type not in CONTAINING or step.action not in ("ADD", "DELETE"):
            continue
        children = [part for part in step.parts if part.role == "child"]
        for child in children:
            present[child.key] = found[child.key]
            present[child.key].append((step, child))
        if not children and step.action == "DELETE":
            for each in present.values():
                each.append((step, None))
            present = {}
    return found


def emptied(story: Iterable[Move], uom: str | None) -> list[Moment]:
    """The moments at which none of a child was left, its amounts told in `uom`."""
    inside: float | None = 0.0
    found: list[Moment] = []
    for step, part in story:
        if step.action == "ADD" and part is not None:
            inside = added(inside, part, uom)
            continue
        inside = 0.0 if part is None else removed(inside, part, uom)
        if inside == 0:
            found.append((step.at, step.id))
    return found


def added(inside: float | None, part: Part, uom: str | None) -> float | None:
    """The amount inside after an ADD; None once an amount was not said, or in another unit."""
    if inside is None or part.quantity is None or part.uom != uom:
        return None
    return inside + part.quantity


def removed(inside: float | None, part: Part, uom: str | None) -> float | None:
    """The amount inside after a DELETE that names the child."""
    if part.quantity is None:
        return 0.0
    if inside is None or part.uom != uom:
        return inside
    left = inside - part.quantity
    return left if left > ROUNDING * inside else 0.0


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
