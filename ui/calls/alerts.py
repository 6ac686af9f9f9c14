"""Alerts: what is wrong now, what was, and that somebody has seen it."""

from dataclasses import dataclass
from datetime import datetime

from ui.door import Door


@dataclass(frozen=True, slots=True)
class Alert:
    """`severity` 1 to 5 are the official warning levels (Decision 18/2021/QĐ-TTg); `text` is written for the reader."""

    id: int
    rule: str
    severity: int
    severity_name: str
    text: str
    field_id: int | None
    field_name: str | None
    device_id: str | None
    opened_at: datetime
    closed_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None


def list_alerts(door: Door) -> list[Alert]:
    """Open ones first, then the newest that are over."""
    return door.get("/api/v1/alerts", list[Alert], state="all")


def acknowledge(door: Door, alert_id: int) -> None:
    door.do("POST", f"/api/v1/alerts/{alert_id}/acknowledge")
