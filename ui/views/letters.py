"""Dead letters: what devices sent and nobody could read, why, and a button to have it read again once the cause is mended."""

from html import escape

import streamlit as st

from nongso.text import say
from nongso.text.age import ago
from nongso.text.format import number
from ui import forms, frame, markup, session, states
from ui.calls.letters import Listed, list_letters, replay

here = session.here()
lang = here.lang
letters = list_letters(here.door)
headline = say(lang, "letters.headline", n=len(letters)) if letters else say(lang, "letters.none")
st.html(markup.head(say(lang, "page.letters"), headline))


def told(listed: Listed) -> str:
    """Why, then from whom, how often and when last."""
    letter = listed.letter
    times = say(lang, "letters.times", n=number(lang, letter.times))
    last = ago(lang, here.now - letter.last_at)
    reasons = " ".join(f"{reason.sentence}." for reason in listed.reasons)
    small = f"{letter.device_id or letter.topic} · {times} · {last}"
    return f"<p class='ns-reason'>{escape(reasons)}</p><p class='ns-small'>{escape(small)}</p>"


for listed in forms.paged(lang, "letters", letters, 30):
    letter = listed.letter
    with st.container(key=f"panel-letter-{letter.id}", gap="small"):
        st.html(told(listed))
        asked = letter.replay_requested_at is not None
        if asked:
            st.html(markup.plain_tag(say(lang, "letters.asked")))
        offered = here.me.writes_office and not listed.final and not asked
        if offered and st.button(say(lang, "letters.replay"), key=f"letter-{letter.id}", width="stretch"):
            with states.attempt(lang):
                replay(here.door, letter.id)
                frame.done(say(lang, "letters.replayed"))
if not letters:
    states.empty(say(lang, "letters.none"), say(lang, "letters.hint"))
