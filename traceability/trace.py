"""The trace graph: where goods came from and what became of them, from events alone, as of any moment.

Going up follows outputs to inputs and containers to their contents; going down follows inputs to outputs and goods into containers. A container
counts only while the goods were inside it, and events that a partner never sent are shown as gaps, not guessed.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from operator import attrgetter

from nongso.errors import InvalidInput
from traceability.epcis.vocabulary import CBV
from traceability.story import BEGINNING, END, ROUNDING, Known, Part, Stay, Step, Story, contents, stays

MAX_STEPS = 20_000
LEAVING = frozenset(
    f"{CBV}BizStep-{step}" for step in ("shipping", "departing", "transporting", "loading", "consigning")
)
COMING = frozenset(f"{CBV}BizStep-{step}" for step in ("receiving", "arriving", "accepting", "unloading"))
JOURNEY = LEAVING | COMING
EXAMINING = frozenset(f"{CBV}BizStep-{step}" for step in ("inspecting", "sampling"))  # their place is the examiner's
ROLES_BY_ACTION: dict[str | None, str] = {
    "ADD": "output",
    "DELETE": "input",
}  # of a thing that is created or destroyed by itself


class TooWide(InvalidInput):
    """More than `limit` events hang together: ask as of an earlier moment, or less deep."""

    code = "trace.too_wide"
    status = 413


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"
    BOTH = "both"


# Edges, balances and things are not frozen: tens of thousands are made at a time, and freezing each costs more than the rest.
@dataclass(slots=True)
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
    placed = [step for step in story if (step.biz_location or step.read_point) and step.biz_step not in EXAMINING]
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
