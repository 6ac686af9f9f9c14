"""Mass balance: what was made, used, left and lost, and what was not weighed."""

from datetime import UTC, datetime

from traceability.balance import mass_balance
from traceability.story import Part, Step
from traceability.trace import Direction, trace

AT = datetime(2026, 11, 1, tzinfo=UTC)


def step(number: int, kind: str, *parts: Part) -> Step:
    action = "ADD" if kind == "ObjectEvent" else None
    return Step(number, f"e{number}", AT, kind, action, None, None, None, None, parts)


def kg(role: str, key: str, amount: float | None, uom: str = "KGM") -> Part:
    return Part(role, key, True, amount, uom)


STORY = [
    step(1, "ObjectEvent", kg("epc", "A", 100)),
    step(2, "TransformationEvent", kg("input", "A", 60), kg("output", "B", 57)),
    step(3, "TransformationEvent", kg("input", "B", 50), kg("output", "C", 55)),
    step(4, "TransformationEvent", kg("input", "B", 7), kg("output", "D", 20, "CS")),
]


def test_every_step_says_what_it_lost_or_gained() -> None:
    steps = {line.event_id: line.lost for line in mass_balance(trace("A", Direction.BOTH, STORY)).steps}

    assert {"e2": 3, "e3": -5} == steps


def test_what_was_not_weighed_on_both_sides_is_counted_not_guessed() -> None:
    assert 1 == mass_balance(trace("A", Direction.BOTH, STORY)).unweighed


def test_more_used_than_made_is_said() -> None:
    more = [*STORY, step(5, "TransformationEvent", kg("input", "A", 41), kg("output", "E", 41))]

    assert {"A": True, "B": False} == {
        thing.key: thing.overdrawn for thing in mass_balance(trace("A", Direction.BOTH, more)).things if thing.key < "C"
    }
