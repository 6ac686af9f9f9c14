"""Harvests: what was taken from which field; farmers record for their own fields."""

from html import escape

import streamlit as st

from nongso.people import Role
from nongso.text import say
from nongso.text.format import day, number
from ui import forms, frame, markup, pages, session, states
from ui.calls.fields import list_fields
from ui.calls.lots import HarvestDraft, create_harvest, list_harvests

PRESSED = 20  # rows that lead to labels

here = session.here()
lang = here.lang
st.html(markup.head(here.me.office_name, say(lang, "page.harvests")))
part = "list"
if here.me.role is not Role.INSPECTOR:
    part = forms.tab(lang, "harvests", {name: say(lang, f"harvests.{name}") for name in ("list", "new")})


def record() -> None:
    fields = {field.id: f"{field.name} · {field.farm_name}" for field in list_fields(here.door)}
    if not fields:
        states.empty("", say(lang, "diary.no_field"))
        return
    field = forms.choice(lang, say(lang, "harvest.field"), "harvest-field", fields)
    picked = forms.day(say(lang, "harvest.day"), "harvest-day", here.today)
    kilograms = forms.quantity(lang, say(lang, "harvest.quantity"), "harvest-quantity", "kg")
    ready = bool(field and picked and kilograms)
    if forms.submit(lang, say(lang, "harvests.new"), "harvest-save", ready=ready) and field and picked and kilograms:
        with states.attempt(lang):
            create_harvest(here.door, HarvestDraft(field, picked, kilograms))
            frame.done(say(lang, "harvest.saved", quantity=kilograms, field=fields[field]))


def press_rows() -> None:
    """Harvests with goods that no lot holds yet: a tap leads to their lot and labels."""
    with st.container(key="rows", gap=None):
        for harvest in [each for each in found if each.left_kg > 0][:PRESSED]:
            label = say(
                lang, "harvests.press", field=harvest.field_name, day=harvest.harvested_on, left=harvest.left_kg
            )
            address = {"harvest": str(harvest.id)}
            st.page_link(pages.file_of("press"), label=markup.plain(label), query_params=address, width="stretch")


if part == "new":
    record()
else:
    found = list_harvests(here.door, forms.search(lang, "harvests"))
    rows = [
        (
            f"<b>{escape(harvest.field_name)}</b>",
            escape(harvest.farm_name),
            escape(day(lang, harvest.harvested_on)),
            f"{number(lang, harvest.quantity_kg)} kg",
            f"{number(lang, harvest.left_kg)} kg",
        )
        for harvest in forms.paged(lang, "harvests", found)
    ]
    if here.me.writes_office:
        press_rows()
    if rows:
        heads = [say(lang, f"harvests.column.{name}") for name in ("field", "farm", "day", "quantity", "left")]
        st.html(markup.table(heads, rows, say(lang, "page.harvests")))
    else:
        states.empty(say(lang, "harvests.empty.title"), say(lang, "harvests.empty.hint"))
