"""Named queries of an office and the webhooks that wait for their answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.errors import Conflict, NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection


class NoSuchQuery(NotFound):
    """The office has no query of that name."""

    code = "epcis.no_query"


class QueryNameTaken(Conflict):
    code = "epcis.query_name_taken"


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """`definition` is a query as EPCIS 2.0's query schema lays it out."""

    name: str
    definition: dict[str, object]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionDraft:
    """`schedule` is None for one that is told at once. `last_event`: events up to this one are not told."""

    id: str
    query_name: str
    dest: str
    signature_token: str | None
    report_if_empty: bool
    schedule: Mapping[str, str] | None
    created_at: datetime
    last_event: int
    next_at: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """A webhook: nobody but the worker reads its token."""

    id: str
    query_name: str
    dest: str
    report_if_empty: bool
    schedule: dict[str, str] | None
    created_at: datetime
    failures: int
    last_notified_at: datetime | None


@dataclass(frozen=True, slots=True)
class DueSubscription:
    """What the worker needs to tell one subscriber."""

    id: str
    office_id: int
    query_name: str
    definition: dict[str, object]
    dest: str
    signature_token: str | None
    report_if_empty: bool
    schedule: dict[str, str] | None
    last_event: int
    failures: int


def insert_query(conn: Connection, viewer: Viewer, query: NamedQuery) -> None:
    """Raises QueryNameTaken."""
    row = conn.execute(
        """
        INSERT INTO epcis_query (office_id, name, definition, created_at)
        VALUES (%(office)s, %(name)s, %(definition)s, %(now)s)
        ON CONFLICT DO NOTHING
        RETURNING name
        """,
        {
            "office": viewer.office_id,
            "name": query.name,
            "definition": Jsonb(query.definition),
            "now": query.created_at,
        },
    ).fetchone()
    if row is None:
        raise QueryNameTaken(name=query.name)


def get_query(conn: Connection, viewer: Viewer, name: str) -> NamedQuery:
    """Raises NoSuchQuery."""
    found = (
        conn.cursor(row_factory=class_row(NamedQuery))
        .execute(
            "SELECT name, definition, created_at FROM epcis_query WHERE office_id = %(office)s AND name = %(name)s",
            {"office": viewer.office_id, "name": name},
        )
        .fetchone()
    )
    if found is None:
        raise NoSuchQuery(name=name)
    return found


def list_queries(conn: Connection, viewer: Viewer, limit: int, after: str = "") -> list[NamedQuery]:
    """The office's queries by name, after the one named."""
    return (
        conn.cursor(row_factory=class_row(NamedQuery))
        .execute(
            """
            SELECT name, definition, created_at
              FROM epcis_query
             WHERE office_id = %(office)s AND name > %(after)s
             ORDER BY name
             LIMIT %(limit)s
            """,
            {"office": viewer.office_id, "after": after, "limit": limit},
        )
        .fetchall()
    )


def delete_query(conn: Connection, viewer: Viewer, name: str) -> None:
    """The query and its subscriptions. Raises NoSuchQuery."""
    gone = conn.execute(
        "DELETE FROM epcis_query WHERE office_id = %(office)s AND name = %(name)s",
        {"office": viewer.office_id, "name": name},
    )
    if gone.rowcount == 0:
        raise NoSuchQuery(name=name)


def insert_subscription(conn: Connection, viewer: Viewer, draft: SubscriptionDraft) -> None:
    conn.execute(
        """
        INSERT INTO epcis_subscription (id, office_id, query_name, dest, signature_token, report_if_empty, schedule,
                                        created_at, last_event, next_at)
        VALUES (%(id)s, %(office)s, %(query)s, %(dest)s, %(token)s, %(empty)s, %(schedule)s, %(created_at)s,
                %(last_event)s, %(next_at)s)
        """,
        {
            "id": draft.id,
            "office": viewer.office_id,
            "query": draft.query_name,
            "dest": draft.dest,
            "token": draft.signature_token,
            "empty": draft.report_if_empty,
            "schedule": Jsonb(dict(draft.schedule)) if draft.schedule is not None else None,
            "created_at": draft.created_at,
            "last_event": draft.last_event,
            "next_at": draft.next_at,
        },
    )


def list_subscriptions(conn: Connection, viewer: Viewer, query_name: str) -> list[Subscription]:
    """All of a query, the oldest first."""
    return (
        conn.cursor(row_factory=class_row(Subscription))
        .execute(
            """
            SELECT id, query_name, dest, report_if_empty, schedule, created_at, failures, last_notified_at
              FROM epcis_subscription
             WHERE office_id = %(office)s AND query_name = %(query)s
             ORDER BY created_at, id
            """,
            {"office": viewer.office_id, "query": query_name},
        )
        .fetchall()
    )


def get_subscription(conn: Connection, viewer: Viewer, query_name: str, subscription_id: str) -> Subscription:
    """Raises NotFound."""
    found = [one for one in list_subscriptions(conn, viewer, query_name) if one.id == subscription_id]
    if not found:
        raise NotFound()
    return found[0]


def delete_subscription(conn: Connection, viewer: Viewer, query_name: str, subscription_id: str) -> None:
    """Raises NotFound."""
    gone = conn.execute(
        """
        DELETE FROM epcis_subscription
         WHERE office_id = %(office)s AND query_name = %(query)s AND id = %(id)s
        """,
        {"office": viewer.office_id, "query": query_name, "id": subscription_id},
    )
    if gone.rowcount == 0:
        raise NotFound()


def find_due(conn: Connection, now: datetime) -> DueSubscription | None:
    """The subscription that waits longest, locked until the transaction ends; others may take the next."""
    return (
        conn.cursor(row_factory=class_row(DueSubscription))
        .execute(
            """
            SELECT s.id, s.office_id, s.query_name, q.definition, s.dest, s.signature_token, s.report_if_empty,
                   s.schedule, s.last_event, s.failures
              FROM epcis_subscription s
              JOIN epcis_query q ON (q.office_id, q.name) = (s.office_id, s.query_name)
             WHERE s.next_at <= %(now)s
             ORDER BY s.next_at
             LIMIT 1
               FOR UPDATE OF s SKIP LOCKED
            """,
            {"now": now},
        )
        .fetchone()
    )


def update_told(
    conn: Connection, subscription_id: str, last_event: int, told_at: datetime | None, next_at: datetime
) -> None:
    """The subscriber has everything up to `last_event`; `told_at` is None when there was nothing to tell."""
    conn.execute(
        """
        UPDATE epcis_subscription
           SET last_event = %(last_event)s, failures = 0, next_at = %(next_at)s,
               last_notified_at = coalesce(%(told_at)s::timestamptz, last_notified_at)
         WHERE id = %(id)s
        """,
        {"id": subscription_id, "last_event": last_event, "told_at": told_at, "next_at": next_at},
    )


def update_failed(conn: Connection, subscription_id: str, next_at: datetime) -> None:
    """The subscriber did not take it: the same again at `next_at`."""
    conn.execute(
        "UPDATE epcis_subscription SET failures = failures + 1, next_at = %(next_at)s WHERE id = %(id)s",
        {"id": subscription_id, "next_at": next_at},
    )
