"""What the meter and the coil say (rule 7): a leak, a burst, no water, a current that cannot be. Shares of the learned flow are the reference's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

BURST, CLOG = 1.3, 0.6  # of the learned flow
LEAK_SHARE, LEAK_M3_H = 0.05, 0.05  # of the expected flow, and what every meter drips; our choice
CURRENT_MA = (100.0, 1200.0)  # OpenSprinkler's limits of a coil
SETTLE = timedelta(seconds=60)  # until pipes are full, or empty again; our choice
FRESH = timedelta(minutes=45)  # three reports of a quarter of an hour
LEARNS_FROM = 3  # runs


class Fault(StrEnum):
    """Slugs of the alerts I2 to I5."""

    LEAK = "leak"
    BURST = "burst"
    CLOG = "clog"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Meter:
    """The newest fit flow in m³/h and coil current in mA, each with its instant; None: never told."""

    flow_m3_h: float | None = None
    flow_at: datetime | None = None
    current_ma: float | None = None
    current_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault with what was seen; None of these means that nothing speaks against the pipe."""

    fault: Fault
    value: float
    limit: float


def learned(flows: Sequence[float], told_m3_h: float) -> float:
    """The median of the newest measured runs; before there are three, what the zone's owner says."""
    return median(flows) if len(flows) >= LEARNS_FROM else told_m3_h


def while_open(meter: Meter, learned_m3_h: float, opened_at: datetime, now: datetime) -> Finding | None:
    """A run's flow and current, once the pipes are full. An old reading proves nothing."""
    since = opened_at + SETTLE
    if _counts(meter.current_at, since, now) and meter.current_ma is not None:
        low, high = CURRENT_MA
        if not low <= meter.current_ma <= high:
            return Finding(Fault.CURRENT, meter.current_ma, low if meter.current_ma < low else high)
    if not _counts(meter.flow_at, since, now) or meter.flow_m3_h is None:
        return None
    if meter.flow_m3_h > BURST * learned_m3_h:
        return Finding(Fault.BURST, meter.flow_m3_h, BURST * learned_m3_h)
    if meter.flow_m3_h < CLOG * learned_m3_h:
        return Finding(Fault.CLOG, meter.flow_m3_h, CLOG * learned_m3_h)
    return None


def flows_well(meter: Meter, learned_m3_h: float, opened_at: datetime, now: datetime) -> bool:
    """Whether the meter says so: what ends an alert of I3 to I5. Silence does not."""
    told = _counts(meter.flow_at, opened_at + SETTLE, now) and meter.flow_m3_h is not None
    return told and while_open(meter, learned_m3_h, opened_at, now) is None


def while_closed(meter: Meter, expected_m3_h: float, closed_at: datetime, now: datetime) -> Finding | None:
    """Water through a meter although every valve behind it is known to be closed."""
    limit = max(LEAK_M3_H, LEAK_SHARE * expected_m3_h)
    if _counts(meter.flow_at, closed_at + SETTLE, now) and meter.flow_m3_h is not None and meter.flow_m3_h > limit:
        return Finding(Fault.LEAK, meter.flow_m3_h, limit)
    return None


def is_dry(meter: Meter, expected_m3_h: float, closed_at: datetime, now: datetime) -> bool:
    """Whether a fresh reading says that nothing leaks: what ends a leak alert. Silence does not."""
    if not _counts(meter.flow_at, closed_at + SETTLE, now):
        return False
    return while_closed(meter, expected_m3_h, closed_at, now) is None


def runs_on(meter: Meter, expected_m3_h: float, told_at: datetime, now: datetime) -> bool | None:
    """Whether water still runs through a meter behind which all should be closed since `told_at`; None: it has not said."""
    if not _counts(meter.flow_at, told_at + SETTLE, now):
        return None
    return while_closed(meter, expected_m3_h, told_at, now) is not None


def _counts(at: datetime | None, since: datetime, now: datetime) -> bool:
    return at is not None and at >= since and now - at <= FRESH
