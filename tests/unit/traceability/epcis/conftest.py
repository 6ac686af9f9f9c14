"""A small valid harvest in JSON-LD, and what the tests change in it."""

import json
from collections.abc import Callable

import pytest

from traceability.epcis.document import Document
from traceability.epcis.reader import read

GS1 = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
HARVEST = {
    "type": "ObjectEvent",
    "eventTime": "2026-11-22T08:30:00+07:00",
    "eventTimeZoneOffset": "+07:00",
    "quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.L7", "quantity": 120.5, "uom": "KGM"}],
    "action": "ADD",
    "bizStep": "creating_class_instance",
    "disposition": "active",
    "readPoint": {"id": "urn:epc:id:sgln:4012345.00011.0"},
    "ilmd": {"ex:variety": "ST25"},
    "ex:field": "A3",
}
ReadEvents = Callable[..., Document]


def capture(events: list[object], **around: object) -> bytes:
    document = {
        "@context": [GS1, {"ex": "https://example.com/ns/"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-22T09:00:00Z",
        "epcisBody": {"eventList": events},
    }
    return json.dumps(document | around).encode()


@pytest.fixture
def read_harvest() -> ReadEvents:
    """Reads one harvest with some fields changed; a field given as None is left out."""

    def build(**changes: object) -> Document:
        fields = {name: value for name, value in (HARVEST | changes).items() if value is not None}
        return read(capture([fields]))

    return build


@pytest.fixture
def read_events() -> ReadEvents:
    """Reads a capture document of the given events, with members of the document changed."""

    def build(*events: object, **around: object) -> Document:
        return read(capture(list(events), **around))

    return build
