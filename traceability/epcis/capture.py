"""Capture: a document's events checked, named by their hash and appended, all of them or the good ones."""

from datetime import datetime

from nongso.errors import InvalidInput, NongsoError
from nongso.people import Viewer
from nongso.store import captures, epcis_events
from nongso.store.captures import Behaviour, CaptureJob, Fault
from nongso.store.connection import Connection, transaction
from nongso.store.epcis_events import EventDraft
from nongso.text import say
from nongso.tokens import new_token
from traceability.epcis.check import event_problems, header_problems
from traceability.epcis.document import Document, Kind, NotADocument, TooLarge
from traceability.epcis.facts import draft
from traceability.epcis.problem import Problem

MAX_EVENTS = 10_000
MANY = 200  # so many at once change what the planner must know
SHOWN_ERRORS = 1000  # of one job


class BadDocument(InvalidInput):
    """What a document says of itself is wrong; `path` is a JSON pointer into it (EPCIS: ValidationException)."""

    code = "epcis.bad_document"


class Undone(Exception):
    """Takes the events of a failed job back; never leaves this module."""


class BadEvent(InvalidInput):
    """The event is wrong; `path` is a JSON pointer into it (EPCIS: ValidationException)."""

    code = "epcis.bad_event"


def capture(conn: Connection, viewer: Viewer, document: Document, behaviour: Behaviour, now: datetime) -> CaptureJob:
    """Append the events of `document` and keep the job's outcome. Raises TooLarge or BadDocument, and then nothing changed."""
    if len(document.events) > MAX_EVENTS:
        raise TooLarge(limit=MAX_EVENTS)
    for problem in header_problems(document):
        raise BadDocument(path=problem.path, reason=sentence(viewer.lang, problem))
    errors, drafts = sorted_out(viewer.lang, document)
    stored = duplicates = 0
    if not errors or behaviour is Behaviour.PROCEED:
        try:
            with transaction(conn):
                stored, duplicates, taken = append(conn, viewer, drafts, now)
                errors += taken
                if taken and behaviour is Behaviour.ROLLBACK:
                    raise Undone
        except Undone:
            stored = duplicates = 0
    if stored >= MANY:
        epcis_events.count_anew(conn)
    job = CaptureJob(new_token("c-"), now, now, behaviour, stored, duplicates, errors[:SHOWN_ERRORS])
    captures.insert_job(conn, viewer, job)
    return job


def capture_one(conn: Connection, viewer: Viewer, document: Document, now: datetime) -> EventDraft:
    """Append the one event of `document`. Raises NotADocument, BadEvent, AlreadyThere or EventIdTaken."""
    if document.kind is not Kind.EVENT:
        raise NotADocument(found=document.kind.value)
    event = document.events[0]
    for problem in event_problems(document, event, ""):
        raise BadEvent(path=problem.path, reason=sentence(viewer.lang, problem))
    new = draft(event, document)
    epcis_events.insert_event(conn, viewer, new, now)
    return new


def sorted_out(lang: str, document: Document) -> tuple[list[Fault], list[tuple[str, EventDraft]]]:
    """What is wrong with the events, and the good ones each with its place in the document."""
    errors: list[Fault] = []
    drafts: list[tuple[str, EventDraft]] = []
    for position, event in enumerate(document.events):
        path = document.path(position)
        problems = event_problems(document, event, path)
        errors += [fault_of(lang, problem) for problem in problems]
        if problems:
            continue
        try:
            drafts.append((path, draft(event, document)))
        except NongsoError as fault:  # an instant that no calendar holds
            errors.append(as_fault("ValidationException", path, say(lang, f"error.{fault.code}", **fault.values)))
    return errors, drafts


def append(
    conn: Connection, viewer: Viewer, drafts: list[tuple[str, EventDraft]], now: datetime
) -> tuple[int, int, list[Fault]]:
    """How many were new, how many were there already, and those whose event id another event has."""
    stored, duplicates = 0, 0
    errors: list[Fault] = []
    epcis_events.lock_office(conn, viewer.office_id)
    for path, new in drafts:
        try:
            if epcis_events.append_event(conn, viewer, new, now) is None:
                duplicates += 1
            else:
                stored += 1
        except epcis_events.EventIdTaken as fault:
            detail = say(viewer.lang, f"error.{fault.code}", **fault.values)
            errors.append(as_fault("ResourceAlreadyExistsException", path, detail, fault.status))
    return stored, duplicates, errors


def fault_of(lang: str, problem: Problem) -> Fault:
    return as_fault(problem.exception, problem.path, sentence(lang, problem))


def as_fault(exception: str, path: str, detail: str, status: int = 400) -> Fault:
    """An RFC 7807 problem; `instance` is where in the document, as a JSON pointer in a fragment."""
    return {
        "type": f"epcisException:{exception}",
        "title": exception,
        "status": status,
        "detail": detail,
        "instance": f"#{path}",
    }


def sentence(lang: str, problem: Problem) -> str:
    return say(lang, f"epcis.problem.{problem.reason}", found=problem.found)
