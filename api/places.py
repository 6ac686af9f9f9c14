"""Administrative units, farms and who may see them."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from api.accounts import Created
from api.deps import Admin, Conn, Now, OfficeReader, OfficeWriter, SignedIn
from api.inputs import Body, Day, Id, Line, MaybeLine, UnitCode
from nongso.clock import local_day
from nongso.store import admin_units, audit_lines, places
from nongso.store.admin_units import AdminUnit, Part, Succession
from nongso.store.places import Farm, Office
from nongso.text.sorting import fold

router = APIRouter(prefix="/api/v1", tags=["places"])


class UnitBody(Body):
    """`kind` is the word of the act (tỉnh, xã, phường …); a parent is named by code and day like every unit."""

    code: UnitCode
    valid_from: Day
    valid_to: Day | None = None
    name: Line
    kind: Line
    parent_code: UnitCode | None = None
    parent_valid_from: Day | None = None
    legal_act: MaybeLine = ""


class SuccessionBody(Body):
    from_code: UnitCode
    from_valid_from: Day
    to_code: UnitCode
    to_valid_from: Day
    part: Part


class FarmBody(Body):
    name: Line
    unit_code: UnitCode
    unit_valid_from: Day


@dataclass(frozen=True, slots=True)
class UnitHistory:
    """What a code's units came from and became."""

    code: str
    steps: list[Succession]


@router.get("/office")
def get_office(conn: Conn, viewer: SignedIn) -> Office:
    """The viewer's office."""
    return places.get_office(conn, viewer.office_id)


@router.get("/admin-units")
def list_units(
    conn: Conn,
    viewer: OfficeReader,
    now: Now,
    search: Annotated[str, Query(max_length=100)] = "",
    day: Day | None = None,
) -> list[AdminUnit]:
    """The units that stand on a day (today when none is given) whose name or code holds `search`, marks or not."""
    wanted = fold(search)
    units = admin_units.list_units(conn, day or local_day(now))
    return [unit for unit in units if wanted in f"{fold(unit.name)} {unit.code.lower()}"]


@router.post("/admin-units", status_code=201)
def create_unit(conn: Conn, viewer: OfficeWriter, body: UnitBody) -> AdminUnit:
    unit = AdminUnit(
        body.code,
        body.valid_from,
        body.valid_to,
        body.name,
        body.kind,
        body.parent_code,
        body.parent_valid_from,
        body.legal_act,
    )
    admin_units.insert_unit(conn, unit)
    audit_lines.insert(conn, viewer, "admin_unit.create", unit_name(unit.code, unit.valid_from), {"name": unit.name})
    return unit


@router.get("/admin-units/{code}/history")
def get_history(conn: Conn, viewer: OfficeReader, code: UnitCode) -> UnitHistory:
    return UnitHistory(code, admin_units.list_successions(conn, code))


@router.post("/admin-successions", status_code=201)
def create_succession(conn: Conn, viewer: OfficeWriter, body: SuccessionBody) -> Succession:
    """Record that a unit became another: it ends on the day the other begins."""
    step = Succession(body.from_code, body.from_valid_from, body.to_code, body.to_valid_from, body.part)
    admin_units.insert_succession(conn, step)
    target = unit_name(step.from_code, step.from_valid_from)
    detail = {"to": unit_name(step.to_code, step.to_valid_from), "part": step.part}
    audit_lines.insert(conn, viewer, "admin_unit.succeed", target, detail)
    return step


@router.get("/farms")
def list_farms(conn: Conn, viewer: SignedIn) -> list[Farm]:
    """The farms the viewer sees."""
    return places.list_farms(conn, viewer)


@router.post("/farms", status_code=201)
def create_farm(conn: Conn, viewer: OfficeWriter, body: FarmBody) -> Created:
    farm_id = places.insert_farm(conn, viewer, body.name, body.unit_code, body.unit_valid_from)
    audit_lines.insert(conn, viewer, "farm.create", f"farm:{farm_id}", {"name": body.name})
    return Created(farm_id)


@router.put("/farms/{farm_id}/members/{account_id}", status_code=204)
def add_member(conn: Conn, viewer: Admin, farm_id: Id, account_id: Id) -> None:
    """Let somebody of the office see a farm."""
    places.insert_member(conn, viewer, farm_id, account_id)
    audit_lines.insert(conn, viewer, "farm.member_add", f"farm:{farm_id}", {"account": account_id})


@router.delete("/farms/{farm_id}/members/{account_id}", status_code=204)
def remove_member(conn: Conn, viewer: Admin, farm_id: Id, account_id: Id) -> None:
    places.delete_member(conn, viewer, farm_id, account_id)
    audit_lines.insert(conn, viewer, "farm.member_remove", f"farm:{farm_id}", {"account": account_id})


def unit_name(code: str, valid_from: date) -> str:
    return f"admin_unit:{code}@{valid_from.isoformat()}"
