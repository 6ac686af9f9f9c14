"""Certificates, test results and OCOP ratings of an office's producers, and what is asked for their goods."""

from dataclasses import dataclass
from datetime import date

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.papers import CertificateKind
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.parties import require_party
from nongso.store.products import get_product


@dataclass(frozen=True, slots=True)
class CertificateDraft:
    """`product_id` None: all goods of the holder. `stars` only of an OCOP rating."""

    kind: CertificateKind
    number: str
    issuer: str
    holder_id: int
    product_id: int | None
    stars: int | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """`file_digest`: SHA-256 of the newest scan of the paper, None where there is none; `file_size` in bytes."""

    id: int
    kind: str
    number: str
    issuer: str
    holder_id: int
    holder_name: str
    product_id: int | None
    product_name: str | None
    stars: int | None
    valid_from: date
    valid_to: date | None
    withdrawn_on: date | None
    file_digest: str | None
    file_type: str | None
    file_size: int | None
    file_erased: bool | None


@dataclass(frozen=True, slots=True)
class Offer:
    """Price in dong a `unit`, a Zalo number, where to order and where it is sold; empty where nothing was said."""

    low_vnd: float | None
    high_vnd: float | None
    unit: str
    zalo: str
    order_url: str
    sold_at: str


def list_certificates(conn: Connection, viewer: Viewer) -> list[Certificate]:
    """The office's, the one that ends first first."""
    return (
        conn.cursor(row_factory=class_row(Certificate))
        .execute(
            """
            SELECT c.id, c.kind, c.number, c.issuer, c.holder_id, h.name AS holder_name, c.product_id,
                   p.name AS product_name, c.stars, c.valid_from, c.valid_to, c.withdrawn_on,
                   f.digest AS file_digest, f.media_type AS file_type, f.size AS file_size, f.erased AS file_erased
              FROM certificate c
              JOIN party h ON h.id = c.holder_id
              LEFT JOIN product p ON p.id = c.product_id
              LEFT JOIN certificate_newest_file f ON f.certificate_id = c.id
             WHERE c.office_id = %(office)s
             ORDER BY c.valid_to NULLS LAST, c.id
            """,
            {"office": viewer.office_id},
        )
        .fetchall()
    )


def list_of_lot(conn: Connection, lot_id: int) -> list[Certificate]:
    """Those of a lot's producer for its product. Public by design: they stand on the buyer's page."""
    return (
        conn.cursor(row_factory=class_row(Certificate))
        .execute(
            """
            SELECT c.id, c.kind, c.number, c.issuer, c.holder_id, h.name AS holder_name, c.product_id,
                   p.name AS product_name, c.stars, c.valid_from, c.valid_to, c.withdrawn_on,
                   f.digest AS file_digest, f.media_type AS file_type, f.size AS file_size, f.erased AS file_erased
              FROM lot l
              JOIN certificate c ON c.holder_id = l.producer_id
                                AND (c.product_id IS NULL OR c.product_id = l.product_id)
              JOIN party h ON h.id = c.holder_id
              LEFT JOIN product p ON p.id = c.product_id
              LEFT JOIN certificate_newest_file f ON f.certificate_id = c.id
             WHERE l.id = %(lot)s
             ORDER BY c.valid_from DESC, c.id DESC
            """,
            {"lot": lot_id},
        )
        .fetchall()
    )


def insert_certificate(conn: Connection, viewer: Viewer, draft: CertificateDraft) -> int:
    """Raises NotFound for a holder or product of another office, AlreadyThere for a number of this issuer in use."""
    require_party(conn, viewer, draft.holder_id)
    if draft.product_id is not None:
        get_product(conn, viewer, draft.product_id)
    row = conn.execute(
        """
        INSERT INTO certificate (office_id, kind, number, issuer, holder_id, product_id, stars, valid_from, valid_to)
        VALUES (%(office)s, %(kind)s, %(number)s, %(issuer)s, %(holder)s, %(product)s, %(stars)s, %(from)s, %(to)s)
        RETURNING id
        """,
        {
            "office": viewer.office_id,
            "kind": draft.kind,
            "number": draft.number,
            "issuer": draft.issuer,
            "holder": draft.holder_id,
            "product": draft.product_id,
            "stars": draft.stars,
            "from": draft.valid_from,
            "to": draft.valid_to,
        },
    ).fetchone()
    assert row is not None
    return row[0]


def withdraw_certificate(conn: Connection, viewer: Viewer, certificate_id: int, day: date) -> None:
    """It stands no more from this day on. Raises NotFound."""
    changed = conn.execute(
        "UPDATE certificate SET withdrawn_on = %(day)s WHERE id = %(id)s AND office_id = %(office)s",
        {"id": certificate_id, "office": viewer.office_id, "day": day},
    )
    if changed.rowcount == 0:
        raise NotFound()


def find_offer(conn: Connection, product_id: int) -> Offer | None:
    """Public by design: it stands on the buyer's page."""
    return (
        conn.cursor(row_factory=class_row(Offer))
        .execute(
            "SELECT low_vnd, high_vnd, unit, zalo, order_url, sold_at FROM offer WHERE product_id = %(id)s",
            {"id": product_id},
        )
        .fetchone()
    )


def upsert_offer(conn: Connection, viewer: Viewer, product_id: int, offer: Offer) -> None:
    """Raises NotFound for a product of another office."""
    get_product(conn, viewer, product_id)
    conn.execute(
        """
        INSERT INTO offer (product_id, low_vnd, high_vnd, unit, zalo, order_url, sold_at)
        VALUES (%(product)s, %(low)s, %(high)s, %(unit)s, %(zalo)s, %(url)s, %(sold_at)s)
        ON CONFLICT (product_id) DO UPDATE
           SET low_vnd = excluded.low_vnd, high_vnd = excluded.high_vnd, unit = excluded.unit, zalo = excluded.zalo,
               order_url = excluded.order_url, sold_at = excluded.sold_at
        """,
        {
            "product": product_id,
            "low": offer.low_vnd,
            "high": offer.high_vnd,
            "unit": offer.unit,
            "zalo": offer.zalo,
            "url": offer.order_url,
            "sold_at": offer.sold_at,
        },
    )
