"""Events out as EPCIS 2.0 XML, elements in the order of the schema, vocabulary values as web URIs."""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape

from nongso.errors import InvalidInput
from traceability.epcis.document import ANY_QUERY, Document, Kind
from traceability.epcis.layout import ATTRIBUTED, EVENT_TYPES, FIELDS, TYPED_VALUES
from traceability.epcis.node import Node, Scalar, is_declared, is_extension, written
from traceability.epcis.prefixes import prefixes, split

EPCIS = "urn:epcglobal:epcis:xsd:2"
EPCIS_QUERY = "urn:epcglobal:epcis-query:xsd:2"
NAME = re.compile(r"[^\W\d][\w.\-]*")
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 §2.2
INNER_ORDER = {
    name: place for place, name in enumerate(("id", "epcClass", "quantity", "uom", "sensorMetadata", "unset", "set"))
}
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
BODIES = {
    Kind.CAPTURE: (
        f'<epcis:EPCISDocument xmlns:epcis="{EPCIS}"{{about}}><EPCISBody><EventList>{{events}}</EventList></EPCISBody>'
        "</epcis:EPCISDocument>\n"
    ),
    Kind.QUERY: (
        f'<epcisq:EPCISQueryDocument xmlns:epcisq="{EPCIS_QUERY}"{{about}}><EPCISBody><epcisq:QueryResults>'
        "<queryName>{name}</queryName><resultsBody><EventList>{events}</EventList></resultsBody></epcisq:QueryResults></EPCISBody>"
        "</epcisq:EPCISQueryDocument>\n"
    ),
}


class NotXml(InvalidInput):
    """Something JSON can say and XML cannot: `found` is the name or value. It can be had as JSON."""

    code = "epcis.not_xml"
    status = 406


def write_xml(document: Document) -> str:
    """The document as XML, of the kind it has. What is read back from it has the same hash ids. Raises NotXml."""
    short = prefixes(document.events, document.namespaces)
    declared = "".join(f" xmlns:{prefix}={quoted(namespace)}" for namespace, prefix in short.items())
    if document.kind is Kind.EVENT:
        return DECLARATION + event_xml(document.events[0], short, declared) + "\n"
    events = "".join(listed(event, short) for event in document.events)
    about = "".join(
        f" {name}={quoted(text)}"
        for name, text in (("schemaVersion", "2.0"), ("creationDate", document.header.get("creationDate")))
        if text
    )
    return DECLARATION + BODIES[document.kind].format(
        about=declared + about, events=events, name=escaped(document.header.get("queryName", ANY_QUERY))
    )


def listed(event: Node, short: Mapping[str, str]) -> str:
    """An event in a list; one of somebody's own type stands in an extension element, as the schema wants it."""
    own = event_xml(event, short)
    return own if event.name in EVENT_TYPES else f"<extension>{own}</extension>"


def event_xml(event: Node, short: Mapping[str, str], declared: str = "") -> str:
    """One event. `declared`: the namespace declarations, where no document around it has them."""
    order = {name: place for place, name in enumerate(FIELDS.get(event.name, FIELDS["ObjectEvent"]))}
    children = sorted(event.children, key=lambda child: order.get(child.name, len(order)))
    name, inside = tag(event.name, short), "".join(element(child, short) for child in children)
    return f"<{name}{declared}>{inside}</{name}>"


def element(node: Node, short: Mapping[str, str]) -> str:
    """A field of the standard, or an extension."""
    if is_extension(node.name):
        return free_element(node, short)
    if node.name in TYPED_VALUES:
        kind = node.find("type")
        attributes = [("type", kind.value)] if kind and kind.value is not None else []
        return wrapped(node.name, attributes, escaped(node.text(node.name) or ""))
    if node.name in ATTRIBUTED:
        return wrapped(node.name, attributes_of(node, short), "")
    children = sorted(node.children, key=lambda child: INNER_ORDER.get(child.name, len(INNER_ORDER)))
    return wrapped(node.name, (), content(node) + "".join(element(child, short) for child in children))


def free_element(node: Node, short: Mapping[str, str]) -> str:
    inside = content(node) + "".join(free_element(child, short) for child in node.children)
    return wrapped(tag(node.name, short), (), inside)


def attributes_of(node: Node, short: Mapping[str, str]) -> Iterator[tuple[str, Scalar]]:
    """The fields of sensor metadata and reports; an attribute holds one value."""
    names = set[str]()
    for child in node.children:
        if child.children or child.name in names:
            raise NotXml(found=child.name)
        names.add(child.name)
        if child.value is not None:
            yield tag(child.name, short), child.value


def wrapped(name: str, attributes: Iterable[tuple[str, Scalar]], inside: str) -> str:
    written_out = "".join(f" {key}={quoted(written(value))}" for key, value in attributes)
    return f"<{name}{written_out}>{inside}</{name}>" if inside else f"<{name}{written_out}/>"


def content(node: Node) -> str:
    return "" if node.value is None else escaped(written(node.value))


def tag(name: str, short: Mapping[str, str]) -> str:
    """The name of an element or attribute. Raises NotXml for one that XML does not allow."""
    namespace, local = split(name) if is_declared(name) else ("", name)
    if not NAME.fullmatch(local):
        raise NotXml(found=name)
    return f"{short[namespace]}:{local}" if namespace else local


def quoted(text: str) -> str:
    return f'"{escaped(text)}"'.replace("\n", "&#10;").replace("\t", "&#9;")


def escaped(text: str) -> str:
    if FORBIDDEN.search(text):
        raise NotXml(found=text[:60])
    return escape(text).replace("\r", "&#13;")
