"""The event hash id: one event, one `ni:` URI, whatever the syntax, order or spelling it came in (CBV 2.0 §8.9).

The pre-hash string names fields in a fixed order with canonical values; its SHA-256 is the id. It leaves out eventID, recordTime and the
error declaration, so an event and its error declaration share it. It is a key for finding duplicates, no proof: anybody can compute it anew.
The order is that of the published implementation, whose vectors the conformance tests check; docs/decisions/0041 lists where it
differs from the table in the standard.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence

from traceability.epcis.canonical import canonical_instant, canonical_value
from traceability.epcis.document import Document
from traceability.epcis.layout import TYPED_VALUES
from traceability.epcis.node import Node, is_extension, written

Order = Mapping[str, "Order"]


def _fields(names: str) -> Order:
    return {name: {} for name in names.split()}


_EPCS = _fields("epc")
_QUANTITIES: Order = {"quantityElement": _fields("epcClass quantity uom")}
_SENSOR_ELEMENT: Order = {
    "sensorMetadata": _fields("time startTime endTime deviceID deviceMetadata rawData dataProcessingMethod bizRules"),
    "sensorReport": _fields(
        """type exception deviceID deviceMetadata rawData dataProcessingMethod time microorganism chemicalSubstance value component
        stringValue booleanValue hexBinaryValue uriValue minValue maxValue meanValue sDev percRank percValue uom coordinateReferenceSystem"""
    ),
}
ORDER: Order = {
    **_fields("eventTime eventTimeZoneOffset certificationInfo parentID"),
    **dict.fromkeys(("epcList", "inputEPCList", "childEPCs"), _EPCS),
    **dict.fromkeys(("quantityList", "childQuantityList", "inputQuantityList"), _QUANTITIES),
    "outputEPCList": _EPCS,
    "outputQuantityList": _QUANTITIES,
    **_fields("action transformationID bizStep disposition"),
    "persistentDisposition": _fields("set unset"),
    "readPoint": _fields("id"),
    "bizLocation": _fields("id"),
    "sensorElementList": {"sensorElement": _SENSOR_ELEMENT},
}
# All other fields follow in code point order: the business transactions, destinations, ILMD, sources, then the extensions.

LEFT_OUT = frozenset(
    {"recordTime", "eventID", "errorDeclaration", "comment", "{http://www.w3.org/2000/01/rdf-schema#}comment"}
)
INSTANTS = frozenset({"eventTime", "time", "startTime", "endTime"})


def hash_ids(document: Document) -> list[str]:
    """The id of each event in document order. Raises BadInstant where a time of the standard cannot be read."""
    return [hash_id(event, document.ignored) for event in document.events]


def hash_id(event: Node, ignored: frozenset[str] = frozenset()) -> str:
    """The event's id: `ni:///sha-256;…?ver=CBV2.0` (RFC 6920)."""
    digest = hashlib.sha256(pre_hash(event, ignored).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def pre_hash(event: Node, ignored: frozenset[str] = frozenset()) -> str:
    """The string that is hashed. `ignored`: full names of extensions of the event that do not count."""
    counted = [child for child in event.children if child.name not in LEFT_OUT and child.name not in ignored]
    rest = (unplaced(child, ORDER.get(child.name)) for child in counted)
    others = sorted(free(child) for child in rest if child is not None)
    return f"eventType={event.name}" + "".join((*placed(counted, ORDER), *others))


def placed(children: Sequence[Node], order: Order) -> Iterator[str]:
    """The fields that have a place, in that order; several of one name sorted by what they say."""
    for name, inner in order.items():
        yield from sorted(filter(None, (field(child, inner) for child in children if child.name == name)))


def field(node: Node, order: Order) -> str:
    """A field of the standard with the extensions inside it behind its own fields; an empty one is no field."""
    extensions = sorted(free(child) for child in node.children if order and is_extension(child.name))
    inside = "".join((*placed(node.children, order), *extensions))
    text = canonical(node, canonical_instant if node.name in INSTANTS else canonical_value)
    return f"{node.name}{text}{inside}" if text or inside else ""


def unplaced(node: Node, order: Order | None) -> Node | None:
    """What `placed` did not take of a field: the field itself where it has no place, else its unknown fields in their wrappers."""
    if order is None:
        return None if node.is_empty and not is_extension(node.name) else node
    if not order and not node.children:
        return None
    inner = [unplaced(child, order.get(child.name)) for child in node.children if not is_extension(child.name)]
    children = tuple(child for child in inner if child is not None)
    return Node(node.name, None, children) if children else None


def free(node: Node) -> str:
    """A field without a fixed order inside; transactions, sources and destinations are known by their list alone."""
    if node.name in TYPED_VALUES and node.children:
        own = [child for name in ("type", node.name) for child in node.children if child.name == name]
        others = sorted(free(child) for child in node.children if child not in own)
        return "".join((*(child.name + canonical(child) for child in own), *others))
    return f"{node.name}{canonical(node)}" + "".join(sorted(free(child) for child in node.children))


def canonical(node: Node, spell: Callable[[str], str] = canonical_value) -> str:
    """`=` and the canonical value; nothing where there is none."""
    value = "" if node.value is None else spell(written(node.value))
    return f"={value}" if value else ""
