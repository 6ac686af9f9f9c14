"""Rules about collectors: readings that waited in one instead of being stored, and none that is alive. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

SILENT = timedelta(minutes=5)  # a collector speaks every ten seconds; a restart takes less than this; our choice


@dataclass(frozen=True, slots=True)
class Wait:
    """A time during which readings waited; `to_at` None: they still do. `most` messages waited when it was worst."""

    from_at: datetime
    to_at: datetime | None
    most: int


def joined(waits: Iterable[Wait]) -> list[Wait]:
    """Waits of several collectors as one story, in order: those that overlap are one."""
    found: list[Wait] = []
    for wait in sorted(waits, key=lambda each: each.from_at):
        last = found[-1] if found else None
        if last is not None and (last.to_at is None or wait.from_at <= last.to_at):
            found[-1] = replace(last, to_at=_later(last.to_at, wait.to_at), most=last.most + wait.most)
        else:
            found.append(wait)
    return found


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)


def is_silent(seen_at: datetime, watched_since: datetime, now: datetime) -> bool:
    """Whether no collector spoke for too long. Only time counts in which the database could have been told."""
    return now - max(seen_at, watched_since) > SILENT
