"""Devices as a table: silent ones first, and since when."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape

from nongso.rules import Level
from nongso.text import find, say
from nongso.text.age import ago, lasting
from nongso.text.format import number
from ui import markup
from ui.calls.devices import Device, Listed

LOW_VOLTS, LOW_PERCENT = 3.4, 20  # a lithium cell is close to empty


def listed(lang: str, devices: Iterable[Listed], fields: Mapping[int, str], now: datetime) -> str:
    """`fields` names those a device serves; without names that column is left out."""
    ordered = sorted(devices, key=lambda each: (each.device.revoked_at is not None, not each.silent))
    rows = [row(lang, each, fields, now) for each in ordered]
    headings = ["device.name", "device.state", "device.battery", *(["device.fields"] if fields else [])]
    return markup.table([say(lang, key) for key in headings], rows, say(lang, "page.devices"))


def row(lang: str, listed: Listed, fields: Mapping[int, str], now: datetime) -> list[str]:
    device = listed.device
    kind = find(lang, f"device.kind.{device.kind}") or device.kind
    name = f"<b>{escape(device.name)}</b><br><span class='ns-small'>{escape(kind)} · {escape(device.id)}</span>"
    served = ", ".join(escape(fields[field]) for field in device.field_ids if field in fields) or "—"
    cells = [f"<span>{name}</span>", state(lang, listed, now), battery(lang, device)]
    return [*cells, served] if fields else cells


def state(lang: str, listed: Listed, now: datetime) -> str:
    device = listed.device
    if device.revoked_at is not None:
        return markup.plain_tag(say(lang, "device.revoked"))
    if device.heard_at is None:
        return markup.tag(Level.STALE, say(lang, "device.never"))
    if listed.silent:
        return markup.tag(Level.STALE, say(lang, "device.silent", age=lasting(lang, now - device.heard_at)))
    return markup.tag(Level.GOOD, ago(lang, now - device.heard_at))


def battery(lang: str, device: Device) -> str:
    if device.battery_percent is not None:
        level = Level.WATCH if device.battery_percent <= LOW_PERCENT else Level.GOOD
        return markup.tag(level, f"{number(lang, device.battery_percent, 0)} %")
    if device.battery_v is not None:
        level = Level.WATCH if device.battery_v <= LOW_VOLTS else Level.GOOD
        return markup.tag(level, f"{number(lang, device.battery_v, 2)} V")
    return "—"
