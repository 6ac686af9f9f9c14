"""Stored events as one document of query results, each with the time it was recorded."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from nongso.errors import InvalidInput
from nongso.store.epcis_events import StoredEvent
from traceability.epcis.document import ANY_QUERY, Document, Kind, Syntax
from traceability.epcis.json_reader import read_json
from traceability.epcis.json_writer import write_json
from traceability.epcis.node import Node
from traceability.gs1.epc import to_link

URNS = ("urn:epc:id:", "urn:epc:class:", "urn:epc:idpat:")


def results(events: Sequence[StoredEvent], now: datetime, query_name: str = ANY_QUERY) -> Document:
    """The events in their order, with the prefixes and contexts that each came with."""
    read = [read_json(json.dumps(event.body).encode()) for event in events]
    nodes = tuple(recorded(document.events[0], event.record_time) for document, event in zip(read, events, strict=True))
    namespaces = {prefix: name for document in reversed(read) for prefix, name in document.namespaces.items()}
    contexts = tuple(dict.fromkeys(context for document in read for context in document.contexts))
    header = {"creationDate": written_instant(now), "queryName": query_name}
    return Document(Kind.QUERY, Syntax.JSON, nodes, header, namespaces, contexts)


def message(events: Sequence[StoredEvent], now: datetime, query_name: str) -> str:
    """What a subscriber is sent: a document of query results in JSON-LD, with every GS1 key as a Digital Link."""
    return json.dumps(write_json(with_links(results(events, now, query_name))))


def recorded(event: Node, at: datetime) -> Node:
    """The event with our record time: whatever it was elsewhere, here it is when we took it (EPCIS 2.0 §7.4.1)."""
    others = tuple(child for child in event.children if child.name != "recordTime")
    return replace(event, children=(*others, Node("recordTime", written_instant(at))))


def with_links(document: Document) -> Document:
    """The document with every EPC URN of a GS1 key written as the Digital Link that says the same."""
    return replace(document, events=tuple(map(linked, document.events)))


def linked(node: Node) -> Node:
    value = node.value
    if isinstance(value, str) and value.startswith(URNS):
        try:
            value = to_link(value)
        except InvalidInput:  # not of a GS1 key: it stays as it is
            value = node.value
    return Node(node.name, value, tuple(map(linked, node.children)))


def written_instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
