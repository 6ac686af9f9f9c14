"""The books of ingest: received = stored + duplicate + conflict + rejected, a row a transaction."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of items."""

    received: int
    stored: int
    duplicate: int
    conflict: int
    rejected: int


def enter(conn: Connection, messages: int, counts: Counts) -> None:
    """Enter what became of the items of this many messages; the schema refuses (Refused, intake_balances) what does not balance."""
    conn.execute(
        """
        INSERT INTO intake (messages, received, stored, duplicate, conflict, rejected)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (messages, counts.received, counts.stored, counts.duplicate, counts.conflict, counts.rejected),
    )


def is_ready(conn: Connection) -> bool:
    """Whether the schema is here, as new as a collector needs it: it may be up before the first migration, or before the next."""
    row = conn.execute(
        "SELECT to_regclass('intake') IS NOT NULL AND to_regclass('codec_script') IS NOT NULL"
    ).fetchone()
    return row is not None and row[0]


def totals(conn: Connection) -> Counts:
    """All that was ever entered."""
    with conn.cursor(row_factory=class_row(Counts)) as cursor:
        found = cursor.execute(
            """
            SELECT coalesce(sum(received), 0)::bigint  AS received,
                   coalesce(sum(stored), 0)::bigint    AS stored,
                   coalesce(sum(duplicate), 0)::bigint AS duplicate,
                   coalesce(sum(conflict), 0)::bigint  AS conflict,
                   coalesce(sum(rejected), 0)::bigint  AS rejected
              FROM intake
            """
        ).fetchone()
    assert found is not None  # an aggregate without GROUP BY always has its row
    return found


def newest_at(conn: Connection) -> datetime:
    """When the newest transaction was entered; the books must not be empty."""
    row = conn.execute("SELECT max(committed_at) FROM intake").fetchone()
    assert row is not None  # an aggregate without GROUP BY always has its row
    return row[0]
