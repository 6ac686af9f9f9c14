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
        with st.container(key=f"panel-shipment-{each.id}", gap="small"):
            shipment(each)


def shipment(sent: chain.Shipment) -> None:
    at = say(lang, "steps.sent", at=sent.shipped_at)
    arrived = "" if sent.received_at is None else say(lang, "steps.received", at=sent.received_at)
    st.html(
        f"<p class='ns-reason'>{escape(sent.goods)}</p><p>{escape(sent.from_name)} → {escape(sent.to_name)}</p>"
        f"<p class='ns-small'>{escape(' · '.join(part for part in (at, arrived) if part))}</p>"
    )
    if (
        here.me.writes_office
        and sent.received_at is None
        and st.button(say(lang, "steps.receive"), key=forms.key(f"receive-{sent.id}"), width="stretch")
    ):
        with states.attempt(lang):
            chain.receive(here.door, sent.id)
            frame.done(say(lang, "step.done.receive"))


def units() -> None:
    st.html(markup.section(say(lang, "steps.units")))
    full = [view for view in chain.list_units(here.door) if view.contents]
    if not full:
        st.html(markup.note(say(lang, "steps.no_units")))
    for view in full[:30]:
        with st.container(key=f"panel-unit-{view.unit.id}", gap="small"):
            unit(view)


def unit(view: chain.UnitView) -> None:
    inside = ", ".join(
        each.name + (f" · {number(lang, each.kg)} kg" if each.kg is not None else "") for each in view.contents
    )
    st.html(f"<p class='ns-reason'>{escape(view.unit.code)}</p><p>{escape(inside)}</p>")
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
