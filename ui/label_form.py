"""A label sheet: which stock, how many, the PDF; and the batches that were printed before."""

from html import escape

import streamlit as st

from nongso.text import say
from nongso.text.format import moment, number
from ui import forms, markup, states
from ui.calls.lots import Lot, list_batches, list_stocks, print_labels
from ui.calls.serials import get_budget
from ui.keys import Key
from ui.session import Here

MOST_LABELS = 1000


def show(here: Here, lot: Lot) -> None:
    lang = here.lang
    if lot.recalled_at is not None:
        st.html(markup.note(say(lang, "label.not_recalled")))
        return
    stocks = {stock.name: stock for stock in list_stocks(here.door)}
    stock = forms.choice(
        lang, say(lang, "label.which_stock"), f"stock-{lot.id}", {name: each.title for name, each in stocks.items()}
    )
    count = forms.count(lang, say(lang, "label.count", most=MOST_LABELS), f"count-{lot.id}", "")
    left, reason = room(here, lot), ""
    if count is not None and left is not None and count > left:
        reason = forms.line(say(lang, "labels.over_reason", left=left), f"print-over-{lot.id}")
    fits = left is None or reason != "" or (count is not None and count <= left)
    ready = stock is not None and count is not None and count <= MOST_LABELS and fits
    if forms.submit(lang, say(lang, "label.make"), f"print-{lot.id}", ready=ready) and stock and count:
        make(here, lot, stock, count, reason)
    sheet: tuple[int, str, bytes] | None = st.session_state.get(Key.SHEET)
    if sheet and sheet[0] == lot.id:
        st.success(say(lang, "label.ready", kilobytes=len(sheet[2]) // 1024))
        st.download_button(
            say(lang, "label.take"), sheet[2], sheet[1], "application/pdf", key=f"sheet-{lot.id}", type="primary",
            width="stretch", on_click="ignore",
        )  # fmt: skip


def room(here: Here, lot: Lot) -> int | None:
    """How many labels of the lot its weight still allows; None while nobody said what one piece weighs."""
    most = get_budget(here.door, lot.id).budget
    return None if most is None else max(0, most - lot.labels_printed)


def make(here: Here, lot: Lot, stock: str, count: int, over_reason: str) -> None:
    """Every code is read back before the sheet is released, so a thousand labels take some seconds."""
    waiting = st.empty()
    with waiting.container():
        st.html(markup.note(say(here.lang, "label.making", n=count)))
        st.skeleton(height=56)
    with states.attempt(here.lang):
        pdf = print_labels(here.door, lot.id, stock, count, over_reason)
        st.session_state[Key.SHEET] = (lot.id, f"{lot.number}-{count}.pdf", pdf)
    waiting.empty()


def batches(here: Here, lot: Lot) -> None:
    lang = here.lang
    printed = list_batches(here.door, lot.id)
    if not printed:
        return
    rows = [
        (
            escape(moment(lang, batch.printed_at)),
            escape(say(lang, f"label.stock.{batch.stock}")),
            number(lang, batch.count),
        )
        for batch in printed
    ]
    heads = [say(lang, f"label.column.{name}") for name in ("when", "stock", "count")]
    st.html(markup.section(say(lang, "label.batches")) + markup.table(heads, rows, say(lang, "label.batches")))
