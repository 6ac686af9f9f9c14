"""The EPCIS 2.0 events of a lot at its field and of its recall: grown, harvested, packed, recalled, recall lifted; each under its hash id.

The pattern is GS1 US's for fresh produce (FSMA 204). A harvest becomes an event when a lot is made of it: before that the goods have
no identity that an event could name (docs/decisions/0091).
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from nongso.store.epcis_events import EventDraft
from nongso.store.lots import Lot, Share
from traceability.event_body import CONTEXT, event, sealed, start_of
from traceability.growing import MEASURES, DiarySummary, StageSummary
from traceability.lot_links import place_uri

KILOGRAM = "KGM"


def grown(lot: Lot, stages: Sequence[StageSummary], diary: DiarySummary | None, public_url: str) -> EventDraft | None:
    """How the crop grew, as sensors and the field's diary say; None where neither says anything.

    Sensor summaries stand for a stage of the crop each, with a link to the days behind them: raw series never go into events.
    """
    if not stages and diary is None:
        return None
    body: dict[str, object] = {
        **event("ObjectEvent", start_of(lot.harvested_on), "OBSERVE", "sensor_reporting"),
        **field_of(lot, public_url),
        "quantityList": [amount(lot.epc_class, lot.quantity_kg)],
    }
    if stages:
        body["sensorElementList"] = [_sensor(summary, lot, public_url) for summary in stages]
    if diary is not None:
        body["@context"] = [CONTEXT, {"nongso": f"{public_url}/voc/"}]
        body |= {f"nongso:{name}": value for name, value in _told(diary)}
    return sealed(body)


def harvested(lot: Lot, share: Share, certificates: Sequence[str], public_url: str) -> EventDraft:
    """Goods come into being at the field, once for each day of harvest (CBV 2.0: creating_class_instance may repeat for a lot).

    Only the day is known, so its first moment stands for it. `certificates`: addresses of those that held for the goods on that day.
    """
    body: dict[str, object] = {
        **event("ObjectEvent", start_of(share.harvested_on), "ADD", "creating_class_instance"),
        **field_of(lot, public_url),
        "disposition": "active",
        "bizTransactionList": [
            {"type": "prodorder", "bizTransaction": place_uri("harvest", share.harvest_id, public_url)}
        ],
        "quantityList": [amount(lot.epc_class, share.quantity_kg)],
        "ilmd": _master_data(lot, share.harvested_on),
    }
    if certificates:
        body["certificationInfo"] = list(certificates)
    return sealed(body)


def packed(lot: Lot, at: datetime) -> EventDraft:
    """The goods are put into what they are sold in. Where that was is not recorded, so no place is claimed."""
    body = {
        **event("ObjectEvent", at, "OBSERVE", "packing"),
        "disposition": "in_progress",
        "quantityList": [amount(lot.epc_class, lot.quantity_kg)],
    }
    return sealed(body)


def recalled(lot: Lot, at: datetime, recall: str | None = None) -> EventDraft:
    """The lot must not be sold or eaten: it carries `recalled` until that is taken off. `recall`: the address of the recall."""
    return sealed({**event("ObjectEvent", at, "OBSERVE", "holding"), **_persistent(lot, "set"), **reference(recall)})


def lifted(lot: Lot, at: datetime) -> EventDraft:
    return sealed({**event("ObjectEvent", at, "OBSERVE", "inspecting"), **_persistent(lot, "unset")})


def field_of(lot: Lot, public_url: str) -> dict[str, object]:
    return {
        "readPoint": {"id": place_uri("farm", lot.farm_id, public_url)},
        "bizLocation": {"id": place_uri("field", lot.field_id, public_url)},
    }


def amount(epc_class: str, quantity_kg: float) -> dict[str, object]:
    return {"epcClass": epc_class, "quantity": quantity_kg, "uom": KILOGRAM}


def reference(transaction: str | None) -> dict[str, object]:
    return {"bizTransactionList": [{"bizTransaction": transaction}]} if transaction else {}


def _persistent(lot: Lot, verb: str) -> dict[str, object]:
    return {"quantityList": [amount(lot.epc_class, lot.quantity_kg)], "persistentDisposition": {verb: ["recalled"]}}


def _master_data(lot: Lot, harvested_on: date) -> dict[str, object]:
    days = {"harvestStartDate": harvested_on, "harvestEndDate": harvested_on, "bestBeforeDate": lot.best_before}
    known = {f"cbvmda:{name}": day.isoformat() for name, day in days.items() if day is not None}
    return {"cbvmda:lotNumber": lot.number, **known}


def _told(diary: DiarySummary) -> Iterator[tuple[str, object]]:
    """The diary's entries from planting to the harvest, counted, and the spray that the harvest is judged by."""
    yield "sowings", diary.sowings
    yield "fertilisings", diary.fertilisings
    yield "sprays", diary.sprays
    yield "irrigations", diary.irrigations
    if diary.last_spray_on is not None:
        yield "lastSpray", diary.last_spray_on.isoformat()
        yield "waitingDays", diary.waiting_days
        yield "waitingKept", diary.waiting_kept


def _sensor(summary: StageSummary, lot: Lot, public_url: str) -> dict[str, object]:
    kind, unit = MEASURES[summary.observed]
    first, end = start_of(summary.first), start_of(summary.last + timedelta(days=1))
    return {
        "sensorMetadata": {
            "startTime": first.isoformat(),
            "endTime": end.isoformat(),
            "rawData": f"{public_url}/api/v1/lots/{lot.id}/conditions?from={summary.first}&to={summary.last}#{summary.observed}",
            "bizRules": place_uri("crop-stage", summary.stage, public_url),
        },
        "sensorReport": [
            {"type": kind, "minValue": summary.low, "meanValue": summary.mean, "maxValue": summary.high, "uom": unit}
        ],
    }
