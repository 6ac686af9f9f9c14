"""Offices, farms, fields and who belongs to them; what a viewer may not see does not exist for them."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.boundary import Point
from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.fence import fence
from nongso.text.sorting import fold, sort_key


@dataclass(frozen=True, slots=True)
class Office:
    """A tenant; `slug` is its name in MQTT topics."""

    id: int
    slug: str
    name: str
    phone: str
    unit_code: str
    unit_valid_from: date


@dataclass(frozen=True, slots=True)
class Farm:
    id: int
    name: str
    unit_code: str
    unit_valid_from: date
    unit_name: str
    field_count: int
    member_ids: list[int]


@dataclass(frozen=True, slots=True)
class Field:
    """A field; `boundary` is [[lon, lat], …] in WGS 84, not closed."""

    id: int
    farm_id: int
    farm_name: str
    name: str
    crop: str
    planted_on: date | None
    area_m2: float | None
    boundary: list[list[float]] | None
    soil: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FieldDraft:
    """What an officer says of a field; `crop` is a slug of nongso.agronomy.crops, `soil` one of nongso.agronomy.soils."""

    name: str
    crop: str
    planted_on: date | None
    area_m2: float | None
    boundary: list[Point] | None
    soil: str | None = None


def insert_office(conn: Connection, slug: str, name: str, phone: str, unit_code: str, unit_valid_from: date) -> int:
    """The new office's id."""
    row = conn.execute(
        """
        INSERT INTO office (slug, name, phone, unit_code, unit_valid_from)
        VALUES (%(slug)s, %(name)s, %(phone)s, %(code)s, %(valid_from)s)
        RETURNING id
        """,
        {"slug": slug, "name": name, "phone": phone, "code": unit_code, "valid_from": unit_valid_from},
    ).fetchone()
    assert row is not None
    return row[0]


def get_office(conn: Connection, office_id: int) -> Office:
    office = (
        conn.cursor(row_factory=class_row(Office))
        .execute(
            "SELECT id, slug, name, phone, unit_code, unit_valid_from FROM office WHERE id = %(id)s",
            {"id": office_id},
        )
        .fetchone()
    )
    if office is None:
        raise NotFound()
    return office


def find_office(conn: Connection, slug: str) -> Office | None:
    return (
        conn.cursor(row_factory=class_row(Office))
        .execute(
            "SELECT id, slug, name, phone, unit_code, unit_valid_from FROM office WHERE slug = %(slug)s",
            {"slug": slug},
        )
        .fetchone()
    )


def list_offices(conn: Connection) -> list[Office]:
    """Every office of this database, by slug: for the command line, where nobody is signed in."""
    return (
        conn.cursor(row_factory=class_row(Office))
        .execute("SELECT id, slug, name, phone, unit_code, unit_valid_from FROM office ORDER BY slug")
        .fetchall()
    )


def list_farms(conn: Connection, viewer: Viewer) -> list[Farm]:
    """The farms the viewer sees, in Vietnamese order."""
    return (
        conn.cursor(row_factory=class_row(Farm))
        .execute(
            """
            SELECT f.id, f.name, f.unit_code, f.unit_valid_from, u.name AS unit_name,
                   (SELECT count(*) FROM field d WHERE d.farm_id = f.id) AS field_count,
                   ARRAY(SELECT m.account_id FROM farm_member m WHERE m.farm_id = f.id ORDER BY 1) AS member_ids
              FROM farm f
              JOIN admin_unit u ON (u.code, u.valid_from) = (f.unit_code, f.unit_valid_from)
             WHERE f.id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
             ORDER BY f.name_sort
            """,
            fence(viewer),
        )
        .fetchall()
    )


def require_farm(conn: Connection, viewer: Viewer, farm_id: int) -> None:
    """Raises NotFound unless the viewer sees the farm."""
    row = conn.execute(
        "SELECT %(farm)s IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))",
        {"farm": farm_id, **fence(viewer)},
    ).fetchone()
    if row is None or not row[0]:
        raise NotFound()


def insert_farm(conn: Connection, viewer: Viewer, name: str, unit_code: str, unit_valid_from: date) -> int:
    """A farm of the viewer's office; its id."""
    row = conn.execute(
        """
        INSERT INTO farm (office_id, name, name_sort, name_fold, unit_code, unit_valid_from)
        VALUES (%(office)s, %(name)s, %(sort)s, %(fold)s, %(code)s, %(valid_from)s)
        RETURNING id
        """,
        {
            "office": viewer.office_id,
            "name": name,
            "sort": sort_key(name),
            "fold": fold(name),
            "code": unit_code,
            "valid_from": unit_valid_from,
        },
    ).fetchone()
    assert row is not None
    return row[0]


def insert_member(conn: Connection, viewer: Viewer, farm_id: int, account_id: int) -> None:
    """Let an account of the office see a farm of the office; again changes nothing. Raises NotFound."""
    require_farm(conn, viewer, farm_id)
    row = conn.execute(
        """
        INSERT INTO farm_member (farm_id, account_id)
        SELECT %(farm)s, a.id
          FROM account a
         WHERE a.id = %(account_id)s
           AND a.office_id = %(office)s
        ON CONFLICT (farm_id, account_id) DO UPDATE SET account_id = EXCLUDED.account_id
        RETURNING account_id
        """,
        {"farm": farm_id, "account_id": account_id, "office": viewer.office_id},
    ).fetchone()
    if row is None:
        raise NotFound()


def delete_member(conn: Connection, viewer: Viewer, farm_id: int, account_id: int) -> None:
    """Take a farm from somebody's sight. Raises NotFound when they were no member."""
    require_farm(conn, viewer, farm_id)
    gone = conn.execute(
        "DELETE FROM farm_member WHERE farm_id = %(farm)s AND account_id = %(account)s",
        {"farm": farm_id, "account": account_id},
    )
    if gone.rowcount == 0:
        raise NotFound()


def list_fields(conn: Connection, viewer: Viewer, search: str = "") -> list[Field]:
    """The fields the viewer sees whose name (or whose farm's name) holds the words of `search`, marks or not."""
    return (
        conn.cursor(row_factory=class_row(Field))
        .execute(
            """
            SELECT d.id, d.farm_id, f.name AS farm_name, d.name, d.crop, d.planted_on, d.area_m2, d.boundary,
                   d.soil, d.created_at
              FROM field d
              JOIN farm f ON f.id = d.farm_id
             WHERE f.id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
               AND strpos(d.name_fold || ' ' || f.name_fold, %(search)s) > 0
             ORDER BY f.name_sort, d.name_sort
            """,
            {"search": fold(search), **fence(viewer)},
        )
        .fetchall()
    )


def get_field(conn: Connection, viewer: Viewer, field_id: int) -> Field:
    """Raises NotFound when there is none, or none for this viewer."""
    field = (
        conn.cursor(row_factory=class_row(Field))
        .execute(
            """
            SELECT d.id, d.farm_id, f.name AS farm_name, d.name, d.crop, d.planted_on, d.area_m2, d.boundary,
                   d.soil, d.created_at
              FROM field d
              JOIN farm f ON f.id = d.farm_id
             WHERE d.id = %(id)s
               AND f.id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
            """,
            {"id": field_id, **fence(viewer)},
        )
        .fetchone()
    )
    if field is None:
        raise NotFound()
    return field


def insert_field(conn: Connection, viewer: Viewer, farm_id: int, draft: FieldDraft) -> int:
    """A field of a farm the viewer sees; its id."""
    require_farm(conn, viewer, farm_id)
    row = conn.execute(
        """
        INSERT INTO field (farm_id, name, name_sort, name_fold, crop, planted_on, area_m2, boundary, soil)
        VALUES (%(farm)s, %(name)s, %(sort)s, %(fold)s, %(crop)s, %(planted_on)s, %(area_m2)s, %(boundary)s, %(soil)s)
        RETURNING id
        """,
        {"farm": farm_id, **_columns(draft)},
    ).fetchone()
    assert row is not None
    return row[0]


def update_field(conn: Connection, viewer: Viewer, field_id: int, draft: FieldDraft) -> None:
    """Say anew what a field is. Raises NotFound."""
    get_field(conn, viewer, field_id)
    conn.execute(
        """
        UPDATE field
           SET name = %(name)s, name_sort = %(sort)s, name_fold = %(fold)s, crop = %(crop)s,
               planted_on = %(planted_on)s, area_m2 = %(area_m2)s, boundary = %(boundary)s, soil = %(soil)s
         WHERE id = %(id)s
        """,
        {"id": field_id, **_columns(draft)},
    )


def _columns(draft: FieldDraft) -> dict[str, object]:
    return {
        "name": draft.name,
        "sort": sort_key(draft.name),
        "fold": fold(draft.name),
        "crop": draft.crop,
        "planted_on": draft.planted_on,
        "area_m2": draft.area_m2,
        "boundary": Jsonb(draft.boundary) if draft.boundary is not None else None,
        "soil": draft.soil,
    }
