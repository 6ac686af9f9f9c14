"""What every event of ours begins and ends with: the standard's context, type, time and step; its hash id."""

import json
from datetime import UTC, date, datetime, time

from nongso.clock import LOCAL
from nongso.store.epcis_events import EventDraft
from traceability.epcis.facts import read_draft

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
OFFSET = "+07:00"


def event(kind: str, at: datetime, action: str | None, step: str) -> dict[str, object]:
    """The first fields of an event; a TransformationEvent has no action."""
    body: dict[str, object] = {
        "@context": [CONTEXT],
        "type": kind,
        "eventTime": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventTimeZoneOffset": OFFSET,
        "bizStep": step,
    }
    return body if action is None else {**body, "action": action}


def sealed(body: dict[str, object]) -> EventDraft:
    """The event with its hash id, which refuses a second one that says the same."""
    return read_draft(json.dumps(body).encode())


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)
