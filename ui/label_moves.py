"""Labels of a batch for somebody else's press, and labels that were printed for the wrong lot."""

import streamlit as st

from nongso.text import say
from ui import forms, frame, label_deeds, markup, states
from ui.calls.lots import list_lots
from ui.calls.serials import Batch, move, take_codes
from ui.session import Here

KINDS = ("svg", "png")


def codes(here: Here, batch: Batch) -> None:
    """Fetched only when a kind was chosen: every code is read back on the way."""
    lang = here.lang
    named = {kind: kind.upper() for kind in KINDS}
    kind = forms.pick(say(lang, "labels.codes"), f"codes-{batch.id}", named)
    if kind is None:
        return
    with states.attempt(lang):
        archive = take_codes(here.door, batch.id, kind)
        name = f"{batch.lot_number}-{batch.id}-{kind}.zip"
        st.download_button(
            say(lang, "labels.take_codes", kind=kind.upper()), archive, name, "application/zip",
            key=f"codes-take-{batch.id}", width="stretch", on_click="ignore",
        )  # fmt: skip


def show(here: Here, batch: Batch) -> None:
    """To another lot of the same product, with a reason and a second tap: from then on buyers read that lot."""
    lang = here.lang
    st.html(markup.section(say(lang, "labels.move")))
    st.html(markup.note(say(lang, "labels.move_hint")))
    known = list_lots(here.door)
    product = next((lot.product_id for lot in known if lot.id == batch.lot_id), None)
    others = {
        lot.id: lot.number
        for lot in known
        if lot.product_id == product and lot.id != batch.lot_id and lot.recalled_at is None
    }
    target = forms.choice(lang, say(lang, "labels.move_to"), f"move-to-{batch.id}", others)
    span = label_deeds.asked_span(lang, batch, "move")
    reason = forms.line(say(lang, "labels.move_reason"), f"move-reason-{batch.id}")
    if target is None:
        return
    with states.attempt(lang):
        first, last = (span.first, span.last) if span else (1, batch.count)
        question = say(lang, "labels.move_question", first=first, last=last, number=others[target])
        ready = span is not None and reason != ""
        if forms.confirmed(lang, f"move-{batch.id}", say(lang, "labels.move_do"), question, ready=ready) and span:
            done = move(here.door, batch.id, span, target, reason)
            frame.done(say(lang, "labels.moved", n=done, number=others[target]))
