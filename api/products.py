"""Products under a brand, and the one photo of each."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from pydantic import Base64Bytes, Field

from api.accounts import Created
from api.deps import Conn, OfficeReader, OfficeWriter
from api.inputs import Body, Id, Line, MaybeLine, Slug
from api.photos import small_webp
from api.register_inputs import RowId, Search
from nongso.agronomy.crop_table import get_crop
from nongso.errors import Conflict
from nongso.store import audit_lines, lots, products
from nongso.store.products import Product, ProductDraft
from traceability.gs1.digits import gtin_14

router = APIRouter(prefix="/api/v1", tags=["products"])


class GtinInUse(Conflict):
    """Labels with the product's GTIN are out: another one would leave them opening nothing."""

    code = "product.gtin_in_use"


class ProductBody(Body):
    """`gtin` has 8, 12, 13 or 14 digits and a right check digit, from the producer's own GS1 membership; without one leave it out."""

    brand_id: RowId
    name: Line
    name_en: MaybeLine = ""
    gtin: Annotated[str | None, Field(max_length=20)] = None
    crop: Slug
    standard: MaybeLine = ""
    shelf_life_days: Annotated[int | None, Field(ge=1, le=36_500)] = None


class PhotoBody(Body):
    """A JPEG, PNG or WebP file in base64."""

    photo: Annotated[Base64Bytes, Field(max_length=2 * 1024 * 1024)]


@dataclass(frozen=True, slots=True)
class Picture:
    """Where the picture stands now."""

    path: str


@router.get("/products")
def list_products(conn: Conn, viewer: OfficeReader, search: Search = "") -> list[Product]:
    """In Vietnamese order; `search` finds names and brands with or without their marks, and GTINs."""
    return products.list_products(conn, viewer, search)


@router.post("/products", status_code=201)
def create_product(conn: Conn, viewer: OfficeWriter, body: ProductBody) -> Created:
    product_id = products.insert_product(conn, viewer, draft(body))
    audit_lines.insert(conn, viewer, "product.create", f"product:{product_id}", {"name": body.name})
    return Created(product_id)


@router.put("/products/{product_id}", status_code=204)
def update_product(conn: Conn, viewer: OfficeWriter, product_id: Id, body: ProductBody) -> None:
    """A GTIN may come later; once it stands on a lot it stays."""
    new, old = draft(body), products.get_product(conn, viewer, product_id)
    if old.gtin is not None and new.gtin != old.gtin and lots.list_numbers(conn, viewer, product_id):
        raise GtinInUse(gtin=old.gtin)
    products.update_product(conn, viewer, product_id, new)
    audit_lines.insert(conn, viewer, "product.update", f"product:{product_id}", {"name": body.name})


@router.put("/products/{product_id}/photo")
def put_photo(conn: Conn, viewer: OfficeWriter, product_id: Id, body: PhotoBody) -> Picture:
    """Made small, upright and free of what the camera wrote into it."""
    digest = products.upsert_image(conn, viewer, product_id, small_webp(body.photo))
    audit_lines.insert(conn, viewer, "product.photo", f"product:{product_id}", {"digest": digest})
    return Picture(f"/img/product/{product_id}.webp?v={digest}")


def draft(body: ProductBody) -> ProductDraft:
    """Raises UnknownCrop, or a BadValue for a GTIN with a wrong digit."""
    return ProductDraft(
        body.brand_id,
        body.name,
        body.name_en,
        gtin_14(body.gtin) if body.gtin else None,
        get_crop(body.crop).slug,
        body.standard,
        body.shelf_life_days,
    )
