"""Setting watering up: a source, a zone, and who may open its valve."""

import streamlit as st

from nongso.clock import local_day
from nongso.irrigation.zone import Method, Mode, SourceKind
from nongso.text import say
from ui import forms, frame, markup, states
from ui.calls import water
from ui.calls.devices import list_devices
from ui.calls.fields import list_fields
from ui.calls.places import list_farms
from ui.calls.water import SourceDraft, Zone, ZoneDraft
from ui.session import Here


def modes(here: Here, zones: list[Zone]) -> None:
    """A zone's mode; automatic is offered once its two weeks of advice are over."""
    lang, today = here.lang, here.today
    for zone in zones:
        early = today < local_day(zone.automatic_from)
        offered = [mode.value for mode in Mode if not (early and mode is Mode.AUTOMATIC)]
        with st.container(key=f"mode-{zone.id}", gap="small"):
            picked = st.segmented_control(
                f"{zone.name} · {zone.field_name}", offered, default=zone.mode, required=True, width="stretch",
                format_func=lambda mode: say(lang, f"irrigation.mode.{mode}"), key=forms.key(f"pick-{zone.id}"),
            )  # fmt: skip
            if early:
                st.html(markup.note(say(lang, "water.automatic_from", day=local_day(zone.automatic_from))))
            if (
                picked
                and picked != zone.mode
                and forms.submit(lang, say(lang, "ui.save"), f"mode-save-{zone.id}", ready=True)
            ):
                with states.attempt(lang):
                    water.set_mode(here.door, zone.id, picked)
                    frame.done(say(lang, "water.mode_saved", zone=zone.name))


def source(here: Here) -> None:
    lang = here.lang
    farms = {farm.id: farm.name for farm in list_farms(here.door)}
    farm = forms.choice(lang, say(lang, "field.farm"), "source-farm", farms)
    name = forms.line(say(lang, "water.source_name"), "source-name")
    kinds = {kind.value: say(lang, f"irrigation.source_kind.{kind}") for kind in SourceKind}
    kind = forms.choice(lang, say(lang, "water.source_kind"), "source-kind", kinds)
    capacity = forms.quantity(lang, say(lang, "water.capacity"), "source-capacity", "m³/h")
    saline = st.checkbox(say(lang, "water.saline"), value=True, key=forms.key("source-saline"))
    ready = bool(farm and name and kind and capacity)
    if forms.submit(lang, say(lang, "ui.save"), "source-save", ready=ready) and farm and kind and capacity:
        with states.attempt(lang):
            water.create_source(here.door, farm, SourceDraft(name, kind, capacity, saline))
            frame.done(say(lang, "water.source_saved", name=name))


def zone(here: Here) -> None:
    """Caps begin careful; the API holds them and what the soil holds."""
    lang = here.lang
    fields = {field.id: field for field in list_fields(here.door)}
    field_id = forms.choice(
        lang,
        say(lang, "harvest.field"),
        "zone-field",
        {each.id: f"{each.name} · {each.farm_name}" for each in fields.values()},
    )
    if field_id is None:
        st.html(markup.note(say(lang, "water.choose_field")))
        return
    sources = {each.id: each.name for each in water.list_sources(here.door, fields[field_id].farm_id)}
    valves = {
        each.device.id: each.device.name
        for each in list_devices(here.door)
        if each.device.kind == "valve" and field_id in each.device.field_ids
    }
    if not sources or not valves:
        st.html(markup.note(say(lang, "water.no_source" if not sources else "water.no_valve")))
        return
    name = forms.line(say(lang, "water.zone_name"), "zone-name")
    valve = forms.choice(lang, say(lang, "water.valve"), "zone-valve", valves)
    origin = forms.choice(lang, say(lang, "water.source"), "zone-source", sources)
    methods = {method.value: say(lang, f"irrigation.method.{method}") for method in Method}
    method = forms.choice(lang, say(lang, "water.method"), "zone-method", methods)
    area = forms.quantity(lang, say(lang, "water.area"), "zone-area", "m²")
    flow = forms.quantity(lang, say(lang, "water.flow"), "zone-flow", "m³/h")
    ready = bool(name and valve and origin and method and area and flow)
    if (
        forms.submit(lang, say(lang, "ui.save"), "zone-save", ready=ready)
        and valve
        and origin
        and method
        and area
        and flow
    ):
        with states.attempt(lang):
            water.create_zone(here.door, field_id, ZoneDraft(name, valve, origin, method, area, flow))
            frame.done(say(lang, "water.zone_saved", name=name))
