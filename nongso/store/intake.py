"""The books of ingest: received = stored + duplicate + conflict + rejected, a row a transaction."""

from dataclasses import dataclass

from nongso.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of messages and of their items."""

    messages: int
    received: int
    stored: int
    duplicate: int
    conflict: int
    rejected: int


def enter(conn: Connection, counts: Counts) -> None:
    """Enter a transaction's counts; the schema refuses (Refused, intake_balances) what does not balance."""
    conn.execute(
        """
        INSERT INTO intake (messages, received, stored, duplicate, conflict, rejected)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (counts.messages, counts.received, counts.stored, counts.duplicate, counts.conflict, counts.rejected),
    )


def is_ready(conn: Connection) -> bool:
    """Whether the schema is here: a collector may be up before the first migration."""
    row = conn.execute("SELECT to_regclass('intake') IS NOT NULL").fetchone()
    return row is not None and row[0]
