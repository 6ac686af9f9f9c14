"""How one wants to be told: from which level on, when not, and where to."""

from datetime import time

import streamlit as st

from nongso.text import say
from ui import forms, frame, markup, states
from ui.calls import wishes
from ui.calls.wishes import Draft, Known
from ui.keys import Key
from ui.session import Here

LEVELS = (1, 2, 3, 4)
RUNGS = (0, 1, 2, 3)


def show(here: Here, known: Known) -> None:
    lang, now = here.lang, known.wishes
    levels = {level: say(lang, f"alert.level.{level}") for level in LEVELS}
    least = forms.pick(say(lang, "wishes.least"), "wishes-least", levels, now.least)
    rungs = {rung: say(lang, f"wishes.rung.{rung}") for rung in RUNGS}
    rung = forms.choice(lang, say(lang, "wishes.when"), "wishes-rung", rungs, now.rung)
    quiet_from = clock(forms.optional(lang, say(lang, "wishes.quiet_from")), "wishes-from", now.quiet_from)
    quiet_to = clock(forms.optional(lang, say(lang, "wishes.quiet_to")), "wishes-to", now.quiet_to)
    st.caption(say(lang, "wishes.critical"))
    digest = clock(forms.optional(lang, say(lang, "wishes.digest")), "wishes-digest", now.digest_at)
    cap = forms.count(lang, say(lang, "wishes.cap"), "wishes-cap", say(lang, "wishes.messages"), now.daily_cap)
    addresses = asked_addresses(lang)
    ready = least is not None and rung is not None and cap is not None and (quiet_from is None) == (quiet_to is None)
    if forms.submit(lang, say(lang, "ui.save"), "wishes-save", ready=ready) and least and rung is not None and cap:
        with states.attempt(lang):
            wishes.put_wishes(here.door, Draft(rung, least, quiet_from, quiet_to, cap, digest, addresses))
            frame.done(say(lang, "wishes.saved"))


def clock(label: str, name: str, value: time | None) -> time | None:
    return st.time_input(label, value, key=forms.key(name), step=1800)


def asked_addresses(lang: str) -> list[str] | None:
    """One a line; None leaves those that are there."""
    words = st.text_area(
        forms.optional(lang, say(lang, "wishes.addresses")), key=forms.key("wishes-addresses"), height=110
    )
    st.caption(say(lang, "wishes.addresses_hint"))
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return lines or None


def channels(here: Here, known: Known) -> None:
    """Where one is told now, in the order of trying; and the address for answers, shown once."""
    lang = here.lang
    if known.channels:
        pairs = [(channel.name, channel.address) for channel in known.channels]
        st.html(markup.facts(pairs))
    else:
        st.html(markup.note(say(lang, "wishes.no_channel")))
    address: str | None = st.session_state.get(Key.REPLY_ADDRESS)
    if address:
        st.html(markup.note(say(lang, "wishes.reply_once")))
        st.html(
            markup.copyable({say(lang, "wishes.reply"): address}, say(lang, "ui.copy")), unsafe_allow_javascript=True
        )
    elif st.button(say(lang, "wishes.make_reply"), key="wishes-reply", width="stretch"):
        with states.attempt(lang):
            st.session_state[Key.REPLY_ADDRESS] = wishes.make_reply_address(here.door)
            st.rerun()
