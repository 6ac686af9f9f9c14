"""The check of a document by meaning: every problem of every event, each with its place."""

from collections.abc import Iterator

from traceability.epcis.document import Document, Kind, Syntax
from traceability.epcis.event_rules import BETWEEN_FIELDS, RULES, STRUCTURES
from traceability.epcis.layout import FIELDS
from traceability.epcis.node import Node, is_extension
from traceability.epcis.problem import Problem, Reason, step
from traceability.epcis.structure import Structure
from traceability.epcis.value_rules import is_instant

EXTENDED_EVENT = Structure(RULES, ("eventTime", "eventTimeZoneOffset"), extensible=True)
VERSIONS = ("1", "2")  # of EPCIS; the first number counts


def check(document: Document) -> list[Problem]:
    """All problems, in document order; none means that the document may be captured."""
    found = [*header_problems(document)]
    for position, event in enumerate(document.events):
        found += event_problems(document, event, document.path(position))
    return found


def event_problems(document: Document, event: Node, path: str) -> list[Problem]:
    """The problems of one event of the document."""
    found = [*type_problems(event, path)]
    if document.syntax is Syntax.XML:
        found += order_problems(event, path)
    return [problem for problem in found if problem.reason not in excused(document)]


def excused(document: Document) -> tuple[Reason, ...]:
    """What is no fault here: the XML schema lets an identifier stand in a list twice, and an unread context may define any name."""
    if document.syntax is Syntax.XML:
        return (Reason.LISTED_TWICE,)
    return (Reason.UNKNOWN_NAME, Reason.UNDECLARED_PREFIX) if document.has_unread_context else ()


def type_problems(event: Node, path: str) -> Iterator[Problem]:
    """What is wrong with the fields for the event's type; an event type of somebody's own needs a namespace."""
    if event.name in STRUCTURES:
        yield from STRUCTURES[event.name].members(event, path)
        yield from BETWEEN_FIELDS[event.name](event, path)
    elif is_extension(event.name):
        yield from EXTENDED_EVENT.members(event, path)
    else:
        yield Problem(step(path, "type"), Reason.NOT_AN_EVENT_TYPE, event.name)


def order_problems(event: Node, path: str) -> Iterator[Problem]:
    """XML elements come in the order of the schema, extensions last: a schema-checking partner would refuse ours otherwise."""
    order = {name: position for position, name in enumerate(FIELDS.get(event.name, ()))}
    latest = -1
    for child in event.children:
        position = order.get(child.name, len(order) if is_extension(child.name) else latest)
        if position < latest:
            yield Problem(step(path, child.name), Reason.WRONG_ORDER, child.name)
        latest = max(latest, position)


def header_problems(document: Document) -> Iterator[Problem]:
    """What a document must say of itself (EPCIS 2.0 JSON and XML schema); a bare event needs nothing."""
    if document.kind is Kind.EVENT:
        return
    if document.syntax is Syntax.JSON:
        yield from json_header_problems(document)
    if document.kind is Kind.CAPTURE:
        yield from required_header(document, "creationDate")
        yield from required_header(document, "schemaVersion")
    version = document.header.get("schemaVersion", "2.0")
    if version.partition(".")[0] not in VERSIONS:
        yield Problem("/schemaVersion", Reason.UNSUPPORTED_VERSION, version)
    created = document.header.get("creationDate")
    if created is not None and not is_instant(created):
        yield Problem("/creationDate", Reason.NOT_AN_INSTANT, created)


def json_header_problems(document: Document) -> Iterator[Problem]:
    if not document.contexts and not document.namespaces:
        yield Problem("/@context", Reason.MISSING)
    if document.kind is Kind.QUERY and "queryName" not in document.header:
        yield Problem("/epcisBody/queryResults/queryName", Reason.MISSING)


def required_header(document: Document, name: str) -> Iterator[Problem]:
    if name not in document.header:
        yield Problem(step("", name), Reason.MISSING)
