"""Cases about labels for staff: what speaks against a label or what a buyer wrote, given to somebody, closed with what was found."""

from dataclasses import asdict, dataclass

from fastapi import APIRouter
from pydantic import Field

from api.deps import Conn, Now, OfficeReader, OfficeWriter
from api.inputs import Body, Id, Line
from api.register_inputs import RowId
from nongso.label_scans import CaseKind, Limits, Outcome
from nongso.store import audit_lines, label_cases, label_scans
from nongso.store.label_cases import Case, DayOfScans, Report, Staff

router = APIRouter(prefix="/api/v1", tags=["cases"])


class AssignBody(Body):
    account_id: RowId


class CloseBody(Body):
    """After a false alarm the label is trusted again and only later scans count; otherwise it stays suspect until it is void."""

    outcome: Outcome
    note: Line


class LimitsBody(Body):
    """From where on scans speak against a label (docs/scans.md)."""

    far_km: int = Field(ge=60, le=2000)
    leap_kmh: int = Field(ge=80, le=2000)
    leap_days: int = Field(ge=1, le=30)
    lasting_days: int = Field(ge=1, le=30)
    burst_percent: int = Field(ge=5, le=100)
    after_sale: int = Field(ge=1, le=10_000)
    strays: int = Field(ge=1, le=10_000)
    crowd: int = Field(ge=1, le=1_000_000)
    ghosts: int = Field(ge=1, le=10_000)
    points: int = Field(ge=1, le=9)


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its evidence: scans by day and area, what buyers wrote, and who may be given it."""

    case: Case
    days: list[DayOfScans]
    reports: list[Report]
    staff: list[Staff]


@router.get("/cases")
def list_cases(conn: Conn, viewer: OfficeReader) -> list[Case]:
    """The open ones first."""
    return label_cases.list_cases(conn, viewer)


@router.get("/cases/{case_id}")
def get_case(conn: Conn, viewer: OfficeReader, case_id: Id) -> CaseView:
    case = label_cases.get_case(conn, viewer, case_id)
    days = label_cases.list_days(conn, viewer, case.serial) if case.serial else []
    reports = label_cases.list_reports(conn, viewer, case_id)
    return CaseView(case, days, reports, label_cases.list_staff(conn, viewer))


@router.post("/cases/{case_id}/assign", status_code=204)
def assign(conn: Conn, viewer: OfficeWriter, now: Now, case_id: Id, body: AssignBody) -> None:
    label_cases.get_case(conn, viewer, case_id)
    label_cases.assign(conn, viewer, case_id, body.account_id, now)
    audit_lines.insert(conn, viewer, "case.assign", f"case:{case_id}", {"account": body.account_id})


@router.post("/cases/{case_id}/close", status_code=204)
def close(conn: Conn, viewer: OfficeWriter, now: Now, case_id: Id, body: CloseBody) -> None:
    case = label_cases.get_case(conn, viewer, case_id)
    label_cases.close(conn, viewer, case_id, body.outcome, body.note, now)
    if case.serial and body.outcome is Outcome.FALSE_ALARM:
        label_scans.trust(conn, case.serial, now)
    elif case.serial and body.outcome is Outcome.CONFIRMED and case.kind == CaseKind.CLONE:
        label_scans.suspect(conn, case.serial, now)
    audit_lines.insert(conn, viewer, "case.close", f"case:{case_id}", {"outcome": body.outcome, "note": body.note})


@router.get("/scan-limits")
def get_limits(conn: Conn, viewer: OfficeReader) -> Limits:
    return label_scans.get_limits(conn, viewer.office_id)


@router.put("/scan-limits", status_code=204)
def put_limits(conn: Conn, viewer: OfficeWriter, body: LimitsBody) -> None:
    limits = Limits(**body.model_dump())
    label_scans.put_limits(conn, viewer, limits)
    audit_lines.insert(conn, viewer, "scan_limits.put", f"office:{viewer.office_id}", asdict(limits))
