"""A field, new or changed: whose, what grows, and its corners typed or pasted, drawn and measured while one types."""

import re
from collections.abc import Sequence

import streamlit as st

from nongso.agronomy.crop_table import CROPS
from nongso.agronomy.soils import TEXTURES
from nongso.boundary import Point, area_m2, checked
from nongso.errors import NongsoError
from nongso.sentences import crop_name
from nongso.text import say
from nongso.text.sorting import sort_key
from ui import cards, forms, frame, markup, outlines, states
from ui.calls.fields import Field, FieldDraft, create_field, update_field
from ui.calls.places import list_farms
from ui.session import Here

CORNER = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*")


def show(here: Here) -> None:
    lang = here.lang
    farms = {farm.id: farm.name for farm in list_farms(here.door)}
    farm = forms.choice(lang, say(lang, "field.farm"), "field-farm", farms)
    draft = asked(here, "field", None)
    ready = farm is not None and draft is not None
    if forms.submit(lang, say(lang, "ui.save"), "field-save", ready=ready) and farm is not None and draft is not None:
        with states.attempt(lang):
            create_field(here.door, farm, draft)
            frame.done(say(lang, "field.saved", name=draft.name))


def change(here: Here, fields: Sequence[Field]) -> None:
    """A field that is known: another crop, another season, corners measured anew."""
    lang = here.lang
    known = {field.id: field for field in fields}
    named = {number: f"{field.name} · {field.farm_name}" for number, field in known.items()}
    chosen = forms.choice(lang, say(lang, "diary.field"), "field-chosen", named)
    if chosen is None:
        return
    draft = asked(here, f"field-{chosen}", known[chosen])
    if forms.submit(lang, say(lang, "ui.save"), f"field-{chosen}-save", ready=draft is not None) and draft is not None:
        with states.attempt(lang):
            update_field(here.door, chosen, draft)
            frame.done(say(lang, "ui.changed", name=draft.name))


def asked(here: Here, mine: str, old: Field | None) -> FieldDraft | None:
    """What the form says; None while something is missing or cannot be used."""
    lang = here.lang
    name = forms.line(say(lang, "field.name"), f"{mine}-name", old.name if old else "")
    crop = forms.choice(lang, say(lang, "field.crop"), f"{mine}-crop", crops(lang), old.crop if old else None)
    planted_label = forms.optional(lang, say(lang, "field.planted"))
    planted = forms.day(planted_label, f"{mine}-planted", old.planted_on if old else None)
    soil = forms.maybe(lang, say(lang, "field.soil"), f"{mine}-soil", soils(lang), old.soil if old else None)
    st.caption(say(lang, "field.soil_hint"))
    corners = outline(lang, f"{mine}-corners", name, old.boundary if old and old.boundary else [])
    if not name or crop is None or corners == []:
        return None
    drawn = old is not None and corners == old.boundary
    area = old.area_m2 if old is not None and (drawn or corners is None) else None
    return FieldDraft(name, crop, planted, area, corners, soil)


def crops(lang: str) -> dict[str, str]:
    named = {slug: crop_name(lang, slug) for slug in CROPS}
    return dict(sorted(named.items(), key=lambda pair: sort_key(pair[1])))


def soils(lang: str) -> dict[str, str]:
    return {slug: say(lang, f"agronomy.soil.{slug}") for slug in TEXTURES}


def outline(lang: str, mine: str, name: str, old: Sequence[Point]) -> list[Point] | None:
    """The corners as typed; None without any, an empty list while they cannot be used."""
    begun = "\n".join(f"{round(lon, 7)}, {round(lat, 7)}" for lon, lat in old)
    typed = st.text_area(
        say(lang, "field.corners"), begun, key=forms.key(mine), height=140, placeholder="106.3601, 10.2404"
    )
    st.caption(say(lang, "field.corners_hint"))
    if not typed.strip():
        return None
    try:
        corners = checked(read_corners(typed))
    except NongsoError as fault:
        st.error(say(lang, f"error.{fault.code}", **fault.values))
        return []
    area = cards.area(lang, area_m2(corners))
    st.html(
        outlines.drawn([outlines.Shape(name, corners)], say(lang, "field.drawn", area=area))
        + markup.note(say(lang, "field.drawn", area=area))
    )
    return corners


def read_corners(typed: str) -> list[Point]:
    """Lines of `lon, lat`; a line that is neither leaves too few points and is refused with them."""
    lines = [CORNER.fullmatch(line) for line in typed.strip().splitlines() if line.strip()]
    if not all(lines):
        return []
    return [(float(found[1]), float(found[2])) for found in lines if found]
