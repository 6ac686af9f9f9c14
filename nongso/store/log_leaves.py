"""Which event is which leaf of the tamper-evident log, and what stands covered in its record.

The log belongs to the house, not to one office: whoever writes or checks it has no viewer, and nothing of it leaves the house but records
as they are published. What people read goes by the functions that take a viewer or by what a label shows.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, LiteralString, cast

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection

PLAN_LOCK = 7_163_225


@dataclass(frozen=True, slots=True)
class Cover:
    """A part of a record that is in the log as a commitment. `salt` is None once it was erased; `value` where the event no longer tells it."""

    pointer: str
    commitment: str
    salt: bytes | None = None
    value: Any = None


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """Everything a record is made of. `body` is the stored JSON as text, so that no digit of it is lost in reading."""

    id: int
    leaf_index: int | None
    office_id: int
    lot_id: int | None
    event_id: str
    body: str
    record_time: datetime
    captured_by: int | None
    captured_name: str | None
    covers: Sequence[Cover]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much is not in the log yet, and since when the first of it waits, by the database's clock."""

    count: int
    since: datetime | None


def lock(conn: Connection) -> None:
    """The writer's turn, until the transaction ends."""
    conn.execute("SELECT pg_advisory_xact_lock(%(key)s)", {"key": PLAN_LOCK})


def adopt_key(conn: Connection, vkey: str, now: datetime) -> None:
    """The log is kept under this key from now on. Under a new one every leaf has still to be signed."""
    row = conn.execute("SELECT vkey FROM log_key ORDER BY begun_at DESC, vkey LIMIT 1").fetchone()
    if row is not None and row[0] == vkey:
        return
    conn.execute("INSERT INTO log_key (vkey, begun_at) VALUES (%(vkey)s, %(now)s)", {"vkey": vkey, "now": now})
    conn.execute("UPDATE log_leaf SET signed_at = NULL, queued_at = now() WHERE signed_at IS NOT NULL")


def count_placed(conn: Connection) -> int:
    """How many leaves have their place: the size of the tree once all of them are written."""
    row = conn.execute("SELECT coalesce(max(leaf_index) + 1, 0) FROM log_leaf").fetchone()
    assert row is not None
    return row[0]


def list_waiting(conn: Connection, limit: int) -> list[LoggedEvent]:
    """Events without a place, in the order of their ids, which in an office is the order in which they were stored."""
    return _events(
        conn,
        """
        SELECT e.id, l.leaf_index, e.office_id, e.lot_id, e.event_id, e.body::text AS body, e.record_time, e.captured_by,
               a.name AS captured_name, '[]'::jsonb AS covers
          FROM log_leaf l
          JOIN event e ON e.id = l.event_row
          LEFT JOIN account a ON a.id = e.captured_by
         WHERE l.leaf_index IS NULL
         ORDER BY l.event_row
         LIMIT %(limit)s
        """,
        {"limit": limit},
    )


def list_placed(conn: Connection, start: int, limit: int) -> list[LoggedEvent]:
    """Events with a place from `start` on, in the order of the log."""
    return _events(
        conn,
        """
        SELECT e.id, l.leaf_index, e.office_id, e.lot_id, e.event_id, e.body::text AS body, e.record_time, e.captured_by,
               NULL AS captured_name, covers_of(e.id) AS covers
          FROM log_leaf l
          JOIN event e ON e.id = l.event_row
         WHERE l.leaf_index >= %(start)s
         ORDER BY l.leaf_index
         LIMIT %(limit)s
        """,
        {"start": start, "limit": limit},
    )


def _events(conn: Connection, query: LiteralString, parameters: dict[str, int]) -> list[LoggedEvent]:
    rows = conn.cursor(row_factory=class_row(LoggedEvent)).execute(query, parameters).fetchall()
    return [replace(row, covers=tuple(map(_cover, cast(list[dict[str, Any]], row.covers)))) for row in rows]


def _cover(row: dict[str, Any]) -> Cover:
    return Cover(row["pointer"], row["commitment"], bytes.fromhex(row["salt"]) if row["salt"] else None, row["value"])


def place(conn: Connection, event: LoggedEvent, leaf_index: int, covers: Sequence[Cover]) -> None:
    """Give an event its place, for ever, and keep what opens its record."""
    conn.execute(
        "UPDATE log_leaf SET leaf_index = %(index)s WHERE event_row = %(event)s AND leaf_index IS NULL",
        {"index": leaf_index, "event": event.id},
    )
    for cover in covers:
        about = event.captured_by if cover.value is not None else None
        conn.execute(
            """
            INSERT INTO log_cover (event_row, pointer, commitment, salt, value, account_id)
            VALUES (%(event)s, %(pointer)s, %(commitment)s, %(salt)s, %(value)s, %(account)s)
            """,
            {
                **asdict(cover),
                "event": event.id,
                "value": None if cover.value is None else Jsonb(cover.value),
                "account": about,
            },
        )


def mark_signed(conn: Connection, size: int, now: datetime) -> int:
    """A checkpoint over `size` leaves is signed: all of them are in the log from now on, if they were not before. How many are new."""
    return conn.execute(
        """
        UPDATE log_leaf
           SET signed_at = %(now)s
         WHERE leaf_index < %(size)s
           AND signed_at IS NULL
        """,
        {"size": size, "now": now},
    ).rowcount


def get_waiting(conn: Connection) -> Waiting:
    """What is stored and in no signed tree."""
    row = conn.execute("SELECT count(*), min(queued_at) FROM log_leaf WHERE signed_at IS NULL").fetchone()
    assert row is not None
    return Waiting(*row)


def list_unlogged(conn: Connection, limit: int) -> list[tuple[int, str, int]]:
    """Events that stand in no book of leaves, which the schema makes impossible and a meddler does not: row, event id and office."""
    return conn.execute(
        """
        SELECT e.id, e.event_id, e.office_id
          FROM event e
         WHERE NOT EXISTS (SELECT FROM log_leaf l WHERE l.event_row = e.id)
         ORDER BY e.id
         LIMIT %(limit)s
        """,
        {"limit": limit},
    ).fetchall()


def get_place(conn: Connection, viewer: Viewer, event_id: str) -> tuple[LoggedEvent, datetime | None]:
    """An event of the viewer's office, by its own id or its hash id, as it stands in the log and since when it is signed. Raises NotFound."""
    row = conn.execute(
        """
        SELECT e.id, l.signed_at
          FROM event e
          JOIN log_leaf l ON l.event_row = e.id
         WHERE e.office_id = %(office)s
           AND (e.event_id = %(event)s OR e.hash_id = %(event)s)
         ORDER BY e.id
         LIMIT 1
        """,
        {"office": viewer.office_id, "event": event_id},
    ).fetchone()
    if row is None:
        raise NotFound()
    (event,) = _events(
        conn,
        """
        SELECT e.id, l.leaf_index, e.office_id, e.lot_id, e.event_id, e.body::text AS body, e.record_time, e.captured_by,
               NULL AS captured_name, covers_of(e.id) AS covers
          FROM log_leaf l
          JOIN event e ON e.id = l.event_row
         WHERE e.id = %(row)s
        """,
        {"row": row[0]},
    )
    return event, row[1]


def find_newest(conn: Connection) -> datetime | None:
    """When the newest signed record was signed."""
    row = conn.execute("SELECT signed_at FROM log_leaf WHERE leaf_index IS NOT NULL ORDER BY leaf_index DESC LIMIT 1")
    found = row.fetchone()
    return found[0] if found else None


def erase_covers(conn: Connection, account_id: int) -> int:
    """Forget what opens the records' parts about a person, and who captured: the commitments stay and say nothing. How many there were."""
    erased = conn.execute(
        """
        UPDATE log_cover
           SET salt = NULL, value = NULL, account_id = NULL
         WHERE account_id = %(account)s
        """,
        {"account": account_id},
    ).rowcount
    conn.execute("UPDATE event SET captured_by = NULL WHERE captured_by = %(account)s", {"account": account_id})
    return erased
