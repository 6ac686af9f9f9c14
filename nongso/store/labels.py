"""Batches of printed labels: how many of which lot on which stock, by whom."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.lots import get_lot


@dataclass(frozen=True, slots=True)
class LabelBatch:
    id: int
    lot_id: int
    stock: str
    count: int
    printed_by: int
    printed_at: datetime


def list_batches(conn: Connection, viewer: Viewer, lot_id: int) -> list[LabelBatch]:
    """The batches of a lot the viewer sees, newest first. Raises NotFound."""
    get_lot(conn, viewer, lot_id)
    return (
        conn.cursor(row_factory=class_row(LabelBatch))
        .execute(
            """
            SELECT id, lot_id, stock, count, printed_by, printed_at
              FROM label_batch
             WHERE lot_id = %(lot)s
             ORDER BY id DESC
            """,
            {"lot": lot_id},
        )
        .fetchall()
    )


def count_printed(conn: Connection, lot_id: int) -> int:
    """The lot's labels without serial. The caller holds the lot, so that two sheets cannot both take what is left."""
    row = conn.execute(
        "SELECT coalesce(sum(count), 0)::int FROM label_batch WHERE lot_id = %(lot)s", {"lot": lot_id}
    ).fetchone()
    assert row is not None
    return row[0]


def insert_batch(conn: Connection, viewer: Viewer, lot_id: int, stock: str, count: int, now: datetime) -> int:
    """The new batch's id."""
    row = conn.execute(
        """
        INSERT INTO label_batch (lot_id, stock, count, printed_by, printed_at)
        VALUES (%(lot)s, %(stock)s, %(count)s, %(account)s, %(now)s)
        RETURNING id
        """,
        {"lot": lot_id, "stock": stock, "count": count, "account": viewer.account_id, "now": now},
    ).fetchone()
    assert row is not None
    return row[0]
