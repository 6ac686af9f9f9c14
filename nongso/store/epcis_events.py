"""EPCIS events of an office: appended once per hash id, and found again by everything a query may ask.

The fence is the office: an event belongs to whoever captured it, and no query looks into another office's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.errors import Conflict
from nongso.people import Viewer
from nongso.store.connection import AlreadyThere, Connection

INSERT_LOCK = (
    7_163_216  # with the office: its events become visible in the order of their ids, so that a cursor misses none
)


class EventIdTaken(Conflict):
    """Another event of the office, which says something else, has this event id."""

    code = "epcis.event_id_taken"


@dataclass(frozen=True, slots=True)
class EventEpc:
    """A thing an event names. `role`: epc, parent, child, input, output; `is_class`: a kind or lot of things, with how much of it."""

    role: str
    epc: str
    is_class: bool
    quantity: float | None = None
    uom: str | None = None


@dataclass(frozen=True, slots=True)
class EventTerm:
    """A value that a query may ask for, under the name it asks by."""

    name: str
    text: str | None = None
    number: float | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event to keep: `body` is EPCIS 2.0 JSON, the rest is derived from it. Identifiers are canonical GS1 Digital Links."""

    event_id: str
    hash_id: str
    declares_error: bool
    body: dict[str, object]
    event_time: datetime
    event_type: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    epcs: tuple[EventEpc, ...]
    terms: tuple[EventTerm, ...]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it came in; `id` grows in the order of capture."""

    id: int
    event_id: str
    hash_id: str
    body: dict[str, object]
    event_time: datetime
    record_time: datetime


@dataclass(frozen=True, slots=True)
class TermCondition:
    """`op`: eq, gt, ge, lt, le, exists. One of the texts, or against the number or the instant."""

    name: str
    op: str
    texts: tuple[str, ...] = ()
    number: float | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EpcCondition:
    """Some thing in one of the roles is one of `epcs` or begins with one of `prefixes`."""

    roles: tuple[str, ...]
    is_class: bool
    epcs: tuple[str, ...]
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuantityCondition:
    """Some amount in the event compares so. `op` as in TermCondition; for eq one of the numbers."""

    op: str
    numbers: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What is asked of events. None asks nothing; of several values one must fit; `*_within` also what lies below one of them."""

    event_types: tuple[str, ...] | None = None
    actions: tuple[str, ...] | None = None
    biz_steps: tuple[str, ...] | None = None
    dispositions: tuple[str, ...] | None = None
    read_points: tuple[str, ...] | None = None
    read_points_within: tuple[str, ...] | None = None
    biz_locations: tuple[str, ...] | None = None
    biz_locations_within: tuple[str, ...] | None = None
    event_ids: tuple[str, ...] | None = None
    event_from: datetime | None = None
    event_before: datetime | None = None
    record_from: datetime | None = None
    record_before: datetime | None = None
    declares_error: bool | None = None
    terms: tuple[TermCondition, ...] = ()
    epcs: tuple[EpcCondition, ...] = ()
    quantities: tuple[QuantityCondition, ...] = ()

    def parameters(self) -> dict[str, object]:
        """Named parameters of the query; `driving` lets the index of things lead where one list of them must fit exactly.

        `fits_all` spares a call for each event where nothing is asked of its parts.
        """
        exact = next((condition.epcs for condition in self.epcs if not condition.prefixes), None)
        return {
            **{name: _listed(getattr(self, name)) for name in _PLAIN},
            "terms": Jsonb([asdict(term) | {"at": term.at and term.at.isoformat()} for term in self.terms]),
            "epcs": Jsonb([asdict(condition) for condition in self.epcs]),
            "quantities": Jsonb([asdict(condition) for condition in self.quantities]),
            "driving": _listed(exact),
            "fits_all": not (self.terms or self.epcs or self.quantities),
        }


_PLAIN = (
    "event_types",
    "actions",
    "biz_steps",
    "dispositions",
    "read_points",
    "read_points_within",
    "biz_locations",
    "biz_locations_within",
    "event_ids",
    "event_from",
    "event_before",
    "record_from",
    "record_before",
    "declares_error",
)


@dataclass(frozen=True, slots=True)
class Page:
    """How many, in which order, and after which event. `order`: captured (always ascending), event or record (by that time)."""

    limit: int
    order: str = "captured"
    descending: bool = False
    after_at: datetime | None = None
    after_id: int | None = None


def lock_office(conn: Connection, office_id: int) -> None:
    """Take the office's turn to append, until the transaction ends."""
    conn.execute("SELECT pg_advisory_xact_lock(%(key)s, %(office)s)", {"key": INSERT_LOCK, "office": office_id})


def insert_event(conn: Connection, viewer: Viewer, event: EventDraft, now: datetime, lot_id: int | None = None) -> int:
    """Append an event; its id. Raises AlreadyThere when the office holds one that says the same, EventIdTaken."""
    lock_office(conn, viewer.office_id)
    event_row = append_event(conn, viewer, event, now, lot_id)
    if event_row is None:
        raise AlreadyThere(what="event_hash_key")
    return event_row


def append_event(
    conn: Connection, viewer: Viewer, event: EventDraft, now: datetime, lot_id: int | None = None
) -> int | None:
    """Append an event unless the office holds one that says the same; its id, or None when it was there already.

    The caller has taken the office's turn (`lock_office`). Raises EventIdTaken.
    """
    row = conn.execute(
        """
        INSERT INTO event (lot_id, office_id, event_id, hash_id, declares_error, body, event_time, record_time,
                           captured_by, event_type, action, biz_step, disposition, read_point, biz_location)
        VALUES (%(lot)s, %(office)s, %(event_id)s, %(hash_id)s, %(declares_error)s, %(body)s, %(event_time)s, %(now)s,
                %(account)s, %(event_type)s, %(action)s, %(biz_step)s, %(disposition)s, %(read_point)s,
                %(biz_location)s)
        ON CONFLICT DO NOTHING
        RETURNING id
        """,
        {
            "lot": lot_id,
            "office": viewer.office_id,
            "event_id": event.event_id,
            "hash_id": event.hash_id,
            "declares_error": event.declares_error,
            "body": Jsonb(event.body),
            "event_time": event.event_time,
            "now": now,
            "account": viewer.account_id,
            "event_type": event.event_type,
            "action": event.action,
            "biz_step": event.biz_step,
            "disposition": event.disposition,
            "read_point": event.read_point,
            "biz_location": event.biz_location,
        },
    ).fetchone()
    if row is None:
        _refuse_other(conn, viewer, event)
        return None
    _insert_parts(conn, row[0], event)
    return row[0]


def count_anew(conn: Connection) -> None:
    """Let the planner count the events now: else queries of a book just filled go the ways of an empty one until the server counts by itself.

    It also ends plans that were prepared on the empty book. Figures: docs/epcis.md.
    """
    conn.execute("ANALYZE event, event_epc, event_term")


def _refuse_other(conn: Connection, viewer: Viewer, event: EventDraft) -> None:
    """Raises EventIdTaken when what stands in the way says something else."""
    row = conn.execute(
        """
        SELECT FROM event
         WHERE office_id = %(office)s AND hash_id = %(hash_id)s AND declares_error = %(declares_error)s
        """,
        {"office": viewer.office_id, "hash_id": event.hash_id, "declares_error": event.declares_error},
    ).fetchone()
    if row is None:
        raise EventIdTaken(event_id=event.event_id)


def _insert_parts(conn: Connection, event_row: int, event: EventDraft) -> None:
    conn.execute(
        """
        INSERT INTO event_epc (event_row, role, epc, is_class, quantity, uom)
        SELECT %(event)s, x.role, x.epc, x.is_class, x.quantity, x.uom
          FROM jsonb_to_recordset(%(epcs)s)
            AS x(role text, epc text, is_class boolean, quantity float8, uom text)
        """,
        {"event": event_row, "epcs": Jsonb([asdict(epc) for epc in event.epcs])},
    )
    if not event.terms:
        return
    rows = [asdict(term) | {"at": term.at and term.at.isoformat()} for term in event.terms]
    conn.execute(
        """
        INSERT INTO event_term (event_row, name, text, number, at)
        SELECT %(event)s, x.name, x.text, x.number, x.at
          FROM jsonb_to_recordset(%(terms)s) AS x(name text, text text, number float8, at timestamptz)
        """,
        {"event": event_row, "terms": Jsonb(rows)},
    )


def list_events(conn: Connection, viewer: Viewer, wanted: EventFilter, page: Page) -> list[StoredEvent]:
    """The office's events that fit, one page of them."""
    return _list_events(conn, viewer.office_id, wanted, page)


def list_of_office(
    conn: Connection, office_id: int, wanted: EventFilter, after_id: int, limit: int
) -> list[StoredEvent]:
    """For a subscription of the office, which has no viewer: what was captured after event `after_id`."""
    return _list_events(conn, office_id, wanted, Page(limit, after_id=after_id))


def _list_events(conn: Connection, office_id: int, wanted: EventFilter, page: Page) -> list[StoredEvent]:
    """One literal for every order and filter: what is not asked is a constant, and the planner drops it."""
    return (
        conn.cursor(row_factory=class_row(StoredEvent))
        .execute(
            """
            SELECT e.id, e.event_id, e.hash_id, e.body, e.event_time, e.record_time
              FROM event e
             CROSS JOIN LATERAL (SELECT CASE %(order)s WHEN 'event' THEN e.event_time
                                                       WHEN 'record' THEN e.record_time END AS at) AS sort
             WHERE e.office_id = %(office)s
               AND (%(event_types)s::text[] IS NULL OR e.event_type = ANY(%(event_types)s::text[]))
               AND (%(actions)s::text[] IS NULL OR e.action = ANY(%(actions)s::text[]))
               AND (%(biz_steps)s::text[] IS NULL OR e.biz_step = ANY(%(biz_steps)s::text[]))
               AND (%(dispositions)s::text[] IS NULL OR e.disposition = ANY(%(dispositions)s::text[]))
               AND (%(read_points)s::text[] IS NULL OR e.read_point = ANY(%(read_points)s::text[]))
               AND (%(read_points_within)s::text[] IS NULL OR lies_within(e.read_point, %(read_points_within)s::text[]))
               AND (%(biz_locations)s::text[] IS NULL OR e.biz_location = ANY(%(biz_locations)s::text[]))
               AND (%(biz_locations_within)s::text[] IS NULL OR lies_within(e.biz_location, %(biz_locations_within)s::text[]))
               AND (%(event_ids)s::text[] IS NULL
                    OR e.event_id = ANY(%(event_ids)s::text[]) OR e.hash_id = ANY(%(event_ids)s::text[]))
               AND (%(event_from)s::timestamptz IS NULL OR e.event_time >= %(event_from)s::timestamptz)
               AND (%(event_before)s::timestamptz IS NULL OR e.event_time < %(event_before)s::timestamptz)
               AND (%(record_from)s::timestamptz IS NULL OR e.record_time >= %(record_from)s::timestamptz)
               AND (%(record_before)s::timestamptz IS NULL OR e.record_time < %(record_before)s::timestamptz)
               AND (%(declares_error)s::boolean IS NULL OR e.declares_error = %(declares_error)s::boolean)
               AND (%(driving)s::text[] IS NULL
                    OR e.id = ANY(ARRAY(SELECT x.event_row FROM event_epc x WHERE x.epc = ANY(%(driving)s::text[]))))
               AND (%(fits_all)s OR event_fits(e.id, %(epcs)s, %(quantities)s, %(terms)s))
               AND (%(after_id)s::bigint IS NULL
                    OR CASE WHEN %(order)s = 'captured' THEN e.id > %(after_id)s::bigint
                            WHEN %(descending)s THEN (sort.at, e.id) < (%(after_at)s::timestamptz, %(after_id)s::bigint)
                            ELSE (sort.at, e.id) > (%(after_at)s::timestamptz, %(after_id)s::bigint) END)
             ORDER BY CASE WHEN %(descending)s THEN sort.at END DESC, CASE WHEN NOT %(descending)s THEN sort.at END,
                      CASE WHEN %(descending)s THEN e.id END DESC, CASE WHEN NOT %(descending)s THEN e.id END
             LIMIT %(limit)s
            """,
            {
                **wanted.parameters(),
                "office": office_id,
                "order": page.order,
                "descending": page.descending,
                "after_at": page.after_at,
                "after_id": page.after_id,
                "limit": page.limit,
            },
        )
        .fetchall()
    )


def list_kept(conn: Connection, event_rows: Sequence[int]) -> dict[int, EventDraft]:
    """What is kept of events beside their bodies, by row, for the monitor that holds it against them: of every office. `body` is empty."""
    rows = conn.execute(
        """
        SELECT id, event_id, hash_id, declares_error, '{}'::jsonb, event_time, event_type, action, biz_step, disposition,
               read_point, biz_location
          FROM event
         WHERE id = ANY(%(rows)s)
        """,
        {"rows": list(event_rows)},
    ).fetchall()
    things = _grouped(
        conn.execute(
            "SELECT event_row, role, epc, is_class, quantity, uom FROM event_epc WHERE event_row = ANY(%(rows)s)",
            {"rows": list(event_rows)},
        )
    )
    terms = _grouped(
        conn.execute(
            "SELECT event_row, name, text, number, at FROM event_term WHERE event_row = ANY(%(rows)s)",
            {"rows": list(event_rows)},
        )
    )
    return {
        row[0]: EventDraft(
            *row[1:],
            epcs=tuple(EventEpc(*each) for each in things.get(row[0], ())),
            terms=tuple(EventTerm(*each) for each in terms.get(row[0], ())),
        )
        for row in rows
    }


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    """Rows without their first column, by it."""
    groups: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row[1:])
    return groups


def last_event_id(conn: Connection, office_id: int, before: datetime | None) -> int:
    """The id of the office's newest event, or of the newest recorded before an instant; 0 when there is none."""
    row = conn.execute(
        """
        SELECT coalesce(max(id), 0)
          FROM event
         WHERE office_id = %(office)s
           AND (%(before)s::timestamptz IS NULL OR record_time < %(before)s::timestamptz)
        """,
        {"office": office_id, "before": before},
    ).fetchone()
    assert row is not None
    return row[0]


def _listed(value: object) -> object:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
