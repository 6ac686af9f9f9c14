"""The check by meaning: one fault each, told with its place."""

from collections.abc import Callable

import pytest

from traceability.epcis.check import check
from traceability.epcis.document import Document
from traceability.epcis.problem import Problem, Reason
from traceability.epcis.reader import read

ReadEvents = Callable[..., Document]
EVENT = "/epcisBody/eventList/0"
BASE = {"eventTime": "2026-11-22T08:30:00+07:00", "eventTimeZoneOffset": "+07:00"}
EPC = "urn:epc:id:sgtin:4012345.012345.1"
PALLET = "urn:epc:id:sscc:4012345.0000000111"
LOT = {"epcClass": "urn:epc:class:lgtin:4012345.012345.L7"}


def faults(document: Document) -> list[tuple[str, Reason]]:
    return [(problem.path.removeprefix(EVENT), problem.reason) for problem in check(document)]


def test_a_good_harvest_has_no_problem(read_harvest: ReadEvents) -> None:
    assert check(read_harvest()) == []


def test_a_problem_says_where_why_and_what(read_harvest: ReadEvents) -> None:
    assert check(read_harvest(bizStep="harvesting")) == [
        Problem(f"{EVENT}/bizStep", Reason.NOT_IN_VOCABULARY, "harvesting", "ValidationException")
    ]


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        ({"eventTime": None}, "/eventTime", Reason.MISSING),
        ({"eventTime": "22-07-2026"}, "/eventTime", Reason.NOT_AN_INSTANT),
        ({"eventTime": 1666400400000}, "/eventTime", Reason.NOT_TEXT),
        ({"eventTime": ""}, "/eventTime", Reason.EMPTY),
        ({"recordTime": "2026-11-22T08:30:00"}, "/recordTime", Reason.NOT_AN_INSTANT),
        ({"eventTimeZoneOffset": "+7:00"}, "/eventTimeZoneOffset", Reason.NOT_AN_OFFSET),
        ({"eventTimeZoneOffset": "Z"}, "/eventTimeZoneOffset", Reason.NOT_AN_OFFSET),
        ({"action": "CREATE"}, "/action", Reason.NOT_AN_ACTION),
        ({"action": ["ADD"]}, "/action", Reason.NOT_A_VALUE),
        ({"action": "add"}, "/action", Reason.NOT_AN_ACTION),
        ({"disposition": "https://ref.gs1.org/cbv/Disp-sold"}, "/disposition", Reason.NOT_IN_VOCABULARY),
        ({"disposition": "urn:epcglobal:cbv:disp:sold"}, "/disposition", Reason.NOT_IN_VOCABULARY),
        ({"eventID": "7"}, "/eventID", Reason.NOT_A_URI),
        ({"weight": 5}, "/weight", Reason.UNKNOWN_NAME),
        ({"parentID": PALLET}, "/parentID", Reason.UNKNOWN_NAME),
        ({"other:weight": 5}, "/other:weight", Reason.UNDECLARED_PREFIX),
        ({"ilmd": {"variety": "ST25"}}, "/ilmd/variety", Reason.NO_NAMESPACE),
        ({"ilmd": {"other:variety": "ST25"}}, "/ilmd/other:variety", Reason.UNDECLARED_PREFIX),
        ({"action": "OBSERVE"}, "/ilmd", Reason.NO_MASTER_DATA_HERE),
        ({"quantityList": None}, "", Reason.NOTHING_HAPPENED_TO),
        ({"quantityList": []}, "", Reason.NOTHING_HAPPENED_TO),
        ({"quantityList": "120"}, "/quantityList", Reason.NOT_A_LIST),
        ({"quantityList": [{}]}, "/quantityList/0", Reason.NOT_AN_OBJECT),
        ({"quantityList": [LOT | {"quantity": "120"}]}, "/quantityList/0/quantity", Reason.NOT_A_NUMBER),
        ({"quantityList": [LOT | {"quantity": True}]}, "/quantityList/0/quantity", Reason.NOT_A_NUMBER),
        ({"quantityList": [LOT | {"quantity": -1}]}, "/quantityList/0/quantity", Reason.NEGATIVE),
        ({"quantityList": [LOT | {"quantity": 1, "uom": "kg"}]}, "/quantityList/0/uom", Reason.NOT_A_UNIT),
        ({"quantityList": [LOT | {"uom": "KGM"}]}, "/quantityList/0/uom", Reason.UNIT_WITHOUT_QUANTITY),
        ({"quantityList": [LOT | {"weight": 5}]}, "/quantityList/0/weight", Reason.UNKNOWN_NAME),
        ({"quantityList": [LOT | {"ex:weight": 5}]}, "/quantityList/0/{https:~1~1example.com~1ns~1}weight", Reason.NO_EXTENSION_HERE),
        ({"quantityList": [{"epcClass": EPC}]}, "/quantityList/0/epcClass", Reason.EPC_AS_CLASS),
        ({"epcList": [LOT["epcClass"]]}, "/epcList/0", Reason.CLASS_AS_EPC),
        ({"epcList": [EPC, EPC]}, "/epcList/1", Reason.LISTED_TWICE),
        ({"epcList": ["urn:epc:id:sgtin:4012345.1.1"]}, "/epcList/0", Reason.NOT_AN_EPC),
        ({"epcList": ["box 7"]}, "/epcList/0", Reason.NOT_AN_EPC),
        ({"readPoint": "urn:x:1"}, "/readPoint", Reason.NOT_AN_OBJECT),
        ({"readPoint": {"ex:name": "A3"}}, "/readPoint/id", Reason.MISSING),
        ({"bizTransactionList": [{"type": "po"}]}, "/bizTransactionList/0/bizTransaction", Reason.MISSING),
        ({"bizTransactionList": ["urn:x:1"]}, "/bizTransactionList/0", Reason.NOT_AN_OBJECT),
        ({"sourceList": [{"source": "urn:x:1"}]}, "/sourceList/0/type", Reason.MISSING),
        ({"sourceList": [{"type": "place", "source": "urn:x:1"}]}, "/sourceList/0/type", Reason.NOT_IN_VOCABULARY),
        ({"certificationInfo": [{"a": "b"}]}, "/certificationInfo", Reason.NOT_A_VALUE),
        ({"persistentDisposition": {"set": ["sold"]}}, "/persistentDisposition/set/0", Reason.NOT_IN_VOCABULARY),
        ({"persistentDisposition": {}}, "/persistentDisposition", Reason.NOT_AN_OBJECT),
        ({"persistentDisposition": {"set": ["recalled"], "unset": ["recalled"]}}, "/persistentDisposition", Reason.SET_AND_UNSET),
        ({"errorDeclaration": {"reason": "did_not_occur"}}, "/errorDeclaration/declarationTime", Reason.MISSING),
        (
            {"errorDeclaration": {"declarationTime": "2026-11-23T00:00:00Z", "reason": "typo"}},
            "/errorDeclaration/reason",
            Reason.NOT_IN_VOCABULARY,
        ),
    ],
)  # fmt: skip
def test_a_fault_is_found(change: dict[str, object], path: str, reason: Reason, read_harvest: ReadEvents) -> None:
    assert faults(read_harvest(**change)) == [(path, reason)]


@pytest.mark.parametrize(
    ("element", "path", "reason"),
    [
        ({"sensorMetadata": {}}, "/sensorReport", Reason.MISSING),
        ({"sensorReport": [{"value": 26}]}, "/sensorReport/0/type", Reason.MISSING),
        ({"sensorReport": [{"type": "Heat", "value": 26}]}, "/sensorReport/0/type", Reason.NOT_IN_VOCABULARY),
        ({"sensorReport": [{"type": "gs1:Heat"}]}, "/sensorReport/0/type", Reason.NOT_IN_VOCABULARY),
        ({"sensorReport": [{"type": "Temperature", "value": "26"}]}, "/sensorReport/0/value", Reason.NOT_A_NUMBER),
        ({"sensorReport": [{"type": "Count", "exception": "ALARM"}]}, "/sensorReport/0/exception", Reason.NOT_IN_VOCABULARY),
        ({"sensorReport": [{"type": "Count", "component": "w"}]}, "/sensorReport/0/component", Reason.NOT_IN_VOCABULARY),
        ({"sensorReport": [{"type": "Count", "booleanValue": "yes"}]}, "/sensorReport/0/booleanValue", Reason.NOT_TRUE_OR_FALSE),
        ({"sensorReport": [{"type": "Count", "hexBinaryValue": "0f0"}]}, "/sensorReport/0/hexBinaryValue", Reason.NOT_HEX),
        (
            {
                "sensorMetadata": {"startTime": "2026-11-22T08:00:00+07:00", "endTime": "2026-11-22T00:59:59Z"},
                "sensorReport": [{"type": "Temperature", "meanValue": 26}],
            },
            "/sensorMetadata/endTime",
            Reason.ENDS_BEFORE_START,
        ),
    ],
)  # fmt: skip
def test_a_fault_of_a_sensor_is_found(
    element: dict[str, object], path: str, reason: Reason, read_harvest: ReadEvents
) -> None:
    assert faults(read_harvest(sensorElementList=[element])) == [(f"/sensorElementList/0{path}", reason)]


@pytest.mark.parametrize(
    ("event", "path", "reason"),
    [
        ({"type": "AggregationEvent", "action": "ADD", "childEPCs": [EPC]}, "/parentID", Reason.MISSING),
        ({"type": "AggregationEvent", "action": "OBSERVE", "parentID": PALLET}, "", Reason.NOTHING_HAPPENED_TO),
        ({"type": "AggregationEvent", "action": "DELETE"}, "/parentID", Reason.MISSING),
        ({"type": "AssociationEvent", "action": "OBSERVE", "childEPCs": [EPC]}, "/parentID", Reason.MISSING),
        ({"type": "TransactionEvent", "action": "ADD", "epcList": [EPC]}, "/bizTransactionList", Reason.MISSING),
        ({"type": "TransactionEvent", "action": "DELETE", "bizTransactionList": []}, "/bizTransactionList", Reason.EMPTY),
        ({"type": "TransactionEvent", "action": "ADD", "bizTransactionList": [{"bizTransaction": "urn:x:1"}]}, "", Reason.NOTHING_HAPPENED_TO),
        ({"type": "TransformationEvent", "inputEPCList": [EPC]}, "", Reason.NOTHING_HAPPENED_TO),
        ({"type": "TransformationEvent", "outputQuantityList": [LOT]}, "", Reason.NOTHING_HAPPENED_TO),
        (
            {"type": "TransformationEvent", "inputEPCList": [EPC], "outputEPCList": [PALLET], "action": "ADD"},
            "/action",
            Reason.UNKNOWN_NAME,
        ),
        ({"type": "QuantityEvent"}, "/type", Reason.NOT_AN_EVENT_TYPE),
    ],
)  # fmt: skip
def test_a_fault_between_fields_is_found(
    event: dict[str, object], path: str, reason: Reason, read_events: ReadEvents
) -> None:
    assert faults(read_events(BASE | event)) == [(path, reason)]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "AggregationEvent", "action": "DELETE", "parentID": PALLET},
        {"type": "AggregationEvent", "action": "OBSERVE", "childQuantityList": [LOT]},
        {"type": "TransactionEvent", "action": "DELETE", "bizTransactionList": [{"bizTransaction": "urn:x:1"}]},
        {"type": "TransformationEvent", "inputEPCList": [EPC], "transformationID": "urn:x:1"},
        {"type": "ObjectEvent", "action": "OBSERVE", "epcList": ["urn:epc:id:gid:95100000.12345.400"]},
        {"type": "ObjectEvent", "action": "OBSERVE", "epcList": [EPC], "bizStep": "https://example.com/weeding"},
        {
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "readPoint": {"id": "geo:10.03,105.78"},
            "sensorElementList": [{"sensorReport": [{"exception": "ALARM_CONDITION"}]}],
        },
        {"type": "ex:PrayerEvent", "ex:note": "rain"},
    ],
)
def test_what_the_standard_allows_is_no_fault(event: dict[str, object], read_events: ReadEvents) -> None:
    assert check(read_events(BASE | event)) == []


def test_every_event_of_a_document_is_checked(read_events: ReadEvents) -> None:
    found = [problem.path for problem in check(read_events({"type": "Q"}, {"type": "R"}, "S"))]
    assert found == [f"/epcisBody/eventList/{position}/type" for position in range(3)]


@pytest.mark.parametrize(
    ("around", "path", "reason"),
    [
        ({"schemaVersion": "3.0"}, "/schemaVersion", Reason.UNSUPPORTED_VERSION),
        ({"creationDate": "today"}, "/creationDate", Reason.NOT_AN_INSTANT),
        ({"creationDate": None}, "/creationDate", Reason.MISSING),
        ({"@context": []}, "/@context", Reason.MISSING),
    ],
)
def test_a_document_says_what_it_is(
    around: dict[str, object], path: str, reason: Reason, read_events: ReadEvents
) -> None:
    assert faults(read_events(**around)) == [(path, reason)]


def test_a_context_that_nobody_reads_may_define_any_name(read_events: ReadEvents) -> None:
    event = BASE | {"type": "ObjectEvent", "action": "OBSERVE", "epcList": [EPC], "eudr:plot": "7", "plot": "7"}
    assert check(read_events(event, **{"@context": ["https://example.com/eudr.jsonld"]})) == []


def test_xml_elements_out_of_order_are_told() -> None:
    document = read(
        b"<ObjectEvent><action>OBSERVE</action><eventTime>2026-11-22T08:30:00+07:00</eventTime>"
        b"<eventTimeZoneOffset>+07:00</eventTimeZoneOffset><quantityList><quantityElement><epcClass>urn:x:1</epcClass>"
        b"</quantityElement></quantityList></ObjectEvent>"
    )
    assert faults(document) == [("/eventTime", Reason.WRONG_ORDER), ("/eventTimeZoneOffset", Reason.WRONG_ORDER)]


def test_an_element_that_comes_twice_is_told() -> None:
    document = read(
        b"<ObjectEvent><eventTime>2026-11-22T08:30:00+07:00</eventTime><eventTimeZoneOffset>+07:00</eventTimeZoneOffset>"
        b"<epcList><epc>urn:x:1</epc></epcList><action>ADD</action><action>OBSERVE</action></ObjectEvent>"
    )
    assert faults(document) == [("/action", Reason.TWICE)]
