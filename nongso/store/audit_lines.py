"""Who did what: a line in the transaction of the deed itself, never taken out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.people import Viewer
from nongso.store.connection import Connection

Detail = Mapping[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One deed. `action` is a verb of the API (`device.register`), `object` names the thing (`device:TN-07`)."""

    id: int
    at: datetime
    account_id: int | None
    account_name: str | None
    action: str
    object: str
    detail: dict[str, str | int | float | bool | None]


def insert(conn: Connection, viewer: Viewer, action: str, target: str, detail: Detail | None = None) -> None:
    """Record a deed of somebody signed in. `detail` holds no secret."""
    _insert(conn, viewer.office_id, viewer.account_id, action, target, detail)


def insert_by_command(conn: Connection, office_id: int, action: str, target: str, detail: Detail | None = None) -> None:
    """Record a deed done on the server's own command line, where nobody is signed in."""
    _insert(conn, office_id, None, action, target, detail)


def _insert(
    conn: Connection, office_id: int, account_id: int | None, action: str, target: str, detail: Detail | None
) -> None:
    conn.execute(
        """
        INSERT INTO audit_line (office_id, account_id, action, object, detail)
        VALUES (%(office)s, %(account)s, %(action)s, %(object)s, %(detail)s)
        """,
        {
            "office": office_id,
            "account": account_id,
            "action": action,
            "object": target,
            "detail": Jsonb(dict(detail or {})),
        },
    )


def list_newest(conn: Connection, viewer: Viewer, limit: int) -> list[AuditLine]:
    """The office's newest lines, newest first."""
    return (
        conn.cursor(row_factory=class_row(AuditLine))
        .execute(
            """
            SELECT l.id, l.at, l.account_id, a.name AS account_name, l.action, l.object, l.detail
              FROM audit_line l
              LEFT JOIN account a ON a.id = l.account_id
             WHERE l.office_id = %(office)s
             ORDER BY l.id DESC
             LIMIT %(limit)s
            """,
            {"office": viewer.office_id, "limit": limit},
        )
        .fetchall()
    )
