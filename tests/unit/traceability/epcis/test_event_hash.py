"""The pre-hash string: order, what counts and what does not."""

import hashlib
from collections.abc import Callable

import pytest

from traceability.epcis.canonical import BadInstant
from traceability.epcis.document import Document
from traceability.epcis.event_hash import hash_id, hash_ids, pre_hash
from traceability.epcis.node import Node

ReadEvents = Callable[..., Document]


def test_the_fields_come_in_the_order_of_the_standard(read_harvest: ReadEvents) -> None:
    assert pre_hash(read_harvest().events[0]) == (
        "eventType=ObjectEventeventTime=2026-11-22T01:30:00.000ZeventTimeZoneOffset=+07:00"
        "quantityListquantityElementepcClass=https://id.gs1.org/01/04012345123456/10/L7quantity=120.5uom=KGM"
        "action=ADDbizStep=https://ref.gs1.org/cbv/BizStep-creating_class_instancedisposition=https://ref.gs1.org/cbv/Disp-active"
        "readPointid=https://id.gs1.org/414/4012345000115"
        "ilmd{https://example.com/ns/}variety=ST25{https://example.com/ns/}field=A3"
    )


def test_the_id_is_the_sha_256_of_the_string(read_harvest: ReadEvents) -> None:
    event = read_harvest().events[0]
    digest = hashlib.sha256(pre_hash(event).encode()).hexdigest()
    assert hash_id(event) == f"ni:///sha-256;{digest}?ver=CBV2.0"


@pytest.mark.parametrize(
    "change",
    [
        {"eventID": "urn:uuid:1"},
        {"recordTime": "2026-11-22T08:31:00+07:00"},
        {"errorDeclaration": {"declarationTime": "2026-11-23T00:00:00Z"}},
        {"rdfs:comment": "morning"},
        {"comment": "morning"},
        {"epcList": []},
        {"eventTime": "2026-11-22T01:30:00.0004Z"},
        {"bizStep": "urn:epcglobal:cbv:bizstep:creating_class_instance"},
        {"readPoint": {"id": "https://example.vn/414/4012345000115"}},
    ],
)
def test_what_does_not_change_the_event_does_not_change_the_id(
    change: dict[str, object], read_harvest: ReadEvents
) -> None:
    assert hash_ids(read_harvest(**change)) == hash_ids(read_harvest())


@pytest.mark.parametrize(
    "change",
    [
        {"eventTimeZoneOffset": "+08:00"},
        {"action": "OBSERVE"},
        {"ex:field": "A4"},
        {"ilmd": {"ex:variety": "OM18"}},
        {"ex:empty": {}},
        {"disposition": None},
        {"certificationInfo": "https://example.com/cert"},
    ],
)
def test_what_changes_the_event_changes_the_id(change: dict[str, object], read_harvest: ReadEvents) -> None:
    assert hash_ids(read_harvest(**change)) != hash_ids(read_harvest())


def test_an_ignored_extension_does_not_count(read_harvest: ReadEvents) -> None:
    with_note = read_harvest(**{"ex:note": "n"}).events[0]
    assert hash_id(with_note, frozenset({"{https://example.com/ns/}note"})) == hash_id(read_harvest().events[0])


def test_transactions_destinations_and_sources_follow_the_sensors(read_harvest: ReadEvents) -> None:
    event = read_harvest(
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:x:2"}, {"bizTransaction": "urn:x:1"}],
        sourceList=[{"type": "owning_party", "source": "urn:x:s"}],
        destinationList=[{"type": "owning_party", "destination": "urn:x:d"}],
        sensorElementList=[{"sensorReport": [{"type": "Count", "value": 1.0}]}],
    ).events[0]
    assert pre_hash(event).endswith(
        "sensorElementListsensorElementsensorReporttype=https://gs1.org/voc/Countvalue=1"
        "bizTransactionListbizTransaction=urn:x:1type=https://ref.gs1.org/cbv/BTT-pobizTransaction=urn:x:2"
        "destinationListtype=https://ref.gs1.org/cbv/SDT-owning_partydestination=urn:x:d"
        "ilmd{https://example.com/ns/}variety=ST25"
        "sourceListtype=https://ref.gs1.org/cbv/SDT-owning_partysource=urn:x:s"
        "{https://example.com/ns/}field=A3"
    )


def test_an_extension_inside_a_field_stands_behind_its_own_fields() -> None:
    place = Node("readPoint", None, (Node("{urn:x}b", 2.50), Node("id", "urn:x:1"), Node("{urn:x}a", True)))
    assert (
        pre_hash(Node("ObjectEvent", None, (place,)))
        == "eventType=ObjectEventreadPointid=urn:x:1{urn:x}a=true{urn:x}b=2.5"
    )


def test_a_field_without_a_place_comes_last_in_its_wrappers() -> None:
    report = Node("sensorReport", None, (Node("bizRules", "urn:x:r"), Node("type", "urn:x:t")))
    sensors = Node("sensorElementList", None, (Node("sensorElement", None, (report,)),))
    assert pre_hash(Node("ObjectEvent", None, (sensors, Node("action", "ADD")))) == (
        "eventType=ObjectEventaction=ADDsensorElementListsensorElementsensorReporttype=urn:x:t"
        "sensorElementListsensorElementsensorReportbizRules=urn:x:r"
    )


def test_a_time_that_cannot_be_read_has_no_id() -> None:
    with pytest.raises(BadInstant):
        hash_id(Node("ObjectEvent", None, (Node("eventTime", "yesterday"),)))
