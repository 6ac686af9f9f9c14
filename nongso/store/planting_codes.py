"""Planting-area and packing codes with the fields under them and what was issued of each in a year."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.papers import CodeKind, CodeStatus
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.parties import require_party
from nongso.store.places import get_field


@dataclass(frozen=True, slots=True)
class CodeDraft:
    """`area_m2` and `ceiling_kg_ha` are for areas: what a hectare yields at most in a year."""

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


@dataclass(frozen=True, slots=True)
class PlantingCode:
    """`issued_kg`: lots made in the year from harvests of its fields."""

    id: int
    code: str
    kind: str
    holder_id: int
    holder_name: str
    market: str
    crop: str
    area_m2: float | None
    ceiling_kg_ha: float | None
    status: str
    valid_from: date | None
    valid_to: date | None
    fields: list[int]
    issued_kg: float


def list_codes(conn: Connection, viewer: Viewer, year: int) -> list[PlantingCode]:
    return (
        conn.cursor(row_factory=class_row(PlantingCode))
        .execute(
            """
            SELECT c.id, c.code, c.kind, c.holder_id, h.name AS holder_name, c.market, c.crop, c.area_m2, c.ceiling_kg_ha,
                   c.status, c.valid_from, c.valid_to,
                   ARRAY(SELECT f.field_id FROM planting_code_field f WHERE f.code_id = c.id ORDER BY f.field_id) AS fields,
                   coalesce((SELECT sum(t.quantity_kg)
                               FROM planting_code_field f
                               JOIN harvest g ON g.field_id = f.field_id
                               JOIN lot_share t ON t.harvest_id = g.id
                              WHERE f.code_id = c.id
                                AND extract(year FROM g.harvested_on) = %(year)s), 0) AS issued_kg
              FROM planting_code c
              JOIN party h ON h.id = c.holder_id
             WHERE c.office_id = %(office)s
             ORDER BY c.code
            """,
            {"office": viewer.office_id, "year": year},
        )
        .fetchall()
    )


def list_of_lot(conn: Connection, viewer: Viewer, lot_id: int) -> list[tuple[int, PlantingCode]]:
    """The codes under which a lot's fruit grew, each with the year of its harvest and what was issued in it."""
    rows = conn.execute(
        """
        SELECT DISTINCT extract(year FROM g.harvested_on)::int AS year, f.code_id
          FROM lot_share t
          JOIN harvest g ON g.id = t.harvest_id
          JOIN planting_code_field f ON f.field_id = g.field_id
         WHERE t.lot_id = %(lot)s
        """,
        {"lot": lot_id},
    ).fetchall()
    grown = {(year, code_id) for year, code_id in rows}
    years = sorted({year for year, _ in grown})
    return [(year, code) for year in years for code in list_codes(conn, viewer, year) if (year, code.id) in grown]


def insert_code(conn: Connection, viewer: Viewer, draft: CodeDraft, fields: Collection[int]) -> int:
    """Raises NotFound for a holder or field of another office, AlreadyThere for a code in use."""
    require_party(conn, viewer, draft.holder_id)
    row = conn.execute(
        """
        INSERT INTO planting_code (office_id, code, kind, holder_id, market, crop, area_m2, ceiling_kg_ha, status,
                                   valid_from, valid_to)
        VALUES (%(office)s, %(code)s, %(kind)s, %(holder)s, %(market)s, %(crop)s, %(area)s, %(ceiling)s, %(status)s,
                %(from)s, %(to)s)
        RETURNING id
        """,
        {"office": viewer.office_id, **_columns(draft)},
    ).fetchone()
    assert row is not None
    _set_fields(conn, viewer, row[0], fields)
    return row[0]


def update_code(conn: Connection, viewer: Viewer, code_id: int, draft: CodeDraft, fields: Collection[int]) -> None:
    """Raises NotFound."""
    require_party(conn, viewer, draft.holder_id)
    changed = conn.execute(
        """
        UPDATE planting_code
           SET code = %(code)s, kind = %(kind)s, holder_id = %(holder)s, market = %(market)s, crop = %(crop)s,
               area_m2 = %(area)s, ceiling_kg_ha = %(ceiling)s, status = %(status)s, valid_from = %(from)s,
               valid_to = %(to)s
         WHERE id = %(id)s AND office_id = %(office)s
        """,
        {"id": code_id, "office": viewer.office_id, **_columns(draft)},
    )
    if changed.rowcount == 0:
        raise NotFound()
    _set_fields(conn, viewer, code_id, fields)


def _set_fields(conn: Connection, viewer: Viewer, code_id: int, fields: Collection[int]) -> None:
    conn.execute("DELETE FROM planting_code_field WHERE code_id = %(code)s", {"code": code_id})
    for field_id in dict.fromkeys(fields):
        get_field(conn, viewer, field_id)
        conn.execute(
            "INSERT INTO planting_code_field (code_id, field_id) VALUES (%(code)s, %(field)s)",
            {"code": code_id, "field": field_id},
        )


def _columns(draft: CodeDraft) -> dict[str, object]:
    return {
        "code": draft.code,
        "kind": draft.kind,
        "holder": draft.holder_id,
        "market": draft.market,
        "crop": draft.crop,
        "area": draft.area_m2,
        "ceiling": draft.ceiling_kg_ha,
        "status": draft.status,
        "from": draft.valid_from,
        "to": draft.valid_to,
    }
