"""What is kept of an event beside its body: the things it names and every value a query may ask for, in canonical spelling.

The names of values are those of the query language (EPCIS 2.0 §8.2.7.1): `ILMD_{namespace}field`, `INNER_…` for what lies deeper,
`bizTransaction_<type>`, `meanValue_CEL`.
"""

import re
from collections.abc import Iterator

from nongso.errors import InvalidInput
from nongso.store.epcis_events import EventDraft, EventEpc, EventTerm
from traceability.epcis.canonical import NUMBER, canonical_instant, canonical_number, read_instant
from traceability.epcis.document import Document, Kind, Syntax
from traceability.epcis.event_hash import hash_id
from traceability.epcis.identifier import canonical_identifier
from traceability.epcis.json_reader import read_json
from traceability.epcis.json_writer import write_json
from traceability.epcis.layout import EVENT_TYPES
from traceability.epcis.node import Node, Scalar, is_extension, written

# List field → the part its things have in the event; `epc` items are single things, `quantityElement` items classes.
ROLES = {
    "epcList": "epc",
    "quantityList": "epc",
    "childEPCs": "child",
    "childQuantityList": "child",
    "inputEPCList": "input",
    "inputQuantityList": "input",
    "outputEPCList": "output",
    "outputQuantityList": "output",
}
TYPED_LISTS = {
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
}
# Values of sensors that are measured in a unit: the query names them with it.
IN_UNITS = frozenset({"value", "minValue", "maxValue", "meanValue", "sDev", "percValue"})
SECTIONS = {
    "ilmd": "ILMD_",
    "errorDeclaration": "ERROR_DECLARATION_",
    "readPoint": "READPOINT_",
    "bizLocation": "BIZLOCATION_",
}
ERROR_FIELDS = {"reason": "errorReason", "declarationTime": "errorDeclarationTime"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)", re.ASCII)


def draft(event: Node, document: Document) -> EventDraft:
    """The event of a checked document as it is kept. Raises BadInstant where a time cannot be read."""
    hashed = hash_id(event, document.ignored)
    single = Document(Kind.EVENT, Syntax.JSON, (event,), {}, document.namespaces, document.contexts)
    body = write_json(single)
    event_id = event.text("eventID") or hashed
    return EventDraft(
        event_id,
        hashed,
        event.find("errorDeclaration") is not None,
        {**body, "eventID": event_id},
        read_instant(event.text("eventTime") or ""),
        event.name if event.name in EVENT_TYPES else iri(event.name),
        event.text("action"),
        event.text("bizStep"),
        event.text("disposition"),
        place(event, "readPoint"),
        place(event, "bizLocation"),
        tuple(epcs(event)),
        tuple(terms(event)),
    )


def read_draft(data: bytes) -> EventDraft:
    """The one event in `data`, which is ours and needs no check."""
    document = read_json(data)
    return draft(document.events[0], document)


def canonical(text: str) -> str:
    """An identifier as the canonical Digital Link it stands for; any other text as it is."""
    return canonical_identifier(text) or text


def place(event: Node, name: str) -> str | None:
    found = event.text(name, "id")
    return canonical(found) if found else None


def iri(name: str) -> str:
    """The full name of an extension as one web address: {namespace}field without the braces."""
    return name.removeprefix("{").replace("}", "", 1) if name.startswith("{") else name


def epcs(event: Node) -> Iterator[EventEpc]:
    """Every thing the event names."""
    if parent := event.text("parentID"):
        yield EventEpc("parent", canonical(parent), is_class=False)
    for name, role in ROLES.items():
        found = event.find(name)
        for item in found.children if found else ():
            if item.name == "epc" and item.value is not None:
                yield EventEpc(role, canonical(written(item.value)), is_class=False)
            elif epc_class := item.text("epcClass"):
                yield EventEpc(role, canonical(epc_class), True, number(item.text("quantity")), item.text("uom"))


def terms(event: Node) -> Iterator[EventTerm]:
    """Every value that a query may ask for and that has no column of its own."""
    for child in event.children:
        if is_extension(child.name):
            yield from extension("", child)
        elif child.name in SECTIONS:
            yield from section(SECTIONS[child.name], child)
        elif child.name in TYPED_LISTS:
            yield from typed(TYPED_LISTS[child.name], child)
        elif child.name == "sensorElementList":
            yield from sensors(child)
        elif child.name == "persistentDisposition":
            yield from (
                plain(f"persistentDisposition_{item.name}", item.value) for item in child.children if item.value
            )
        elif child.name in ("transformationID", "certificationInfo") and child.value is not None:
            yield plain(child.name, child.value)


def section(prefix: str, node: Node) -> Iterator[EventTerm]:
    """The extensions inside a field of the standard, and of an error declaration also its own fields."""
    for child in node.children:
        if is_extension(child.name):
            yield from extension(prefix, child)
        elif child.name in ERROR_FIELDS and child.value is not None:
            yield plain(ERROR_FIELDS[child.name], child.value)
        elif child.name == "correctiveEventIDs":
            yield from (plain("correctiveEventID", item.value) for item in child.children if item.value)


def extension(prefix: str, node: Node) -> Iterator[EventTerm]:
    """An extension and, as INNER_, all that is inside it."""
    yield plain(prefix + iri(node.name), node.value)
    for inner in node.children:
        yield from extension(prefix if prefix.startswith("INNER_") else "INNER_" + prefix, inner)


def typed(name: str, node: Node) -> Iterator[EventTerm]:
    """Business transactions, sources, destinations: asked for by their type."""
    for item in node.children:
        if found := item.text(name):
            yield EventTerm(f"{name}_{item.text('type') or ''}", canonical(found))


def sensors(node: Node) -> Iterator[EventTerm]:
    """Sensor elements: their own fields by name, measured values by name and unit, extensions by the part they stand in."""
    yield EventTerm("sensorElementList")
    for element in node.children:
        for part in element.children:
            if is_extension(part.name):
                yield from extension("SENSORELEMENT_", part)
            else:
                yield from sensor_part(part)


def sensor_part(part: Node) -> Iterator[EventTerm]:
    for child in part.children:
        if is_extension(child.name):
            yield from extension(part.name.upper() + "_", child)
        elif child.name in IN_UNITS:
            yield plain(f"{child.name}_{part.text('uom') or ''}", child.value)
        elif child.value is not None:
            yield plain(child.name, child.value)


def plain(name: str, value: Scalar | None) -> EventTerm:
    """A value under its name, as text, and as a number or an instant where it is one."""
    if value is None:
        return EventTerm(name)
    text = written(value).strip()
    if INSTANT.fullmatch(text):
        try:
            return EventTerm(name, canonical_instant(text), at=read_instant(text))
        except InvalidInput:  # only looks like one
            return EventTerm(name, text)
    return EventTerm(name, canonical_identifier(text) or canonical_number(text), number(text))


def number(text: str | None) -> float | None:
    if text is None or not NUMBER.fullmatch(text):
        return None
    found = float(text)
    return found if abs(found) < float("inf") else None
