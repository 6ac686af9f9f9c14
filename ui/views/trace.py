"""The way of a lot, up to its field and down to whoever has it, with amounts and with the steps that nobody reported."""

from html import escape

import streamlit as st

from nongso.rules import Level
from nongso.text import find, say
from nongso.text.format import moment, number
from ui import forms, markup, session, states
from ui.calls import chain
from ui.calls.chain import Thing, Trace
from ui.calls.lots import list_lots

here = session.here()
lang = here.lang
st.html(markup.head(here.me.office_name, say(lang, "page.trace")))
names = {lot.epc_class: f"{lot.number} · {lot.product_name}" for lot in list_lots(here.door)}
names |= {view.unit.epc: view.unit.code for view in chain.list_units(here.door)}
key = forms.choice(lang, say(lang, "trace.of"), "trace-key", names)
direction = forms.tab(lang, "trace", {name: say(lang, f"trace.{name}") for name in ("both", "up", "down")})


def told(found: Trace, thing: Thing) -> str:
    """A thing: its books, what happened to it in order, and what is unknown."""
    lines = [f"<h3>{escape(names.get(thing.key, thing.key))}</h3>"]
    for book in thing.balance:
        words = say(lang, "trace.balance", made=book.made, used=book.used, left=book.made - book.used)
        lines.append(f"<p>{escape(words)}</p>")
    amounts = {(edge.event_id, edge.thing): edge.quantity for edge in found.edges}
    rows = []
    for step in found.steps:
        if step.event_id in thing.event_ids:
            word = find(lang, f"trace.step.{step.biz_step}") or say(lang, "trace.step.other")
            kg = amounts.get((step.event_id, thing.key))
            amount = f" · {number(lang, kg)} kg" if kg is not None else ""
            rows.append(f"<li>{escape(moment(lang, step.at))} · {escape(word)}{escape(amount)}</li>")
    lines.append(f"<ol>{''.join(rows)}</ol>")
    gaps = [gap.text for gap in found.gaps if gap.thing == thing.key]
    lines += [f"<p>{markup.tag(Level.WATCH, say(lang, 'trace.unknown'))} {escape(gap)}</p>" for gap in gaps]
    return "".join(lines)


def show(wanted: str) -> None:
    with states.attempt(lang):
        found = chain.get_trace(here.door, wanted, direction)
        for distance in sorted({thing.distance for thing in found.things}):
            heading = say(lang, "trace.here") if distance == 0 else say(lang, "trace.distance", n=distance)
            st.html(markup.section(heading))
            for thing in found.things:
                if thing.distance == distance:
                    st.html(told(found, thing))
        if not found.complete:
            st.html(markup.note(say(lang, "trace.cut")))


if key is None:
    st.html(markup.note(say(lang, "trace.choose")))
else:
    show(key)
