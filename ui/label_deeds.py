"""What is done with a printed batch: the sheet is taken, labels are activated, sold or spoiled, the shelf is counted."""

import streamlit as st

from nongso.rules import Level
from nongso.text import say
from nongso.text.format import number
from ui import forms, frame, markup, states
from ui.calls.serials import Batch, Books, Span, change, count_shelf, get_books, take_sheet
from ui.keys import Key
from ui.session import Here

DEEDS = ("activate", "sell", "void")


def sheet(here: Here, batch: Batch) -> None:
    """The PDF, fetched once; after some weeks it is gone and the serials stay."""
    lang = here.lang
    if not batch.has_sheet:
        st.html(markup.note(say(lang, "labels.sheet_gone")))
        return
    with states.attempt(lang):
        name = f"{batch.lot_number}-{batch.id}.pdf"
        kept: tuple[int, str, bytes] | None = st.session_state.get(Key.SHEET)
        if kept is None or kept[1] != name:
            kept = (batch.lot_id, name, take_sheet(here.door, batch.id))
            st.session_state[Key.SHEET] = kept
        st.html(markup.tag(Level.GOOD, say(lang, "labels.ready", n=batch.count)))
        st.download_button(
            say(lang, "label.take"), kept[2], name, "application/pdf", key=f"sheet-{batch.id}", type="primary",
            width="stretch", on_click="ignore",
        )  # fmt: skip


def deeds(here: Here, batch: Batch) -> None:
    """One deed at a time, on all labels of the batch or on those from one place to another."""
    lang = here.lang
    st.html(markup.section(say(lang, "labels.do")))
    deed = forms.tab(lang, f"deed-{batch.id}", {name: say(lang, f"labels.deed.{name}.name") for name in DEEDS})
    st.html(markup.note(say(lang, f"labels.deed.{deed}.hint")))
    span = asked_span(lang, batch, deed)
    words: dict[str, str] = {}
    if deed == "void":
        words["reason"] = forms.line(say(lang, "labels.void_reason"), f"void-reason-{batch.id}")
    elif deed == "activate":
        reason = forms.line(
            forms.optional(lang, say(lang, "labels.incomplete_reason")), f"incomplete-reason-{batch.id}"
        )
        words["incomplete_reason"] = reason
    ready = span is not None and (deed != "void" or words["reason"] != "")
    with states.attempt(lang):
        if pressed(lang, batch, deed, span, ready=ready) and span:
            done = change(here.door, batch.id, deed, span, **words)
            frame.done(say(lang, f"labels.deed.{deed}.done", n=done))


def pressed(lang: str, batch: Batch, deed: str, span: Span | None, *, ready: bool) -> bool:
    """What cannot be undone wants a second, deliberate tap."""
    name, label = f"{deed}-{batch.id}", say(lang, f"labels.deed.{deed}.do")
    if deed == "activate":
        return forms.submit(lang, label, name, ready=ready)
    first, last = (span.first, span.last) if span else (1, batch.count)
    question = say(lang, "labels.sure", deed=label, first=first, last=last)
    return forms.confirmed(lang, name, label, question, ready=ready)


def asked_span(lang: str, batch: Batch, deed: str) -> Span | None:
    """All labels, unless somebody says from which to which; None while that cannot be read."""
    part = st.toggle(say(lang, "labels.part"), key=forms.key(f"part-{deed}-{batch.id}"))
    if not part:
        return Span(1, batch.count)
    first = forms.count(lang, say(lang, "labels.first"), f"first-{deed}-{batch.id}", "")
    last = forms.count(lang, say(lang, "labels.last", n=batch.count), f"last-{deed}-{batch.id}", "")
    return Span(first, last) if first and last and first <= last <= batch.count else None


def books(here: Here, batch: Batch) -> None:
    """The books of the batch, and counting the shelf against them."""
    lang = here.lang
    st.html(markup.section(say(lang, "labels.books")))
    told = get_books(here.door, batch.id)
    sums = say(
        lang,
        "labels.sum",
        printed=told.printed,
        active=told.active + told.suspect,
        sold=told.sold,
        void=told.void,
        unused=told.unused,
    )
    st.html(markup.note(sums) + verdict(lang, told))
    if not here.me.writes_office:
        return
    counted = st.text_input(say(lang, "labels.counted"), key=forms.key(f"counted-{batch.id}")).strip()
    note = forms.line(forms.optional(lang, say(lang, "labels.count_note")), f"count-note-{batch.id}")
    ready = counted.isdecimal() and int(counted) <= batch.count
    with states.attempt(lang):
        if forms.submit(lang, say(lang, "labels.count"), f"count-{batch.id}", ready=ready):
            count_shelf(here.door, batch.id, int(counted), note)
            frame.done(say(lang, "labels.counted_done", n=int(counted)))


def verdict(lang: str, told: Books) -> str:
    if told.missing:
        word = "labels.missing" if told.missing > 0 else "labels.surplus"
        return markup.tag(Level.ACT, say(lang, word, n=abs(told.missing)))
    if not told.balances:
        return markup.tag(Level.ACT, say(lang, "labels.unbalanced"))
    if told.counted is None:
        return markup.tag(Level.WATCH, say(lang, "labels.uncounted"))
    return markup.tag(Level.GOOD, say(lang, "labels.balanced", n=number(lang, told.counted)))
