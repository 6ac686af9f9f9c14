"""Events out: JSON-LD and XML that say the same as what came in."""

import json
from collections.abc import Callable

import pytest

from traceability.epcis.check import check
from traceability.epcis.document import Document, Kind, Syntax
from traceability.epcis.event_hash import hash_ids
from traceability.epcis.json_writer import write_json
from traceability.epcis.node import Node
from traceability.epcis.reader import read
from traceability.epcis.xml_writer import NotXml, write_xml

ReadEvents = Callable[..., Document]
RICH = {
    "epcList": ["urn:epc:id:sgtin:4012345.012345.1"],
    "errorDeclaration": {
        "declarationTime": "2026-11-23T00:00:00Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:1"],
        "ex:by": "Hoa",
    },
    "certificationInfo": ["https://example.com/1", "https://example.com/2"],
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:1"}, {"bizTransaction": "urn:x:2"}],
    "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00000"}],
    "persistentDisposition": {"set": ["recalled"], "unset": ["available"]},
    "sensorElementList": [
        {
            "sensorMetadata": {"deviceID": "urn:epc:id:giai:4000001.111", "ex:note": "shade"},
            "sensorReport": [
                {"type": "Temperature", "meanValue": 26.4, "uom": "CEL"},
                {"type": "Count", "booleanValue": True, "exception": "ALARM_CONDITION", "component": "x"},
            ],
            "ex:kind": "leaf",
        }
    ],
    "ex:nested": {"plain": ["1", {"ex:deep": "<&>\"'\n"}], "ex:empty": None},
}


def test_json_is_as_it_came(read_harvest: ReadEvents) -> None:
    event = {"type": "ObjectEvent", **read_back(read_harvest())}
    assert event == {
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


def read_back(document: Document) -> dict[str, object]:
    return json.loads(json.dumps(write_json(document)))["epcisBody"]["eventList"][0]


@pytest.mark.parametrize("name", sorted(RICH))
def test_every_field_of_json_comes_out_as_it_came(name: str, read_harvest: ReadEvents) -> None:
    assert read_back(read_harvest(**{name: RICH[name]}))[name] == RICH[name]


def test_the_context_names_the_prefixes_in_use(read_harvest: ReadEvents) -> None:
    assert write_json(read_harvest())["@context"] == [
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        {"ex": "https://example.com/ns/"},
    ]


def test_both_syntaxes_say_the_same(read_harvest: ReadEvents) -> None:
    document = read_harvest(**RICH)
    from_json = read(json.dumps(write_json(document)).encode())
    from_xml = read(write_xml(document).encode())
    assert (hash_ids(from_json), hash_ids(from_xml)) == (hash_ids(document), hash_ids(document))


def test_what_is_written_passes_the_check(read_harvest: ReadEvents) -> None:
    document = read_harvest(**RICH)
    written = [json.dumps(write_json(document)), write_xml(document)]
    assert [check(read(text.encode())) for text in written] == [[], []]


@pytest.mark.parametrize("kind", list(Kind))
def test_the_kind_of_document_stays(kind: Kind, read_harvest: ReadEvents) -> None:
    harvest = read_harvest()
    document = Document(kind, Syntax.JSON, harvest.events, harvest.header, harvest.namespaces)
    written = [json.dumps(write_json(document)), write_xml(document)]
    assert [read(text.encode()).kind for text in written] == [kind, kind]


@pytest.mark.parametrize("kind", [Kind.CAPTURE, Kind.EVENT])
def test_an_event_of_ones_own_type_is_written(kind: Kind) -> None:
    fields = (Node("eventTime", "2026-11-22T01:30:00Z"), Node("eventTimeZoneOffset", "+07:00"))
    document = Document(kind, Syntax.JSON, (Node("{https://example.com/ns/}PrayerEvent", None, fields),))
    written = [json.dumps(write_json(document)), write_xml(document)]
    assert [read(text.encode()).events for text in written] == [document.events, document.events]


@pytest.mark.parametrize(
    "extension",
    [
        {"eudr:plot": "7"},
        {"ex:1st": "7"},
        {"sensorElementList": [{"sensorMetadata": {"ex:a": {"ex:b": "c"}}, "sensorReport": [{"type": "Count"}]}]},
    ],
)
def test_what_xml_cannot_say_is_refused(extension: dict[str, object], read_harvest: ReadEvents) -> None:
    with pytest.raises(NotXml):
        write_xml(read_harvest(**extension))
