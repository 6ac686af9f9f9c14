"""Silences: of what nobody is told for a while, why and until when."""

from dataclasses import dataclass
from datetime import datetime

from ui.door import Door


@dataclass(frozen=True, slots=True)
class Silence:
    id: int
    rule: str | None
    field_id: int | None
    device_id: str | None
    reason: str
    owner_name: str
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """At least one of rule, field and device."""

    rule: str | None
    field_id: int | None
    device_id: str | None
    reason: str
    hours: int


def list_silences(door: Door) -> list[Silence]:
    """Those that last, the next to end first."""
    return door.get("/api/v1/silences", list[Silence])


def silence(door: Door, draft: Draft) -> None:
    door.do("POST", "/api/v1/silences", draft)


def end(door: Door, silence: Silence) -> None:
    """Of exactly this rule, field and device."""
    named = {"rule": silence.rule, "field_id": silence.field_id, "device_id": silence.device_id}
    door.do("DELETE", "/api/v1/silences", **{name: value for name, value in named.items() if value is not None})
