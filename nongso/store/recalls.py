"""Recalls of lots: at most one is open for a lot; a lifted one stays on record."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import Conflict
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.lots import get_lot


class NotRecalled(Conflict):
    """There is no open recall to lift."""

    code = "lot.not_recalled"


@dataclass(frozen=True, slots=True)
class Recall:
    """`lifted_at`, `lifted_by` and `lift_reason` stand together or not at all."""

    id: int
    lot_id: int
    lot_number: str
    product_name: str
    reason: str
    issued_by: int
    issued_at: datetime
    lifted_at: datetime | None
    lifted_by: int | None
    lift_reason: str | None


def list_recalls(conn: Connection, viewer: Viewer) -> list[Recall]:
    """The recalls of the office, the open ones first, then newest first."""
    return (
        conn.cursor(row_factory=class_row(Recall))
        .execute(
            """
            SELECT r.id, r.lot_id, l.number AS lot_number, p.name AS product_name, r.reason, r.issued_by, r.issued_at,
                   r.lifted_at, r.lifted_by, r.lift_reason
              FROM recall r
              JOIN lot l ON l.id = r.lot_id
              JOIN product p ON p.id = l.product_id
             WHERE l.office_id = %(office)s
             ORDER BY r.lifted_at IS NOT NULL, r.issued_at DESC, r.id DESC
            """,
            {"office": viewer.office_id},
        )
        .fetchall()
    )


def insert_recall(
    conn: Connection, viewer: Viewer, lot_id: int, reason: str, now: datetime, case_id: int | None = None
) -> int:
    """Recall a lot the viewer sees, as part of a case; the recall's id. Raises NotFound, or AlreadyThere while one is open."""
    get_lot(conn, viewer, lot_id)
    row = conn.execute(
        """
        INSERT INTO recall (lot_id, reason, issued_by, issued_at, case_id)
        VALUES (%(lot)s, %(reason)s, %(account)s, %(now)s, %(case)s)
        RETURNING id
        """,
        {"lot": lot_id, "reason": reason, "account": viewer.account_id, "now": now, "case": case_id},
    ).fetchone()
    assert row is not None
    return row[0]


def lift_recall(conn: Connection, viewer: Viewer, lot_id: int, reason: str, now: datetime) -> None:
    """Lift the open recall of a lot the viewer sees. Raises NotFound or NotRecalled."""
    get_lot(conn, viewer, lot_id)
    lifted = conn.execute(
        """
        UPDATE recall
           SET lifted_at = %(now)s, lifted_by = %(account)s, lift_reason = %(reason)s
         WHERE lot_id = %(lot)s
           AND lifted_at IS NULL
        """,
        {"lot": lot_id, "reason": reason, "account": viewer.account_id, "now": now},
    )
    if lifted.rowcount == 0:
        raise NotRecalled()
