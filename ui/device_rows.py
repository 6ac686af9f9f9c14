"""Devices as a table: silent ones first, and since when."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape

import streamlit as st

from nongso.clock import local_day
from nongso.rules import Level
from nongso.text import find, say
from nongso.text.age import ago, lasting
from nongso.text.format import day, number
from ui import markup, pages
from ui.calls.devices import Device, Listed
from ui.tiles import COLOURS

LOW_VOLTS, LOW_PERCENT = 3.4, 20  # a lithium cell is close to empty


def ordered(devices: Iterable[Listed]) -> list[Listed]:
    """Silent ones first, revoked ones last."""
    return sorted(devices, key=lambda each: (each.device.revoked_at is not None, not each.silent))


def links(lang: str, devices: Iterable[Listed], fields: Mapping[int, str], now: datetime) -> None:
    """A row a device: name, how it is, where it serves; each opens its device."""
    with st.container(key="rows", gap=None):
        for listed in devices:
            device = listed.device
            level, word = standing(lang, listed, now)
            parts = [word_of_battery(lang, device), *(fields[field] for field in device.field_ids if field in fields)]
            label = (
                f"**{markup.plain(device.name)}**  \n:{COLOURS[level]}[{markup.SIGNS[level]} {markup.plain(word)}]"
                f"  \n:small[{markup.plain(' · '.join(part for part in (kind_of(lang, device), *parts) if part))}]"
            )
            st.page_link(pages.file_of("device"), label=label, query_params={"device": device.id}, width="stretch")


def facts(lang: str, listed: Listed, fields: Mapping[int, str], now: datetime) -> str:
    """How the device is and where it serves, as names and values."""
    device = listed.device
    served = ", ".join(fields[field] for field in device.field_ids if field in fields)
    pairs = {
        "state": standing(lang, listed, now)[1],
        "battery": charged(lang, device),
        "fields": served,
        "registered_at": day(lang, local_day(device.registered_at)),
    }
    return markup.facts((say(lang, f"device.{name}"), value or "—") for name, value in pairs.items())


def kind_of(lang: str, device: Device) -> str:
    return find(lang, f"device.kind.{device.kind}") or device.kind


def listed(lang: str, devices: Iterable[Listed], now: datetime) -> str:
    headings = ["device.name", "device.state", "device.battery"]
    rows = [row(lang, each, now) for each in ordered(devices)]
    return markup.table([say(lang, key) for key in headings], rows, say(lang, "page.devices"))


def row(lang: str, listed: Listed, now: datetime) -> list[str]:
    device = listed.device
    small = escape(f"{kind_of(lang, device)} · {device.id}")
    name = f"<b>{escape(device.name)}</b><br><span class='ns-small'>{small}</span>"
    return [f"<span>{name}</span>", state(lang, listed, now), battery(lang, device)]


def standing(lang: str, listed: Listed, now: datetime) -> tuple[Level, str]:
    device = listed.device
    if device.revoked_at is not None:
        return Level.STALE, say(lang, "device.revoked")
    if device.heard_at is None:
        return Level.STALE, say(lang, "device.never")
    if listed.silent:
        return Level.STALE, say(lang, "device.silent", age=lasting(lang, now - device.heard_at))
    return Level.GOOD, say(lang, "device.sends", age=ago(lang, now - device.heard_at))


def state(lang: str, listed: Listed, now: datetime) -> str:
    return markup.tag(*standing(lang, listed, now))


def charge(lang: str, device: Device) -> tuple[Level, str] | None:
    """How full the battery is; None where the device does not say."""
    if device.battery_percent is not None:
        level = Level.WATCH if device.battery_percent <= LOW_PERCENT else Level.GOOD
        return level, f"{number(lang, device.battery_percent, 0)} %"
    if device.battery_v is not None:
        return Level.WATCH if device.battery_v <= LOW_VOLTS else Level.GOOD, f"{number(lang, device.battery_v, 2)} V"
    return None


def battery(lang: str, device: Device) -> str:
    known = charge(lang, device)
    return "—" if known is None else markup.tag(*known)


def charged(lang: str, device: Device) -> str:
    """`3,61 V`, with a sign and a word when it is low; "" where the device does not say."""
    known = charge(lang, device)
    if known is None:
        return ""
    low = f" {markup.SIGNS[Level.WATCH]} {say(lang, 'device.battery_low')}" if known[0] is Level.WATCH else ""
    return known[1] + low


def word_of_battery(lang: str, device: Device) -> str:
    known = charged(lang, device)
    return say(lang, "device.battery_is", charge=known) if known else ""
