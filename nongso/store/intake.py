"""The books of ingest: received = stored + duplicate + conflict + rejected, a row a transaction."""

from dataclasses import dataclass

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
    """Whether the schema is here: a collector may be up before the first migration."""
    row = conn.execute("SELECT to_regclass('intake') IS NOT NULL").fetchone()
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


def span_s(conn: Connection) -> float:
    """Seconds from the arrival of the first reading in the store to the newest entry of the books."""
    row = conn.execute(
        """
        SELECT extract(epoch FROM (SELECT max(committed_at) FROM intake) - (SELECT min(received_at) FROM reading))::float8
        """
    ).fetchone()
    return row[0] if row and row[0] is not None else 0.0
