"""Mass balance of a trace graph: what each thing was made, used and left, and what each transformation lost or gained."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from traceability.story import Step
from traceability.trace import Balance, Trace


@dataclass(frozen=True, slots=True)
class ThingBalance:
    """A thing's books, a line for each unit; `overdrawn` where more was used than made."""

    key: str
    lines: tuple[Balance, ...]
    overdrawn: bool


@dataclass(frozen=True, slots=True)
class StepBalance:
    """What went into a transformation and came out, in one unit. `lost` is below zero where more came out: foreign goods, or water."""

    event_id: str
    at: datetime
    uom: str | None
    put_in: float
    came_out: float

    @property
    def lost(self) -> float:
        return self.put_in - self.came_out


@dataclass(frozen=True, slots=True)
class MassBalance:
    """Steps of which one side was not weighed, or in another unit, are counted in `unweighed` and not guessed."""

    things: tuple[ThingBalance, ...]
    steps: tuple[StepBalance, ...]
    unweighed: int


def mass_balance(found: Trace) -> MassBalance:
    things = tuple(
        ThingBalance(thing.key, thing.balance, any(line.overdrawn for line in thing.balance)) for thing in found.things
    )
    changes = [step for step in found.steps if step.event_type == "TransformationEvent"]
    weighed = {step.event_id: tuple(weigh(step)) for step in changes}
    lines = tuple(line for lines in weighed.values() for line in lines)
    return MassBalance(things, lines, sum(not lines for lines in weighed.values()))


def weigh(step: Step) -> Iterator[StepBalance]:
    """A line where both sides were weighed in one and the same unit."""
    sides = {role: [part for part in step.parts if part.role == role] for role in ("input", "output")}
    units = {part.uom for parts in sides.values() for part in parts}
    known = all(parts and all(part.quantity is not None for part in parts) for parts in sides.values())
    if not known or len(units) != 1:
        return
    put_in, came_out = (sum(part.quantity or 0.0 for part in sides[role]) for role in ("input", "output"))
    yield StepBalance(step.event_id, step.at, units.pop(), put_in, came_out)
