"""Certificates, planting-area and packing codes, what is asked for a product, a party's GS1 prefix."""

import base64
from dataclasses import dataclass
from datetime import date

from nongso.papers import Budget, CertificateKind, CodeKind, CodeStatus, Validity
from ui.door import Door


@dataclass(frozen=True, slots=True)
class Certificate:
    """`product_name` None: all goods of the holder. `stars` only of an OCOP rating. `file_digest`: SHA-256 of the newest scan."""

    id: int
    kind: CertificateKind
    number: str
    issuer: str
    holder_name: str
    product_name: str | None
    stars: int | None
    valid_from: date
    valid_to: date | None
    file_digest: str | None
    file_erased: bool | None


@dataclass(frozen=True, slots=True)
class CertificateView:
    """`validity` is today's; `file_altered`: the scan is no longer what was recorded."""

    certificate: Certificate
    validity: Validity
    file_altered: bool


@dataclass(frozen=True, slots=True)
class CertificateDraft:
    kind: CertificateKind
    number: str
    issuer: str
    holder_id: int
    product_id: int | None
    stars: int | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Code:
    """`fields` are ids; `issued_kg` is this year's."""

    id: int
    code: str
    kind: CodeKind
    holder_id: int
    holder_name: str
    market: str
    crop: str
    area_m2: float | None
    ceiling_kg_ha: float | None
    status: CodeStatus
    valid_from: date | None
    valid_to: date | None
    fields: list[int]
    issued_kg: float


@dataclass(frozen=True, slots=True)
class CodeView:
    """Without an area there is no budget."""

    code: Code
    left_kg: float | None
    level: Budget | None


@dataclass(frozen=True, slots=True)
class CodeDraft:
    code: str
    kind: CodeKind
    holder_id: int
    market: str
    crop: str
    area_m2: float | None
    ceiling_kg_ha: float | None
    status: CodeStatus
    valid_from: date | None
    valid_to: date | None
    field_ids: list[int]


@dataclass(frozen=True, slots=True)
class Offer:
    """Dong a `unit`; a price is low and high, the same where it is one."""

    low_vnd: float | None
    high_vnd: float | None
    unit: str
    zalo: str
    order_url: str
    sold_at: str


@dataclass(frozen=True, slots=True)
class Prefix:
    prefix: str


def list_certificates(door: Door) -> list[CertificateView]:
    """The one that ends first first."""
    return door.get("/api/v1/certificates", list[CertificateView])


def create_certificate(door: Door, draft: CertificateDraft) -> None:
    door.do("POST", "/api/v1/certificates", draft)


def add_file(door: Door, certificate_id: int, content: bytes) -> None:
    door.do("POST", f"/api/v1/certificates/{certificate_id}/files", {"file": base64.b64encode(content).decode()})


def withdraw(door: Door, certificate_id: int) -> None:
    """From today on."""
    door.do("POST", f"/api/v1/certificates/{certificate_id}/withdraw")


def list_codes(door: Door) -> list[CodeView]:
    return door.get("/api/v1/planting-codes", list[CodeView])


def create_code(door: Door, draft: CodeDraft) -> None:
    door.do("POST", "/api/v1/planting-codes", draft)


def update_code(door: Door, code_id: int, draft: CodeDraft) -> None:
    door.do("PUT", f"/api/v1/planting-codes/{code_id}", draft)


def get_offer(door: Door, product_id: int) -> Offer:
    return door.get(f"/api/v1/products/{product_id}/offer", Offer)


def put_offer(door: Door, product_id: int, offer: Offer) -> None:
    door.do("PUT", f"/api/v1/products/{product_id}/offer", offer)


def get_prefix(door: Door, party_id: int) -> str:
    """Empty where the party has none."""
    return door.get(f"/api/v1/parties/{party_id}/gs1-prefix", Prefix).prefix


def put_prefix(door: Door, party_id: int, prefix: str) -> None:
    door.do("PUT", f"/api/v1/parties/{party_id}/gs1-prefix", Prefix(prefix))
