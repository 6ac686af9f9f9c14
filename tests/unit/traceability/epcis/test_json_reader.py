"""JSON-LD in: strict JSON, prefixes and terms, and the shapes that are kept for the check to find."""

import json
from collections.abc import Callable

import pytest

from traceability.epcis.document import BadJson, Document, Kind, NotADocument, TooDeep
from traceability.epcis.node import Node
from traceability.epcis.reader import read

ReadEvents = Callable[..., Document]


def test_a_bare_term_becomes_its_web_uri(read_harvest: ReadEvents) -> None:
    assert read_harvest().events[0].text("bizStep") == "https://ref.gs1.org/cbv/BizStep-creating_class_instance"


def test_an_extension_gets_its_full_name(read_harvest: ReadEvents) -> None:
    assert read_harvest().events[0].text("{https://example.com/ns/}field") == "A3"


def test_a_list_holds_its_items_by_name(read_harvest: ReadEvents) -> None:
    assert list(read_harvest().events[0].texts("quantityList", "quantityElement", "uom")) == ["KGM"]


def test_an_extension_array_is_several_fields(read_harvest: ReadEvents) -> None:
    event = read_harvest(**{"ex:field": ["A3", "B1"]}).events[0]
    assert list(event.texts("{https://example.com/ns/}field")) == ["A3", "B1"]


def test_a_term_of_the_context_is_an_extension(read_harvest: ReadEvents) -> None:
    event = read_harvest(**{"@context": {"grade": "https://example.com/ns/grade"}, "grade": "A"}).events[0]
    assert event.text("{https://example.com/ns/}grade") == "A"


def test_a_context_cannot_give_a_standard_field_another_meaning(read_harvest: ReadEvents) -> None:
    event = read_harvest(**{"@context": {"action": "https://example.com/ns/action"}}).events[0]
    assert event.text("action") == "ADD"


def test_a_member_named_by_a_whole_iri_is_an_extension(read_harvest: ReadEvents) -> None:
    event = read_harvest(**{"https://example.com/ns/grade": "A"}).events[0]
    assert event.text("{https://example.com/ns/}grade") == "A"


def test_a_literal_with_a_type_is_its_value(read_harvest: ReadEvents) -> None:
    event = read_harvest(**{"ex:field": {"@value": "2026-01-01", "@type": "xsd:date"}}).events[0]
    assert event.text("{https://example.com/ns/}field") == "2026-01-01"


def test_an_array_where_one_value_belongs_is_kept_as_such(read_harvest: ReadEvents) -> None:
    action = read_harvest(action=["ADD"]).events[0].find("action")
    assert action == Node("action", None, (Node("action", "ADD"),))


def test_one_event_by_itself_is_a_document() -> None:
    document = read(b'{"@context": [], "type": "ObjectEvent", "action": "ADD"}')
    assert (document.kind, document.path(0), len(document.events)) == (Kind.EVENT, "", 1)


def test_query_results_are_a_document() -> None:
    body = {"queryResults": {"queryName": "q", "resultsBody": {"eventList": [{"type": "ObjectEvent"}]}}}
    document = read(json.dumps({"@context": [], "type": "EPCISQueryDocument", "epcisBody": body}).encode())
    assert (document.kind, document.header["queryName"]) == (Kind.QUERY, "q")
    assert document.path(0) == "/epcisBody/queryResults/resultsBody/eventList/0"


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '{"type": "EPCISDocument"}',
        '{"type": "EPCISDocument", "epcisBody": {"eventList": {}}}',
        '{"type": "EPCISQueryDocument", "epcisBody": {"queryResults": {}}}',
        '{"type": "Order", "epcisBody": {"eventList": []}}',
        '{"type": "object"}',
        "hello",
        "",
    ],
)
def test_other_json_is_no_document(text: str) -> None:
    with pytest.raises(NotADocument):
        read(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "ObjectEvent", "action": "ADD", "action": "DELETE"}',
        '{"type": "ObjectEvent", "x:y": NaN}',
        '{"type": "ObjectEvent", "x:y": 1e999}',
        '{"type": "ObjectEvent", "x:y": ' + "9" * 5000 + "}",
        '{"type": "ObjectEvent", "x:y": "\\ud83c"}',
        '{"type": "ObjectEvent"',
        '{"type": "ObjectEvent",}',
    ],
)
def test_loose_json_is_refused(text: str) -> None:
    with pytest.raises(BadJson):
        read(text.encode())


def test_json_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(BadJson):
        read(b'{"type": "ObjectEvent", "x:y": "\xff"}')


@pytest.mark.parametrize("depth", [100, 1_000, 1_000_000])
@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}")])
def test_deep_json_is_refused(depth: int, begin: str, end: str) -> None:
    body = begin * depth + "1" + end * depth
    with pytest.raises(TooDeep):
        read(f'{{"type": "ObjectEvent", "x:y": {body}}}'.encode())


def test_fields_named_to_be_ignored_are_known_by_their_full_name(read_events: ReadEvents) -> None:
    document = read_events({"type": "ObjectEvent"}, **{"ex:ignoreFields": ["ex:field", "action"]})
    assert document.ignored == {"{https://example.com/ns/}field"}
