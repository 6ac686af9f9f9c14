"""What a page shows when it has nothing to show: each state is one sentence and one next step."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from nongso.errors import Forbidden, NongsoError, NotFound, SignInNeeded
from nongso.text import say
from ui import markup, session
from ui.door import Away


def signed_out() -> None:
    lang = session.lang()
    panel(lang, "signed_out")
    st.link_button(say(lang, "ui.signed_out.next"), session.sign_in_url(), type="primary")


def away() -> None:
    lang = session.lang()
    panel(lang, "away")
    if st.button(say(lang, "ui.away.next"), key="again", type="primary"):
        st.rerun()


def forbidden() -> None:
    panel(session.lang(), "forbidden")


def broken(mark: str) -> None:
    """Something of ours failed; the log knows it by `mark`."""
    lang = session.lang()
    panel(lang, "broken")
    st.html(markup.note(say(lang, "error.unexpected", id=mark)))
    if st.button(say(lang, "ui.away.next"), key="again", type="primary"):
        st.rerun()


def missing(lang: str) -> None:
    panel(lang, "missing")


def empty(title: str, hint: str) -> None:
    """Nothing yet, and what would bring something. Without a title where the page's own headline says it."""
    st.html(f'<div class="ns-state">{markup.section(title) if title else ""}{markup.note(hint)}</div>')


def panel(lang: str, state: str) -> None:
    st.html(
        f'<div class="ns-state">{markup.head("Nông Số", say(lang, f"ui.{state}.title"))}'
        f"{markup.note(say(lang, f'ui.{state}.hint'))}</div>"
    )


@contextmanager
def told(lang: str) -> Iterator[None]:
    """A view that cannot go on ends in the state that says why."""
    try:
        yield
    except Away:
        away()
    except SignInNeeded:
        signed_out()
    except Forbidden:
        forbidden()
    except NotFound:
        missing(lang)


@contextmanager
def attempt(lang: str) -> Iterator[None]:
    """Something a reader asked to be done: what speaks against it stands beside the button, and they can try again."""
    try:
        yield
    except (SignInNeeded, Away, Forbidden, NotFound):
        raise
    except NongsoError as fault:
        st.error(say(lang, f"error.{fault.code}", **fault.values))
