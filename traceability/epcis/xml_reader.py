"""EPCIS XML in, 2.0 and 1.x: a guarded parser, the document around the events, and elements laid out as JSON lays them out."""

import math
import xml.parsers.expat
from collections.abc import Iterator
from dataclasses import dataclass, field

from traceability.epcis.canonical import NUMBER
from traceability.epcis.document import (
    MAX_DEPTH,
    MAX_FIELDS,
    BadXml,
    Document,
    ForbiddenXml,
    Kind,
    NotADocument,
    Syntax,
    TooDeep,
    TooLarge,
)
from traceability.epcis.layout import BOOLEANS, EVENT_TYPES, NUMBERS, TYPED_VALUES
from traceability.epcis.node import Node, is_extension
from traceability.epcis.vocabulary import VALUE_PREFIXES, expanded

NAMESPACES = frozenset(f"urn:epcglobal:{part}:xsd:{version}" for part in ("epcis", "epcis-query") for version in (1, 2))
# Attributes of XML itself: they say how to read the text, not what happened.
XML_ITSELF = ("{http://www.w3.org/2001/XMLSchema-instance}", "{http://www.w3.org/XML/1998/namespace}")
# The wrappers by which EPCIS 1.x grew: what is inside belongs to the element around them.
WRAPPERS = frozenset({"extension", "baseExtension"})
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
TRUTH = {"true": True, "1": True, "false": False, "0": False}  # xsd:boolean


@dataclass(slots=True)
class Element:
    name: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def value(self) -> str:
        return "".join(self.text).strip()

    def find(self, name: str) -> "Element | None":
        return next((child for child in self.children if child.name == name), None)


class Builder:
    """Grows the tree of one document, and stops at what could run out of bounds: depth, number of fields, entities, outside references."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.namespaces: dict[str, str] = {}
        self.open: list[Element] = []
        self.fields = 0

    def parse(self, data: bytes) -> Element:
        parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self.doctype
        parser.EntityDeclHandler = self.entity
        parser.StartNamespaceDeclHandler = self.namespace
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        try:
            parser.Parse(data, True)
        except (xml.parsers.expat.ExpatError, LookupError, ValueError) as error:  # the last two: an encoding we lack
            raise BadXml(detail=str(error)) from error
        assert self.root is not None  # well-formed XML has a root
        return self.root

    def doctype(self, name: str, system_id: str | None, public_id: str | None, has_subset: int) -> None:
        """A bare `<!DOCTYPE name>` says nothing (GS1's own examples have one); anything more can declare or fetch."""
        if system_id or public_id or has_subset:
            raise ForbiddenXml(found="DOCTYPE")

    def entity(self, *_: object) -> None:
        raise ForbiddenXml(found="ENTITY")

    def namespace(self, prefix: str | None, uri: str | None) -> None:
        if prefix and uri and uri not in NAMESPACES:
            self.namespaces.setdefault(prefix, uri)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.fields += 1 + len(attributes)
        if self.fields > MAX_FIELDS:
            raise TooLarge(limit=MAX_FIELDS)
        if len(self.open) >= MAX_DEPTH:
            raise TooDeep(limit=MAX_DEPTH)
        element = Element(full_name(name), {full_name(key): value for key, value in attributes.items()})
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, _: str) -> None:
        self.open.pop()

    def characters(self, text: str) -> None:
        self.open[-1].text.append(text)


def full_name(name: str) -> str:
    """Expat's `namespace local` as `{namespace}local`; EPCIS's own names are plain, qualified or not."""
    namespace, _, local = name.rpartition(" ")
    return f"{{{namespace}}}{local}" if namespace and namespace not in NAMESPACES else local


def read_xml(data: bytes) -> Document:
    """The document in `data`. Raises BadXml, ForbiddenXml, TooDeep, TooLarge, NotADocument."""
    builder = Builder()
    root = builder.parse(data)
    if root.name not in (Kind.CAPTURE, Kind.QUERY):
        if root.name not in EVENT_TYPES and root.find("eventTime") is None:
            raise NotADocument(found=root.name[:80])
        return Document(Kind.EVENT, Syntax.XML, (event_node(root),), root.attributes, builder.namespaces)
    around = list(outside_events(root))
    listed = next((element for element in around if element.name == "EventList"), None)
    if listed is None:
        raise NotADocument(found=root.name)
    header = root.attributes | {element.name: element.value() for element in around if not element.children}
    events = tuple(event_node(element) for element in unwrapped(listed.children))
    return Document(
        Kind(root.name), Syntax.XML, events, header, builder.namespaces, ignored=frozenset(ignored_names(around))
    )


def outside_events(element: Element) -> Iterator[Element]:
    """Every element of the document that is not inside an event or the header, in document order."""
    yield element
    if element.name in ("EventList", "EPCISHeader"):
        return
    for child in element.children:
        yield from outside_events(child)


def ignored_names(around: list[Element]) -> Iterator[str]:
    """The extensions under any `…:ignoreFields`; a standard field cannot be kept out of the hash."""
    for element in around:
        if element.name.endswith("}ignoreFields"):
            yield from (child.name for child in element.children if is_extension(child.name))


def unwrapped(children: list[Element]) -> Iterator[Element]:
    """The children that say something, with those of EPCIS 1.x wrappers in the place of the wrapper."""
    for child in children:
        if child.name in WRAPPERS:
            yield from unwrapped(child.children)
        elif child.attributes.get(NIL) not in ("true", "1"):
            yield child


def event_node(element: Element) -> Node:
    """An event; plain attributes of its element (a bare event carries the document's) are no part of it."""
    extensions = tuple(item for item in attribute_nodes(element) if is_extension(item.name))
    return Node(element.name, None, (*map(node, unwrapped(element.children)), *extensions))


def node(element: Element) -> Node:
    """An element as JSON lays it out: attributes and child elements are children, a typed value is an object."""
    if is_extension(element.name):
        return free_node(element)
    attributes = attribute_nodes(element)
    if element.name in TYPED_VALUES:
        return Node(element.name, None, (*attributes, value_node(element.name, element.value())))
    own = value_node(element.name, element.value())
    return Node(element.name, own.value, (*attributes, *map(node, unwrapped(element.children))))


def free_node(element: Element) -> Node:
    """An extension: whatever is inside, plain names too, means what its owner says."""
    children = (*attribute_nodes(element), *map(free_node, element.children))
    return Node(element.name, expanded(element.value(), VALUE_PREFIXES) or None, children)


def value_node(name: str, text: str) -> Node:
    """A field of the standard with its value: a number or truth value where the standard has one and the text is one."""
    if name in NUMBERS and NUMBER.fullmatch(text) and math.isfinite(number := float(text)):
        return Node(name, int(number) if number.is_integer() and abs(number) < 2**53 else number)
    if name in BOOLEANS and text in TRUTH:
        return Node(name, TRUTH[text])
    return Node(name, expanded(text, VALUE_PREFIXES) or None)


def attribute_nodes(element: Element) -> Iterator[Node]:
    for name, value in element.attributes.items():
        if not name.startswith(XML_ITSELF):
            yield value_node(name, value.strip())
