"""Producers, owners of brands and buyers as they stand on papers, fenced by office."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.text.sorting import fold, sort_key


@dataclass(frozen=True, slots=True)
class Party:
    """`phone` is shown to buyers only when `phone_public`."""

    id: int
    kind: str
    name: str
    address: str
    phone: str
    phone_public: bool
    unit_code: str
    unit_valid_from: date
    unit_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PartyDraft:
    """What an officer says of a party; `kind` is household, cooperative, company, association or authority."""

    kind: str
    name: str
    address: str
    phone: str
    phone_public: bool
    unit_code: str
    unit_valid_from: date


def list_parties(conn: Connection, viewer: Viewer, search: str = "") -> list[Party]:
    """The office's parties, but those forgotten, whose name holds `search`, marks or not, in Vietnamese order."""
    return (
        conn.cursor(row_factory=class_row(Party))
        .execute(
            """
            SELECT p.id, p.kind, p.name, p.address, p.phone, p.phone_public, p.unit_code, p.unit_valid_from,
                   u.name AS unit_name, p.created_at
              FROM party p
              JOIN admin_unit u ON (u.code, u.valid_from) = (p.unit_code, p.unit_valid_from)
             WHERE p.office_id = %(office)s
               AND p.erased_at IS NULL
               AND strpos(p.name_fold, %(search)s) > 0
             ORDER BY p.name_sort
            """,
            {"office": viewer.office_id, "search": fold(search)},
        )
        .fetchall()
    )


def require_party(conn: Connection, viewer: Viewer, party_id: int) -> None:
    """Raises NotFound unless the party is of the viewer's office and was not forgotten."""
    row = conn.execute(
        "SELECT 1 FROM party WHERE id = %(id)s AND office_id = %(office)s AND erased_at IS NULL",
        {"id": party_id, "office": viewer.office_id},
    ).fetchone()
    if row is None:
        raise NotFound()


def insert_party(conn: Connection, viewer: Viewer, draft: PartyDraft) -> int:
    """The new party's id. Raises AlreadyThere for a name in use, StillUsed for an unknown unit."""
    row = conn.execute(
        """
        INSERT INTO party (office_id, kind, name, name_sort, name_fold, address, phone, phone_public, unit_code,
                           unit_valid_from)
        VALUES (%(office)s, %(kind)s, %(name)s, %(sort)s, %(fold)s, %(address)s, %(phone)s, %(phone_public)s,
                %(unit_code)s, %(unit_valid_from)s)
        RETURNING id
        """,
        {"office": viewer.office_id, **_columns(draft)},
    ).fetchone()
    assert row is not None
    return row[0]


def update_party(conn: Connection, viewer: Viewer, party_id: int, draft: PartyDraft) -> None:
    """Say anew what a party is. Raises NotFound."""
    changed = conn.execute(
        """
        UPDATE party
           SET kind = %(kind)s, name = %(name)s, name_sort = %(sort)s, name_fold = %(fold)s, address = %(address)s,
               phone = %(phone)s, phone_public = %(phone_public)s, unit_code = %(unit_code)s,
               unit_valid_from = %(unit_valid_from)s
         WHERE id = %(id)s
           AND office_id = %(office)s
           AND erased_at IS NULL
        """,
        {"id": party_id, "office": viewer.office_id, **_columns(draft)},
    )
    if changed.rowcount == 0:
        raise NotFound()


def _columns(draft: PartyDraft) -> dict[str, object]:
    return {
        "kind": draft.kind,
        "name": draft.name,
        "sort": sort_key(draft.name),
        "fold": fold(draft.name),
        "address": draft.address,
        "phone": draft.phone,
        "phone_public": draft.phone_public,
        "unit_code": draft.unit_code,
        "unit_valid_from": draft.unit_valid_from,
    }
