"""The chain after a harvest: what is on the way, what is in crates, and the forms that record a step."""

from html import escape

import streamlit as st

from nongso.text import say
from nongso.text.format import number
from ui import forms, frame, markup, session, states, step_forms
from ui.calls import chain

here = session.here()
lang = here.lang
st.html(markup.head(here.me.office_name, say(lang, "page.steps")))
part = "list"
if here.me.writes_office:
    part = forms.tab(lang, "steps", {name: say(lang, f"steps.{name}") for name in ("list", "new")})


def shipments() -> None:
    st.html(markup.section(say(lang, "steps.shipments")))
    found = chain.list_shipments(here.door)
    if not found:
        st.html(markup.note(say(lang, "steps.none_sent")))
    for each in found[:30]:
        way = f"{each.from_name} → {each.to_name}"
        st.html(
            f"<p><b>{escape(each.goods)}</b><br>{escape(way)} · {escape(say(lang, 'steps.sent', at=each.shipped_at))}</p>"
        )
        if each.received_at is not None:
            st.html(markup.note(say(lang, "steps.received", at=each.received_at)))
        elif here.me.writes_office and st.button(
            say(lang, "steps.receive"), key=forms.key(f"receive-{each.id}"), width="stretch"
        ):
            with states.attempt(lang):
                chain.receive(here.door, each.id)
                frame.done(say(lang, "step.done.receive"))


def units() -> None:
    st.html(markup.section(say(lang, "steps.units")))
    full = [view for view in chain.list_units(here.door) if view.contents]
    if not full:
        st.html(markup.note(say(lang, "steps.no_units")))
    for view in full[:30]:
        inside = ", ".join(
            each.name + (f" {number(lang, each.kg)} kg" if each.kg is not None else "") for each in view.contents
        )
        st.html(f"<p><b>{escape(view.unit.code)}</b><br>{escape(inside)}</p>")
        if here.me.writes_office and st.button(
            say(lang, "steps.unpack"), key=forms.key(f"unpack-{view.unit.id}"), width="stretch"
        ):
            with states.attempt(lang):
                chain.unpack(here.door, view.unit.id)
                frame.done(say(lang, "step.done.unpack"))


if part == "new":
    deeds = {name: say(lang, f"step.{name}") for name in step_forms.FORMS}
    deed = forms.choice(lang, say(lang, "step.what"), "step-deed", deeds)
    if deed is not None:
        step_forms.FORMS[deed](here)
else:
    shipments()
    units()
