"""XML in: the guarded parser, EPCIS 1.x wrappers, and the layout that JSON has too."""

import pytest

from traceability.epcis.document import BadXml, ForbiddenXml, Kind, NotADocument, TooDeep
from traceability.epcis.node import Node
from traceability.epcis.reader import read

EVENT = """<ObjectEvent><eventTime>2026-11-22T08:30:00+07:00</eventTime>{inside}</ObjectEvent>"""


def read_event(inside: str) -> Node:
    document = (
        '<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" xmlns:ex="https://example.com/ns/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" schemaVersion="2.0">'
        f"<EPCISBody><EventList>{EVENT.format(inside=inside)}</EventList></EPCISBody></epcis:EPCISDocument>"
    )
    return read(document.encode()).events[0]


def test_a_typed_value_is_an_object() -> None:
    event = read_event(
        '<bizTransactionList><bizTransaction type="urn:epcglobal:cbv:btt:po"> urn:x:1 </bizTransaction></bizTransactionList>'
    )
    transaction = Node(
        "bizTransaction", None, (Node("type", "https://ref.gs1.org/cbv/BTT-po"), Node("bizTransaction", "urn:x:1"))
    )
    assert event.find("bizTransactionList") == Node("bizTransactionList", None, (transaction,))


def test_attributes_of_a_sensor_report_are_its_fields() -> None:
    event = read_event(
        "<sensorElementList><sensorElement>"
        '<sensorReport type="gs1:Temperature" value="26.0" booleanValue="1" ex:note="x"/>'
        "</sensorElement></sensorElementList>"
    )
    report = event.children[1].children[0].children[0]
    assert report.children == (
        Node("type", "https://gs1.org/voc/Temperature"),
        Node("value", 26),
        Node("booleanValue", True),
        Node("{https://example.com/ns/}note", "x"),
    )


def test_what_stands_in_a_wrapper_of_version_1_belongs_to_the_event() -> None:
    event = read_event("<extension><extension><ilmd><ex:lot>7</ex:lot></ilmd></extension></extension>")
    assert event.text("ilmd", "{https://example.com/ns/}lot") == "7"


def test_qualified_elements_of_epcis_are_plain_fields() -> None:
    event = read_event("<epcis:action>ADD</epcis:action>")
    assert event.text("action") == "ADD"


def test_an_extension_may_call_its_parts_what_it_likes() -> None:
    event = read_event("<ex:x><extension>1</extension><quantity>007</quantity></ex:x>")
    assert event.children[1].children == (Node("extension", "1"), Node("quantity", "007"))


def test_a_nil_element_is_not_there() -> None:
    event = read_event('<recordTime xsi:nil="true"/>')
    assert event.find("recordTime") is None


def test_the_type_that_xml_schema_gives_is_no_field() -> None:
    event = read_event('<ex:n xsi:type="xsd:integer">10</ex:n>')
    assert event.children[1] == Node("{https://example.com/ns/}n", "10")


def test_a_prefix_of_xml_means_nothing_in_a_value() -> None:
    event = read_event("<ex:n>ex:thing</ex:n>")
    assert event.children[1].value == "ex:thing"


def test_one_event_by_itself_is_a_document() -> None:
    document = read(EVENT.format(inside="").encode())
    assert (document.kind, document.events[0].name) == (Kind.EVENT, "ObjectEvent")


def test_a_bare_document_type_is_harmless() -> None:
    assert read(f"<!DOCTYPE project>{EVENT.format(inside='')}".encode()).events[0].name == "ObjectEvent"


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE l SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE l PUBLIC "-//X" "https://example.com/x.dtd">',
        "<!DOCTYPE l []>",
    ],
)
def test_entities_and_outside_references_are_refused(declaration: str) -> None:
    with pytest.raises(ForbiddenXml):
        read(f"{declaration}<l/>".encode())


def test_deep_xml_is_refused() -> None:
    with pytest.raises(TooDeep):
        read(b"<a>" * 1_000_000)


@pytest.mark.parametrize(
    "text", ["<a>", "<a></b>", "<x:a/>", "<a>&b;</a>", '<?xml version="1.0" encoding="utf-7"?><a/>']
)
def test_broken_xml_is_refused(text: str) -> None:
    with pytest.raises(BadXml):
        read(text.encode())


@pytest.mark.parametrize(
    "text", ["<a/>", '<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:2"/>', "<EPCISCaptureJob/>"]
)
def test_other_xml_is_no_document(text: str) -> None:
    with pytest.raises(NotADocument):
        read(text.encode())
