"""Readings that somebody calls wrong: a farmer says so, the office looks into it and says what it found."""

from html import escape

import streamlit as st

from nongso.people import Role
from nongso.rules import Level
from nongso.text import say
from nongso.text.age import ago
from nongso.text.format import moment
from ui import doubt_form, forms, frame, markup, session, states
from ui.calls.doubts import Doubt, list_doubts, settle

LEVELS = {None: Level.WATCH, "wrong": Level.ACT, "right": Level.GOOD}

here = session.here()
lang = here.lang
now = here.now
doubts = list_doubts(here.door)
waiting = sum(doubt.finding is None for doubt in doubts)
st.html(
    markup.head(here.me.office_name, say(lang, "doubts.headline", n=waiting) if waiting else say(lang, "page.doubts"))
)
parts = [name for name in ("say", "list") if name == "list" or here.me.role is not Role.INSPECTOR]
ordered = parts[::-1] if here.me.sees_office else parts
part = forms.tab(lang, "doubts", {name: say(lang, f"doubts.{name}") for name in ordered})


def told(doubt: Doubt) -> str:
    """What is doubted and how one knows; from whom; what was found."""
    depth = say(lang, "chart.depth", depth=doubt.depth_cm) if doubt.depth_cm is not None else ""
    what = " · ".join(part for part in (say(lang, f"property.{doubt.property}"), depth, doubt.device_name) if part)
    span = say(
        lang, "doubts.span", since=moment(lang, doubt.from_at), until=moment(lang, doubt.to_at), n=doubt.readings
    )
    who = f"{doubt.doubted_by} · {ago(lang, now - doubt.doubted_at)}"
    state = markup.tag(LEVELS[doubt.finding], say(lang, f"doubts.finding.{doubt.finding or 'none'}"))
    found = f"<p class='ns-small'>{escape(doubt.settled_by or '')}: {escape(doubt.note)}</p>" if doubt.note else ""
    return (
        f"<p class='ns-reason'>{escape(what)}</p><p class='ns-line'>{escape(doubt.reason)}</p>"
        f"<p class='ns-small'>{escape(span)}</p><p class='ns-small'>{escape(who)}</p>{state}{found}"
    )


if part == "say":
    doubt_form.show(here)
else:
    for doubt in forms.paged(lang, "doubts", doubts):
        with st.container(key=f"panel-doubt-{doubt.id}", gap="small"):
            st.html(told(doubt))
            if doubt.finding is None and here.me.writes_office:
                note = forms.line(forms.optional(lang, say(lang, "doubts.note")), f"doubt-note-{doubt.id}")
                with states.attempt(lang):
                    for finding in ("wrong", "right"):
                        if st.button(
                            say(lang, f"doubts.do.{finding}"), key=f"doubt-{finding}-{doubt.id}", width="stretch"
                        ):
                            settle(here.door, doubt.id, finding, note)
                            frame.done(say(lang, "doubts.settled"))
    if not doubts:
        states.empty(say(lang, "doubts.none"), say(lang, "doubts.hint"))
