"""Events of a lot: right by the rules of EPCIS 2.0, and told apart by their hash id."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from nongso.store.events import EventDraft
from nongso.store.lots import Lot, Share
from traceability import lot_events
from traceability.epcis.check import check
from traceability.epcis.json_reader import read_json
from traceability.growing import MEASURES, DiarySummary, StageSummary

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


SHARE = Share(3, HARVESTED, 60.5)
DIARY = DiarySummary(1, 2, 1, 0, date(2026, 10, 1), 14, True)


def stages(*properties: str) -> tuple[StageSummary, ...]:
    return tuple(
        StageSummary("mid", name, date(2026, 10, 1), date(2026, 11, 17), 1.5, 2.5, 3.5) for name in sorted(properties)
    )


def grown(*properties: str, diary: DiarySummary | None = None) -> EventDraft:
    event = lot_events.grown(LOT, stages(*properties), diary, PUBLIC)
    assert event is not None
    return event


def story() -> list[EventDraft]:
    return [
        grown(*MEASURES),
        grown(diary=DIARY),
        lot_events.harvested(LOT, SHARE, (), PUBLIC),
        lot_events.harvested(LOT, SHARE, (f"{PUBLIC}/id/certificate/1",), PUBLIC),
        lot_events.packed(LOT, AT),
        lot_events.recalled(LOT, AT, f"{PUBLIC}/id/recall/1"),
        lot_events.lifted(LOT, AT),
    ]


@pytest.mark.parametrize("event", story())
def test_event_keeps_the_rules_of_epcis(event: EventDraft) -> None:
    assert [] == check(read_json(json.dumps(event.body).encode()))
    assert event.event_id == event.body["eventID"]
    assert event.event_id.startswith("ni:///sha-256;")


def test_nothing_measured_and_nothing_written_is_no_event() -> None:
    assert lot_events.grown(LOT, (), None, PUBLIC) is None


def test_no_two_events_of_a_lot_say_the_same() -> None:
    assert 7 == len({event.event_id for event in story()})


def test_same_facts_have_the_same_id_and_another_lot_another() -> None:
    again, other = (
        lot_events.packed(LOT, AT),
        lot_events.packed(replace(LOT, epc_class="https://x/t/1"), AT),
    )

    assert lot_events.packed(LOT, AT).event_id == again.event_id
    assert again.event_id != other.event_id


def test_harvest_is_the_pattern_for_fresh_produce() -> None:
    body = lot_events.harvested(LOT, SHARE, (), PUBLIC).body

    assert ("ADD", "creating_class_instance", "active") == (body["action"], body["bizStep"], body["disposition"])
    assert "2026-11-17T17:00:00.000Z" == body["eventTime"]
    assert {"id": f"{PUBLIC}/id/farm/4"} == body["readPoint"]
    assert {"id": f"{PUBLIC}/id/field/5"} == body["bizLocation"]
    assert [{"epcClass": LOT.epc_class, "quantity": 60.5, "uom": "KGM"}] == body["quantityList"]
    assert "2026-12-10" == body["ilmd"]["cbvmda:bestBeforeDate"]  # pyright: ignore[reportIndexIssue]


def test_growing_is_told_by_stages_with_a_link_to_the_days() -> None:
    body = grown("water.salinity").body

    assert "sensor_reporting" == body["bizStep"]
    assert [
        {
            "sensorMetadata": {
                "startTime": "2026-10-01T00:00:00+07:00",
                "endTime": "2026-11-18T00:00:00+07:00",
                "rawData": f"{PUBLIC}/api/v1/lots/7/conditions?from=2026-10-01&to=2026-11-17#water.salinity",
                "bizRules": f"{PUBLIC}/id/crop-stage/mid",
            },
            "sensorReport": [
                {"type": "MassConcentration", "minValue": 1.5, "meanValue": 2.5, "maxValue": 3.5, "uom": "GL"}
            ],
        }
    ] == body["sensorElementList"]


def test_growing_counts_what_the_diary_says() -> None:
    body = grown(diary=DIARY).body

    assert (2, 1, "2026-10-01", True) == tuple(
        body[f"nongso:{name}"] for name in ("fertilisings", "sprays", "lastSpray", "waitingKept")
    )


def test_recall_sets_and_lifting_unsets_the_lasting_state() -> None:
    assert {"set": ["recalled"]} == lot_events.recalled(LOT, AT).body["persistentDisposition"]
    assert {"unset": ["recalled"]} == lot_events.lifted(LOT, AT).body["persistentDisposition"]
