"""Goods sent from one party to another, until they are received."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import Conflict, NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection


class AlreadyReceived(Conflict):
    """Somebody has recorded its arrival before."""

    code = "shipment.already_received"


@dataclass(frozen=True, slots=True)
class Item:
    """A lot with how much of it, or a crate; `name` is what people call it, `epc` its name in events."""

    name: str
    epc: str
    quantity_kg: float | None


@dataclass(frozen=True, slots=True)
class Shipment:
    """`received_at` is None while the goods are on the way."""

    id: int
    from_id: int
    from_name: str
    to_id: int
    to_name: str
    paper_no: str
    shipped_at: datetime
    received_at: datetime | None
    goods: str  # names of what is in it, for lists


def list_shipments(conn: Connection, viewer: Viewer) -> list[Shipment]:
    """Those on the way first, then newest first."""
    return (
        conn.cursor(row_factory=class_row(Shipment))
        .execute(
            """
            SELECT s.id, s.from_id, f.name AS from_name, s.to_id, t.name AS to_name, s.paper_no, s.shipped_at,
                   s.received_at,
                   (SELECT string_agg(i.name, ', ' ORDER BY i.name) FROM shipment_item i WHERE i.shipment_id = s.id) AS goods
              FROM shipment s
              JOIN party f ON f.id = s.from_id
              JOIN party t ON t.id = s.to_id
             WHERE s.office_id = %(office)s
             ORDER BY s.received_at IS NOT NULL, s.shipped_at DESC, s.id DESC
            """,
            {"office": viewer.office_id},
        )
        .fetchall()
    )


def get_shipment(conn: Connection, viewer: Viewer, shipment_id: int) -> Shipment:
    """Raises NotFound."""
    found = [each for each in list_shipments(conn, viewer) if each.id == shipment_id]
    if not found:
        raise NotFound()
    return found[0]


def list_items(conn: Connection, shipment_id: int) -> list[Item]:
    """Takes no viewer: whoever asks has seen the shipment."""
    return (
        conn.cursor(row_factory=class_row(Item))
        .execute(
            "SELECT name, epc, quantity_kg FROM shipment_item WHERE shipment_id = %(id)s ORDER BY name",
            {"id": shipment_id},
        )
        .fetchall()
    )


def insert_shipment(
    conn: Connection, viewer: Viewer, from_id: int, to_id: int, paper_no: str, at: datetime, items: Iterable[Item]
) -> int:
    row = conn.execute(
        """
        INSERT INTO shipment (office_id, from_id, to_id, paper_no, shipped_at, recorded_by)
        VALUES (%(office)s, %(from)s, %(to)s, %(paper)s, %(at)s, %(account)s)
        RETURNING id
        """,
        {
            "office": viewer.office_id,
            "from": from_id,
            "to": to_id,
            "paper": paper_no,
            "at": at,
            "account": viewer.account_id,
        },
    ).fetchone()
    assert row is not None
    for item in items:
        conn.execute(
            """
            INSERT INTO shipment_item (shipment_id, name, epc, quantity_kg)
            VALUES (%(shipment)s, %(name)s, %(epc)s, %(quantity)s)
            """,
            {"shipment": row[0], "name": item.name, "epc": item.epc, "quantity": item.quantity_kg},
        )
    return row[0]


def receive_shipment(conn: Connection, viewer: Viewer, shipment_id: int, at: datetime) -> None:
    """Raises AlreadyReceived; the caller has seen the shipment."""
    changed = conn.execute(
        """
        UPDATE shipment SET received_at = %(at)s
         WHERE id = %(id)s AND office_id = %(office)s AND received_at IS NULL
        """,
        {"id": shipment_id, "at": at, "office": viewer.office_id},
    )
    if changed.rowcount == 0:
        raise AlreadyReceived()
