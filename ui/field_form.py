"""A new field: whose, what grows, and its corners typed or pasted, drawn and measured while one types."""

import re

import streamlit as st

from nongso.agronomy.crop_table import CROPS
from nongso.agronomy.soils import TEXTURES
from nongso.boundary import Point, area_m2, checked
from nongso.errors import NongsoError
from nongso.sentences import crop_name
from nongso.text import say
from nongso.text.sorting import sort_key
from ui import cards, forms, frame, markup, outlines, states
from ui.calls.fields import FieldDraft, create_field
from ui.calls.places import list_farms
from ui.session import Here

CORNER = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*")


def show(here: Here) -> None:
    lang = here.lang
    farms = {farm.id: farm.name for farm in list_farms(here.door)}
    farm = forms.choice(lang, say(lang, "field.farm"), "field-farm", farms)
    name = forms.line(say(lang, "field.name"), "field-name")
    crop = forms.choice(lang, say(lang, "field.crop"), "field-crop", crops(lang))
    planted = forms.day(forms.optional(lang, say(lang, "field.planted")), "field-planted")
    soil = forms.choice(lang, forms.optional(lang, say(lang, "field.soil")), "field-soil", soils(lang))
    corners = outline(lang, name)
    ready = farm is not None and crop is not None and name != "" and corners != []
    if forms.submit(lang, say(lang, "ui.save"), "field-save", ready=ready) and farm is not None and crop is not None:
        with states.attempt(lang):
            create_field(here.door, farm, FieldDraft(name, crop, planted, None, corners, soil))
            frame.done(say(lang, "field.saved", name=name))


def crops(lang: str) -> dict[str, str]:
    named = {slug: crop_name(lang, slug) for slug in CROPS}
    return dict(sorted(named.items(), key=lambda pair: sort_key(pair[1])))


def soils(lang: str) -> dict[str, str]:
    return {slug: say(lang, f"agronomy.soil.{slug}") for slug in TEXTURES}


def outline(lang: str, name: str) -> list[Point] | None:
    """The corners as typed; None without any, an empty list while they cannot be used."""
    typed = st.text_area(
        say(lang, "field.corners"), key=forms.key("field-corners"), height=140, placeholder="106.3601, 10.2404"
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
