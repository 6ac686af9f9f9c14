"""Asking for labels with serials: stock, number, bars; what the lot's weight allows is proposed."""

import streamlit as st

from nongso.text import say
from ui import forms, markup, pages, states
from ui.calls.lots import Lot, list_stocks
from ui.calls.serials import BatchDraft, Budget, create_batch, get_budget, list_of_lot
from ui.session import Here

MOST_SERIALS = 5000
USUAL_STOCK = "a4-24"


def show(here: Here, lot: Lot) -> None:
    """For a lot that exists. More than its budget wants a reason."""
    lang = here.lang
    if lot.recalled_at is not None:
        st.html(markup.note(say(lang, "label.not_recalled")))
        return
    budget = get_budget(here.door, lot.id)
    left = room(budget)
    st.html(markup.note(told(lang, budget)))
    draft = asked(here, f"lot-{lot.id}", left, has_gtin=lot.gtin is not None)
    reason = ""
    if draft is not None and left is not None and draft.count > left:
        reason = forms.line(say(lang, "labels.over_reason", left=left), f"over-{lot.id}")
    ready = draft is not None and (left is None or draft.count <= left or reason != "")
    with states.attempt(lang):
        if forms.submit(lang, say(lang, "labels.make"), f"serials-{lot.id}", ready=ready) and draft:
            batch = create_batch(here.door, lot.id, BatchDraft(draft.stock, draft.count, draft.bars, reason))
            st.switch_page(pages.file_of("batch"), query_params={"batch": str(batch)})


def asked(here: Here, name: str, proposed: int | None, *, has_gtin: bool) -> BatchDraft | None:
    """What is typed, None while it is not whole."""
    lang = here.lang
    stocks = {stock.name: stock.title for stock in list_stocks(here.door)}
    stock = forms.choice(lang, say(lang, "label.which_stock"), f"serial-stock-{name}", stocks, USUAL_STOCK)
    begun = min(proposed, MOST_SERIALS) if proposed else None
    count = forms.count(lang, say(lang, "label.count", most=MOST_SERIALS), f"serial-count-{name}-{begun}", "", begun)
    bars = has_gtin and st.toggle(say(lang, "labels.bars"), key=forms.key(f"bars-{name}"))
    if stock is None or count is None or count > MOST_SERIALS:
        return None
    return BatchDraft(stock, count, bars)


def room(budget: Budget) -> int | None:
    return None if budget.budget is None else max(0, budget.budget - budget.issued)


def told(lang: str, budget: Budget) -> str:
    if budget.budget is None:
        return say(lang, "labels.no_budget")
    return say(lang, "labels.budget", budget=budget.budget, issued=budget.issued)


def batches(here: Here, lot: Lot) -> None:
    """The lot's batches; each opens."""
    found = list_of_lot(here.door, lot.id)
    with st.container(key="rows", gap=None):
        for batch in found:
            label = say(here.lang, f"labels.row.{batch.state}", n=batch.count, done=batch.done)
            st.page_link(
                pages.file_of("batch"),
                label=markup.plain(label),
                query_params={"batch": str(batch.id)},
                width="stretch",
            )
