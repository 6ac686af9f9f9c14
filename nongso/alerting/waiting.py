"""H1 and H2: what the diary's sprays forbid. By the clock, not by readings: a field may be entered again whether or not a sensor speaks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nongso.diary import Spray, decisive, find_closed, waited
from nongso.rules import Signal

LOOKED_BACK = timedelta(days=60)  # harvests older than this are eaten


@dataclass(frozen=True, slots=True)
class Sprayed:
    """A field with the sprays that count, and the days of harvests that nobody of the office gave a reason for."""

    field_id: int
    sprays: tuple[Spray, ...]
    harvested_on: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class DiaryLook:
    """What a rule saw; `spray` is the one it speaks of, `day` the harvest, `days` how many it came too early."""

    rule: str
    field_id: int
    signal: Signal
    severity: int
    spray: Spray | None = None
    day: date | None = None
    days: int = 0


def look_at_all(fields: Iterable[Sprayed], now: datetime) -> list[DiaryLook]:
    return [look for field in fields for look in (waiting(field), reentry(field, now))]


def waiting(field: Sprayed) -> DiaryLook:
    """H1: a harvest before the end of a pre-harvest interval that stands without a reason: its spray came into the diary later."""
    for day in sorted(field.harvested_on, reverse=True):
        spray = decisive(field.sprays, day)
        if spray is not None and not waited(spray, day):
            return DiaryLook("waiting", field.field_id, Signal.RAISE, 4, spray, day, (spray.first_day - day).days)
    return DiaryLook("waiting", field.field_id, Signal.CLEAR, 4)


def reentry(field: Sprayed, now: datetime) -> DiaryLook:
    """H2: the field is closed to people after a spray."""
    spray = find_closed(field.sprays, now)
    return DiaryLook("reentry", field.field_id, Signal.CLEAR if spray is None else Signal.RAISE, 3, spray)


def running_wait(sprays: Sequence[Spray], today: date) -> Spray | None:
    """The spray whose pre-harvest interval ends last, as long as one runs."""
    running = [spray for spray in sprays if spray.day <= today < spray.first_day]
    return max(running, key=lambda spray: spray.first_day, default=None)
