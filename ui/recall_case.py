"""A recall as it stands: its clock, whom to tell, what they answered, what became of the goods."""

from datetime import datetime
from html import escape
from urllib.parse import quote

import streamlit as st

from nongso.rules import Level
from nongso.text import say
from nongso.text.format import number
from ui import forms, frame, markup, session, states
from ui.calls import recalls
from ui.calls.recalls import CaseView, NoticeView
from ui.session import Here

TREATMENTS = ("fix", "other_use", "re_export", "destroy")
HOUR_S = 3600


def show(here: Here, case_id: int) -> None:
    lang = here.lang
    state = recalls.get_case(here.door, case_id)
    if state.case.drill:
        st.html(markup.tag(Level.WATCH, say(lang, "recall.drill")))
    st.html(f"<p><b>{escape(state.case.reason)}</b></p>")
    clock(lang, state, here.now)
    reached = ", ".join(thing.name for thing in state.things)
    st.html(markup.note(say(lang, "recalls.reached", n=len(state.things), names=reached)))
    late(here, state)
    st.html(markup.section(say(lang, "recalls.tell")))
    for each in state.notices:
        with st.container(key=f"panel-notice-{each.notice.id}", gap="small"):
            notice(here, state, each)
    url = f"{session.settings().public_url}/recall-report/{case_id}"
    st.link_button(say(lang, "recalls.report"), url, width="stretch")
    if here.me.writes_office and state.case.closed_at is None:
        treat(here, state)
        close(here, state)


def clock(lang: str, state: CaseView, now: datetime) -> None:
    """The 24 hours, and how much of what was sent is accounted for."""
    hours = (state.due_at - now).total_seconds() / HOUR_S
    told = sum(each.notice.told_at is not None for each in state.notices)
    whole = told == len(state.notices)
    if state.case.closed_at is not None:
        st.html(markup.tag(Level.GOOD, say(lang, "recalls.closed", at=state.case.closed_at)))
    elif hours > 0:
        st.html(markup.tag(Level.GOOD if whole else Level.WATCH, say(lang, "recalls.left", hours=int(hours))))
    else:
        st.html(markup.tag(Level.GOOD if whole else Level.ACT, say(lang, "recalls.over", at=state.due_at)))
    effect = state.effect
    facts = {
        "told": say(lang, "recalls.of", n=told, all=len(state.notices)),
        "answered": say(lang, "recalls.of", n=effect.answered, all=effect.parties),
        "effect": "—" if state.share is None else f"{number(lang, state.share * 100)} %",
        "kg": say(lang, "recalls.kg", accounted=effect.accounted_kg, sent=effect.sent_kg),
    }
    st.html(markup.facts((say(lang, f"recalls.fact.{name}"), value) for name, value in facts.items()))


def late(here: Here, state: CaseView) -> None:
    """What came to light since the case was opened."""
    if not state.undiscovered:
        return
    words = say(here.lang, "recalls.undiscovered", names=", ".join(state.undiscovered))
    st.html(f'<div class="ns-banner">{markup.sign(Level.ACT)}<p>{escape(words)}</p></div>')
    if here.me.writes_office and st.button(
        say(here.lang, "recalls.extend"), key=forms.key("recall-extend"), type="primary", width="stretch"
    ):
        with states.attempt(here.lang):
            recalls.extend(here.door, state.case.id)
            frame.done(say(here.lang, "recalls.extended"))


def notice(here: Here, state: CaseView, view: NoticeView) -> None:
    """A party: how to reach it, and whether it was told and answered."""
    lang, each = here.lang, view.notice
    way = say(lang, f"recalls.{each.direction}")
    sent = "" if each.sent_kg is None else f" · {number(lang, each.sent_kg)} kg"
    st.html(f"<p><b>{escape(each.name)}</b> · {escape(way)}{escape(sent)}<br>{escape(each.goods)}</p>")
    if each.answered_at is not None:
        said = say(lang, "recall.notice.said", held=each.held_kg, returned=each.returned_kg, sold=each.sold_kg)
        st.html(markup.tag(Level.GOOD, f"{each.answered_by}: {said}"))
    elif each.told_at is not None:
        st.html(markup.tag(Level.WATCH, say(lang, "recalls.told", at=each.told_at)))
    else:
        st.html(markup.tag(Level.ACT, say(lang, "recalls.not_told")))
    if not here.me.writes_office or state.case.closed_at is not None or each.answered_at is not None:
        return
    message = say(lang, "recalls.message", name=each.name, office=here.me.office_name, link=view.link)
    if each.phone:
        st.link_button(
            say(lang, "recalls.call", phone=each.phone), f"tel:{each.phone.replace(' ', '')}", width="stretch"
        )
    st.link_button(
        say(lang, "recalls.sms"), f"sms:{each.phone.replace(' ', '')}?&body={quote(message)}", width="stretch"
    )
    st.code(view.link, language=None, wrap_lines=True)
    if each.told_at is not None:
        return
    label = forms.optional(lang, say(lang, "recalls.phone"))
    phone = "" if each.phone else forms.line(label, f"told-phone-{each.id}")
    if st.button(say(lang, "recalls.mark_told"), key=forms.key(f"told-{each.id}"), width="stretch"):
        with states.attempt(lang):
            recalls.tell(here.door, state.case.id, each.id, phone)
            frame.done(say(lang, "recalls.marked", name=each.name))


def treat(here: Here, state: CaseView) -> None:
    lang = here.lang
    st.html(markup.section(say(lang, "recalls.treat")))
    lots = {thing.lot_id: thing.name for thing in state.things if thing.lot_id is not None}
    lot = forms.choice(lang, say(lang, "step.lot"), "treat-lot", lots)
    kinds = {kind: say(lang, f"recall.treatment.{kind}") for kind in TREATMENTS}
    kind = forms.choice(lang, say(lang, "recalls.treatment"), "treat-kind", kinds)
    kg = forms.quantity(lang, say(lang, "recalls.how_much"), "treat-kg", "kg")
    ready = bool(lot and kind and kg)
    if forms.submit(lang, say(lang, "step.save"), "treat-save", ready=ready) and lot and kind and kg:
        with states.attempt(lang):
            recalls.treat(here.door, state.case.id, recalls.TreatmentDraft(lot, kind, kg))
            frame.done(say(lang, "recalls.treated"))


def close(here: Here, state: CaseView) -> None:
    lang = here.lang
    st.html(markup.section(say(lang, "recalls.close")))
    note = forms.line(forms.optional(lang, say(lang, "recalls.close_note")), "close-note")
    with states.attempt(lang):
        if forms.confirmed(lang, "recall-close", say(lang, "recalls.close"), say(lang, "recalls.close_question")):
            recalls.close(here.door, state.case.id, note)
            frame.done(say(lang, "recalls.closed_now"))
