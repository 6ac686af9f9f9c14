"""The trace graph: origins, uses, containers that count only while goods are inside, balances and unknown steps."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from traceability.epcis.vocabulary import CBV
from traceability.story import Part, Step
from traceability.trace import Direction, GapKind, TooWide, Trace, trace

START = datetime(2026, 11, 1, tzinfo=UTC)
NUMBERS = count(1)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def step(
    name: str,
    number: int,
    kind: str,
    action: str | None,
    work: str,
    *parts: Part,
    at: str | None = None,
    group: str | None = None,
) -> Step:
    return Step(
        next(NUMBERS), name, day(number), f"{kind}Event", action, f"{CBV}BizStep-{work}", None, at, group, parts
    )


def part(role: str, key: str, quantity: float | None = None, uom: str | None = "KGM") -> Part:
    return Part(role, key, quantity is not None, quantity, uom if quantity is not None else None)


def harvest(name: str, number: int, key: str, kg: float) -> Step:
    return step(name, number, "Object", "ADD", "creating_class_instance", part("epc", key, kg), at="field")


def keys(found: Trace) -> set[str]:
    return {thing.key for thing in found.things}


def gaps(found: Trace) -> set[tuple[str, GapKind]]:
    return {(gap.thing, gap.kind) for gap in found.gaps}


MIX = [
    harvest("h1", 0, "A", 100),
    harvest("h2", 1, "B", 50),
    step(
        "mix",
        2,
        "Transformation",
        None,
        "packing",
        part("input", "A", 60),
        part("input", "B", 50),
        part("output", "C", 108),
    ),
    step(
        "split",
        3,
        "Transformation",
        None,
        "packing",
        part("input", "C", 100),
        part("output", "D", 40),
        part("output", "E", 60),
    ),
]


def test_up_leads_to_every_origin_and_nothing_else() -> None:
    assert {"D", "C", "A", "B"} == keys(trace("D", Direction.UP, MIX))


def test_down_leads_to_every_use_and_nothing_else() -> None:
    assert {"A", "C", "D", "E"} == keys(trace("A", Direction.DOWN, MIX))


def test_both_ways_keep_to_their_direction() -> None:
    assert {"A", "B", "C", "D", "E"} == keys(trace("C", Direction.BOTH, MIX))
    assert {"A", "B", "C", "D"} == keys(trace("D", Direction.BOTH, MIX))


def test_edges_carry_amounts() -> None:
    edges = {(edge.thing, edge.event_id, edge.role): edge.quantity for edge in trace("C", Direction.UP, MIX).edges}

    assert {("C", "mix", "output"): 108, ("A", "mix", "input"): 60, ("B", "mix", "input"): 50} == edges


def test_balance_says_what_is_left() -> None:
    left = {thing.key: [line.left for line in thing.balance] for thing in trace("C", Direction.BOTH, MIX).things}

    assert {"A": [40], "B": [0], "C": [8], "D": [40], "E": [60]} == left


def test_more_out_than_in_is_told() -> None:
    overdrawn = [
        harvest("h", 0, "A", 10),
        step("mix", 1, "Transformation", None, "packing", part("input", "A", 11), part("output", "B", 11)),
    ]

    assert {("A", GapKind.OVERDRAWN)} == gaps(trace("B", Direction.UP, overdrawn))


def test_units_are_never_added_together() -> None:
    steps = [
        harvest("h", 0, "A", 10),
        step("box", 1, "Transformation", None, "packing", part("input", "A", 3, "CS"), part("output", "B", 3, "CS")),
    ]

    assert {"KGM", "CS"} == {line.uom for line in trace("A", Direction.DOWN, steps).things[0].balance}


PALLET = [
    harvest("h1", 0, "A", 100),
    harvest("h2", 0, "B", 100),
    step(
        "pack", 2, "Aggregation", "ADD", "packing", part("parent", "P"), part("child", "A", 40), part("child", "B", 20)
    ),
    step("ship", 4, "Object", "OBSERVE", "shipping", part("epc", "P")),
    step("arrive", 5, "Object", "OBSERVE", "receiving", part("epc", "P")),
    step("unpack", 6, "Aggregation", "DELETE", "unpacking", part("parent", "P"), part("child", "A", 40)),
    step("reuse", 8, "Aggregation", "ADD", "packing", part("parent", "P"), part("child", "X", 5)),
    step("again", 9, "Object", "OBSERVE", "shipping", part("epc", "P")),
]


def test_contents_before_and_after_unpacking() -> None:
    before = trace("P", Direction.UP, [each for each in PALLET if each.at <= day(5)], day(5))
    after = trace("P", Direction.UP, [each for each in PALLET if each.at <= day(7)], day(7))

    assert ({"P", "A", "B"}, {"P", "B"}) == (keys(before), keys(after))


def test_a_container_counts_only_while_the_goods_are_inside() -> None:
    found = trace("A", Direction.DOWN, PALLET)
    story = next(thing.event_ids for thing in found.things if thing.key == "P")

    assert ("pack", "ship", "arrive", "unpack") == story
    assert [day(6)] == [edge.until for edge in found.edges if edge.role == "child"]


def test_a_crate_reached_at_two_moments_is_opened_at_both() -> None:
    """What is in it today says nothing of what was in it when the sauce was made of it."""
    steps = [
        harvest("h1", 0, "A", 9),
        harvest("h2", 0, "B", 9),
        step("first", 1, "Aggregation", "ADD", "packing", part("parent", "P"), part("child", "A")),
        step("sauce", 2, "Transformation", None, "other", part("input", "P"), part("output", "S", 9)),
        step("clear", 3, "Aggregation", "DELETE", "unpacking", part("parent", "P")),
        step("second", 4, "Aggregation", "ADD", "packing", part("parent", "P"), part("child", "B")),
        step(
            "meal",
            5,
            "Transformation",
            None,
            "other",
            part("input", "S", 9),
            part("input", "P"),
            part("output", "M", 9),
        ),
    ]

    assert {"M", "S", "P", "A", "B"} == keys(trace("M", Direction.UP, steps))


def test_a_delete_without_children_empties_the_container() -> None:
    steps = [*PALLET[:5], step("clear", 6, "Aggregation", "DELETE", "unpacking", part("parent", "P"))]

    assert {"P"} == keys(trace("P", Direction.UP, steps))


def test_a_container_in_a_container_lasts_as_long_as_both() -> None:
    inner = step("pack", 1, "Aggregation", "ADD", "packing", part("parent", "BOX"), part("child", "A", 1))
    outer = step("load", 2, "Aggregation", "ADD", "loading", part("parent", "TRUCK"), part("child", "BOX"))
    out = step("unpack", 3, "Aggregation", "DELETE", "unpacking", part("parent", "BOX"), part("child", "A", 1))
    drive = step("drive", 4, "Object", "OBSERVE", "transporting", part("epc", "TRUCK"))

    found = trace("A", Direction.DOWN, [harvest("h", 0, "A", 1), inner, outer, out, drive])

    assert ("load",) == next(thing.event_ids for thing in found.things if thing.key == "TRUCK")


def test_a_transformation_told_in_two_events_is_one() -> None:
    steps = [
        harvest("h", 0, "A", 10),
        step("in", 1, "Transformation", None, "other", part("input", "A", 10), group="T"),
        step("out", 2, "Transformation", None, "other", part("output", "B", 9), group="T"),
    ]

    assert {"A", "B"} == keys(trace("B", Direction.UP, steps))


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([step("seen", 0, "Object", "OBSERVE", "receiving", part("epc", "A", 1))], {("A", GapKind.ORIGIN)}),
        (
            [harvest("h", 0, "A", 1), step("go", 1, "Object", "OBSERVE", "shipping", part("epc", "A", 1))],
            {("A", GapKind.NOT_RECEIVED)},
        ),
        (
            [
                harvest("h", 0, "A", 1),
                step("sell", 1, "Object", "OBSERVE", "retail_selling", part("epc", "A", 1), at="shop"),
            ],
            {("A", GapKind.MOVED)},
        ),
        (
            [
                harvest("h", 0, "A", 1),
                step("come", 1, "Object", "OBSERVE", "receiving", part("epc", "A", 1), at="shop"),
            ],
            set(),
        ),
        (
            [
                harvest("h", 0, "A", 1),
                step("look", 1, "Object", "OBSERVE", "inspecting", part("epc", "A", 1), at="laboratory"),
            ],
            set(),
        ),
    ],
    ids=["origin", "not received", "moved", "told", "examined by somebody from elsewhere"],
)
def test_unknown_steps_are_shown(steps: list[Step], expected: set[tuple[str, GapKind]]) -> None:
    assert expected == gaps(trace("A", Direction.BOTH, steps))


def test_depth_cuts_and_says_so() -> None:
    found = trace("D", Direction.UP, MIX, depth=1)

    assert ({"D", "C"}, False) == (keys(found), found.complete)


def test_a_circle_ends() -> None:
    circle = [
        step("1", 0, "Transformation", None, "repackaging", part("input", "A", 1), part("output", "B", 1)),
        step("2", 0, "Transformation", None, "repackaging", part("input", "B", 1), part("output", "A", 1)),
    ]

    assert {"A", "B"} == keys(trace("A", Direction.BOTH, circle))


def test_too_many_events_are_refused() -> None:
    with pytest.raises(TooWide):
        trace("A", Direction.UP, (harvest(str(number), 0, "A", 1) for number in range(20_001)))


def box(name: str, number: int, action: str, kg: float | None, at: str | None = None) -> Step:
    child = (Part("child", "A", True, kg, "KGM" if kg else None),) if kg != 0 else ()
    return step(name, number, "Aggregation", action, "packing", part("parent", "BOX"), *child, at=at)


@pytest.mark.parametrize(
    ("out", "inside"),
    [
        ([60.0], True),  # a part of it
        ([60.0, 30.0], True),
        ([60.0, 40.0], False),  # all of it, in two goes
        ([100.0], False),
        ([None], False),  # named without an amount: all of it
        ([0], False),  # nothing named: everything
    ],
)
def test_goods_are_inside_until_the_last_of_them_is_out(out: list[float | None], inside: bool) -> None:
    story = [harvest("h", 0, "A", 100), box("in", 1, "ADD", 100)]
    story += [box(f"out {number}", 2 + number, "DELETE", kg) for number, kg in enumerate(out)]
    story.append(step("send", 9, "Object", "OBSERVE", "shipping", part("epc", "BOX"), at="gate"))

    box_story = next(thing for thing in trace("A", Direction.DOWN, story).things if thing.key == "BOX").event_ids

    assert inside == ("send" in box_story)


def test_goods_whose_amount_nobody_said_stay_inside_when_some_are_taken_out() -> None:
    story = [harvest("h", 0, "A", 100), box("in", 1, "ADD", None), box("out", 2, "DELETE", 5.0)]

    assert "A" in keys(trace("BOX", Direction.UP, story))


def test_what_was_put_in_twice_is_not_out_when_the_first_part_is() -> None:
    story = [harvest("h", 0, "A", 100), box("in", 1, "ADD", 40), box("more", 2, "ADD", 60), box("out", 3, "DELETE", 40)]

    assert "A" in keys(trace("BOX", Direction.UP, story))
