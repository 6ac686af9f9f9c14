"""Setting a zone up: who may open its valve, what it is made of, its soil and how much it is ever given."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from nongso.clock import local_day
from nongso.irrigation.zone import Caps, Method, Mode, soil_percent
from nongso.text import say
from ui import forms, frame, markup, states
from ui.calls import water
from ui.calls.devices import Listed, list_devices
from ui.calls.fields import Field, list_fields
from ui.calls.water import Zone, ZoneDraft
from ui.field_form import soils
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


@dataclass(frozen=True, slots=True)
class Parts:
    """What a zone is made of."""

    name: str
    valve_id: str
    meter_id: str | None
    source_id: int
    pump_id: int | None
    method: str
    area_m2: float
    flow_m3_h: float


def zone(here: Here, zones: Sequence[Zone]) -> None:
    """A new zone of a field, or one that is set up anew. Caps begin careful, the soil is the field's own."""
    lang = here.lang
    fields = {field.id: field for field in list_fields(here.door)}
    named = {each.id: f"{each.name} · {each.farm_name}" for each in fields.values()}
    only = next(iter(fields)) if len(fields) == 1 else None
    field_id = forms.choice(lang, say(lang, "diary.field"), "zone-field", named, only)
    if field_id is None:
        st.html(markup.note(say(lang, "water.choose_field")))
        return
    own = {each.id: each.name for each in zones if each.field_id == field_id}
    zone_id = forms.which(lang, f"zone-which-{field_id}", own, say(lang, "water.a_new_zone"))
    old = water.get_setup(here.door, zone_id) if zone_id else None
    mine = f"zone-{zone_id}"
    parts = asked_parts(here, mine, fields[field_id], old)
    st.html(markup.section(say(lang, "water.soil")))
    soil = asked_soil(lang, mine, fields[field_id], old)
    st.html(markup.section(say(lang, "water.caps")) + markup.note(say(lang, "water.caps_note")))
    caps = asked_caps(lang, mine, old)
    ready = parts is not None and soil is not None and caps is not None
    if forms.submit(lang, say(lang, "ui.save"), f"{mine}-save", ready=ready) and parts and soil and caps:
        with states.attempt(lang):
            keep(here, field_id, zone_id, drafted(parts, soil, caps))
            frame.done(say(lang, "ui.changed" if zone_id else "water.zone_saved", name=parts.name))


def keep(here: Here, field_id: int, zone_id: int, draft: ZoneDraft) -> None:
    if zone_id:
        water.update_zone(here.door, zone_id, draft)
    else:
        water.create_zone(here.door, field_id, draft)


def drafted(parts: Parts, soil: tuple[float, float], caps: Caps) -> ZoneDraft:
    return ZoneDraft(
        parts.name,
        parts.valve_id,
        parts.meter_id,
        parts.source_id,
        parts.pump_id,
        parts.method,
        parts.area_m2,
        parts.flow_m3_h,
        *soil,
        caps.run_min,
        caps.day_min,
        caps.run_mm,
        caps.day_mm,
        caps.pause_min,
    )


def asked_parts(here: Here, mine: str, field: Field, old: ZoneDraft | None) -> Parts | None:
    """None while something is missing; without a source or a valve it says what to do first."""
    lang = here.lang
    sources = {each.id: each.name for each in water.list_sources(here.door, field.farm_id)}
    serving = [each for each in list_devices(here.door) if field.id in each.device.field_ids]
    valves = of_kind(serving, "valve")
    if not sources or not valves:
        st.html(markup.note(say(lang, "water.no_source" if not sources else "water.no_valve")))
        return None
    name = forms.line(say(lang, "water.zone_name"), f"{mine}-name", old.name if old else "")
    valve = forms.choice(lang, say(lang, "water.valve"), f"{mine}-valve", valves, old.valve_id if old else None)
    meters = {key: word for key, word in of_kind(serving, "valve", "other").items() if key != valve}
    meter_id = old.meter_id if old and old.meter_id != old.valve_id else None
    meter = forms.maybe(lang, say(lang, "water.meter"), f"{mine}-meter", meters, meter_id)
    st.caption(say(lang, "water.meter_hint"))
    origin = forms.choice(lang, say(lang, "water.source"), f"{mine}-source", sources, old.source_id if old else None)
    pump = asked_pump(here, mine, origin, old)
    methods = {method.value: say(lang, f"irrigation.method.{method}") for method in Method}
    method = forms.choice(lang, say(lang, "water.method"), f"{mine}-method", methods, old.method if old else None)
    area = forms.quantity(lang, say(lang, "water.area"), f"{mine}-area", "m²", old.area_m2 if old else field.area_m2)
    flow = forms.quantity(lang, say(lang, "water.flow"), f"{mine}-flow", "m³/h", old.flow_m3_h if old else None)
    if not name or valve is None or origin is None or method is None or area is None or flow is None:
        return None
    return Parts(name, valve, meter, origin, pump, method, area, flow)


def asked_pump(here: Here, mine: str, source_id: int | None, old: ZoneDraft | None) -> int | None:
    """The pumps of the chosen source; asks nothing where there are none."""
    pumps = {str(each.id): each.name for each in water.list_pumps(here.door, source_id)} if source_id else {}
    if not pumps:
        return None
    before = str(old.pump_id) if old and old.pump_id else None
    chosen = forms.maybe(here.lang, say(here.lang, "water.pump"), f"{mine}-pump-{source_id}", pumps, before)
    return int(chosen) if chosen else None


def asked_soil(lang: str, mine: str, field: Field, old: ZoneDraft | None) -> tuple[float, float] | None:
    """Field capacity and wilting point in %, beginning with those of the field's own soil."""
    own = soils(lang).get(field.soil or "")
    st.html(markup.note(say(lang, "water.soil_of_field", soil=own) if own else say(lang, "water.soil_unknown")))
    usual = soil_percent(field.soil)
    held, wilts = (old.field_capacity, old.wilting_point) if old else usual
    capacity = forms.quantity(lang, say(lang, "why.field_capacity"), f"{mine}-capacity", "%", held)
    wilting = forms.quantity(lang, say(lang, "why.wilting_point"), f"{mine}-wilting", "%", wilts)
    return None if capacity is None or wilting is None else (capacity, wilting)


def asked_caps(lang: str, mine: str, old: ZoneDraft | None) -> Caps | None:
    """The most one run and one day may bring, and the least pause; the shipped ones at first."""
    minute, begun = say(lang, "water.minute"), Caps()
    if old is not None:
        begun = Caps(old.max_run_min, old.max_day_min, old.max_run_mm, old.max_day_mm, old.min_pause_min)
    run_min = forms.quantity(lang, say(lang, "water.max_run"), f"{mine}-run-min", minute, begun.run_min)
    run_mm = forms.quantity(lang, say(lang, "water.max_run"), f"{mine}-run-mm", "mm", begun.run_mm)
    day_min = forms.quantity(lang, say(lang, "water.max_day"), f"{mine}-day-min", minute, begun.day_min)
    day_mm = forms.quantity(lang, say(lang, "water.max_day"), f"{mine}-day-mm", "mm", begun.day_mm)
    pause = forms.figure(lang, say(lang, "water.min_pause"), f"{mine}-pause", minute, begun.pause_min)
    if run_min is None or run_mm is None or day_min is None or day_mm is None or pause is None:
        return None
    return Caps(run_min, day_min, run_mm, day_mm, pause)


def of_kind(devices: Sequence[Listed], *kinds: str) -> dict[str, str]:
    """Devices of some kinds by name; those out of use are left out."""
    return {
        each.device.id: each.device.name
        for each in devices
        if each.device.kind in kinds and each.device.revoked_at is None
    }
