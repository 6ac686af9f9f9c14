"""EPCIS events of lots, append-only: the table itself refuses change, and an event that says the same again."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.people import Viewer
from nongso.store import epcis_events
from nongso.store.connection import Connection
from nongso.store.epcis_events import EventDraft
from nongso.store.lots import get_lot


@dataclass(frozen=True, slots=True)
class Event:
    id: int
    event_id: str
    body: dict[str, object]
    event_time: datetime
    record_time: datetime
    captured_by: int | None


def insert_event(conn: Connection, viewer: Viewer, lot_id: int, event: EventDraft, now: datetime) -> int:
    """Append an event to a lot's story; its id. Raises AlreadyThere for one that says the same."""
    return epcis_events.insert_event(conn, viewer, event, now, lot_id)


def list_events(conn: Connection, viewer: Viewer, lot_id: int) -> list[Event]:
    """The events of a lot the viewer sees, in the order they happened. Raises NotFound."""
    get_lot(conn, viewer, lot_id)
    return (
        conn.cursor(row_factory=class_row(Event))
        .execute(
            """
            SELECT id, event_id, body, event_time, record_time, captured_by
              FROM event
             WHERE lot_id = %(lot)s
             ORDER BY event_time, id
            """,
            {"lot": lot_id},
        )
        .fetchall()
    )
