"""Public warnings: well-formed CAP 1.2 and Atom, of units and never of farms."""

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from fixtures.api import As, World

from nongso import store
from nongso.store import alerts
from nongso.store.alerts import Target

CAP, ATOM = "{urn:oasis:names:tc:emergency:cap:1.2}", "{http://www.w3.org/2005/Atom}"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")

# The sequences and code values of CAP 1.2 (OASIS, chapter 3.2 and its schema).
ALERT = ["identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction", "addresses", "code",
         "note", "references", "incidents", "info"]  # fmt: skip
INFO = ["language", "category", "event", "responseType", "urgency", "severity", "certainty", "audience", "eventCode",
        "effective", "onset", "expires", "senderName", "headline", "description", "instruction", "web", "contact",
        "parameter", "resource", "area"]  # fmt: skip
AREA = ["areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling"]
NEEDED = {
    "alert": {"identifier", "sender", "sent", "status", "msgType", "scope"},
    "info": {"category", "event", "urgency", "severity", "certainty"},
    "area": {"areaDesc"},
}
CODES = {
    "status": {"Actual", "Exercise", "System", "Test", "Draft"},
    "msgType": {"Alert", "Update", "Cancel", "Ack", "Error"},
    "scope": {"Public", "Restricted", "Private"},
    "category": {"Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"},
    "responseType": {"Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"},
    "urgency": {"Immediate", "Expected", "Future", "Past", "Unknown"},
    "severity": {"Extreme", "Severe", "Moderate", "Minor", "Unknown"},
    "certainty": {"Observed", "Likely", "Possible", "Unlikely", "Unknown"},
}  # fmt: skip


def check_cap(body: bytes) -> ET.Element:
    root = ET.fromstring(body)  # noqa: S314 - our own answer
    check_order(root, "alert", ALERT)
    for info in root.iter(f"{CAP}info"):
        check_order(info, "info", INFO)
    for area in root.iter(f"{CAP}area"):
        check_order(area, "area", AREA)
    for element in root.iter():
        tag, text = element.tag.removeprefix(CAP), element.text or ""
        assert text in CODES.get(tag, {text})
        assert tag not in ("sent", "onset") or INSTANT.fullmatch(text)
        assert tag not in ("identifier", "sender") or not re.search(r"[\s,<&]", text)
    return root


def check_order(parent: ET.Element, name: str, order: list[str]) -> None:
    tags = [child.tag.removeprefix(CAP) for child in parent]
    assert [order.index(tag) for tag in tags] == sorted(order.index(tag) for tag in tags)
    assert NEEDED[name] <= set(tags)


def storm(conn: store.Connection, world: World, now: datetime) -> int:
    said = {"key": "alert.wind", "value": 19.0, "limit": 17.0, "crop": "pomelo"}
    alerts.open_or_update(conn, Target("wind", field_id=world.field_id), 3, said, now)
    return alerts.list_alerts(conn, world.farmer)[0].id


def test_a_warning_is_a_cap_message_in_both_languages(
    conn: store.Connection, world: World, signed_in: As, now: datetime
) -> None:
    number = storm(conn, world, now)

    answer = signed_in(None).get(f"/public/cap/{number}.xml")

    root = check_cap(answer.content)
    assert "application/cap+xml" == answer.headers["content-type"].split(";")[0]
    assert "Alert" == root.findtext(f"{CAP}msgType")
    assert ["vi-VN", "en-US"] == [info.findtext(f"{CAP}language") for info in root.iter(f"{CAP}info")]


def test_what_is_over_is_cancelled_by_reference(
    conn: store.Connection, world: World, signed_in: As, now: datetime
) -> None:
    number = storm(conn, world, now)
    alerts.close(conn, Target("wind", field_id=world.field_id), now + timedelta(hours=1))

    root = check_cap(signed_in(None).get(f"/public/cap/{number}.xml").content)

    assert "Cancel" == root.findtext(f"{CAP}msgType")
    assert f"cai-coi@nongso,nongso.{number},2026-11-22T10:45:00+07:00" == root.findtext(f"{CAP}references")


def test_the_feed_of_a_unit_leads_to_its_warnings(
    conn: store.Connection, world: World, signed_in: As, now: datetime
) -> None:
    number = storm(conn, world, now)

    feed = ET.fromstring(signed_in(None).get("/public/warnings/90001.atom").content)  # noqa: S314 - our own answer

    assert {"id", "title", "updated"} <= {child.tag.removeprefix(ATOM) for child in feed}
    links = [link.get("href", "") for entry in feed.iter(f"{ATOM}entry") for link in entry.iter(f"{ATOM}link")]
    assert [True] == [link.endswith(f"/public/cap/{number}.xml") for link in links]


def test_nothing_of_a_farm_is_public(conn: store.Connection, world: World, signed_in: As, now: datetime) -> None:
    storm(conn, world, now)
    said = {"key": "alert.dry", "value": 20.0, "limit": 26.0, "crop": "pomelo"}
    alerts.open_or_update(conn, Target("dry", field_id=world.field_id), 2, said, now)
    private = next(alert.id for alert in alerts.list_alerts(conn, world.farmer) if alert.rule == "dry")

    feed = signed_in(None).get("/public/warnings/90001.atom").text

    assert 404 == signed_in(None).get(f"/public/cap/{private}.xml").status_code
    assert all(word not in feed for word in ("Vườn bưởi", "Hộ Ba Tư", "20 %"))


@pytest.mark.parametrize("path", ["/public/warnings/00000.atom", "/public/cap/999999.xml"])
def test_what_is_not_there_is_said_so(world: World, signed_in: As, path: str) -> None:
    assert 404 == signed_in(None).get(path).status_code
