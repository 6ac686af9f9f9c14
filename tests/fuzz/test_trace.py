"""Whatever is recorded, the trace graph is what its rules say: found here by trying everything, slowly and without an index."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from traceability.epcis.vocabulary import CBV
from traceability.story import BEGINNING, CONTAINING, END, ROUNDING, Part, Step
from traceability.trace import COMING, EXAMINING, LEAVING, Direction, trace

START = datetime(2026, 11, 1, tzinfo=UTC)
CHECKED = settings(derandomize=True, max_examples=150, deadline=None)
WORK = ("shipping", "receiving", "inspecting", "packing", "storing")
State = tuple[str, datetime, datetime]  # a thing and the window in which it belongs to the story
Link = tuple[str, str, str]


def parts(draw: st.DrawFn, role: str, names: str, least: int) -> list[Part]:
    keys = draw(st.lists(st.sampled_from(names), min_size=least, max_size=2, unique=True))
    amounts = st.sampled_from([(None, None), (3.0, "KGM"), (6.0, "KGM"), (2.0, "EA")])
    return [Part(role, key, True, *draw(amounts)) for key in keys]


@st.composite
def steps(draw: st.DrawFn) -> list[Step]:
    """Up to a dozen events about five lots and three crates: some in circles, some at one moment, some in parts of one transformation."""
    found = []
    for number in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(["Object", "Transformation", "Transformation", "Aggregation", "Aggregation"]))
        action, group = draw(st.sampled_from(["ADD", "ADD", "OBSERVE", "DELETE"])), None
        if kind == "Transformation":
            named = parts(draw, "input", "ABCDEPQ", 0) + parts(draw, "output", "ABCDE", 0)
            action, group = None, draw(st.sampled_from([None, None, "T"]))
        elif kind == "Aggregation":
            named = [Part("parent", draw(st.sampled_from("PQR")), False, None, None)]
            named += parts(draw, "child", "ABCPQ", 0)
        else:
            named = parts(draw, "epc", "ABCDEP", 1)
        at = START + timedelta(days=draw(st.integers(0, 6)))
        work = f"{CBV}BizStep-{draw(st.sampled_from(WORK))}"
        place = draw(st.sampled_from([None, "here", "there"]))
        found.append(Step(number, f"e{number}", at, f"{kind}Event", action, work, None, place, group, tuple(named)))
    return found


def of(step: Step, role: str) -> list[Part]:
    return [part for part in step.parts if part.role == role]


def group(step: Step, known: list[Step]) -> list[Step]:
    return [
        each for each in known if each is step or (step.transformation and each.transformation == step.transformation)
    ]


def taken_out(known: list[Step], child: Part, container: str, since: Step) -> datetime:
    """By the rule of traceability.story, event by event."""
    inside: float | None = 0.0
    for step in known:
        if step.event_type not in CONTAINING or container not in [part.key for part in of(step, "parent")]:
            continue
        named = [part for part in of(step, "child") if part.key == child.key]
        for part in named if step.action == "ADD" else ():
            if inside is None or part.quantity is None or part.uom != child.uom:
                inside = None
            else:
                inside += part.quantity
        if step.action != "DELETE":
            continue
        if not of(step, "child") or any(part.quantity is None for part in named):
            inside = 0.0
        for part in named:
            if inside is not None and part.quantity is not None and part.uom == child.uom:
                inside = inside - part.quantity if inside - part.quantity > ROUNDING * inside else 0.0
        if inside == 0 and (named or not of(step, "child")) and (step.at, step.id) > (since.at, since.id):
            return step.at
    return END


def edge(part: Part, step: Step) -> Link:
    return part.key, step.event_id, part.role


def upwards(known: list[Step], state: State) -> Iterator[tuple[State | None, set[Link]]]:
    """Where one step leads and the edges it walks."""
    key, _, at = state
    for step in known:
        for part in step.parts:
            if part.key != key or step.at > at:
                continue
            if part.role == "output":
                yield None, {edge(part, step)}
                for member in group(step, known):
                    for source in of(member, "input"):
                        yield (source.key, BEGINNING, member.at), {edge(source, member)}
            if part.role == "parent" and step.action == "ADD":
                for child in of(step, "child"):
                    until = taken_out(known, child, key, step)
                    if at < until or at == until == END:
                        yield (child.key, BEGINNING, step.at), {edge(child, step), edge(part, step)}


def downwards(known: list[Step], state: State) -> Iterator[tuple[State | None, set[Link]]]:
    key, start, end = state
    for step in known:
        for part in step.parts:
            if part.key != key or step.at >= end:
                continue
            if part.role == "input" and step.at >= start:
                yield None, {edge(part, step)}
                for member in group(step, known):
                    for target in of(member, "output"):
                        yield (target.key, member.at, END), {edge(target, member)}
            if part.role == "child" and step.action == "ADD":
                container = of(step, "parent")[0]
                until = taken_out(known, part, container.key, step)
                if start < until:
                    window = max(start, step.at), min(end, until)
                    yield (container.key, *window), {edge(part, step), edge(container, step)}


def walked(known: list[Step], begin: State, way: Direction, depth: int) -> tuple[dict[State, int], set[Link], bool]:
    """Every state that can be reached with how far it is, the edges, and whether that was all."""
    ahead = upwards if way is Direction.UP else downwards
    reached, edges, farther = {begin: 0}, set[Link](), list[State]()
    for state in (queue := [begin]):
        for then, links in ahead(known, state):
            edges |= links
            if then is None or then in reached:
                continue
            if reached[state] == depth:
                farther.append(then)
                continue
            reached[then] = reached[state] + 1
            queue.append(then)
    return reached, edges, all(covered(then, reached, known, way) for then in farther)


@given(
    steps(), st.sampled_from("ABCDEPQR"), st.sampled_from(Direction), st.none() | st.integers(0, 6), st.integers(1, 5)
)
@CHECKED
def test_the_graph_is_what_its_rules_say(
    recorded: list[Step], key: str, direction: Direction, day: int | None, depth: int
) -> None:
    as_of = None if day is None else START + timedelta(days=day)
    known = sorted(
        (step for step in recorded if as_of is None or step.at <= as_of), key=lambda step: (step.at, step.id)
    )
    ends = {Direction.UP: as_of or END, Direction.DOWN: END}
    ways = [way for way in ends if direction in (way, Direction.BOTH)]
    walks = [walked(known, (key, BEGINNING, ends[way]), way, depth) for way in ways]
    links = set[Link]().union(*(edges for _, edges, _ in walks))

    found = trace(key, direction, known[::-1], as_of, depth)

    states = [(name, start, end, far) for reached, _, _ in walks for (name, start, end), far in reached.items()]
    nearest = {name: min(far for other, _, _, far in states if other == name) for name, _, _, _ in states}
    assert nearest == {thing.key: thing.distance for thing in found.things}
    assert links == {(each.thing, each.event_id, each.role) for each in found.edges}
    assert all(complete for _, _, complete in walks) == found.complete
    for thing in found.things:
        windows = [(start, end) for name, start, end, _ in states if name == thing.key]
        whole = [step for step in known if thing.key in [part.key for part in step.parts]]
        linked = {event_id for _, event_id, _ in links}
        story = [step for step in whole if step.event_id in linked or any(a <= step.at <= b for a, b in windows)]
        assert [step.event_id for step in story] == list(thing.event_ids)
        assert books(thing.key, whole) == {line.uom: (line.made, line.used) for line in thing.balance}
        told = [(gap.after, gap.before) for gap in found.gaps if (gap.thing, gap.kind) == (thing.key, "moved")]
        assert moves(story) == told


def covered(then: State, reached: dict[State, int], known: list[Step], way: Direction) -> bool:
    """Whether nothing new lies behind a state that was too far: a wider one was looked at; of a container going up, the very moment."""
    holds = any(part.key == then[0] for step in known for part in of(step, "parent"))
    same = [state for state in reached if state[0] == then[0]]
    if way is Direction.UP and holds:
        return then in same
    return any(start <= then[1] and then[2] <= end for _, start, end in same)


def books(key: str, whole: list[Step]) -> dict[str | None, tuple[float, float]]:
    lines: dict[str | None, tuple[float, float]] = {}
    for step in whole:
        for part in step.parts:
            made = part.role == "output" or (part.role == "epc" and step.action == "ADD")
            used = part.role == "input" or (part.role == "epc" and step.action == "DELETE")
            if part.key == key and part.quantity is not None and (made or used):
                before = lines.get(part.uom, (0.0, 0.0))
                lines[part.uom] = before[0] + made * part.quantity, before[1] + used * part.quantity
    return lines


def moves(story: list[Step]) -> list[tuple[str, str]]:
    placed = [step for step in story if step.place and step.biz_step not in EXAMINING]
    return [
        (one.event_id, other.event_id)
        for one, other in pairwise(placed)
        if one.place != other.place and one.biz_step not in LEAVING and other.biz_step not in LEAVING | COMING
    ]
