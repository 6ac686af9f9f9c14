"""Dead letters: what devices sent and nobody could read, why, the bytes, and a button to have it read again once the cause is mended."""

from collections import Counter
from html import escape

import streamlit as st

from nongso.text import say
from nongso.text.age import ago
from nongso.text.format import number
from ui import forms, frame, markup, session, states
from ui.calls.letters import Listed, get_content, list_letters, replay, replay_all

MOST_SHOWN = 4_000  # characters of a message

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


def offered(listed: Listed) -> bool:
    return here.me.writes_office and not listed.final and listed.letter.replay_requested_at is None


def ask_for_all() -> None:
    """A codec or the register was mended: one tap for all that lay there for the same reason."""
    waiting = [listed for listed in letters if offered(listed)]
    sentences = {reason.reason: reason.sentence for listed in waiting for reason in listed.reasons}
    for reason, count in Counter(r.reason for listed in waiting for r in listed.reasons).items():
        label = say(lang, "letters.replay_all", n=count, reason=sentences[reason])
        if count > 1 and st.button(markup.plain(label), key=f"letters-{reason}", width="stretch"):
            with states.attempt(lang):
                asked = replay_all(here.door, reason)
                frame.done(say(lang, "letters.all_replayed", n=asked))


def show_content(listed: Listed) -> None:
    """Behind a tap: few letters are looked into, and each costs a question."""
    letter = listed.letter
    with states.attempt(lang):
        content = get_content(here.door, letter.id)
        st.code(
            (content.text if content.text is not None else content.hex)[:MOST_SHOWN], language=None, wrap_lines=True
        )
        st.html(f"<p class='ns-small'>{escape(say(lang, 'letters.by', topic=letter.topic, codec=letter.codec))}</p>")


ask_for_all()

for listed in forms.paged(lang, "letters", letters, 30):
    letter = listed.letter
    with st.container(key=f"panel-letter-{letter.id}", gap="small"):
        st.html(told(listed))
        if letter.replay_requested_at is not None:
            st.html(markup.plain_tag(say(lang, "letters.asked")))
        if st.button(say(lang, "letters.show"), key=f"letter-content-{letter.id}", type="tertiary"):
            show_content(listed)
        if offered(listed) and st.button(say(lang, "letters.replay"), key=f"letter-{letter.id}", width="stretch"):
            with states.attempt(lang):
                replay(here.door, letter.id)
                frame.done(say(lang, "letters.replayed"))
if not letters:
    states.empty("", say(lang, "letters.hint"))
