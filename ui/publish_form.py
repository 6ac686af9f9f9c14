"""The ten data of Circular 02/2024/TT-BKHCN as a checklist, publishing once they are all there, the record for the portal."""

from html import escape

import streamlit as st

from nongso.rules import Level
from nongso.text import say
from ui import forms, frame, markup, pages, states
from ui.calls.lots import Lot
from ui.calls.publications import Completeness, Datum, get_completeness, publish, take_record
from ui.session import Here


def show(here: Here, lot: Lot) -> None:
    state = get_completeness(here.door, lot.id)
    st.html(markup.section(say(here.lang, "publish.title")))
    checklist(here, state)
    if state.published_at is not None:
        st.html(markup.tag(Level.GOOD, say(here.lang, "publish.since", at=state.published_at)))
        if here.me.sees_office:
            record(here, lot)
    elif state.complete and here.me.writes_office and lot.recalled_at is None:
        offer(here, lot)
    elif not state.complete:
        st.html(markup.note(say(here.lang, "publish.waits")))


def checklist(here: Here, state: Completeness) -> None:
    """What is there and what is missing; under it the ways to the pages that fill it in."""
    lang = here.lang
    known = sum(each.known for each in state.data)
    level = Level.GOOD if state.complete else Level.WATCH
    st.html(markup.tag(level, say(lang, "publish.known", n=known, all=len(state.data))))
    lines = "".join(f"<li>{told(lang, each)}</li>" for each in state.data)
    st.html(f'<ul class="ns-checks">{lines}</ul>')
    owed: dict[str, list[str]] = {}
    for each in state.data:
        if each.page is not None:
            owed.setdefault(each.page, []).append(each.name)
    if here.me.writes_office:
        for page, names in owed.items():
            word = say(lang, "publish.fill", data=", ".join(names), page=say(lang, f"page.{page}"))
            st.page_link(pages.file_of(page), label=word, width="stretch")


def told(lang: str, datum: Datum) -> str:
    if datum.known:
        return f"{markup.sign(Level.GOOD)}<span>{escape(datum.name)}</span>"
    return f"{markup.sign(Level.WATCH)}<span><b>{escape(datum.name)}: {escape(say(lang, 'publish.missing'))}</b></span>"


def offer(here: Here, lot: Lot) -> None:
    lang = here.lang
    with states.attempt(lang):
        question = say(lang, "publish.question", number=lot.number)
        if forms.confirmed(lang, f"publish-{lot.id}", say(lang, "publish.do"), question):
            publish(here.door, lot.id)
            frame.done(say(lang, "publish.done", number=lot.number))


def record(here: Here, lot: Lot) -> None:
    name = f"{lot.number}-portal.json"
    st.download_button(
        say(here.lang, "publish.record"), take_record(here.door, lot.id), name, "application/json",
        key=f"record-{lot.id}", width="stretch", on_click="ignore",
    )  # fmt: skip
