"""From a lot to its recall: the way to the page that tries it dry first; lifting one takes a reason and a second, deliberate tap."""

import streamlit as st

from nongso.text import say
from ui import forms, frame, pages, states
from ui.calls.lots import Lot, lift_recall
from ui.session import Here


def show(here: Here, lot: Lot) -> None:
    lang = here.lang
    if lot.recalled_at is None:
        way = {"lot": str(lot.id)}
        st.page_link(pages.file_of("recalls"), label=say(lang, "recall.recall.way"), query_params=way, width="stretch")
        return
    st.page_link(pages.file_of("recalls"), label=say(lang, "recalls.all"), width="stretch")
    reason = forms.line(say(lang, "recall.lift.reason"), f"lift-reason-{lot.id}")
    question = say(lang, "recall.lift.question", number=lot.number)
    with states.attempt(lang):
        if forms.confirmed(lang, f"lift-{lot.id}", say(lang, "recall.lift.do"), question, ready=reason != ""):
            lift_recall(here.door, lot.id, reason)
            frame.done(say(lang, "recall.lift.done", number=lot.number))
