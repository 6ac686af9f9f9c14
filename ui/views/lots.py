"""Lots: each row opens its lot; a new one from a harvest in a few taps."""

import streamlit as st

from nongso.text import say
from ui import forms, lot_form, markup, pages, session, states
from ui.calls.lots import Lot, list_lots

here = session.here()
lang = here.lang
st.html(markup.head(here.me.office_name, say(lang, "page.lots")))
part = "list"
if here.me.writes_office:
    part = forms.tab(lang, "lots", {name: say(lang, f"lots.{name}") for name in ("list", "new")})


def label(lot: Lot) -> str:
    """Number and product; how much, when, how many labels; whether it is recalled."""
    state = f":red[■ {say(lang, 'lots.recalled')}]" if lot.recalled_at else f":green[✓ {say(lang, 'lots.valid')}]"
    facts = say(lang, "lots.facts", quantity=lot.quantity_kg, day=lot.harvested_on, labels=lot.labels_printed)
    return (
        f"**{markup.plain(lot.number)}** · {markup.plain(lot.product_name)}  \n"
        f":small[{markup.plain(facts)}]  \n:small[{state} · {markup.plain(lot.producer_name)}]"
    )


if part == "new":
    lot_form.show(here)
else:
    found = list_lots(here.door, forms.search(lang, "lots"))
    shown = forms.paged(lang, "lots", found)
    with st.container(key="rows", gap=None):
        for lot in shown:
            st.page_link(pages.file_of("lot"), label=label(lot), query_params={"lot": str(lot.id)}, width="stretch")
    if not found:
        states.empty(say(lang, "lots.empty.title"), say(lang, "lots.empty.hint"))
