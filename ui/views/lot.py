"""A lot: what it is, the ten data and publishing, the label sheet, what was printed, the recall."""

from html import escape

import streamlit as st

from nongso.errors import NotFound
from nongso.rules import Level
from nongso.text import say
from nongso.text.format import day, number
from traceability.gs1.local import grouped
from ui import label_form, markup, publish_form, recall_form, serial_form, session
from ui.calls.lots import get_lot

here = session.here()
lang = here.lang
asked = st.query_params.get("lot", "")
if not asked.isdecimal():
    raise NotFound()
lot = get_lot(here.door, int(asked))


def written(value: object) -> str:
    return "—" if value in (None, "") else str(value)


names = dict.fromkeys((lot.product_name, lot.brand_name))  # many a product is called like its brand
st.html(markup.head(" · ".join(names), say(lang, "lot.title", number=lot.number)))
if lot.recalled_at is None:
    st.html(markup.tag(Level.GOOD, say(lang, "lots.valid")))
else:
    told = say(lang, "lot.recalled_since", since=lot.recalled_at, reason=lot.recall_reason)
    st.html(f'<div class="ns-banner">{markup.sign(Level.ACT)}<p>{escape(told)}</p></div>')
facts = {
    "producer": lot.producer_name,
    "field": f"{lot.field_name} · {lot.farm_name}",
    "harvested": day(lang, lot.harvested_on),
    "quantity": f"{number(lang, lot.quantity_kg)} kg",
    "packed": lot.packed_on and day(lang, lot.packed_on),
    "best_before": lot.best_before and day(lang, lot.best_before),
    "gtin": lot.gtin,
    "code": grouped(lot.code),
    "labels": number(lang, lot.labels_printed),
}
st.html(markup.facts((say(lang, f"lot.fact.{name}"), written(value)) for name, value in facts.items()))
st.link_button(say(lang, "lot.passport"), f"{session.settings().public_url}/t/{lot.code}", width="stretch")
publish_form.show(here, lot)

if here.me.writes_office:
    st.html(markup.section(say(lang, "labels.of_pieces")))
    serial_form.show(here, lot)
if here.me.sees_office:
    serial_form.batches(here, lot)
if here.me.writes_office:
    st.html(markup.section(say(lang, "label.sheet")))
    label_form.show(here, lot)
label_form.batches(here, lot)
if here.me.writes_office:
    st.html(markup.section(say(lang, "recall.title")))
    recall_form.show(here, lot)
