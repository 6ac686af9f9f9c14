"""Brands of the office: name, kind of mark, registration, owner and validity."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from nongso.brands import BrandKind
from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.parties import require_party
from nongso.text.sorting import fold, sort_key


@dataclass(frozen=True, slots=True)
class Brand:
    id: int
    name: str
    name_en: str
    kind: str
    registration_no: str
    owner_id: int
    owner_name: str
    valid_from: date | None
    valid_to: date | None
    product_count: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class BrandDraft:
    """What an officer says of a brand. Both days of validity are included."""

    name: str
    name_en: str
    kind: BrandKind
    registration_no: str
    owner_id: int
    valid_from: date | None
    valid_to: date | None


def list_brands(conn: Connection, viewer: Viewer, search: str = "") -> list[Brand]:
    """The office's brands whose name or number holds `search`, marks or not, in Vietnamese order."""
    return (
        conn.cursor(row_factory=class_row(Brand))
        .execute(
            """
            SELECT b.id, b.name, b.name_en, b.kind, b.registration_no, b.owner_id, w.name AS owner_name,
                   b.valid_from, b.valid_to, b.created_at,
                   (SELECT count(*) FROM product p WHERE p.brand_id = b.id) AS product_count
              FROM brand b
              JOIN party w ON w.id = b.owner_id
             WHERE b.office_id = %(office)s
               AND strpos(b.name_fold || ' ' || lower(b.registration_no), %(search)s) > 0
             ORDER BY b.name_sort
            """,
            {"office": viewer.office_id, "search": fold(search)},
        )
        .fetchall()
    )


def require_brand(conn: Connection, viewer: Viewer, brand_id: int) -> None:
    """Raises NotFound unless the brand is of the viewer's office."""
    row = conn.execute(
        "SELECT 1 FROM brand WHERE id = %(id)s AND office_id = %(office)s",
        {"id": brand_id, "office": viewer.office_id},
    ).fetchone()
    if row is None:
        raise NotFound()


def insert_brand(conn: Connection, viewer: Viewer, draft: BrandDraft) -> int:
    """The new brand's id. Raises NotFound for an owner of another office, AlreadyThere for a name in use."""
    require_party(conn, viewer, draft.owner_id)
    row = conn.execute(
        """
        INSERT INTO brand (office_id, name, name_en, name_sort, name_fold, kind, registration_no, owner_id, valid_from,
                           valid_to)
        VALUES (%(office)s, %(name)s, %(name_en)s, %(sort)s, %(fold)s, %(kind)s, %(registration_no)s, %(owner_id)s,
                %(valid_from)s, %(valid_to)s)
        RETURNING id
        """,
        {"office": viewer.office_id, **_columns(draft)},
    ).fetchone()
    assert row is not None
    return row[0]


def update_brand(conn: Connection, viewer: Viewer, brand_id: int, draft: BrandDraft) -> None:
    """Say anew what a brand is. Raises NotFound for it or for its owner."""
    require_party(conn, viewer, draft.owner_id)
    changed = conn.execute(
        """
        UPDATE brand
           SET name = %(name)s, name_en = %(name_en)s, name_sort = %(sort)s, name_fold = %(fold)s, kind = %(kind)s,
               registration_no = %(registration_no)s, owner_id = %(owner_id)s, valid_from = %(valid_from)s,
               valid_to = %(valid_to)s
         WHERE id = %(id)s
           AND office_id = %(office)s
        """,
        {"id": brand_id, "office": viewer.office_id, **_columns(draft)},
    )
    if changed.rowcount == 0:
        raise NotFound()


def _columns(draft: BrandDraft) -> dict[str, object]:
    return {
        "name": draft.name,
        "name_en": draft.name_en,
        "sort": sort_key(draft.name),
        "fold": fold(draft.name),
        "kind": draft.kind,
        "registration_no": draft.registration_no,
        "owner_id": draft.owner_id,
        "valid_from": draft.valid_from,
        "valid_to": draft.valid_to,
    }
