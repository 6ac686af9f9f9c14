"""Producers and owners, the brands they own, the products under a brand."""

import base64
from dataclasses import dataclass
from datetime import date

from nongso.brands import BrandKind, Standing
from ui.door import Door

PARTY_KINDS = ("household", "cooperative", "company", "association", "authority")


@dataclass(frozen=True, slots=True)
class Party:
    """As it stands on papers; buyers see the phone only where `phone_public`."""

    id: int
    kind: str
    name: str
    address: str
    phone: str
    phone_public: bool
    unit_code: str
    unit_valid_from: date
    unit_name: str


@dataclass(frozen=True, slots=True)
class PartyDraft:
    kind: str
    name: str
    address: str
    phone: str
    phone_public: bool
    unit_code: str
    unit_valid_from: date


@dataclass(frozen=True, slots=True)
class Brand:
    id: int
    name: str
    name_en: str
    kind: BrandKind
    registration_no: str
    owner_id: int
    owner_name: str
    valid_from: date | None
    valid_to: date | None
    product_count: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A brand and whether it may be used today."""

    brand: Brand
    standing: Standing


@dataclass(frozen=True, slots=True)
class BrandDraft:
    """Both days of validity are included; one that is not given does not bind."""

    name: str
    name_en: str
    kind: BrandKind
    registration_no: str
    owner_id: int
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Product:
    id: int
    brand_id: int
    brand_name: str
    name: str
    name_en: str
    gtin: str | None
    crop: str
    standard: str
    shelf_life_days: int | None
    net_kg: float | None  # of one piece
    image_digest: str | None


@dataclass(frozen=True, slots=True)
class ProductDraft:
    brand_id: int
    name: str
    name_en: str
    gtin: str | None
    crop: str
    standard: str
    shelf_life_days: int | None


def put_net(door: Door, product_id: int, net_kg: float) -> None:
    """Say what one piece weighs."""
    door.do("PUT", f"/api/v1/products/{product_id}/net", {"net_kg": net_kg})


def list_parties(door: Door, search: str = "") -> list[Party]:
    return door.get("/api/v1/parties", list[Party], search=search or None)


def create_party(door: Door, draft: PartyDraft) -> None:
    door.do("POST", "/api/v1/parties", draft)


def update_party(door: Door, party_id: int, draft: PartyDraft) -> None:
    door.do("PUT", f"/api/v1/parties/{party_id}", draft)


def erase_party(door: Door, party_id: int) -> None:
    door.do("POST", f"/api/v1/parties/{party_id}/erase")


def list_brands(door: Door, search: str = "") -> list[Listed]:
    return door.get("/api/v1/brands", list[Listed], search=search or None)


def create_brand(door: Door, draft: BrandDraft) -> None:
    door.do("POST", "/api/v1/brands", draft)


def update_brand(door: Door, brand_id: int, draft: BrandDraft) -> None:
    door.do("PUT", f"/api/v1/brands/{brand_id}", draft)


def list_products(door: Door, search: str = "") -> list[Product]:
    return door.get("/api/v1/products", list[Product], search=search or None)


def create_product(door: Door, draft: ProductDraft) -> None:
    door.do("POST", "/api/v1/products", draft)


def update_product(door: Door, product_id: int, draft: ProductDraft) -> None:
    """A GTIN that stands on a lot already is not changed any more."""
    door.do("PUT", f"/api/v1/products/{product_id}", draft)


def put_photo(door: Door, product_id: int, photo: bytes) -> None:
    door.do("PUT", f"/api/v1/products/{product_id}/photo", {"photo": base64.b64encode(photo).decode()})
