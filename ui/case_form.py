"""Giving a case to somebody, and closing it with what was found."""

import streamlit as st

from nongso.label_scans import Outcome
from nongso.text import say
from ui import forms, frame, markup, states
from ui.calls.cases import CaseView, assign, close
from ui.session import Here


def show(here: Here, view: CaseView) -> None:
    lang, case = here.lang, view.case
    names = {each.account_id: each.name for each in view.staff}
    who = forms.choice(lang, say(lang, "cases.who"), f"who-{case.id}", names, case.assigned_to or here.me.account_id)
    with states.attempt(lang):
        if forms.submit(lang, say(lang, "cases.assign"), f"assign-{case.id}", ready=who is not None) and who:
            assign(here.door, case.id, who)
            frame.done(say(lang, "cases.assigned", name=names[who]))
    st.html(markup.section(say(lang, "cases.close")))
    outcomes = {outcome.value: say(lang, f"case.outcome.{outcome}") for outcome in Outcome}
    outcome = forms.choice(lang, say(lang, "cases.outcome"), f"outcome-{case.id}", outcomes)
    note = forms.line(say(lang, "cases.note"), f"case-note-{case.id}")
    ready = outcome is not None and note != ""
    with states.attempt(lang):
        if forms.submit(lang, say(lang, "cases.close"), f"close-{case.id}", ready=ready) and outcome:
            close(here.door, case.id, outcome, note)
            frame.done(say(lang, "cases.closed"))
