"""Harvests: what was taken from a field on a day, and how much of it no lot holds yet."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.fence import fence
from nongso.store.places import get_field
from nongso.text.sorting import fold


@dataclass(frozen=True, slots=True)
class Harvest:
    """`left_kg` is what no lot holds yet."""

    id: int
    field_id: int
    field_name: str
    farm_id: int
    farm_name: str
    crop: str
    harvested_on: date
    quantity_kg: float
    left_kg: float
    recorded_by: int
    recorded_at: datetime


def list_harvests(conn: Connection, viewer: Viewer, search: str = "") -> list[Harvest]:
    """The harvests of farms the viewer sees whose field or farm holds `search`, marks or not, newest first."""
    return (
        conn.cursor(row_factory=class_row(Harvest))
        .execute(
            """
            SELECT h.id, h.field_id, h.field_name, h.farm_id, h.farm_name, h.crop, h.harvested_on, h.quantity_kg,
                   h.left_kg, h.recorded_by, h.recorded_at
              FROM harvest_card h
             WHERE h.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
               AND strpos(h.fold, %(search)s) > 0
             ORDER BY h.harvested_on DESC, h.id DESC
            """,
            {"search": fold(search), **fence(viewer)},
        )
        .fetchall()
    )


def get_harvest(conn: Connection, viewer: Viewer, harvest_id: int) -> Harvest:
    """Raises NotFound when there is none, or none for this viewer."""
    harvest = (
        conn.cursor(row_factory=class_row(Harvest))
        .execute(
            """
            SELECT h.id, h.field_id, h.field_name, h.farm_id, h.farm_name, h.crop, h.harvested_on, h.quantity_kg,
                   h.left_kg, h.recorded_by, h.recorded_at
              FROM harvest_card h
             WHERE h.id = %(id)s
               AND h.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
            """,
            {"id": harvest_id, **fence(viewer)},
        )
        .fetchone()
    )
    if harvest is None:
        raise NotFound()
    return harvest


def lock_harvest(conn: Connection, harvest_id: int) -> None:
    """Hold a harvest until the transaction ends, so that two lots cannot both take the last of it."""
    conn.execute("SELECT 1 FROM harvest WHERE id = %(id)s FOR UPDATE", {"id": harvest_id})


def insert_harvest(
    conn: Connection, viewer: Viewer, field_id: int, harvested_on: date, quantity_kg: float, now: datetime
) -> int:
    """A harvest of a field the viewer sees; its id. Raises NotFound."""
    get_field(conn, viewer, field_id)
    row = conn.execute(
        """
        INSERT INTO harvest (field_id, harvested_on, quantity_kg, recorded_by, recorded_at)
        VALUES (%(field)s, %(day)s, %(quantity)s, %(account)s, %(now)s)
        RETURNING id
        """,
        {
            "field": field_id,
            "day": harvested_on,
            "quantity": quantity_kg,
            "account": viewer.account_id,
            "now": now,
        },
    ).fetchone()
    assert row is not None
    return row[0]


def delete_harvest(conn: Connection, viewer: Viewer, harvest_id: int) -> None:
    """Take back a harvest typed by mistake. Raises NotFound, or StillUsed once a lot was made of it."""
    get_harvest(conn, viewer, harvest_id)
    conn.execute("DELETE FROM harvest WHERE id = %(id)s", {"id": harvest_id})
