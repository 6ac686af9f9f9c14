"""A batch of labels: how far the press is, the sheet, what becomes of the labels, the books."""

import streamlit as st

from nongso.errors import NotFound
from nongso.rules import Level
from nongso.text import say
from nongso.text.format import moment, number
from ui import label_deeds, label_moves, markup, pages, session
from ui.calls.serials import Batch, get_batch

here = session.here()
lang = here.lang
asked = st.query_params.get("batch", "")
if not asked.isdecimal():
    raise NotFound()


@st.fragment(run_every=1.0)
def progress(batch_id: int) -> None:
    """Asks again every second until the sheet is there, then draws the whole page anew."""
    batch = get_batch(here.door, batch_id)
    if batch.state in ("printed", "failed"):
        st.rerun()
    st.progress(batch.done / batch.count, say(lang, "labels.progress", done=batch.done, n=batch.count))
    st.html(markup.note(say(lang, "labels.read_back")))


def tell(batch: Batch) -> None:
    """What became of the labels, and the forms for it."""
    states = ("printed", "active", "sold", "void", "suspect")
    values = (batch.printed, batch.active, batch.sold, batch.void, batch.suspect)
    st.html(
        markup.facts(
            (say(lang, f"label.state.{name}"), number(lang, count)) for name, count in zip(states, values, strict=True)
        )
    )
    if here.me.writes_office:
        label_deeds.deeds(here, batch)
        label_moves.show(here, batch)
    label_deeds.books(here, batch)


batch = get_batch(here.door, int(asked))
st.html(markup.head(f"{batch.product_name} · {batch.lot_number}", say(lang, "labels.title", n=batch.count)))
stock = say(lang, f"label.stock.{batch.stock}")
st.html(markup.note(say(lang, "labels.asked", name=batch.asker_name, at=moment(lang, batch.asked_at), stock=stock)))
if batch.state == "failed":
    st.html(markup.tag(Level.ACT, say(lang, "labels.state.failed")))
    if batch.fault:
        st.error(say(lang, f"error.{batch.fault.code}", **batch.fault.values))
elif batch.state == "printed":
    label_deeds.sheet(here, batch)
    label_moves.codes(here, batch)
    tell(batch)
else:
    progress(batch.id)
st.page_link(
    pages.file_of("lot"), label=say(lang, "labels.to_lot"), query_params={"lot": str(batch.lot_id)}, width="stretch"
)
