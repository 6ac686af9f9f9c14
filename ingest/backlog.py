"""What waits in a collector, and when that is worth waking somebody. Pure: it must be told while the database is away."""

from dataclasses import dataclass
from enum import StrEnum

HIGH_SHARE = 0.5  # of what may wait: as long again remains to act; our choice
LOW_SHARE = 0.25  # of the siding: it need not be empty to be well, hurried devices go through it every day; our choice
OLD_S = 600.0  # an outage that is shorter is a restart; our choice


class Fault(StrEnum):
    SPOOL_HIGH = "spool_high"
    SIDING_HIGH = "siding_high"
    UNWRITTEN_OLD = "unwritten_old"


@dataclass(frozen=True, slots=True)
class Backlog:
    """Messages in the spool and in the siding, and how many may be there. `oldest_us`: when the oldest spooled one was received."""

    spooled: int = 0
    spool_limit: int = 1
    oldest_us: int | None = None
    aside: int = 0
    aside_limit: int = 1

    def oldest_s(self, now_us: int) -> float:
        return 0.0 if self.oldest_us is None else max(0.0, (now_us - self.oldest_us) / 1e6)


def faults(backlog: Backlog, now_us: int) -> tuple[Fault, ...]:
    """What is wrong with it; nothing when it is as it should be."""
    found = (
        (Fault.SPOOL_HIGH, backlog.spooled >= HIGH_SHARE * backlog.spool_limit),
        (Fault.SIDING_HIGH, backlog.aside >= HIGH_SHARE * backlog.aside_limit),
        (Fault.UNWRITTEN_OLD, backlog.oldest_s(now_us) >= OLD_S),
    )
    return tuple(fault for fault, holds in found if holds)


def is_level(backlog: Backlog) -> bool:
    """Whether what was wrong is over: nothing in the spool, and the siding well below the mark that called."""
    return backlog.spooled == 0 and backlog.aside <= LOW_SHARE * backlog.aside_limit
