"""The way of a lot, up to its field and down to whoever has it, with amounts and with the steps that nobody reported."""

from datetime import date, datetime, time
from itertools import groupby

import streamlit as st

from nongso.clock import LOCAL
from nongso.errors import NotFound
from nongso.text import say
from ui import forms, markup, session, states
from ui.calls import chain
from ui.calls.chain import Thing
from ui.calls.lots import list_lots
from ui.trace_panel import TracePanel

NEAREST = 40  # things on the page: more is a list that nobody reads

here = session.here()
lang = here.lang
st.html(markup.head(here.me.office_name, say(lang, "page.trace")))
names = {lot.epc_class: f"{lot.number} · {lot.product_name}" for lot in list_lots(here.door)}
names |= {view.unit.epc: view.unit.code for view in chain.list_units(here.door)}
key = forms.choice(lang, say(lang, "trace.of"), "trace-key", names)
day = forms.day(forms.optional(lang, say(lang, "trace.until")), "trace-day")
direction = forms.tab(lang, "trace", {name: say(lang, f"trace.{name}") for name in ("both", "up", "down")})


def place(thing: Thing) -> tuple[int, str]:
    return thing.distance, thing.side


def order(thing: Thing) -> tuple[int, bool]:
    """The nearest first, of them first where it came from."""
    return thing.distance, thing.side == "down"


def heading(distance: int, side: str) -> str:
    return say(lang, "trace.here") if distance == 0 else say(lang, f"trace.far.{side}", n=distance)


def end_of(day: date | None) -> datetime | None:
    return day and datetime.combine(day, time.max, LOCAL)


def show(wanted: str) -> None:
    with states.attempt(lang):
        try:
            found = chain.get_trace(here.door, wanted, direction, end_of(day), NEAREST)
        except NotFound:
            st.html(markup.note(say(lang, "trace.nothing")))
            return
        panel, all_of_it = TracePanel(lang, found, names), found.totals
        st.html(
            markup.note(say(lang, "trace.totals", things=all_of_it.things, steps=all_of_it.steps, n=all_of_it.gaps))
        )
        if len(found.things) < all_of_it.things:
            st.html(markup.note(say(lang, "trace.nearest", n=len(found.things), things=all_of_it.things)))
        for where, things in groupby(sorted(found.things, key=order), place):
            st.html(markup.section(heading(*where)) + "".join(map(panel.thing, things)))
        if not found.complete:
            st.html(markup.note(say(lang, "trace.cut")))


if key is None:
    st.html(markup.note(say(lang, "trace.choose")))
else:
    show(key)
