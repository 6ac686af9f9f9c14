"""What anybody who holds a label may see: public by design, so these queries take no viewer and name every column they show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from nongso.store.connection import Connection


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """A product, its brand and the office that registered them. Both days of the brand's validity are included."""

    product_id: int
    product_name: str
    product_name_en: str
    gtin: str | None
    crop: str
    standard: str
    shelf_life_days: int | None
    image_digest: str | None
    brand_name: str
    brand_name_en: str
    brand_kind: str
    registration_no: str
    brand_valid_from: date | None
    brand_valid_to: date | None
    brand_owner: str
    office_name: str
    office_phone: str


@dataclass(frozen=True, slots=True)
class LotFacts:
    """A lot, who grew it and where. `producer_name` is empty for one that was forgotten, `producer_phone` unless they made it public; the recall is the newest, open or lifted.

    The unit is the one the farm was registered in; `forebear_name` the only one it was made of, None where there were none or several.
    """

    lot_id: int
    number: str
    code: str
    quantity_kg: float
    packed_on: date | None
    best_before: date | None
    created_at: datetime
    product_id: int
    producer_kind: str
    producer_name: str
    producer_address: str
    producer_phone: str
    harvested_on: date
    harvest_kg: float
    harvest_recorded_at: datetime
    field_id: int
    area_m2: float | None
    planted_on: date | None
    field_created_at: datetime
    unit_code: str
    unit_valid_from: date
    unit_valid_to: date | None
    unit_name: str
    parent_name: str | None
    forebear_name: str | None
    forebear_parent_name: str | None
    recall_reason: str | None
    recalled_at: datetime | None
    lift_reason: str | None
    lifted_at: datetime | None
    labels_printed: int | None
    labels_printed_at: datetime | None


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit of the dated tree with the unit above it."""

    name: str
    parent_name: str | None


@dataclass(frozen=True, slots=True)
class DayOfProperty:
    """One observed property over one local day at a field, all sensors and depths together, from readings nothing speaks against."""

    property: str
    day: date
    min: float
    mean: float
    max: float


def find_product(conn: Connection, gtin: str) -> ProductFacts | None:
    """The product of a GTIN of 14 digits."""
    return (
        conn.cursor(row_factory=class_row(ProductFacts))
        .execute(
            """
            SELECT product_id, product_name, product_name_en, gtin, crop, standard, shelf_life_days, image_digest,
                   brand_name, brand_name_en, brand_kind, registration_no, brand_valid_from, brand_valid_to,
                   brand_owner, office_name, office_phone
              FROM passport_product
             WHERE gtin = %(gtin)s
            """,
            {"gtin": gtin},
        )
        .fetchone()
    )


def get_product(conn: Connection, product_id: int) -> ProductFacts:
    """The product of a lot that was found."""
    product = (
        conn.cursor(row_factory=class_row(ProductFacts))
        .execute(
            """
            SELECT product_id, product_name, product_name_en, gtin, crop, standard, shelf_life_days, image_digest,
                   brand_name, brand_name_en, brand_kind, registration_no, brand_valid_from, brand_valid_to,
                   brand_owner, office_name, office_phone
              FROM passport_product
             WHERE product_id = %(id)s
            """,
            {"id": product_id},
        )
        .fetchone()
    )
    assert product is not None
    return product


def find_lot(conn: Connection, product_id: int, number: str) -> LotFacts | None:
    """The lot of a product by its number, in small or capital letters."""
    return (
        conn.cursor(row_factory=class_row(LotFacts))
        .execute(
            """
            SELECT lot_id, number, code, quantity_kg, packed_on, best_before, created_at, product_id, producer_kind,
                   producer_name, producer_address, producer_phone, harvested_on, harvest_kg, harvest_recorded_at,
                   field_id, area_m2, planted_on, field_created_at, unit_code, unit_valid_from, unit_valid_to,
                   unit_name, parent_name, forebear_name, forebear_parent_name, recall_reason, recalled_at,
                   lift_reason, lifted_at, labels_printed, labels_printed_at
              FROM passport_lot
             WHERE product_id = %(product)s
               AND upper(number) = upper(%(number)s)
            """,
            {"product": product_id, "number": number},
        )
        .fetchone()
    )


def find_lot_by_code(conn: Connection, code: str) -> LotFacts | None:
    """The lot of a short code as traceability.gs1.local.parse gives it."""
    return (
        conn.cursor(row_factory=class_row(LotFacts))
        .execute(
            """
            SELECT lot_id, number, code, quantity_kg, packed_on, best_before, created_at, product_id, producer_kind,
                   producer_name, producer_address, producer_phone, harvested_on, harvest_kg, harvest_recorded_at,
                   field_id, area_m2, planted_on, field_created_at, unit_code, unit_valid_from, unit_valid_to,
                   unit_name, parent_name, forebear_name, forebear_parent_name, recall_reason, recalled_at,
                   lift_reason, lifted_at, labels_printed, labels_printed_at
              FROM passport_lot
             WHERE code = %(code)s
            """,
            {"code": code},
        )
        .fetchone()
    )


def get_office_of_lot(conn: Connection, lot_id: int) -> int:
    """Whose lot it is: a buyer's word goes to that office."""
    row = conn.execute("SELECT office_id FROM lot WHERE id = %(id)s", {"id": lot_id}).fetchone()
    assert row is not None
    return row[0]


def list_heirs(conn: Connection, code: str, valid_from: date, day: date) -> list[UnitName]:
    """What has become of a unit by `day`: itself while it stands, several where it was split."""
    return (
        conn.cursor(row_factory=class_row(UnitName))
        .execute(
            """
            WITH RECURSIVE heir AS (
                SELECT u.code, u.valid_from, u.valid_to
                  FROM admin_unit u
                 WHERE (u.code, u.valid_from) = (%(code)s, %(valid_from)s)
                 UNION
                SELECT n.code, n.valid_from, n.valid_to
                  FROM heir h
                  JOIN admin_succession s ON (s.from_code, s.from_valid_from) = (h.code, h.valid_from)
                  JOIN admin_unit n ON (n.code, n.valid_from) = (s.to_code, s.to_valid_from)
                 WHERE h.valid_to <= %(day)s
            )
            SELECT u.name, p.name AS parent_name
              FROM heir h
              JOIN admin_unit u ON (u.code, u.valid_from) = (h.code, h.valid_from)
              LEFT JOIN admin_unit p ON (p.code, p.valid_from) = (u.parent_code, u.parent_valid_from)
             WHERE h.valid_to IS NULL OR h.valid_to > %(day)s
             ORDER BY u.code
            """,
            {"code": code, "valid_from": valid_from, "day": day},
        )
        .fetchall()
    )


def list_days(
    conn: Connection, field_id: int, properties: Sequence[str], first: date, last: date
) -> list[DayOfProperty]:
    """What sensors measured at a field from `first` to `last`, only on days through which they served it."""
    return (
        conn.cursor(row_factory=class_row(DayOfProperty))
        .execute(
            """
            SELECT s.property, r.day, min(r.min) AS min, max(r.max) AS max,
                   sum(r.mean * (r.count - r.unfit)) / sum(r.count - r.unfit) AS mean
              FROM installation i
              JOIN series s ON s.device_id = i.device_id
              JOIN reading_day r ON r.series_id = s.id
             WHERE i.field_id = %(field)s
               AND s.property = ANY(%(properties)s)
               AND r.day BETWEEN %(first)s AND %(last)s
               AND r.count > r.unfit
               AND i.from_at <= r.day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
               AND (i.to_at IS NULL OR i.to_at >= (r.day + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')
             GROUP BY s.property, r.day
             ORDER BY s.property, r.day
            """,
            {"field": field_id, "properties": list(properties), "first": first, "last": last},
        )
        .fetchall()
    )
