"""When a scheduled subscription is told: fields as in cron, in UTC (EPCIS 2.0 §8.2.5.3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from traceability.epcis.destination import BadSchedule

FIELDS = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "dayOfMonth": (1, 31),
    "month": (1, 12),
    "dayOfWeek": (1, 7),
}
TIMES = 3  # of the fields: the times of day
ELEMENT = re.compile(
    r"(?P<single>\d{1,2})|\[(?P<low>\d{1,2})-(?P<high>\d{1,2})\]|(?P<start>\d{1,2})/(?P<every>\d{1,2})"
)
HORIZON = timedelta(days=4 * 366 + 1)  # the 29th of February comes within it


@dataclass(frozen=True, slots=True)
class Schedule:
    """The values each field may have; Monday is day 1 of the week."""

    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def has_day(self, at: datetime) -> bool:
        return at.day in self.days and at.month in self.months and at.isoweekday() in self.weekdays


def read_schedule(fields: Mapping[str, str]) -> Schedule:
    """A schedule from its fields: numbers, lists, `[1-5]`, `0/30`. A time of day that is left out is 0 below the finest
    field given; whatever else is left out is any.

    Raises BadSchedule.
    """
    if not fields or not set(fields) <= set(FIELDS):
        raise BadSchedule(schedule=", ".join(fields))
    finest = next(place for place, name in enumerate(FIELDS) if name in fields)
    sets = [
        values(name, fields[name])
        if name in fields
        else frozenset({0} if place < min(finest, TIMES) else range(low, high + 1))
        for place, (name, (low, high)) in enumerate(FIELDS.items())
    ]
    return Schedule(*sets)


def values(name: str, text: str) -> frozenset[int]:
    low, high = FIELDS[name]
    found: set[int] = set()
    for element in text.split(","):
        match = ELEMENT.fullmatch(element.strip())
        if match is None:
            raise BadSchedule(schedule=f"{name}={text[:60]}")
        found |= spread(match, high)
    if not found or not all(low <= value <= high for value in found):
        raise BadSchedule(schedule=f"{name}={text[:60]}")
    return frozenset(found)


def spread(match: re.Match[str], highest: int) -> set[int]:
    """The numbers that one element stands for."""
    if match["single"]:
        return {int(match["single"])}
    if match["low"]:
        return set(range(int(match["low"]), int(match["high"]) + 1))
    return set(range(int(match["start"]), highest + 1, max(1, int(match["every"]))))


def next_after(schedule: Schedule, moment: datetime) -> datetime:
    """The first instant after `moment`, in UTC. Raises BadSchedule when there is none in four years."""
    at = moment.replace(microsecond=0) + timedelta(seconds=1)
    while at < moment + HORIZON:
        if not schedule.has_day(at):
            at = at.replace(hour=0, minute=0, second=0) + timedelta(days=1)
        elif at.hour not in schedule.hours:
            at = at.replace(minute=0, second=0) + timedelta(hours=1)
        elif at.minute not in schedule.minutes:
            at = at.replace(second=0) + timedelta(minutes=1)
        elif at.second not in schedule.seconds:
            at += timedelta(seconds=1)
        else:
            return at
    raise BadSchedule(schedule="")
