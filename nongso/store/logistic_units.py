"""Crates and pallets of an office, and the GS1 company prefixes their numbers begin with."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.parties import require_party


@dataclass(frozen=True, slots=True)
class LogisticUnit:
    """`code`: an SSCC, or a short code of ours; `epc`: its name in events."""

    id: int
    kind: str
    code: str
    epc: str
    packer_id: int
    packer_name: str
    created_at: datetime


def list_units(conn: Connection, viewer: Viewer) -> list[LogisticUnit]:
    """Newest first."""
    return (
        conn.cursor(row_factory=class_row(LogisticUnit))
        .execute(
            """
            SELECT u.id, u.kind, u.code, u.epc, u.packer_id, p.name AS packer_name, u.created_at
              FROM logistic_unit u
              JOIN party p ON p.id = u.packer_id
             WHERE u.office_id = %(office)s
             ORDER BY u.created_at DESC, u.id DESC
            """,
            {"office": viewer.office_id},
        )
        .fetchall()
    )


def get_unit(conn: Connection, viewer: Viewer, unit_id: int) -> LogisticUnit:
    """Raises NotFound."""
    found = [unit for unit in list_units(conn, viewer) if unit.id == unit_id]
    if not found:
        raise NotFound()
    return found[0]


def insert_unit(conn: Connection, viewer: Viewer, kind: str, code: str, epc: str, packer_id: int, now: datetime) -> int:
    """The new unit's id. Raises AlreadyThere for a name in use."""
    row = conn.execute(
        """
        INSERT INTO logistic_unit (office_id, kind, code, epc, packer_id, created_by, created_at)
        VALUES (%(office)s, %(kind)s, %(code)s, %(epc)s, %(packer)s, %(account)s, %(now)s)
        RETURNING id
        """,
        {
            "office": viewer.office_id,
            "kind": kind,
            "code": code,
            "epc": epc,
            "packer": packer_id,
            "account": viewer.account_id,
            "now": now,
        },
    ).fetchone()
    assert row is not None
    return row[0]


def upsert_prefix(conn: Connection, viewer: Viewer, party_id: int, prefix: str) -> None:
    """The GS1 company prefix of a party of the office; numbers already given stay given. Raises NotFound."""
    require_party(conn, viewer, party_id)
    conn.execute(
        """
        INSERT INTO gs1_prefix (party_id, prefix) VALUES (%(party)s, %(prefix)s)
        ON CONFLICT (party_id) DO UPDATE
           SET prefix = excluded.prefix,
               next_serial = CASE WHEN gs1_prefix.prefix = excluded.prefix THEN gs1_prefix.next_serial ELSE 0 END
        """,
        {"party": party_id, "prefix": prefix},
    )


def find_prefix(conn: Connection, viewer: Viewer, party_id: int) -> str | None:
    """Raises NotFound for a party of another office."""
    require_party(conn, viewer, party_id)
    row = conn.execute("SELECT prefix FROM gs1_prefix WHERE party_id = %(party)s", {"party": party_id}).fetchone()
    return row[0] if row else None


def take_serial(conn: Connection, party_id: int) -> tuple[str, int] | None:
    """The party's prefix and its next serial reference, taken for good; None for a party without a prefix."""
    return conn.execute(
        """
        UPDATE gs1_prefix SET next_serial = next_serial + 1
         WHERE party_id = %(party)s
        RETURNING prefix, next_serial
        """,
        {"party": party_id},
    ).fetchone()
