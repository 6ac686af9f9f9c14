"""Rules of a recall: its 24 hours, how much of what was sent is accounted for, when the next drill is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from nongso.errors import Conflict, InvalidInput

TIME_LIMIT = timedelta(
    hours=24
)  # Circular 17/2021/TT-BNNPTNT: the decision within 24 hours after the fault was established
MONTHS_A_QUARTER = 3


class Treatment(StrEnum):
    """What becomes of recalled goods (Circular 17/2021/TT-BNNPTNT); words are `recall.treatment.<value>`."""

    FIX = "fix"  # the fault or the label is put right
    OTHER_USE = "other_use"
    RE_EXPORT = "re_export"
    DESTROY = "destroy"


class CaseClosed(Conflict):
    """Nothing is added to a recall that was closed."""

    code = "recall.closed"


class ReachChanged(Conflict):
    """The dry run that is confirmed is not the one of now: goods were made, sent or added since, or it was of other lots."""

    code = "recall.reach_changed"


class NotAnswered(Conflict):
    """A recall is not closed while somebody who got the goods has not answered, unless it is said why."""

    code = "recall.not_answered"


class FoundLater(InvalidInput):
    """The fault was established after now."""

    code = "recall.found_later"


class MoreThanLot(Conflict):
    """More of a lot is treated than it ever held."""

    code = "recall.more_than_lot"


class AlreadyAnswered(Conflict):
    code = "recall.already_answered"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a party got and what it says of it; `accounted_kg` is None until it has answered, `sent_kg` where nobody weighed."""

    sent_kg: float | None
    accounted_kg: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """Weighed over all who got goods; `unweighed` counts those of whom the weight is not known. `share` is None where nothing was sent."""

    sent_kg: float
    accounted_kg: float
    parties: int
    answered: int
    unweighed: int

    @property
    def share(self) -> float | None:
        return self.accounted_kg / self.sent_kg if self.sent_kg > 0 else None


def effect(answers: Iterable[Answer]) -> Effect:
    """Kilograms accounted for over kilograms sent. Nobody accounts for more than they got: a surplus is no goods of this recall."""
    known = list(answers)
    return Effect(
        sum(each.sent_kg or 0.0 for each in known),
        sum(min(each.accounted_kg or 0.0, each.sent_kg or 0.0) for each in known),
        len(known),
        sum(each.accounted_kg is not None for each in known),
        sum(each.sent_kg is None for each in known),
    )


def due_at(found_at: datetime) -> datetime:
    """The end of the 24 hours."""
    return found_at + TIME_LIMIT


def check_found(found_at: datetime, now: datetime) -> None:
    """Raises FoundLater."""
    if found_at > now:
        raise FoundLater(at=found_at)


def drill_due_by(last_drill_on: date | None, today: date) -> date:
    """The last day of the quarter in which the next drill must be: this one, or the next where this one has had its drill."""
    quarter = quarter_of(today)
    if last_drill_on is not None and quarter_of(last_drill_on) >= quarter:
        quarter += 1
    first_after = quarter + 1
    year, index = divmod(first_after, 4)
    return date(year, index * MONTHS_A_QUARTER + 1, 1) - timedelta(days=1)


def quarter_of(day: date) -> int:
    """Quarters counted through: four a year."""
    return day.year * 4 + (day.month - 1) // MONTHS_A_QUARTER
