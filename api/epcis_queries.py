"""Named queries of EPCIS and their subscriptions by webhook. GS1 EPCIS 2.0 §12, REST bindings."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.deps import Conn, Now, OfficeReader, OfficeWriter, TheHouse
from api.epcis_answers import (
    Negotiated,
    Paged,
    Start,
    answer,
    empty,
    events_page,
    next_page,
)
from api.inputs import Instant
from nongso.store import audit_lines, epcis_events, epcis_queries
from nongso.store.epcis_queries import NamedQuery, Subscription, SubscriptionDraft
from nongso.tokens import new_token
from traceability.epcis.destination import BadSchedule, judge
from traceability.epcis.query import from_json
from traceability.epcis.results import written_instant
from traceability.epcis.schedule import next_after, read_schedule

router = APIRouter(prefix="/epcis/queries", tags=["epcis"], dependencies=[Negotiated])

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class QueryBody(BaseModel):
    """A name and a query as GS1's query schema lays it out."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: Name
    query: dict[str, object]


class SubscriptionBody(BaseModel):
    """Where to send events: with `stream` at once, else by a `schedule` in UTC. `signatureToken` signs what is sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dest: Annotated[str, Field(max_length=2000)]
    signature_token: Annotated[str | None, Field(alias="signatureToken", max_length=400)] = None
    stream: bool = False
    schedule: dict[str, Annotated[str, Field(max_length=200)]] | None = None
    report_if_empty: Annotated[bool, Field(alias="reportIfEmpty")] = False
    initial_record_time: Annotated[Instant | None, Field(alias="initialRecordTime")] = None


@router.get("")
def list_queries(request: Request, conn: Conn, viewer: OfficeReader, paged: Paged) -> Response:
    found = epcis_queries.list_queries(conn, viewer, paged.size + 1, paged.start.after)
    shown = found[: paged.size]
    headers = next_page(request, Start(after=shown[-1].name), paged) if len(found) > paged.size else {}
    return answer([query_view(query) for query in shown], headers=headers)


@router.post("", status_code=201)
def create_query(conn: Conn, viewer: OfficeWriter, now: Now, body: QueryBody) -> Response:
    """Keep a query under a name. What it asks is checked now, not when it is first used."""
    from_json(body.query)
    epcis_queries.insert_query(conn, viewer, NamedQuery(body.name, body.query, now))
    audit_lines.insert(conn, viewer, "epcis.query", f"epcis_query:{body.name}")
    return answer({"name": body.name, "query": body.query}, 201, {"Location": f"/epcis/queries/{body.name}"})


@router.get("/{query_name}")
def get_query(conn: Conn, viewer: OfficeReader, query_name: str) -> Response:
    return answer(query_view(epcis_queries.get_query(conn, viewer, query_name)))


@router.delete("/{query_name}", status_code=204)
def delete_query(conn: Conn, viewer: OfficeWriter, query_name: str) -> Response:
    """The query and all its subscriptions."""
    epcis_queries.delete_query(conn, viewer, query_name)
    audit_lines.insert(conn, viewer, "epcis.query_delete", f"epcis_query:{query_name}")
    return empty(204)


@router.get("/{query_name}/events")
def list_events(
    request: Request,
    conn: Conn,
    viewer: OfficeReader,
    now: Now,
    query_name: str,
    paged: Paged,
) -> Response:
    """What the query finds now."""
    query = from_json(epcis_queries.get_query(conn, viewer, query_name).definition)
    return events_page(request, conn, viewer, query, now, paged)


@router.get("/{query_name}/subscriptions")
def list_subscriptions(conn: Conn, viewer: OfficeReader, query_name: str) -> Response:
    epcis_queries.get_query(conn, viewer, query_name)
    found = epcis_queries.list_subscriptions(conn, viewer, query_name)
    return answer([subscription_view(subscription) for subscription in found])


@router.post("/{query_name}/subscriptions", status_code=201)
def create_subscription(
    conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, query_name: str, body: SubscriptionBody
) -> Response:
    """Tell a webhook of new events that fit. Raises NoSuchQuery, BadDestination, BadSchedule."""
    epcis_queries.get_query(conn, viewer, query_name)
    judge(body.dest, house.settings.webhook_private_hosts)
    if body.stream == (body.schedule is not None):
        raise BadSchedule(schedule="stream")
    draft = SubscriptionDraft(
        new_token("s-"),
        query_name,
        body.dest,
        body.signature_token,
        body.report_if_empty,
        body.schedule,
        now,
        epcis_events.last_event_id(conn, viewer.office_id, body.initial_record_time),
        now if body.schedule is None else next_after(read_schedule(body.schedule), now),
    )
    epcis_queries.insert_subscription(conn, viewer, draft)
    audit_lines.insert(conn, viewer, "epcis.subscribe", f"epcis_subscription:{draft.id}", {"query": query_name})
    made = epcis_queries.get_subscription(conn, viewer, query_name, draft.id)
    location = f"/epcis/queries/{query_name}/subscriptions/{draft.id}"
    return answer(subscription_view(made), 201, {"Location": location})


@router.get("/{query_name}/subscriptions/{subscription_id}")
def get_subscription(conn: Conn, viewer: OfficeReader, query_name: str, subscription_id: str) -> Response:
    return answer(subscription_view(epcis_queries.get_subscription(conn, viewer, query_name, subscription_id)))


@router.delete("/{query_name}/subscriptions/{subscription_id}", status_code=204)
def delete_subscription(conn: Conn, viewer: OfficeWriter, query_name: str, subscription_id: str) -> Response:
    epcis_queries.delete_subscription(conn, viewer, query_name, subscription_id)
    audit_lines.insert(conn, viewer, "epcis.unsubscribe", f"epcis_subscription:{subscription_id}")
    return empty(204)


def query_view(query: NamedQuery) -> dict[str, object]:
    return {"name": query.name, "query": query.definition}


def subscription_view(subscription: Subscription) -> dict[str, object]:
    """As the REST bindings lay it out, without the token; `failures` is ours: how often the last message was refused."""
    told = subscription.last_notified_at
    when = {"stream": True} if subscription.schedule is None else {"schedule": subscription.schedule}
    return {
        "subscriptionID": subscription.id,
        "queryName": subscription.query_name,
        "dest": subscription.dest,
        "createdAt": written_instant(subscription.created_at),
        "reportIfEmpty": subscription.report_if_empty,
        "failures": subscription.failures,
        **when,
        **({"lastNotifiedAt": written_instant(told)} if told else {}),
    }
