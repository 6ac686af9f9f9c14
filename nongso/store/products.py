"""Products under a brand, and the one picture of each."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.brands import require_brand
from nongso.store.connection import Connection
from nongso.text.sorting import fold, sort_key


@dataclass(frozen=True, slots=True)
class Product:
    """`gtin` has 14 digits or is not there; `crop` is a slug of nongso.agronomy.crops; `image_digest` names its picture."""

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
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """What an officer says of a product."""

    brand_id: int
    name: str
    name_en: str
    gtin: str | None
    crop: str
    standard: str
    shelf_life_days: int | None


def list_products(conn: Connection, viewer: Viewer, search: str = "") -> list[Product]:
    """The office's products whose name, brand or GTIN holds `search`, marks or not, in Vietnamese order."""
    return (
        conn.cursor(row_factory=class_row(Product))
        .execute(
            """
            SELECT p.id, p.brand_id, b.name AS brand_name, p.name, p.name_en, p.gtin, p.crop, p.standard,
                   p.shelf_life_days, p.net_kg, i.digest AS image_digest, p.created_at
              FROM product p
              JOIN brand b ON b.id = p.brand_id
              LEFT JOIN product_image i ON i.product_id = p.id
             WHERE p.office_id = %(office)s
               AND strpos(p.name_fold || ' ' || b.name_fold || ' ' || coalesce(p.gtin, ''), %(search)s) > 0
             ORDER BY p.name_sort, p.id
            """,
            {"office": viewer.office_id, "search": fold(search)},
        )
        .fetchall()
    )


def get_product(conn: Connection, viewer: Viewer, product_id: int) -> Product:
    """Raises NotFound when there is none in the viewer's office."""
    product = (
        conn.cursor(row_factory=class_row(Product))
        .execute(
            """
            SELECT p.id, p.brand_id, b.name AS brand_name, p.name, p.name_en, p.gtin, p.crop, p.standard,
                   p.shelf_life_days, p.net_kg, i.digest AS image_digest, p.created_at
              FROM product p
              JOIN brand b ON b.id = p.brand_id
              LEFT JOIN product_image i ON i.product_id = p.id
             WHERE p.id = %(id)s
               AND p.office_id = %(office)s
            """,
            {"id": product_id, "office": viewer.office_id},
        )
        .fetchone()
    )
    if product is None:
        raise NotFound()
    return product


def insert_product(conn: Connection, viewer: Viewer, draft: ProductDraft) -> int:
    """The new product's id. Raises NotFound for a brand of another office, AlreadyThere for a name or GTIN in use."""
    require_brand(conn, viewer, draft.brand_id)
    row = conn.execute(
        """
        INSERT INTO product (office_id, brand_id, name, name_en, name_sort, name_fold, gtin, crop, standard,
                             shelf_life_days)
        VALUES (%(office)s, %(brand_id)s, %(name)s, %(name_en)s, %(sort)s, %(fold)s, %(gtin)s, %(crop)s, %(standard)s,
                %(shelf_life_days)s)
        RETURNING id
        """,
        {"office": viewer.office_id, **_columns(draft)},
    ).fetchone()
    assert row is not None
    return row[0]


def update_product(conn: Connection, viewer: Viewer, product_id: int, draft: ProductDraft) -> None:
    """Say anew what a product is. Raises NotFound for it or for its brand."""
    require_brand(conn, viewer, draft.brand_id)
    changed = conn.execute(
        """
        UPDATE product
           SET brand_id = %(brand_id)s, name = %(name)s, name_en = %(name_en)s, name_sort = %(sort)s,
               name_fold = %(fold)s, gtin = %(gtin)s, crop = %(crop)s, standard = %(standard)s,
               shelf_life_days = %(shelf_life_days)s
         WHERE id = %(id)s
           AND office_id = %(office)s
        """,
        {"id": product_id, "office": viewer.office_id, **_columns(draft)},
    )
    if changed.rowcount == 0:
        raise NotFound()


def upsert_image(conn: Connection, viewer: Viewer, product_id: int, webp: bytes) -> str:
    """Give a product its picture, or another one; the digest that names it. Raises NotFound."""
    get_product(conn, viewer, product_id)
    digest = hashlib.sha256(webp).hexdigest()[:12]
    conn.execute(
        """
        INSERT INTO product_image (product_id, bytes, digest)
        VALUES (%(id)s, %(bytes)s, %(digest)s)
        ON CONFLICT (product_id) DO UPDATE SET bytes = EXCLUDED.bytes, digest = EXCLUDED.digest
        """,
        {"id": product_id, "bytes": webp, "digest": digest},
    )
    return digest


def find_image(conn: Connection, product_id: int) -> bytes | None:
    """The WebP picture of a product. Public: it stands on the passport."""
    row = conn.execute("SELECT bytes FROM product_image WHERE product_id = %(id)s", {"id": product_id}).fetchone()
    return row[0] if row else None


def _columns(draft: ProductDraft) -> dict[str, object]:
    return {
        "brand_id": draft.brand_id,
        "name": draft.name,
        "name_en": draft.name_en,
        "sort": sort_key(draft.name),
        "fold": fold(draft.name),
        "gtin": draft.gtin,
        "crop": draft.crop,
        "standard": draft.standard,
        "shelf_life_days": draft.shelf_life_days,
    }
