"""What became of each message of a settled batch, for whoever sent it and waits for the answer."""

from dataclasses import dataclass

from ingest.judge import Judged
from ingest.settle import Settled
from nongso.readings import Rejection


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message's items."""

    stored: int
    duplicate: int
    conflict: int
    rejected: tuple[Rejection, ...]


def outcomes(settled: Settled) -> list[Outcome]:
    """In the order of the messages; one that speaks of several devices is the sum of its parts."""
    found: list[Outcome] = []
    for judged, duplicate, conflict in zip(settled.judged, settled.duplicates, settled.conflicts, strict=True):
        one = outcome(judged, duplicate, conflict)
        if judged.part:
            found[-1] = added(found[-1], one)
        else:
            found.append(one)
    return found


def outcome(judged: Judged, duplicate: int, conflict: int) -> Outcome:
    stored = len(judged.frame.samples) - duplicate - conflict
    return Outcome(stored, duplicate, conflict, tuple(judged.frame.rejections))


def added(one: Outcome, other: Outcome) -> Outcome:
    return Outcome(
        one.stored + other.stored,
        one.duplicate + other.duplicate,
        one.conflict + other.conflict,
        one.rejected + other.rejected,
    )
