"""Brands of the office, each with the standing its registration has today."""

from dataclasses import dataclass

from fastapi import APIRouter

from api.accounts import Created
from api.deps import Conn, Now, OfficeReader, OfficeWriter
from api.inputs import Body, Day, Id, Line, MaybeLine
from api.register_inputs import RowId, Search
from nongso.brands import BrandKind, Standing, standing
from nongso.clock import local_day
from nongso.store import audit_lines, brands
from nongso.store.brands import Brand, BrandDraft

router = APIRouter(prefix="/api/v1", tags=["brands"])


class BrandBody(Body):
    """Both days of validity are included; one that is not given does not bind."""

    name: Line
    name_en: MaybeLine = ""
    kind: BrandKind
    registration_no: MaybeLine = ""
    owner_id: RowId
    valid_from: Day | None = None
    valid_to: Day | None = None


@dataclass(frozen=True, slots=True)
class BrandView:
    """A brand and whether it may be used today."""

    brand: Brand
    standing: Standing


@router.get("/brands")
def list_brands(conn: Conn, viewer: OfficeReader, now: Now, search: Search = "") -> list[BrandView]:
    """In Vietnamese order; `search` finds names with or without their marks, and registration numbers."""
    today = local_day(now)
    found = brands.list_brands(conn, viewer, search)
    return [BrandView(brand, standing(brand.valid_from, brand.valid_to, today)) for brand in found]


@router.post("/brands", status_code=201)
def create_brand(conn: Conn, viewer: OfficeWriter, body: BrandBody) -> Created:
    brand_id = brands.insert_brand(conn, viewer, BrandDraft(**body.model_dump()))
    audit_lines.insert(conn, viewer, "brand.create", f"brand:{brand_id}", {"name": body.name, "kind": body.kind})
    return Created(brand_id)


@router.put("/brands/{brand_id}", status_code=204)
def update_brand(conn: Conn, viewer: OfficeWriter, brand_id: Id, body: BrandBody) -> None:
    brands.update_brand(conn, viewer, brand_id, BrandDraft(**body.model_dump()))
    audit_lines.insert(conn, viewer, "brand.update", f"brand:{brand_id}", {"name": body.name, "kind": body.kind})
