"""“This reading is wrong”: saying so, and what the office found."""

from dataclasses import dataclass
from datetime import datetime

from ui.door import Door


@dataclass(frozen=True, slots=True)
class Doubt:
    """`finding` None: nobody has looked into it yet; else `wrong` or `right`."""

    id: int
    series_id: int
    property: str
    depth_cm: int | None
    device_name: str
    from_at: datetime
    to_at: datetime
    reason: str
    readings: int
    doubted_by: str
    doubted_at: datetime
    finding: str | None
    note: str
    settled_by: str | None
    settled_at: datetime | None


def list_doubts(door: Door) -> list[Doubt]:
    """The office's, or one's own; open ones first."""
    return door.get("/api/v1/doubts", list[Doubt])


def doubt(door: Door, series_id: int, hours: int, reason: str) -> None:
    """The readings of the last `hours` are not used until the office has looked into it."""
    door.do("POST", f"/api/v1/series/{series_id}/doubts", {"hours": hours, "reason": reason})


def settle(door: Door, doubt_id: int, finding: str, note: str) -> None:
    door.do("POST", f"/api/v1/doubts/{doubt_id}/finding", {"finding": finding, "note": note})
