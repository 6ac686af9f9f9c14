"""What becomes of single labels: activated, sold, spoiled, moved to another lot, counted on the shelf; always within one batch of the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.labels import LabelState, sources_of
from nongso.people import Viewer
from nongso.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Label:
    """A label with its place on the sheets; `reason` says why it is void."""

    serial: str
    position: int
    lot_id: int
    lot_number: str
    state: str
    changed_at: datetime
    reason: str
    scan_count: int
    first_scan_at: datetime | None


@dataclass(frozen=True, slots=True)
class Span:
    """Labels of a batch from place `first` to place `last`, both included."""

    batch_id: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Count:
    """What somebody found on the shelf, and what the book called unused at that moment."""

    unused: int
    counted: int
    note: str
    counted_by: int
    counted_at: datetime


def list_labels(conn: Connection, viewer: Viewer, span: Span) -> list[Label]:
    """In the order of the sheets; empty for a batch of another office."""
    return (
        conn.cursor(row_factory=class_row(Label))
        .execute(
            """
            SELECT x.serial, x.position, x.lot_id, l.number AS lot_number, x.state, x.changed_at, x.reason,
                   x.scan_count, x.first_scan_at
              FROM label x
              JOIN serial_batch b ON b.id = x.batch_id
              JOIN lot l ON l.id = x.lot_id
             WHERE x.batch_id = %(batch)s
               AND x.position BETWEEN %(first)s AND %(last)s
               AND b.office_id = %(office)s
             ORDER BY x.position
            """,
            {"batch": span.batch_id, "first": span.first, "last": span.last, "office": viewer.office_id},
        )
        .fetchall()
    )


def change(
    conn: Connection, viewer: Viewer, span: Span, state: LabelState, now: datetime, reason: str = ""
) -> list[str]:
    """The serials that became `state`; those that may not become it stay as they are."""
    rows = conn.execute(
        """
        UPDATE label x
           SET state = %(state)s, changed_at = %(now)s, reason = %(reason)s,
               sold_at = CASE WHEN %(state)s = 'sold' THEN %(now)s ELSE x.sold_at END
          FROM serial_batch b
         WHERE b.id = x.batch_id
           AND b.id = %(batch)s
           AND b.office_id = %(office)s
           AND x.position BETWEEN %(first)s AND %(last)s
           AND x.state = ANY(%(sources)s)
        RETURNING x.serial
        """,
        {
            "batch": span.batch_id,
            "first": span.first,
            "last": span.last,
            "office": viewer.office_id,
            "state": state,
            "sources": list(sources_of(state)),
            "now": now,
            "reason": reason,
        },
    ).fetchall()
    return [row[0] for row in rows]


def move(conn: Connection, viewer: Viewer, span: Span, lot_id: int) -> int:
    """Put labels to another lot, whatever their state; how many. Whoever calls has checked that it is of the same product."""
    moved = conn.execute(
        """
        UPDATE label x
           SET lot_id = %(lot)s
          FROM serial_batch b
         WHERE b.id = x.batch_id
           AND b.id = %(batch)s
           AND b.office_id = %(office)s
           AND x.position BETWEEN %(first)s AND %(last)s
        """,
        {
            "batch": span.batch_id,
            "first": span.first,
            "last": span.last,
            "office": viewer.office_id,
            "lot": lot_id,
        },
    )
    return moved.rowcount


def list_lots_of(conn: Connection, span: Span) -> list[int]:
    """The lots that the labels of a span stand for today."""
    rows = conn.execute(
        """
        SELECT DISTINCT lot_id
          FROM label
         WHERE batch_id = %(batch)s
           AND position BETWEEN %(first)s AND %(last)s
         ORDER BY lot_id
        """,
        {"batch": span.batch_id, "first": span.first, "last": span.last},
    ).fetchall()
    return [row[0] for row in rows]


def count_issued(conn: Connection, lot_id: int) -> int:
    """The labels of a lot that are not void. The caller holds the lot, so that two batches cannot both take what is left."""
    row = conn.execute(
        "SELECT count(*)::int FROM label WHERE lot_id = %(lot)s AND state <> 'void'", {"lot": lot_id}
    ).fetchone()
    assert row is not None
    return row[0]


def lock_lot(conn: Connection, lot_id: int) -> None:
    """One officer at a time takes labels of a lot's budget."""
    conn.execute("SELECT FROM lot WHERE id = %(lot)s FOR UPDATE", {"lot": lot_id})


def find_net_kg(conn: Connection, lot_id: int) -> float | None:
    """What one piece of a lot's product weighs, if that was said."""
    row = conn.execute(
        "SELECT p.net_kg FROM lot l JOIN product p ON p.id = l.product_id WHERE l.id = %(lot)s", {"lot": lot_id}
    ).fetchone()
    return row[0] if row else None


def update_net_kg(conn: Connection, viewer: Viewer, product_id: int, net_kg: float | None) -> None:
    """Say what one piece of a product weighs. Raises NotFound."""
    changed = conn.execute(
        "UPDATE product SET net_kg = %(net)s WHERE id = %(id)s AND office_id = %(office)s",
        {"net": net_kg, "id": product_id, "office": viewer.office_id},
    )
    if changed.rowcount == 0:
        raise NotFound()


def insert_count(
    conn: Connection, viewer: Viewer, batch_id: int, numbers: tuple[int, int], note: str, now: datetime
) -> None:
    """`numbers`: unused by the book, counted on the shelf."""
    conn.execute(
        """
        INSERT INTO label_count (batch_id, unused, counted, note, counted_by, counted_at)
        VALUES (%(batch)s, %(unused)s, %(counted)s, %(note)s, %(account)s, %(now)s)
        """,
        {
            "batch": batch_id,
            "unused": numbers[0],
            "counted": numbers[1],
            "note": note,
            "account": viewer.account_id,
            "now": now,
        },
    )


def list_counts(conn: Connection, viewer: Viewer, batch_id: int) -> Sequence[Count]:
    """How often the shelf of a batch was counted, newest first."""
    return (
        conn.cursor(row_factory=class_row(Count))
        .execute(
            """
            SELECT c.unused, c.counted, c.note, c.counted_by, c.counted_at
              FROM label_count c
              JOIN serial_batch b ON b.id = c.batch_id
             WHERE b.id = %(batch)s
               AND b.office_id = %(office)s
             ORDER BY c.id DESC
            """,
            {"batch": batch_id, "office": viewer.office_id},
        )
        .fetchall()
    )
