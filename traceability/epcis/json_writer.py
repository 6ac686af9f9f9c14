"""Events out as EPCIS 2.0 JSON-LD: bare vocabulary terms, numbers as numbers, extensions under declared prefixes."""

from collections.abc import Mapping, Sequence

from traceability.epcis.document import ANY_QUERY, Document, Kind
from traceability.epcis.json_reader import Json
from traceability.epcis.layout import LISTS, REPEATED, SINGLE_OR_MANY
from traceability.epcis.node import Node, is_declared, is_extension
from traceability.epcis.prefixes import prefixes, split
from traceability.epcis.vocabulary import PREFIXES, SPOKEN

GS1_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def write_json(document: Document) -> dict[str, Json]:
    """The document as JSON, of the kind it has. What is read back from it has the same hash ids."""
    short = prefixes(document.events, document.namespaces)
    events: list[Json] = [event_json(event, short) for event in document.events]
    context = written_context(document.contexts, short)
    head: dict[str, Json] = {"@context": context}
    if document.kind is Kind.EVENT:
        return head | event_json(document.events[0], short)
    head |= {"type": document.kind.value, "schemaVersion": "2.0"}
    head |= {name: document.header[name] for name in ("id", "creationDate") if name in document.header}
    body: dict[str, Json] = {"eventList": events}
    if document.kind is Kind.QUERY:
        body = {"queryResults": {"queryName": document.header.get("queryName", ANY_QUERY), "resultsBody": body}}
    return {**head, "epcisBody": body}


def written_context(contexts: Sequence[str], short: Mapping[str, str]) -> list[Json]:
    """GS1's context, any other that was named by address, and the prefixes in use."""
    own: dict[str, Json] = {prefix: namespace for namespace, prefix in short.items() if prefix not in PREFIXES}
    return [*(contexts or [GS1_CONTEXT]), *([own] if own else [])]


def event_json(event: Node, short: Mapping[str, str]) -> dict[str, Json]:
    """One event. `short`: namespace → prefix for every extension in it (see `prefixes`)."""
    return {"type": key(event.name, short), **members(event, "", short)}


def members(node: Node, parent: str, short: Mapping[str, str]) -> dict[str, Json]:
    """The fields of an object; those of one name are one member."""
    grouped: dict[str, list[Node]] = {}
    for child in node.children:
        grouped.setdefault(child.name, []).append(child)
    return {key(name, short): member(name, children, parent, short) for name, children in grouped.items()}


def member(name: str, nodes: list[Node], parent: str, short: Mapping[str, str]) -> Json:
    values = [value(node, parent, short) for node in nodes]
    always_array = name in REPEATED - SINGLE_OR_MANY and not is_extension(parent)
    return values if always_array or len(values) > 1 else values[0]


def value(node: Node, parent: str, short: Mapping[str, str]) -> Json:
    if node.name in LISTS and not is_extension(parent) and node.value is None:
        return [value(item, parent, short) for item in node.children]
    owner = parent if is_extension(parent) else node.name
    if node.children or (node.value is None and not is_extension(owner)):
        own: dict[str, Json] = {} if node.value is None else {"#text": node.value}
        return {**own, **members(node, owner, short)}
    vocabulary = SPOKEN.get((parent, node.name))
    return vocabulary.shorten(node.value) if vocabulary and isinstance(node.value, str) else node.value


def key(name: str, short: Mapping[str, str]) -> str:
    if not is_declared(name):
        return name
    namespace, local = split(name)
    return f"{short[namespace]}:{local}"
