"""EPCIS 2.0 over HTTP: discovery, capture, events, and the resources that events name. GS1 EPCIS 2.0 §12, REST bindings."""

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Request, Response

from api.deps import Conn, Now, OfficeReader, OfficeWriter
from api.epcis_answers import (
    DISCOVERY,
    DocumentBytes,
    Negotiated,
    Paged,
    Start,
    answer,
    collection,
    document_answer,
    empty,
    events_page,
    namespaces,
    next_page,
    parameters,
)
from nongso.errors import NotFound
from nongso.store import audit_lines, captures, epcis_events, epcis_resources
from nongso.store.captures import Behaviour, CaptureJob
from nongso.store.epcis_events import EventFilter, Page
from nongso.store.epcis_resources import Resource
from traceability.epcis.capture import MAX_EVENTS, capture, capture_one
from traceability.epcis.document import MAX_BYTES
from traceability.epcis.facts import canonical
from traceability.epcis.query import read_query, term_of
from traceability.epcis.reader import read
from traceability.epcis.results import written_instant
from traceability.epcis.vocabulary import BIZ_STEP, DISPOSITION

router = APIRouter(prefix="/epcis", tags=["epcis"], dependencies=[Negotiated])

TOP_LEVEL = ("queries", "capture", "events", *Resource)
CAPTURE_LIMITS = {
    "GS1-EPCIS-Capture-Limit": str(MAX_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(MAX_BYTES),
    "GS1-Capture-Error-Behaviour": "all",
}
# What may be done where; the first that fits. Everything else is read only.
METHODS = (
    (re.compile(r"capture"), "OPTIONS, GET, POST"),
    (re.compile(r"events|queries|queries/[^/]+/subscriptions"), "OPTIONS, GET, POST"),
    (re.compile(r"queries/[^/]+|queries/[^/]+/subscriptions/[^/]+"), "OPTIONS, GET, DELETE"),
)
VOCABULARIES = {Resource.BIZ_STEPS: BIZ_STEP, Resource.DISPOSITIONS: DISPOSITION}
ASKED_AS = {
    Resource.EVENT_TYPES: "eventType",
    Resource.BIZ_STEPS: "EQ_bizStep",
    Resource.BIZ_LOCATIONS: "EQ_bizLocation",
    Resource.READ_POINTS: "EQ_readPoint",
    Resource.DISPOSITIONS: "EQ_disposition",
}


def named(resource: str) -> Resource:
    """A collection of the REST bindings. Raises NotFound for any other word."""
    if resource not in set(Resource):
        raise NotFound()
    return Resource(resource)


Named = Annotated[Resource, Depends(named)]


@router.options("")
@router.options("/{path:path}")
def discover(path: str = "") -> Response:
    """Versions, formats and methods; of /capture also the limits. It says nothing of any event, so nobody need sign in."""
    allowed = next((methods for pattern, methods in METHODS if pattern.fullmatch(path.strip("/"))), "OPTIONS, GET")
    limits = CAPTURE_LIMITS if path.strip("/") == "capture" else {}
    return empty(204, {**DISCOVERY, **limits, "Allow": allowed})


@router.get("")
def list_top_level(viewer: OfficeReader) -> Response:
    return collection(TOP_LEVEL)


@router.post("/capture", status_code=202)
def post_capture(
    conn: Conn,
    viewer: OfficeWriter,
    now: Now,
    data: DocumentBytes,
    behaviour: Annotated[Behaviour, Header(alias="GS1-Capture-Error-Behaviour")] = Behaviour.ROLLBACK,
) -> Response:
    """Take the events of a document, all or the good ones; the job at Location says what became of them.

    The job is finished when the answer comes: a 202 of ours means that what could be stored is stored.
    """
    job = capture(conn, viewer, read(data), behaviour, now)
    detail = {"stored": job.stored, "duplicates": job.duplicates, "errors": len(job.errors)}
    audit_lines.insert(conn, viewer, "epcis.capture", f"capture_job:{job.id}", detail)
    return empty(202, {"Location": f"/epcis/capture/{job.id}"})


@router.get("/capture")
def list_captures(request: Request, conn: Conn, viewer: OfficeReader, paged: Paged) -> Response:
    jobs = captures.list_jobs(
        conn, viewer, paged.size + 1, (paged.start.at, paged.start.after) if paged.start.at else None
    )
    shown = jobs[: paged.size]
    last = Start(at=shown[-1].created_at, after=shown[-1].id) if len(jobs) > paged.size else None
    return answer([job_view(job) for job in shown], headers=next_page(request, last, paged) if last else {})


@router.get("/capture/{capture_id}")
def get_capture(conn: Conn, viewer: OfficeReader, capture_id: str) -> Response:
    return answer(job_view(captures.get_job(conn, viewer, capture_id)))


@router.post("/events", status_code=201)
def post_event(conn: Conn, viewer: OfficeWriter, now: Now, data: DocumentBytes) -> Response:
    """Take one event, at once; 409 when the office holds one that says the same."""
    new = capture_one(conn, viewer, read(data), now)
    audit_lines.insert(conn, viewer, "epcis.event", f"event:{new.event_id}")
    return answer(new.body, 201, {"Location": f"/epcis/events/{quote(new.event_id, safe='')}"})


@router.get("/events")
def list_events(request: Request, conn: Conn, viewer: OfficeReader, now: Now, paged: Paged) -> Response:
    """The office's events that fit all parameters of the query language (EPCIS 2.0 §8.2.7.1)."""
    query = read_query(parameters(request), namespaces(request))
    return events_page(request, conn, viewer, query, now, paged)


@router.get("/events/{event_id:path}")
def get_event(request: Request, conn: Conn, viewer: OfficeReader, now: Now, event_id: str) -> Response:
    """The event, by its own id or its hash id, and its error declaration if there is one."""
    found = epcis_events.list_events(conn, viewer, EventFilter(event_ids=(event_id,)), Page(limit=10))
    if not found:
        raise NotFound()
    return document_answer(request, found, now, {})


@router.get("/{resource}/{value:path}/events")
def list_events_of(
    request: Request,
    conn: Conn,
    viewer: OfficeReader,
    now: Now,
    resource: Named,
    value: str,
    paged: Paged,
) -> Response:
    """The events that name a thing, in any part, or have a step, place, disposition or type; the query's parameters narrow them."""
    asked = parameters(request)
    if resource is Resource.EPCS:
        single = read_query({**asked, "MATCH_anyEPC": [value]}, namespaces(request))
        of_class = read_query({**asked, "MATCH_anyEPCClass": [value]}, namespaces(request))
        known = epcis_events.list_events(conn, viewer, of_class.wanted, Page(1))
        return events_page(request, conn, viewer, of_class if known else single, now, paged)
    query = read_query({**asked, ASKED_AS[resource]: [value]}, namespaces(request))
    return events_page(request, conn, viewer, query, now, paged)


@router.get("/{resource}/{value:path}")
def get_resource(conn: Conn, viewer: OfficeReader, resource: Named, value: str) -> Response:
    """What can be asked of a value that stands in the office's events."""
    if not epcis_resources.has_value(conn, viewer, resource, stored(resource, value)):
        raise NotFound()
    return collection(["events"])


@router.get("/{resource}")
def list_resource(
    request: Request,
    conn: Conn,
    viewer: OfficeReader,
    resource: Named,
    paged: Paged,
) -> Response:
    """Every value that stands in the office's events."""
    found = epcis_resources.list_values(conn, viewer, resource, paged.size + 1, paged.start.after)
    shown = found[: paged.size]
    headers = next_page(request, Start(after=shown[-1]), paged) if len(found) > paged.size else {}
    return collection([shortened(resource, value) for value in shown], headers)


def stored(resource: Resource, value: str) -> str:
    """A value as the store keeps it."""
    vocabulary = VOCABULARIES.get(resource)
    return term_of(vocabulary)(value) if vocabulary else canonical(value)


def shortened(resource: Resource, value: str) -> str:
    """A value as EPCIS 2.0 JSON writes it: a term of the standard as a bare word."""
    vocabulary = VOCABULARIES.get(resource)
    return vocabulary.shorten(value) if vocabulary else value


def job_view(job: CaptureJob) -> dict[str, object]:
    """A capture job as the REST bindings lay it out; `stored` and `duplicates` are ours."""
    return {
        "captureID": job.id,
        "createdAt": written_instant(job.created_at),
        "finishedAt": written_instant(job.finished_at),
        "running": False,
        "success": not job.errors,
        "captureErrorBehaviour": job.behaviour,
        "errors": job.errors,
        "stored": job.stored,
        "duplicates": job.duplicates,
    }
