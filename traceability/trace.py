"""The trace graph: where goods came from and what became of them, from events alone, as of any moment.

Going up follows outputs to inputs and containers to their contents; going down follows inputs to outputs and goods into containers. A container
counts only while the goods were inside it, and events that a partner never sent are shown as gaps, not guessed.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from nongso.errors import InvalidInput
from traceability.epcis.vocabulary import CBV
from traceability.story import BEGINNING, END, ROUNDING, Known, Part, Stay, Step, Story, put_in, stay_of

MAX_STEPS = 20_000
MAX_THINGS = 50_000
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
BOOKED = frozenset({"input", "output"})


class TooWide(InvalidInput):
    """More than `limit` events or things hang together: ask as of an earlier moment, or one way only."""

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
    """A node. `distance`: steps away from what was asked for, on its `side`: up, down, or both for that itself.

    `event_ids`: its story as far as it counts here, oldest first.
    """

    key: str
    is_class: bool
    side: Direction
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


Window = tuple[datetime, datetime]


@dataclass(slots=True)
class Walk:
    """What is gathered on one way: the windows of time in which a thing belongs to the story, how far it is, and the edges walked."""

    known: Known
    depth: int
    windows: dict[str, list[Window]] = field(default_factory=lambda: defaultdict(list))
    distances: dict[str, int] = field(default_factory=dict)
    edges: dict[tuple[str, int, str], Edge] = field(default_factory=dict)
    crossed: set[int | str] = field(
        default_factory=set
    )  # transformations: what is behind them counts the first time only
    complete: bool = True

    def enters(self, key: str, start: datetime, end: datetime, distance: int, *, very: bool = False) -> bool:
        """Whether this way into a thing is new and not too far; then it is remembered.

        It is not new inside a window known before, or, with `very`, in the very same one. Nearer things come first.
        """
        been = self.windows[key]
        for low, high in been:
            if (low, high) == (start, end) or (low <= start and end <= high and not very):
                return False
        if distance > self.depth:
            self.complete = False
            return False
        self.distances.setdefault(key, distance)
        been.append((start, end))
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
    up, down = Walk(known, depth), Walk(known, depth)
    if direction is not Direction.DOWN:
        go_up(up, [key], as_of or END)
    if direction is not Direction.UP:
        go_down(down, [key])
    return told(key, up, down)


def go_up(walk: Walk, keys: Iterable[str], as_of: datetime) -> None:
    """From what goods are to what they were made of, and from a container to what is inside it at that moment.

    What made goods earlier made them later too; what is inside a container at one moment says nothing of another: each is looked at.
    """
    known = walk.known
    waiting = deque([(key, as_of, 0) for key in keys])
    while waiting:
        thing, at, distance = waiting.popleft()
        if not walk.enters(thing, BEGINNING, at, distance, very=thing in known.holders):
            continue
        for step, part in known.of(thing):
            if part.role == "output" and step.at <= at:
                sources = joined(walk, step, part, "input")
                waiting.extend([(source.key, member.at, distance + 1) for source, member in sources])
            elif part.role == "parent" and step.at <= at:
                for stay in put_in(known, step, part):
                    if at < stay.until or at == stay.until == END:
                        packed(walk, stay)
                        waiting.append((stay.child.key, step.at, distance + 1))


def go_down(walk: Walk, keys: Iterable[str]) -> None:
    """From goods to what was made of them, and into the containers they were in while they were in them."""
    known = walk.known
    waiting = deque([(key, BEGINNING, END, 0) for key in keys])
    while waiting:
        thing, start, end, distance = waiting.popleft()
        if not walk.enters(thing, start, end, distance):
            continue
        for step, part in known.of(thing):
            if part.role == "input" and start <= step.at < end:
                targets = joined(walk, step, part, "output")
                waiting.extend([(target.key, member.at, END, distance + 1) for target, member in targets])
            elif part.role == "child" and step.at < end:
                stay = stay_of(known, step, part)
                if stay is not None and start < stay.until:
                    packed(walk, stay)
                    waiting.append((stay.container.key, max(start, step.at), min(end, stay.until), distance + 1))


def joined(walk: Walk, step: Step, here: Part, there: str) -> list[tuple[Part, Step]]:
    """Walk through a transformation: the edges of the thing and of what is on the other side; that only where nobody came through before."""
    walk.link(here, step)
    name = step.transformation or step.id
    if name in walk.crossed:
        return []
    walk.crossed.add(name)
    others = [(part, member) for member in walk.known.group(step) for part in member.parts if part.role == there]
    for part, member in others:
        walk.link(part, member)
    return others


def packed(walk: Walk, stay: Stay) -> None:
    """The edges of a stay; that of the child says when it was taken out."""
    until = None if stay.until == END else stay.until
    walk.link(stay.child, stay.step, until)
    walk.link(stay.container, stay.step)


def told(key: str, up: Walk, down: Walk) -> Trace:
    """The graph as it is shown: things with their stories and balances, the steps, the edges and what is missing."""
    edges = up.edges | down.edges
    linked = {edge.event_id for edge in edges.values()}
    shown = set(linked)
    things: list[Thing] = []
    gaps: list[Gap] = []
    distances = nearest(up.distances, down.distances)
    for name in sorted(sorted(distances), key=distances.__getitem__):
        whole = up.known.of(name)
        windows = [*up.windows.get(name, ()), *down.windows.get(name, ())]
        story, balance, begun = account(whole, windows, linked)
        event_ids = tuple([step.event_id for step in story])
        shown.update(event_ids)
        is_class = bool(whole) and whole[0][1].is_class
        side = Direction.BOTH if name == key else Direction.UP if name in up.distances else Direction.DOWN
        things.append(Thing(name, is_class, side, distances[name], event_ids, balance))
        if story:
            gaps += missing(name, story, begun, balance)
    steps = tuple([step for step in up.known.steps if step.event_id in shown])
    return Trace(key, tuple(things), steps, tuple(edges.values()), tuple(gaps), up.complete and down.complete)


def nearest(up: dict[str, int], down: dict[str, int]) -> dict[str, int]:
    return {**down, **{name: min(far, down.get(name, far)) for name, far in up.items()}}


def account(
    whole: Story, windows: Sequence[Window], linked: Collection[str]
) -> tuple[list[Step], tuple[Balance, ...], bool]:
    """The steps that count here, the books by unit, and whether it is told how the thing came to be: made, commissioned, built as a container.

    Made: created or come out of a transformation; used: gone into one, or destroyed. One pass, because thousands of things are told at a time.
    """
    story: list[Step] = []
    lines: list[Balance] = []
    begun = False
    for step, part in whole:
        if (step.event_id in linked or within(step, windows)) and not (story and story[-1] is step):
            story.append(step)
        role, _, _, quantity, uom, _ = part
        if role == "epc":
            role = ROLES_BY_ACTION.get(step.action, role)
        begun = begun or role == "output" or (role == "parent" and step.action == "ADD")
        if quantity is not None and role in BOOKED:
            book(lines, role, quantity, uom)
    return story, tuple(lines), begun


def book(lines: list[Balance], role: str, quantity: float, uom: str | None) -> None:
    """Add an amount to the line of its unit."""
    for line in lines:
        if line.uom == uom:
            break
    else:
        line = Balance(uom, 0.0, 0.0)
        lines.append(line)
    if role == "output":
        line.made += quantity
    else:
        line.used += quantity


def within(step: Step, windows: Iterable[Window]) -> bool:
    at = step.at
    for start, end in windows:  # noqa: SIM110 - asked of every event: any() over a generator takes three times as long
        if start <= at <= end:
            return True
    return False


def missing(thing: str, story: Sequence[Step], begun: bool, balance: Iterable[Balance]) -> Iterator[Gap]:
    """The steps that must have been and that nobody reported."""
    if not begun:
        yield Gap(thing, GapKind.ORIGIN, None, story[0].event_id)
    before: Step | None = None
    for step in story:
        if step.place is None or step.biz_step in EXAMINING:
            continue
        if before is not None and before.place != step.place and not travelled(before, step):
            yield Gap(thing, GapKind.MOVED, before.event_id, step.event_id)
        before = step
    if story[-1].biz_step in LEAVING:
        yield Gap(thing, GapKind.NOT_RECEIVED, story[-1].event_id, None)
    for line in balance:
        if line.overdrawn:
            yield Gap(thing, GapKind.OVERDRAWN, None, None)
            return


def travelled(before: Step, after: Step) -> bool:
    """Whether somebody recorded a journey between two places."""
    return before.biz_step in LEAVING or after.biz_step in JOURNEY
