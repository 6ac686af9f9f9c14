"""How the tamper-evident log stands: size, witnesses, and what the monitor found."""

from dataclasses import dataclass
from datetime import datetime

from ui.door import Door


@dataclass(frozen=True, slots=True)
class Witness:
    """`fault` is why it did not sign when it was asked last, or empty."""

    name: str
    vkey: str
    asked_at: datetime
    size: int | None
    cosigned_at: datetime | None
    fault: str


@dataclass(frozen=True, slots=True)
class Fault:
    text: str


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison of the database with the log; `count` counts also what concerns other offices."""

    at: datetime
    size: int
    count: int
    faults: list[Fault]


@dataclass(frozen=True, slots=True)
class Log:
    is_kept: bool
    origin: str
    vkey: str
    size: int
    newest_at: datetime | None
    waiting: int
    is_late: bool
    witnesses: list[Witness]
    check: Check | None


def get_log(door: Door) -> Log:
    return door.get("/api/v1/log", Log)
