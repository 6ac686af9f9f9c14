"""The EPCIS 2.0 events of a lot: harvested, packed, recalled, recall lifted; each under its event hash id.

The pattern is GS1 US's for fresh produce (FSMA 204). A harvest becomes an event when a lot is made of it: before that the goods have
no identity that an event could name (docs/decisions/0091).
"""

import json
from datetime import UTC, date, datetime, time, timedelta

from nongso.clock import LOCAL
from nongso.store.epcis_events import EventDraft
from nongso.store.lots import Lot
from traceability.epcis.facts import read_draft
from traceability.growing import MEASURES, Growing, Summary
from traceability.lot_links import place_uri

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
KILOGRAM = "KGM"
OFFSET = "+07:00"


def harvested(lot: Lot, growing: Growing, public_url: str) -> EventDraft:
    """The goods come into being at the field. Only the day is known, so its first moment stands for it."""
    body = {
        **_event(_start(lot.harvested_on), "ADD", "creating_class_instance"),
        **_places(lot, public_url),
        "disposition": "active",
        "bizTransactionList": [
            {"type": "prodorder", "bizTransaction": place_uri("harvest", lot.harvest_id, public_url)}
        ],
        "quantityList": [_quantity(lot)],
        "sensorElementList": [_sensor(summary, growing, lot, public_url) for summary in growing.summaries],
        "ilmd": _master_data(lot),
    }
    return _sealed({name: value for name, value in body.items() if value != []})


def packed(lot: Lot, packed_on: date) -> EventDraft:
    """The goods are put into what they are sold in. Where that was is not recorded, so no place is claimed."""
    body = {
        **_event(_start(packed_on), "OBSERVE", "packing"),
        "disposition": "in_progress",
        "quantityList": [_quantity(lot)],
    }
    return _sealed(body)


def recalled(lot: Lot, at: datetime) -> EventDraft:
    """The lot must not be sold or eaten: it carries `recalled` until that is taken off."""
    return _sealed({**_event(at, "OBSERVE", "holding"), **_persistent(lot, "set")})


def lifted(lot: Lot, at: datetime) -> EventDraft:
    return _sealed({**_event(at, "OBSERVE", "inspecting"), **_persistent(lot, "unset")})


def _event(at: datetime, action: str, step: str) -> dict[str, object]:
    return {
        "@context": [CONTEXT],
        "type": "ObjectEvent",
        "eventTime": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventTimeZoneOffset": OFFSET,
        "action": action,
        "bizStep": step,
    }


def _places(lot: Lot, public_url: str) -> dict[str, object]:
    return {
        "readPoint": {"id": place_uri("farm", lot.farm_id, public_url)},
        "bizLocation": {"id": place_uri("field", lot.field_id, public_url)},
    }


def _quantity(lot: Lot) -> dict[str, object]:
    return {"epcClass": lot.epc_class, "quantity": lot.quantity_kg, "uom": KILOGRAM}


def _persistent(lot: Lot, verb: str) -> dict[str, object]:
    return {"quantityList": [_quantity(lot)], "persistentDisposition": {verb: ["recalled"]}}


def _master_data(lot: Lot) -> dict[str, object]:
    days = {"harvestStartDate": lot.harvested_on, "harvestEndDate": lot.harvested_on, "bestBeforeDate": lot.best_before}
    known = {f"cbvmda:{name}": day.isoformat() for name, day in days.items() if day is not None}
    return {"cbvmda:lotNumber": lot.number, **known}


def _sensor(summary: Summary, growing: Growing, lot: Lot, public_url: str) -> dict[str, object]:
    """Smallest, mean and greatest value with a link to the days behind them: raw series never go into events."""
    kind, unit = MEASURES[summary.observed]
    first, end = _start(growing.first), _start(growing.last + timedelta(days=1))
    return {
        "sensorMetadata": {
            "startTime": first.isoformat(),
            "endTime": end.isoformat(),
            "rawData": f"{public_url}/api/v1/lots/{lot.id}/conditions#{summary.observed}",
        },
        "sensorReport": [
            {"type": kind, "minValue": summary.low, "meanValue": summary.mean, "maxValue": summary.high, "uom": unit}
        ],
    }


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _sealed(body: dict[str, object]) -> EventDraft:
    """The event with its hash id, which refuses a second one that says the same."""
    return read_draft(json.dumps(body).encode())
