"""Setting up where water comes from: a source with what measures it and what shuts it off, and the pumps that lift it."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from nongso.irrigation.zone import SourceKind
from nongso.text import say
from ui import forms, frame, markup, states
from ui.calls import water
from ui.calls.devices import Listed, list_devices
from ui.calls.fields import list_fields
from ui.calls.places import list_farms
from ui.calls.water import PumpDraft, Source, SourceDraft, Zone
from ui.session import Here
from ui.zone_setup import of_kind


@dataclass(frozen=True, slots=True)
class Shutters:
    """What may measure a farm's water, and what may shut it off: no zone's own valve."""

    stations: dict[str, str]
    valves: dict[str, str]


def source(here: Here, zones: Sequence[Zone]) -> None:
    lang = here.lang
    farm_id = asked_farm(here, "source")
    if farm_id is None:
        return
    sources = {each.id: each for each in water.list_sources(here.door, farm_id)}
    named = {number: each.name for number, each in sources.items()}
    chosen = forms.which(lang, f"source-which-{farm_id}", named, say(lang, "water.a_new_source"))
    old = sources.get(chosen)
    draft = asked_source(here, f"source-{chosen}", shutters(here, farm_id, zones), old)
    if forms.submit(lang, say(lang, "ui.save"), f"source-{chosen}-save", ready=draft is not None) and draft is not None:
        with states.attempt(lang):
            if old:
                water.update_source(here.door, old.id, draft)
            else:
                water.create_source(here.door, farm_id, draft)
            frame.done(say(lang, "ui.changed" if old else "water.source_saved", name=draft.name))


def asked_source(here: Here, mine: str, known: Shutters, old: Source | None) -> SourceDraft | None:
    """None while something is missing or cannot be read."""
    lang = here.lang
    name = forms.line(say(lang, "water.source_name"), f"{mine}-name", old.name if old else "")
    kinds = {kind.value: say(lang, f"irrigation.source_kind.{kind}") for kind in SourceKind}
    kind = forms.choice(lang, say(lang, "water.source_kind"), f"{mine}-kind", kinds, old.kind if old else None)
    capacity_m3_h = old.capacity_m3_h if old else None
    capacity = forms.quantity(lang, say(lang, "water.capacity"), f"{mine}-capacity", "m³/h", capacity_m3_h)
    saline = st.checkbox(
        say(lang, "water.saline"), value=old.is_saline if old else True, key=forms.key(f"{mine}-saline")
    )
    master_id = old.master_valve_id if old else None
    master = forms.maybe(lang, say(lang, "water.master"), f"{mine}-master", known.valves, master_id)
    st.caption(say(lang, "water.master_hint"))
    station_id = old.station_id if old else None
    station = forms.maybe(lang, say(lang, "water.station"), f"{mine}-station", known.stations, station_id)
    level_label = forms.optional(lang, say(lang, "water.min_level"))
    level = forms.typed(lang, level_label, f"{mine}-level", "m", old.min_level_m if old else None)
    price_label = forms.optional(lang, say(lang, "water.price_m3"))
    price = forms.money(lang, price_label, f"{mine}-price", old.price_vnd_m3 if old and old.price_vnd_m3 else None)
    if not name or kind is None or capacity is None or level is None or price is None:
        return None
    least = forms.value_of(level) if level else None
    return SourceDraft(name, kind, capacity, saline, least, station, master, price or "0")


def pump(here: Here, zones: Sequence[Zone]) -> None:
    lang = here.lang
    farm_id = asked_farm(here, "pump")
    if farm_id is None:
        return
    sources = {each.id: each.name for each in water.list_sources(here.door, farm_id)}
    if not sources:
        st.html(markup.note(say(lang, "water.no_source")))
        return
    only = next(iter(sources)) if len(sources) == 1 else None
    source_id = forms.choice(lang, say(lang, "water.source"), f"pump-source-{farm_id}", sources, only)
    if source_id is None:
        return
    pumps = {each.id: each for each in water.list_pumps(here.door, source_id)}
    named = {number: each.name for number, each in pumps.items()}
    chosen = forms.which(lang, f"pump-which-{source_id}", named, say(lang, "water.a_new_pump"))
    old = pumps.get(chosen)
    draft = asked_pump(here, f"pump-{chosen}", shutters(here, farm_id, zones), old)
    if forms.submit(lang, say(lang, "ui.save"), f"pump-{chosen}-save", ready=draft is not None) and draft is not None:
        with states.attempt(lang):
            if old:
                water.update_pump(here.door, old.id, draft)
            else:
                water.create_pump(here.door, source_id, draft)
            frame.done(say(lang, "ui.changed" if old else "water.pump_saved", name=draft.name))


def asked_pump(here: Here, mine: str, known: Shutters, old: water.Pump | None) -> PumpDraft | None:
    """None while something is missing or cannot be read."""
    lang = here.lang
    name = forms.line(say(lang, "water.pump_name"), f"{mine}-name", old.name if old else "")
    zones_at_once = old.zones_at_once if old else 1
    at_once = forms.count(lang, say(lang, "water.zones_at_once"), f"{mine}-zones", "", zones_at_once)
    switch_id = old.switch_id if old else None
    switch = forms.maybe(lang, say(lang, "water.switch"), f"{mine}-switch", known.valves, switch_id)
    st.caption(say(lang, "water.switch_hint"))
    low_label, high_label = (forms.optional(lang, say(lang, f"water.{end}_kpa")) for end in ("min", "max"))
    low = forms.typed(lang, low_label, f"{mine}-min-kpa", "kPa", old.min_kpa if old else None)
    high = forms.typed(lang, high_label, f"{mine}-max-kpa", "kPa", old.max_kpa if old else None)
    price_label = forms.optional(lang, say(lang, "water.price_hour"))
    price = forms.money(lang, price_label, f"{mine}-price", old.price_vnd_hour if old and old.price_vnd_hour else None)
    if not name or at_once is None or low is None or high is None or price is None:
        return None
    low_kpa, high_kpa = (forms.value_of(words) if words else None for words in (low, high))
    return PumpDraft(name, at_once, low_kpa, high_kpa, price or "0", switch)


def asked_farm(here: Here, name: str) -> int | None:
    """The only farm is chosen already."""
    farms = {farm.id: farm.name for farm in list_farms(here.door)}
    only = next(iter(farms)) if len(farms) == 1 else None
    return forms.choice(here.lang, say(here.lang, "field.farm"), f"{name}-farm", farms, only)


def shutters(here: Here, farm_id: int, zones: Sequence[Zone]) -> Shutters:
    """The devices that serve the farm's fields; an office may also name one that serves none."""
    own = {field.id for field in list_fields(here.door) if field.farm_id == farm_id}
    taken = {each.valve_id for each in zones}
    near: list[Listed] = [
        each
        for each in list_devices(here.door)
        if not own.isdisjoint(each.device.field_ids) or (here.me.writes_office and not each.device.field_ids)
    ]
    valves = {key: word for key, word in of_kind(near, "valve", "other").items() if key not in taken}
    return Shutters(of_kind(near, "canal"), valves)
