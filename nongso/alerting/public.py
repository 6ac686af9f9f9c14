"""Warnings for everybody: alerts that are about weather and water, not about a farm, as CAP 1.2 and as an Atom feed.

Sources: OASIS Common Alerting Protocol 1.2 (element order, code values, instants with a numeric offset); RFC 4287 (Atom).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

from nongso.clock import LOCAL
from nongso.sentences import alert_sentence, written
from nongso.text import LANGUAGES, say

# What everybody may know; CAP's category of each. All others are about somebody's field.
CATEGORIES = {
    "salt_line_1": "Env",
    "salt_line_4": "Env",
    "rain": "Met",
    "wind": "Met",
    "cold": "Met",
    "frost": "Met",
    "people": "Health",
    "dry_spell": "Met",
}
SEVERITIES = {1: "Minor", 2: "Minor", 3: "Moderate", 4: "Severe", 5: "Extreme"}
CRITICAL = 4
TAGS = {"vi": "vi-VN", "en": "en-US"}
CAP, ATOM = "urn:oasis:names:tc:emergency:cap:1.2", "http://www.w3.org/2005/Atom"
LEVEL = "Decision 18/2021/QD-TTg level"


@dataclass(frozen=True, slots=True)
class PublicWarning:
    """A public alert: what a rule said and the unit it holds for. `unit_code` is that of the national register."""

    id: int
    rule: str
    severity: int
    details: Mapping[str, str | float]
    opened_at: datetime
    seen_at: datetime
    closed_at: datetime | None
    unit_code: str
    unit_name: str
    office_slug: str
    office_name: str

    @property
    def updated_at(self) -> datetime:
        return self.closed_at or self.seen_at


def cap_xml(warning: PublicWarning, url: str) -> bytes:
    """A CAP 1.2 message of the warning: an Alert while it lasts, then the Cancel that refers to it. `url` is where it stands."""
    alert = ET.Element("alert", xmlns=CAP)
    number, sender = f"nongso.{warning.id}", f"{warning.office_slug}@nongso"
    over = warning.closed_at is not None
    _put(alert, "identifier", f"{number}.end" if over else number)
    _put(alert, "sender", sender)
    _put(alert, "sent", instant(warning.closed_at or warning.opened_at))
    _put(alert, "status", "Actual")
    _put(alert, "msgType", "Cancel" if over else "Alert")
    _put(alert, "scope", "Public")
    if over:
        _put(alert, "references", f"{sender},{number},{instant(warning.opened_at)}")
    for lang in LANGUAGES:
        _info(alert, warning, lang, url)
    return _bytes(alert)


def _info(alert: ET.Element, warning: PublicWarning, lang: str, url: str) -> None:
    info = ET.SubElement(alert, "info")
    over = warning.closed_at is not None
    _put(info, "language", TAGS[lang])
    _put(info, "category", CATEGORIES[warning.rule])
    _put(info, "event", say(lang, f"rule.{warning.rule}"))
    _put(info, "responseType", "AllClear" if over else "Prepare")
    _put(info, "urgency", "Past" if over else "Immediate" if warning.severity >= CRITICAL else "Expected")
    _put(info, "severity", SEVERITIES[warning.severity])
    _put(info, "certainty", "Observed")
    _put(info, "onset", instant(warning.opened_at))
    _put(info, "senderName", warning.office_name)
    _put(info, "headline", f"{say(lang, f'rule.{warning.rule}')}: {warning.unit_name}")
    _put(info, "description", text_of(warning, lang))
    _put(info, "web", url)
    level = ET.SubElement(info, "parameter")
    _put(level, "valueName", LEVEL)
    _put(level, "value", str(warning.severity))
    area = ET.SubElement(info, "area")
    _put(area, "areaDesc", warning.unit_name)
    code = ET.SubElement(area, "geocode")
    _put(code, "valueName", "GSO")
    _put(code, "value", warning.unit_code)


def atom_xml(
    warnings: Sequence[PublicWarning], lang: str, unit_name: str, root_url: str, self_url: str, now: datetime
) -> bytes:
    """The feed of a unit's warnings, newest first; each entry leads to its CAP message."""
    feed = ET.Element("feed", xmlns=ATOM)
    _put(feed, "id", self_url)
    _put(feed, "title", say(lang, "warnings.title", unit=unit_name))
    _put(feed, "updated", instant(max((each.updated_at for each in warnings), default=now)))
    ET.SubElement(feed, "link", rel="self", type="application/atom+xml", href=self_url)
    author = ET.SubElement(feed, "author")
    _put(author, "name", warnings[0].office_name if warnings else "Nông Số")
    for warning in warnings:
        url = f"{root_url}/public/cap/{warning.id}.xml"
        entry = ET.SubElement(feed, "entry")
        _put(entry, "id", url)
        _put(entry, "title", text_of(warning, lang))
        _put(entry, "updated", instant(warning.updated_at))
        _put(entry, "published", instant(warning.opened_at))
        ET.SubElement(entry, "link", rel="alternate", type="application/cap+xml", href=url)
    return _bytes(feed)


def text_of(warning: PublicWarning, lang: str) -> str:
    """What the rule said, and that it is over where it is."""
    said = written(lang, alert_sentence(warning.details))
    return say(lang, "notification.closed", text=said) if warning.closed_at else said


def instant(at: datetime) -> str:
    """CAP 1.2, 3.3.2: whole seconds and a numeric offset, never Z."""
    return at.astimezone(LOCAL).isoformat(timespec="seconds")


def _put(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = text


def _bytes(root: ET.Element) -> bytes:
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)
