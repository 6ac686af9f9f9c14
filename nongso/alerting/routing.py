"""Who is told, and when: quiet hours, the ladder, the daily cap, the digest. Pure; a critical alert passes every one of them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from nongso.clock import LOCAL

CRITICAL = 4  # from this severity on nobody's quiet hours, cap or digest hold a message back; our choice
# How long after its beginning an unanswered alert climbs to a rung: the farmer, a second number, the commune, the office. Our choice.
CLIMBS = (timedelta(), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
CRITICAL_CLIMBS = (timedelta(), timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=1))
TRIES = 3  # on a channel, before the next one is taken
FIRST_WAIT = timedelta(seconds=30)


class Way(StrEnum):
    NOW = "now"
    LATER = "later"  # after quiet hours
    DIGEST = "digest"  # with others, once a day


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person asked for; times are those of the local clock. `digest_at` None: each message by itself."""

    rung: int
    least: int
    quiet_from: time | None
    quiet_to: time | None
    daily_cap: int
    digest_at: time | None


@dataclass(frozen=True, slots=True)
class Plan:
    way: Way
    due_at: datetime


def reaches(wishes: Wishes, severity: int, age: timedelta, answered: bool) -> bool:
    """Whether an alert of this age is this person's to know: severe enough for them, and climbed to their rung."""
    climbs = CRITICAL_CLIMBS if severity >= CRITICAL else CLIMBS
    if severity < wishes.least:
        return False
    return wishes.rung == 0 or (not answered and age >= climbs[wishes.rung])


def plan(wishes: Wishes, severity: int, told_today: int, now: datetime) -> Plan:
    """When to tell. What is over the cap is not lost: it waits for the digest."""
    if severity >= CRITICAL:
        return Plan(Way.NOW, now)
    if wishes.digest_at is not None or told_today >= wishes.daily_cap:
        return Plan(Way.DIGEST, next_local(wishes.digest_at or time(6), now))
    if (
        wishes.quiet_from is not None
        and wishes.quiet_to is not None
        and is_quiet(wishes.quiet_from, wishes.quiet_to, now)
    ):
        return Plan(Way.LATER, next_local(wishes.quiet_to, now))
    return Plan(Way.NOW, now)


def is_quiet(begin: time, end: time, now: datetime) -> bool:
    """Whether the local clock stands in [begin, end); over midnight where it ends before it begins."""
    clock = now.astimezone(LOCAL).time()
    return begin <= clock < end if begin <= end else clock >= begin or clock < end


def next_local(at: time, now: datetime) -> datetime:
    """The next instant after now at which the local clock shows `at`."""
    today = datetime.combine(now.astimezone(LOCAL).date(), at, LOCAL)
    return today if today > now else today + timedelta(days=1)


def wait(tries: int) -> timedelta:
    """Before the next try on the same channel: twice as long after each."""
    return FIRST_WAIT * 2**tries
