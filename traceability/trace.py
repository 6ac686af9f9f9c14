"""The trace graph: where goods came from and what became of them, from events alone, as of any moment.

Going up follows outputs to inputs and containers to their contents; going down follows inputs to outputs and goods into containers. A container
counts only while the goods were inside it, and events that a partner never sent are shown as gaps, not guessed.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from nongso.errors import InvalidInput
from traceability.epcis.vocabulary import CBV

BEGINNING, END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
MAX_STEPS = 20_000
LEAVING = frozenset(
    f"{CBV}BizStep-{step}" for step in ("shipping", "departing", "transporting", "loading", "consigning")
)
COMING = frozenset(f"{CBV}BizStep-{step}" for step in ("receiving", "arriving", "accepting", "unloading"))
JOURNEY = LEAVING | COMING
CONTAINING = frozenset({"AggregationEvent", "AssociationEvent"})
ROLES_BY_ACTION: dict[str | None, str] = {
    "ADD": "output",
    "DELETE": "input",
}  # of a thing that is created or destroyed by itself
ROUNDING = 1e-6  # of an amount: sums of decimal fractions


class TooWide(InvalidInput):
    """More than `limit` events hang together: ask as of an earlier moment, or less deep."""

    code = "trace.too_wide"
    status = 413


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"
    BOTH = "both"


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


@dataclass(
    slots=True
)  # here and below not frozen: tens of thousands are made at a time, and freezing each costs more than the rest
class Edge:
    """A thing's part in a step. Into it: input, child; out of it: output, parent. `until`: when a child was taken out."""

    thing: str
    event_id: str
    role: str
    quantity: float | None
    uom: str | None
    until: datetime | None = None


@dataclass(slots=True)
class Balance:
    """What was made of a thing and what was used, in one unit; `left` below zero means that more went out than came in."""

    uom: str | None
    made: float
    used: float

    @property
    def left(self) -> float:
        return self.made - self.used

    @property
    def overdrawn(self) -> bool:
        return self.used - self.made > ROUNDING * max(self.made, self.used)


class GapKind(StrEnum):
    """Steps that nobody reported. Words: `trace.gap.<kind>`."""

    ORIGIN = "origin"  # nothing says how it came into being
    MOVED = "moved"  # seen at another place, with no journey between
    NOT_RECEIVED = "not_received"  # it left and was not seen again
    OVERDRAWN = "overdrawn"  # more was used than made


@dataclass(frozen=True, slots=True)
class Gap:
    thing: str
    kind: GapKind
    after: str | None  # the event id of the last step that is known
    before: str | None


@dataclass(slots=True)
class Thing:
    """A node. `distance`: steps away from what was asked for; `event_ids`: its story as far as it counts here, oldest first."""

    key: str
    is_class: bool
    distance: int
    event_ids: tuple[str, ...]
    balance: tuple[Balance, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """The graph. `complete` is False where the depth asked for cut it off."""

    key: str
    things: tuple[Thing, ...]
    steps: tuple[Step, ...]
    edges: tuple[Edge, ...]
    gaps: tuple[Gap, ...]
    complete: bool


EVENT_ID = attrgetter("event_id")
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


Windows = dict[str, list[tuple[datetime, datetime]]]


@dataclass(slots=True)
class Walk:
    """What is gathered on the way: the windows of time in which a thing belongs to the story, and the edges walked."""

    known: Known
    depth: int
    windows: Windows = field(default_factory=lambda: defaultdict(list))
    distances: dict[str, int] = field(default_factory=dict)
    edges: dict[tuple[str, int, str], Edge] = field(default_factory=dict)
    complete: bool = True

    def enters(self, visited: Windows, key: str, start: datetime, end: datetime, distance: int) -> bool:
        """Whether this way into a thing is new on this walk and not too far; then it is remembered."""
        if distance > self.depth:
            self.complete = False
            return False
        if distance < self.distances.get(key, distance + 1):
            self.distances[key] = distance
        for low, high in visited[key]:
            if low <= start and end <= high:
                return False
        visited[key].append((start, end))
        self.windows[key].append((start, end))
        return True

    def link(self, part: Part, step: Step, until: datetime | None = None) -> None:
        """Walk along an edge, once."""
        name = part.key, step.id, part.role
        if name not in self.edges:
            self.edges[name] = Edge(part.key, step.event_id, part.role, part.quantity, part.uom, until)


def trace(
    key: str, direction: Direction, steps: Iterable[Step], as_of: datetime | None = None, depth: int = 50
) -> Trace:
    """The graph around `key`, from `steps`: at least all up to `as_of` that name a thing on the way. Raises TooWide."""
    known = Known(steps)
    if len(known.steps) > MAX_STEPS:
        raise TooWide(limit=MAX_STEPS)
    walk = Walk(known, depth)
    if direction is not Direction.DOWN:
        go_up(walk, key, as_of or END)
    if direction is not Direction.UP:
        go_down(walk, key)
    return told(walk, key)


def go_up(walk: Walk, key: str, as_of: datetime) -> None:
    """From what goods are to what they were made of, and from a container to what is inside it at that moment."""
    visited: Windows = defaultdict(list)
    waiting = deque([(key, as_of, 0)])
    while waiting:
        thing, at, distance = waiting.popleft()
        if not walk.enters(visited, thing, BEGINNING, at, distance):
            continue
        for step, part in walk.known.of(thing):
            if part.role == "output" and step.at <= at:
                sources = joined(walk, step, part, "input")
                waiting.extend((source.key, member.at, distance + 1) for source, member in sources)
        for stay in contents(walk.known, thing):
            if stay.step.at <= at < stay.until or at == stay.until == END:
                packed(walk, stay)
                waiting.append((stay.child.key, stay.step.at, distance + 1))


def go_down(walk: Walk, key: str) -> None:
    """From goods to what was made of them, and into the containers they were in while they were in them."""
    visited: Windows = defaultdict(list)
    waiting = deque([(key, BEGINNING, END, 0)])
    while waiting:
        thing, start, end, distance = waiting.popleft()
        if not walk.enters(visited, thing, start, end, distance):
            continue
        for step, part in walk.known.of(thing):
            if part.role == "input" and start <= step.at < end:
                targets = joined(walk, step, part, "output")
                waiting.extend((target.key, member.at, END, distance + 1) for target, member in targets)
        for stay in stays(walk.known, thing):
            if stay.step.at < end and start < stay.until:
                packed(walk, stay)
                waiting.append((stay.container.key, max(start, stay.step.at), min(end, stay.until), distance + 1))


def joined(walk: Walk, step: Step, here: Part, there: str) -> list[tuple[Part, Step]]:
    """Walk through a transformation: the edges of the thing and of what is on the other side."""
    walk.link(here, step)
    others = [(part, member) for member in walk.known.group(step) for part in member.parts if part.role == there]
    for part, member in others:
        walk.link(part, member)
    return others


def packed(walk: Walk, stay: Stay) -> None:
    """The edges of a stay; that of the child says when it was taken out."""
    until = None if stay.until == END else stay.until
    walk.link(stay.child, stay.step, until)
    walk.link(stay.container, stay.step)


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


def told(walk: Walk, key: str) -> Trace:
    """The graph as it is shown: things with their stories and balances, the steps, the edges and what is missing."""
    things: list[Thing] = []
    gaps: list[Gap] = []
    linked = {edge.event_id for edge in walk.edges.values()}
    shown = set(linked)
    for thing in sorted(sorted(walk.distances), key=walk.distances.__getitem__):
        whole, windows = walk.known.of(thing), walk.windows[thing]
        story = [step for step, _ in whole if step.event_id in linked or within(step, windows)]
        event_ids = tuple(dict.fromkeys(map(EVENT_ID, story)))
        shown.update(event_ids)
        balance = balances(whole)
        things.append(Thing(thing, bool(whole) and whole[0][1].is_class, walk.distances[thing], event_ids, balance))
        gaps += missing(thing, whole, story, balance)
    steps = tuple(step for step in walk.known.steps if step.event_id in shown)
    return Trace(key, tuple(things), steps, tuple(walk.edges.values()), tuple(gaps), walk.complete)


def within(step: Step, windows: Iterable[tuple[datetime, datetime]]) -> bool:
    at = step.at
    for start, end in windows:  # noqa: SIM110 - asked of every event: any() over a generator takes three times as long
        if start <= at <= end:
            return True
    return False


def balances(parts: Story) -> tuple[Balance, ...]:
    """Made and used by unit. Made: created or come out of a transformation; used: gone into one, or destroyed."""
    lines: dict[str | None, Balance] = {}
    for step, part in parts:
        role = ROLES_BY_ACTION.get(step.action) if part.role == "epc" else part.role
        if part.quantity is None or role not in ("input", "output"):
            continue
        line = lines.get(part.uom)
        if line is None:
            line = lines[part.uom] = Balance(part.uom, 0.0, 0.0)
        if role == "output":
            line.made += part.quantity
        else:
            line.used += part.quantity
    return tuple(lines.values())


def missing(thing: str, whole: Story, story: list[Step], balance: Iterable[Balance]) -> Iterator[Gap]:
    """The steps that must have been and that nobody reported."""
    if not story:
        return
    if not begins(whole):
        yield Gap(thing, GapKind.ORIGIN, None, story[0].event_id)
    placed = [step for step in story if step.biz_location or step.read_point]
    for earlier, later in pairwise(placed):
        if earlier.place != later.place and earlier.biz_step not in LEAVING and later.biz_step not in JOURNEY:
            yield Gap(thing, GapKind.MOVED, earlier.event_id, later.event_id)
    if story[-1].biz_step in LEAVING:
        yield Gap(thing, GapKind.NOT_RECEIVED, story[-1].event_id, None)
    if any(line.overdrawn for line in balance):
        yield Gap(thing, GapKind.OVERDRAWN, None, None)


def begins(story: Story) -> bool:
    """Whether it is told how a thing came to be: made, commissioned, or built as a container."""
    for step, part in story:  # noqa: SIM110 - as above
        if part.role == "output" or (step.action == "ADD" and part.role in ("epc", "parent")):
            return True
    return False
