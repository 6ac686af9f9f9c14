"""Events of a lot: right by the rules of EPCIS 2.0, and told apart by their hash id."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from nongso.agronomy.crop_table import get_crop
from nongso.store.events import EventDraft
from nongso.store.lots import Lot
from nongso.store.passports import DayOfProperty
from traceability import lot_events
from traceability.epcis.check import check
from traceability.epcis.json_reader import read_json
from traceability.growing import MEASURES, Growing, summarise

PUBLIC = "https://id.nongso.example"
HARVESTED = date(2026, 11, 18)
AT = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
LOT = Lot(
    id=7,
    number="BX-261118-01",
    code="046A2FSG0R9",
    epc_class="https://id.gs1.org/01/09520123456788/10/BX-261118-01",
    quantity_kg=100.5,
    packed_on=date(2026, 11, 19),
    best_before=date(2026, 12, 10),
    created_at=AT,
    product_id=1,
    product_name="Bưởi da xanh",
    gtin="09520123456788",
    crop="pomelo",
    brand_id=1,
    brand_name="Bưởi",
    brand_valid_from=None,
    brand_valid_to=None,
    harvest_id=3,
    harvested_on=HARVESTED,
    field_id=5,
    field_name="Vườn",
    farm_id=4,
    farm_name="Hộ",
    producer_id=2,
    producer_name="Hộ Ba Tư",
    office_name="Phòng",
    recalled_at=None,
    recall_reason=None,
    labels_printed=0,
)


def growing(*properties: str) -> Growing:
    days = [DayOfProperty(name, date(2026, 11, 17), 1.5, 2.5, 3.5) for name in sorted(properties)]
    return summarise(days, HARVESTED, get_crop("pomelo"))


def story() -> list[EventDraft]:
    return [
        lot_events.harvested(LOT, growing(*MEASURES), PUBLIC),
        lot_events.harvested(LOT, growing(), PUBLIC),
        lot_events.packed(LOT, HARVESTED),
        lot_events.recalled(LOT, AT),
        lot_events.lifted(LOT, AT),
    ]


@pytest.mark.parametrize("event", story(), ids=["harvested", "without sensors", "packed", "recalled", "lifted"])
def test_event_keeps_the_rules_of_epcis(event: EventDraft) -> None:
    assert [] == check(read_json(json.dumps(event.body).encode()))
    assert event.event_id == event.body["eventID"]
    assert event.event_id.startswith("ni:///sha-256;")


def test_no_two_events_of_a_lot_say_the_same() -> None:
    assert 5 == len({event.event_id for event in story()})


def test_same_facts_have_the_same_id_and_another_lot_another() -> None:
    again, other = (
        lot_events.packed(LOT, HARVESTED),
        lot_events.packed(replace(LOT, epc_class="https://x/t/1"), HARVESTED),
    )

    assert lot_events.packed(LOT, HARVESTED).event_id == again.event_id
    assert again.event_id != other.event_id


def test_harvest_is_the_pattern_for_fresh_produce() -> None:
    body = lot_events.harvested(LOT, growing("water.salinity"), PUBLIC).body

    assert ("ADD", "creating_class_instance", "active") == (body["action"], body["bizStep"], body["disposition"])
    assert "2026-11-17T17:00:00.000Z" == body["eventTime"]
    assert {"id": f"{PUBLIC}/id/farm/4"} == body["readPoint"]
    assert {"id": f"{PUBLIC}/id/field/5"} == body["bizLocation"]
    assert [{"epcClass": LOT.epc_class, "quantity": 100.5, "uom": "KGM"}] == body["quantityList"]
    assert [
        {
            "sensorMetadata": {
                "startTime": "2026-10-19T00:00:00+07:00",
                "endTime": "2026-11-18T00:00:00+07:00",
                "rawData": f"{PUBLIC}/api/v1/lots/7/conditions#water.salinity",
            },
            "sensorReport": [
                {"type": "MassConcentration", "minValue": 1.5, "meanValue": 2.5, "maxValue": 3.5, "uom": "GL"}
            ],
        }
    ] == body["sensorElementList"]
    assert "2026-12-10" == body["ilmd"]["cbvmda:bestBeforeDate"]  # pyright: ignore[reportIndexIssue]


def test_recall_sets_and_lifting_unsets_the_lasting_state() -> None:
    assert {"set": ["recalled"]} == lot_events.recalled(LOT, AT).body["persistentDisposition"]
    assert {"unset": ["recalled"]} == lot_events.lifted(LOT, AT).body["persistentDisposition"]
