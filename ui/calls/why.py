"""Why a field is told what it is told: every number behind the card, line by line."""

from dataclasses import dataclass
from datetime import datetime

from ui.calls.fields import Told
from ui.door import Door


@dataclass(frozen=True, slots=True)
class Line:
    """`kind` is input, estimate, step, limit or result."""

    kind: str
    name: str
    value: float | None
    unit: str
    formula: str
    source: str
    at: datetime | None
    device_name: str
    note: str


@dataclass(frozen=True, slots=True)
class Working:
    """A rule's reckoning; `gaps` say what was not known."""

    rule: str
    name: str
    state: str
    state_name: str
    lines: list[Line]
    gaps: list[Told]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Why:
    """`missing` says what somebody must fill in before the water balance can speak."""

    workings: list[Working]
    missing: Told | None


def get_why(door: Door, field_id: int) -> Why:
    return door.get(f"/api/v1/fields/{field_id}/why", Why)
