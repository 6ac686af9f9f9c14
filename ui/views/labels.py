"""Batches of labels with serials: how far each is and what became of its labels; a row opens its batch."""

import streamlit as st

from nongso.text import say
from nongso.text.format import moment, number
from ui import markup, pages, session, states
from ui.calls.serials import Batch, list_batches

here = session.here()
lang = here.lang
st.html(markup.head(here.me.office_name, say(lang, "page.labels")))


def label(batch: Batch) -> str:
    """Lot and product; how many and when; how far it is, or what its labels are."""
    facts = say(lang, "labels.facts", n=batch.count, at=moment(lang, batch.asked_at))
    return (
        f"**{markup.plain(batch.lot_number)}** · {markup.plain(batch.product_name)}  \n"
        f":small[{markup.plain(facts)}]  \n:small[{state(batch)}]"
    )


def state(batch: Batch) -> str:
    if batch.state == "failed":
        return f":red[■ {say(lang, 'labels.state.failed')}]"
    if batch.state != "printed":
        return f":orange[▲ {say(lang, 'labels.progress', done=batch.done, n=batch.count)}]"
    counted = (("printed", batch.printed), ("active", batch.active), ("sold", batch.sold), ("void", batch.void))
    told = ", ".join(f"{number(lang, count)} {say(lang, f'label.state.{name}')}" for name, count in counted if count)
    if batch.suspect:
        told += f", :red[■ {number(lang, batch.suspect)} {say(lang, 'label.state.suspect')}]"
    return told


found = list_batches(here.door)
with st.container(key="rows", gap=None):
    for batch in found:
        st.page_link(pages.file_of("batch"), label=label(batch), query_params={"batch": str(batch.id)}, width="stretch")
if not found:
    states.empty(say(lang, "labels.empty.title"), say(lang, "labels.empty.hint"))
