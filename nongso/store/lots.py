"""Lots: goods of one product from one harvest, under one number and one short code."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.fence import fence
from nongso.text.sorting import fold


@dataclass(frozen=True, slots=True)
class Lot:
    """`code` opens /t/{code}; `epc_class` is its name in events; `recalled_at` and `recall_reason` stand while a recall is open."""

    id: int
    number: str
    code: str
    epc_class: str
    quantity_kg: float
    packed_on: date | None
    best_before: date | None
    created_at: datetime
    product_id: int
    product_name: str
    gtin: str | None
    crop: str
    brand_id: int
    brand_name: str
    brand_valid_from: date | None
    brand_valid_to: date | None
    harvest_id: int
    harvested_on: date
    field_id: int
    field_name: str
    farm_id: int
    farm_name: str
    producer_id: int
    producer_name: str
    office_name: str
    recalled_at: datetime | None
    recall_reason: str | None
    labels_printed: int


@dataclass(frozen=True, slots=True)
class Share:
    """What a lot took of the harvest of a day."""

    harvest_id: int
    harvested_on: date
    quantity_kg: float


@dataclass(frozen=True, slots=True)
class Usual:
    """What the last lot of a farm and crop was made as."""

    product_id: int
    product_name: str
    producer_id: int
    producer_name: str


@dataclass(frozen=True, slots=True)
class LotDraft:
    """What makes a lot; whoever fills it has checked that product, harvest and producer are the viewer's to use."""

    product_id: int
    harvest_id: int
    producer_id: int
    number: str
    code: str
    epc_class: str
    quantity_kg: float
    packed_on: date | None
    best_before: date | None


def list_lots(conn: Connection, viewer: Viewer, search: str = "") -> list[Lot]:
    """The lots from farms the viewer sees whose number, product, producer or farm holds `search`, newest first."""
    return (
        conn.cursor(row_factory=class_row(Lot))
        .execute(
            """
            SELECT l.id, l.number, l.code, l.epc_class, l.quantity_kg, l.packed_on, l.best_before, l.created_at,
                   l.product_id, l.product_name, l.gtin, l.crop, l.brand_id, l.brand_name, l.brand_valid_from,
                   l.brand_valid_to, l.harvest_id, l.harvested_on, l.field_id, l.field_name, l.farm_id, l.farm_name, l.producer_id,
                   l.producer_name, l.office_name, l.recalled_at, l.recall_reason, l.labels_printed
              FROM lot_card l
             WHERE l.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
               AND strpos(l.fold, %(search)s) > 0
             ORDER BY l.created_at DESC, l.id DESC
            """,
            {"search": fold(search), **fence(viewer)},
        )
        .fetchall()
    )


def get_lot(conn: Connection, viewer: Viewer, lot_id: int) -> Lot:
    """Raises NotFound when there is none, or none for this viewer."""
    lot = (
        conn.cursor(row_factory=class_row(Lot))
        .execute(
            """
            SELECT l.id, l.number, l.code, l.epc_class, l.quantity_kg, l.packed_on, l.best_before, l.created_at,
                   l.product_id, l.product_name, l.gtin, l.crop, l.brand_id, l.brand_name, l.brand_valid_from,
                   l.brand_valid_to, l.harvest_id, l.harvested_on, l.field_id, l.field_name, l.farm_id, l.farm_name, l.producer_id,
                   l.producer_name, l.office_name, l.recalled_at, l.recall_reason, l.labels_printed
              FROM lot_card l
             WHERE l.id = %(id)s
               AND l.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
            """,
            {"id": lot_id, **fence(viewer)},
        )
        .fetchone()
    )
    if lot is None:
        raise NotFound()
    return lot


def find_usual(conn: Connection, viewer: Viewer, farm_id: int, crop: str) -> Usual | None:
    """How the newest lot from the farm's own harvests of a crop was made; a producer who was forgotten does not count."""
    return (
        conn.cursor(row_factory=class_row(Usual))
        .execute(
            """
            SELECT l.product_id, l.product_name, l.producer_id, l.producer_name
              FROM lot_card l
             WHERE l.farm_id = %(farm)s
               AND l.crop = %(crop)s
               AND l.producer_name <> ''
               AND l.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
               AND EXISTS (SELECT FROM lot_share t WHERE t.lot_id = l.id)
             ORDER BY l.created_at DESC, l.id DESC
             LIMIT 1
            """,
            {"farm": farm_id, "crop": crop, **fence(viewer)},
        )
        .fetchone()
    )


def list_numbers(conn: Connection, viewer: Viewer, product_id: int) -> list[str]:
    """The numbers taken by a product's lots."""
    rows = conn.execute(
        "SELECT number FROM lot WHERE product_id = %(product)s AND office_id = %(office)s",
        {"product": product_id, "office": viewer.office_id},
    ).fetchall()
    return [row[0] for row in rows]


def insert_lot(conn: Connection, viewer: Viewer, draft: LotDraft, now: datetime) -> int:
    """The id of a new lot that takes its goods from its harvest. Raises AlreadyThere for a number or code in use."""
    lot_id = _insert(conn, viewer, draft, now)
    insert_share(conn, lot_id, draft.harvest_id, draft.quantity_kg)
    return lot_id


def insert_derived_lot(
    conn: Connection, viewer: Viewer, draft: LotDraft, sources: Mapping[int, float], now: datetime
) -> int:
    """The id of a new lot made of other lots: kg of each by its id. Raises AlreadyThere for a number or code in use."""
    lot_id = _insert(conn, viewer, draft, now)
    for source_id, quantity_kg in sources.items():
        conn.execute(
            "INSERT INTO lot_source (lot_id, source_id, quantity_kg) VALUES (%(lot)s, %(source)s, %(quantity)s)",
            {"lot": lot_id, "source": source_id, "quantity": quantity_kg},
        )
    return lot_id


def add_share(conn: Connection, lot_id: int, harvest_id: int, quantity_kg: float) -> None:
    """More of a lot, from the harvest of another day. Raises AlreadyThere for a harvest it has taken from before."""
    insert_share(conn, lot_id, harvest_id, quantity_kg)
    conn.execute(
        "UPDATE lot SET quantity_kg = quantity_kg + %(quantity)s WHERE id = %(id)s",
        {"id": lot_id, "quantity": quantity_kg},
    )


def insert_share(conn: Connection, lot_id: int, harvest_id: int, quantity_kg: float) -> None:
    conn.execute(
        "INSERT INTO lot_share (lot_id, harvest_id, quantity_kg) VALUES (%(lot)s, %(harvest)s, %(quantity)s)",
        {"lot": lot_id, "harvest": harvest_id, "quantity": quantity_kg},
    )


def list_shares(conn: Connection, lot_id: int) -> list[Share]:
    """By day; none for a lot made of other lots. Takes no viewer: whoever asks has seen the lot."""
    return (
        conn.cursor(row_factory=class_row(Share))
        .execute(
            """
            SELECT t.harvest_id, h.harvested_on, t.quantity_kg
              FROM lot_share t
              JOIN harvest h ON h.id = t.harvest_id
             WHERE t.lot_id = %(lot)s
             ORDER BY h.harvested_on, t.harvest_id
            """,
            {"lot": lot_id},
        )
        .fetchall()
    )


def update_packed_on(conn: Connection, lot_id: int, packed_on: date) -> None:
    """Takes no viewer: whoever writes has seen the lot."""
    conn.execute("UPDATE lot SET packed_on = %(day)s WHERE id = %(id)s", {"id": lot_id, "day": packed_on})


def get_name(conn: Connection, lot_id: int) -> str:
    """A lot's name in events. Public: its page and linkset tell it."""
    row = conn.execute("SELECT epc_class FROM lot WHERE id = %(id)s", {"id": lot_id}).fetchone()
    assert row is not None
    return row[0]


def find_name(conn: Connection, viewer: Viewer, gtin: str, number: str) -> str | None:
    """The name in events of the lot under a GTIN, which may have come after the lot was made; None when the office has none."""
    row = conn.execute(
        """
        SELECT l.epc_class
          FROM lot l
          JOIN product p ON p.id = l.product_id
         WHERE l.office_id = %(office)s
           AND p.gtin = %(gtin)s
           AND upper(l.number) = upper(%(number)s)
        """,
        {"office": viewer.office_id, "gtin": gtin, "number": number},
    ).fetchone()
    return row[0] if row else None


def list_by_names(conn: Connection, viewer: Viewer, epcs: Collection[str]) -> list[Lot]:
    """The lots of these names in events, from farms the viewer sees."""
    wanted = set(epcs)
    return [lot for lot in list_lots(conn, viewer) if lot.epc_class in wanted]


def _insert(conn: Connection, viewer: Viewer, draft: LotDraft, now: datetime) -> int:
    row = conn.execute(
        """
        INSERT INTO lot (office_id, product_id, harvest_id, producer_id, number, code, epc_class, quantity_kg,
                         packed_on, best_before, created_by, created_at)
        VALUES (%(office)s, %(product)s, %(harvest)s, %(producer)s, %(number)s, %(code)s, %(epc_class)s, %(quantity)s,
                %(packed_on)s, %(best_before)s, %(account)s, %(now)s)
        RETURNING id
        """,
        {
            "office": viewer.office_id,
            "product": draft.product_id,
            "harvest": draft.harvest_id,
            "producer": draft.producer_id,
            "number": draft.number,
            "code": draft.code,
            "epc_class": draft.epc_class,
            "quantity": draft.quantity_kg,
            "packed_on": draft.packed_on,
            "best_before": draft.best_before,
            "account": viewer.account_id,
            "now": now,
        },
    ).fetchone()
    assert row is not None
    return row[0]
