"""Cases about labels: what speaks against a label, what buyers wrote, who looks into it."""

from dataclasses import dataclass
from datetime import date, datetime

from nongso.label_scans import Limits
from ui.door import Door


@dataclass(frozen=True, slots=True)
class Sign:
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is not said is empty: a ghost has serials, a clone has signs, a report has neither."""

    people: int = 0
    places: int = 0
    signs: list[Sign] | None = None
    serials: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    id: int
    kind: str
    product_name: str
    lot_id: int | None
    lot_number: str
    serial: str
    evidence: Evidence
    opened_at: datetime
    assigned_to: int | None
    assignee_name: str
    outcome: str | None
    note: str
    closed_at: datetime | None
    reports: int


@dataclass(frozen=True, slots=True)
class Day:
    """People who looked on a day in a square of some 50 km, and those who followed a link."""

    day: date
    area_lat: float | None
    area_lon: float | None
    people: int
    by_link: int


@dataclass(frozen=True, slots=True)
class Report:
    at: datetime
    kind: str
    words: str
    contact: str


@dataclass(frozen=True, slots=True)
class Staff:
    account_id: int
    name: str


@dataclass(frozen=True, slots=True)
class CaseView:
    case: Case
    days: list[Day]
    reports: list[Report]
    staff: list[Staff]


def list_cases(door: Door) -> list[Case]:
    return door.get("/api/v1/cases", list[Case])


def get_case(door: Door, case_id: int) -> CaseView:
    return door.get(f"/api/v1/cases/{case_id}", CaseView)


def assign(door: Door, case_id: int, account_id: int) -> None:
    door.do("POST", f"/api/v1/cases/{case_id}/assign", {"account_id": account_id})


def close(door: Door, case_id: int, outcome: str, note: str) -> None:
    door.do("POST", f"/api/v1/cases/{case_id}/close", {"outcome": outcome, "note": note})


def get_limits(door: Door) -> Limits:
    return door.get("/api/v1/scan-limits", Limits)


def put_limits(door: Door, limits: Limits) -> None:
    door.do("PUT", "/api/v1/scan-limits", limits)
