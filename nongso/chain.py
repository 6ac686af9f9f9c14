"""Rules of the chain after the harvest: what may be merged, split and worked up, how much, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from nongso.clock import LOCAL, local_day
from nongso.errors import Conflict, InvalidInput
from nongso.lots import HALF_GRAM_KG

NOON = time(12)
NEXT = timedelta(seconds=1)  # between two steps of a thing of which only the day is known


class Change(StrEnum):
    """What turns lots into other lots."""

    MERGE = "merge"
    SPLIT = "split"
    PROCESS = "process"


class UnitKind(StrEnum):
    CRATE = "crate"
    PALLET = "pallet"


class WrongChange(InvalidInput):
    """A merge takes two lots or more and gives one, a split takes one, and both keep the product."""

    code = "chain.wrong_change"


class MoreOutThanIn(Conflict):
    """Lots merged or split weigh more afterwards than before."""

    code = "chain.more_out_than_in"


class NotEnoughLeft(Conflict):
    """More is used of a lot than there is of it outside crates, unsold and not on the way."""

    code = "chain.not_enough_left"


class StepInFuture(InvalidInput):
    """Nothing was done tomorrow."""

    code = "chain.in_future"


class BeforeBeginning(Conflict):
    """A step of a lot before its harvest."""

    code = "chain.before_beginning"


class NotInside(Conflict):
    """What is taken out of a crate is not in it."""

    code = "chain.not_inside"


class NothingNamed(InvalidInput):
    """A step of no goods."""

    code = "chain.nothing_named"


@dataclass(frozen=True, slots=True)
class Weighed:
    """So much of a lot, with the product it is of."""

    product_id: int
    kg: float


def check_change(kind: Change, inputs: Sequence[Weighed], outputs: Sequence[Weighed]) -> None:
    """Raises WrongChange or MoreOutThanIn. Working up may change the weight either way: water goes out and sugar comes in."""
    counts = {
        Change.MERGE: len(inputs) >= 2 and len(outputs) == 1,
        Change.SPLIT: len(inputs) == 1 and len(outputs) >= 1,
        Change.PROCESS: len(inputs) >= 1 and len(outputs) >= 1,
    }
    same = len({each.product_id for each in (*inputs, *outputs)}) == 1
    if not counts[kind] or (kind is not Change.PROCESS and not same):
        raise WrongChange(kind=kind.value)
    taken, given = sum(each.kg for each in inputs), sum(each.kg for each in outputs)
    if kind is not Change.PROCESS and given > taken + HALF_GRAM_KG:
        raise MoreOutThanIn(taken_kg=taken, given_kg=given)


def check_free(number: str, asked_kg: float, free_kg: float) -> None:
    """Raises NotEnoughLeft."""
    if asked_kg > free_kg + HALF_GRAM_KG:
        raise NotEnoughLeft(number=number, asked_kg=asked_kg, left_kg=max(0.0, free_kg))


def step_time(day: date | None, begun_on: date | None, last_seen: datetime | None, now: datetime) -> datetime:
    """When a step was: now, or the noon of a day that is past; always after what was recorded of the same things on that day.

    The order of recording stands in for the hour nobody wrote down: without it a crate packed and sent on one day would have gone out empty.
    Raises StepInFuture, or BeforeBeginning for a day before `begun_on`.
    """
    today = local_day(now)
    chosen = day or today
    if chosen > today:
        raise StepInFuture(day=chosen)
    if begun_on is not None and chosen < begun_on:
        raise BeforeBeginning(day=begun_on)
    at = now if chosen == today else datetime.combine(chosen, NOON, LOCAL)
    if last_seen is not None and last_seen >= at and local_day(last_seen) == chosen:
        return last_seen + NEXT
    return at
