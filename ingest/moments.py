"""When was it observed? Times of the field read honestly: RFC 3339 or an epoch in s, ms, µs or ns, clocks ahead, no clock at all."""

from datetime import UTC, datetime
from typing import NamedTuple

from nongso.readings import Flag, Reason

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
AHEAD_US = 300 * SECOND_US  # a clock may be this far ahead of ours before it is not believed
LATE_US = 3_600 * SECOND_US  # what comes later than this is history and never notifies

# An epoch below 1e11 is in seconds (until the year 5138), below 1e14 in milliseconds, below 1e17 in microseconds, then nanoseconds.
UNITS_US = ((1e11, 1e6), (1e14, 1e3), (1e17, 1.0), (1e20, 1e-3))


class Bad(NamedTuple):
    """Why a time cannot be used."""

    reason: Reason
    detail: str = ""


def epoch_us(ts: object) -> int | None:
    """A time of the field in microseconds since 1970 UTC; None when it is none. A time without an offset is none: whose would it be?"""
    if isinstance(ts, str):
        return text_us(ts)
    if isinstance(ts, bool) or not isinstance(ts, int | float) or not 0 <= ts < UNITS_US[-1][0]:
        return None
    scale = 1e6
    for limit, scale in UNITS_US:  # noqa: B007 - the scale is what is looked for
        if ts < limit:
            break
    # Whole numbers stay whole: a nanosecond epoch has more digits than a float keeps.
    return ts * int(scale) if isinstance(ts, int) and scale >= 1 else round(ts * scale)


def text_us(text: str) -> int | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return microseconds(at) if at.tzinfo is not None else None


def microseconds(at: datetime) -> int:
    """An aware instant as microseconds since 1970 UTC."""
    gone = at - EPOCH
    return gone.days * DAY_US + gone.seconds * SECOND_US + gone.microseconds


class Clock(NamedTuple):
    """The clock of one message: `present` is the time of its own items, `past` that of a history slot, `device_us` what it sent itself.

    A clock that is ahead is wrong for the history of the same message by the same amount, so the whole message moves with it.
    """

    present: tuple[int, int] | Bad
    received_us: int
    accept_from_us: int
    device_us: int | None = None
    ahead_us: int = 0

    @classmethod
    def of(cls, ts: object, received_us: int, accept_from_us: int) -> "Clock":
        if ts is None:
            return cls((received_us, int(Flag.NO_TIME)), received_us, accept_from_us)
        sent_us = epoch_us(ts)
        if sent_us is None:
            return cls(Bad(Reason.BAD_TIME, str(ts)[:40]), received_us, accept_from_us)
        ahead_us = sent_us - received_us
        if ahead_us > AHEAD_US:
            return cls((received_us, int(Flag.CLOCK)), received_us, accept_from_us, sent_us, ahead_us)
        return cls(judged(sent_us, received_us, accept_from_us), received_us, accept_from_us, sent_us)

    def past(self, ts: object) -> tuple[int, int] | Bad:
        sent_us = epoch_us(ts)
        if sent_us is None:
            return Bad(Reason.BAD_TIME, str(ts)[:40])
        at_us = sent_us - self.ahead_us
        if at_us - self.received_us > AHEAD_US:
            return self.received_us, int(Flag.CLOCK)
        found = judged(at_us, self.received_us, self.accept_from_us)
        if self.ahead_us == 0 or isinstance(found, Bad):
            return found
        return found[0], found[1] | Flag.CLOCK


def judged(at_us: int, received_us: int, accept_from_us: int) -> tuple[int, int] | Bad:
    if at_us < accept_from_us:
        return Bad(Reason.TOO_OLD, str(at_us))
    return at_us, int(Flag.LATE) if received_us - at_us > LATE_US else 0
