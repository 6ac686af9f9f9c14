"""Certificates, planting-area and packing codes with their yield budget, and what is asked for a product."""

from dataclasses import dataclass
from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import Field, StringConstraints, model_validator

from api.accounts import Created
from api.deps import Conn, Now, OfficeReader, OfficeWriter
from api.inputs import Body, Day, Id, Line, MaybeLine, Slug
from api.register_inputs import RowId
from nongso.clock import local_day
from nongso.papers import (
    Budget,
    CertificateKind,
    CodeKind,
    CodeStatus,
    Validity,
    YieldBudget,
    validity,
    yield_budget,
)
from nongso.store import audit_lines, certificate_files, certificates, planting_codes, products
from nongso.store.certificates import Certificate, CertificateDraft, Offer
from nongso.store.planting_codes import CodeDraft, PlantingCode

router = APIRouter(prefix="/api/v1", tags=["papers"])

NO_OFFER = Offer(None, None, "kg", "", "", "")
Dong = Annotated[float | None, Field(gt=0, le=1_000_000_000, allow_inf_nan=False)]
Positive = Annotated[float | None, Field(gt=0, le=1_000_000_000, allow_inf_nan=False)]


class CertificateBody(Body):
    """`product_id` left out: all goods of the holder. `stars` belongs to an OCOP rating, and only there."""

    kind: CertificateKind
    number: Line
    issuer: Line
    holder_id: RowId
    product_id: RowId | None = None
    stars: Annotated[int | None, Field(ge=1, le=5)] = None
    valid_from: Day
    valid_to: Day | None = None


class OfferBody(Body):
    """Price in dong a unit; a price is low and high, the same where it is one."""

    low_vnd: Dong = None
    high_vnd: Dong = None
    unit: Line = "kg"
    zalo: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,15}$")] = ""
    order_url: Annotated[str, StringConstraints(max_length=300, pattern=r"^(https?://[!-~]+)?$")] = ""
    sold_at: MaybeLine = ""


class CodeBody(Body):
    """`ceiling_kg_ha`: what a hectare yields at most in a year; an area has it, a packing house does not."""

    code: Line
    kind: CodeKind
    holder_id: RowId
    market: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    crop: Slug
    area_m2: Positive = None
    ceiling_kg_ha: Positive = None
    status: CodeStatus = CodeStatus.ACTIVE
    valid_from: Day | None = None
    valid_to: Day | None = None
    field_ids: Annotated[list[RowId], Field(default_factory=list, max_length=500)]

    @model_validator(mode="after")
    def weighed(self) -> Self:
        if self.kind is CodeKind.AREA and (self.area_m2 is None or self.ceiling_kg_ha is None):
            raise ValueError("an area has area_m2 and ceiling_kg_ha")
        return self


@dataclass(frozen=True, slots=True)
class CertificateView:
    """`file_altered`: the bytes of the scan are no longer those that were recorded."""

    certificate: Certificate
    validity: Validity
    file_altered: bool


@dataclass(frozen=True, slots=True)
class CodeView:
    """`budget` is this year's, for areas; OVER means that more was issued under the code than grows there."""

    code: PlantingCode
    budget: YieldBudget | None
    left_kg: float | None
    level: Budget | None


@router.get("/certificates")
def list_certificates(conn: Conn, viewer: OfficeReader, now: Now) -> list[CertificateView]:
    """Each with its validity today; the one that ends first first."""
    today, found = local_day(now), certificates.list_certificates(conn, viewer)
    altered = certificate_files.list_altered_of(conn, viewer, [each.file_digest for each in found if each.file_digest])
    return [
        CertificateView(
            each,
            validity(each.valid_from, each.valid_to, each.withdrawn_on, today),
            each.file_digest in altered,
        )
        for each in found
    ]


@router.post("/certificates", status_code=201)
def create_certificate(conn: Conn, viewer: OfficeWriter, body: CertificateBody) -> Created:
    certificate_id = certificates.insert_certificate(conn, viewer, CertificateDraft(**body.model_dump()))
    detail = {"kind": body.kind, "number": body.number}
    audit_lines.insert(conn, viewer, "certificate.create", f"certificate:{certificate_id}", detail)
    return Created(certificate_id)


@router.post("/certificates/{certificate_id}/withdraw", status_code=204)
def withdraw(conn: Conn, viewer: OfficeWriter, now: Now, certificate_id: Id) -> None:
    """From today on it stands no more, and every buyer's page says so."""
    certificates.withdraw_certificate(conn, viewer, certificate_id, local_day(now))
    audit_lines.insert(conn, viewer, "certificate.withdraw", f"certificate:{certificate_id}")


@router.get("/products/{product_id}/offer")
def get_offer(conn: Conn, viewer: OfficeReader, product_id: Id) -> Offer:
    """As buyers are told it; empty where nothing was said."""
    products.get_product(conn, viewer, product_id)
    return certificates.find_offer(conn, product_id) or NO_OFFER


@router.put("/products/{product_id}/offer", status_code=204)
def put_offer(conn: Conn, viewer: OfficeWriter, product_id: Id, body: OfferBody) -> None:
    """What buyers are told of price and where to order."""
    certificates.upsert_offer(conn, viewer, product_id, Offer(**body.model_dump()))
    audit_lines.insert(conn, viewer, "product.offer", f"product:{product_id}")


@router.get("/planting-codes")
def list_codes(conn: Conn, viewer: OfficeReader, now: Now) -> list[CodeView]:
    """Each with this year's budget: area × ceiling − issued."""
    return [code_view(code) for code in planting_codes.list_codes(conn, viewer, local_day(now).year)]


def code_view(code: PlantingCode) -> CodeView:
    if code.area_m2 is None or code.ceiling_kg_ha is None:
        return CodeView(code, None, None, None)
    budget = yield_budget(code.area_m2, code.ceiling_kg_ha, code.issued_kg)
    return CodeView(code, budget, budget.left_kg, budget.level)


@router.post("/planting-codes", status_code=201)
def create_code(conn: Conn, viewer: OfficeWriter, body: CodeBody) -> Created:
    code_id = planting_codes.insert_code(conn, viewer, draft(body), body.field_ids)
    audit_lines.insert(conn, viewer, "planting_code.create", f"planting_code:{code_id}", {"code": body.code})
    return Created(code_id)


@router.put("/planting-codes/{code_id}", status_code=204)
def update_code(conn: Conn, viewer: OfficeWriter, code_id: Id, body: CodeBody) -> None:
    planting_codes.update_code(conn, viewer, code_id, draft(body), body.field_ids)
    audit_lines.insert(conn, viewer, "planting_code.update", f"planting_code:{code_id}", {"code": body.code})


def draft(body: CodeBody) -> CodeDraft:
    return CodeDraft(**body.model_dump(exclude={"field_ids"}))
