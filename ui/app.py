"""The script that Streamlit runs for every page: who looks, which pages are theirs, the page, the bar under it."""

import logging
from collections.abc import Mapping
from secrets import token_hex

import streamlit as st

from nongso.errors import NongsoError, SignInNeeded
from nongso.text import say
from ui import frame, pages, session, states
from ui.keys import Key
from ui.session import Here

log = logging.getLogger("ui")


def main() -> None:
    st.set_page_config(page_title="Nông Số", layout="wide")
    try:
        here = session.enter()
    except NongsoError as fault:
        stand_in(fault)
    else:
        show(here)


def stand_in(fault: NongsoError) -> None:
    """Nobody is signed in, or the API is away: every address shows that, so that none says “not found”."""
    state = states.signed_out if isinstance(fault, SignInNeeded) else states.away
    st.navigation([st.Page(state, url_path=name) for name in sorted(pages.NAMES)], position="hidden").run()


def show(here: Here) -> None:
    """The pages of the reader's role; the address of another role's page answers that it is not theirs."""
    frame.speak(here.lang)
    theirs = pages.for_role(here.me.role)
    known = {page.name: made(here.lang, page) for page in theirs}
    # Streamlit serves a front page at / only, so it is there a second time under its own name.
    front = st.Page(
        pages.file_of(theirs[0].name), title=say(here.lang, f"page.{theirs[0].name}"), url_path="front", default=True
    )
    st.session_state[Key.EMPTY] = []
    chosen = st.navigation([front, *known.values(), *strangers(known)], position="hidden")
    frame.say_done()
    with states.told(here.lang):
        chosen.run()
    links = known | {theirs[0].name: front}
    frame.bar(here, {page.name: links[page.name] for page in theirs if here.me.role in page.bar})
    frame.mark(chosen.url_path)
    frame.side(here, {None: [theirs[0]], **pages.grouped(theirs)}, links)


def strangers(known: Mapping[str, object]) -> list[st.Page]:
    """The addresses of other roles' pages."""
    return [st.Page(states.forbidden, url_path=name) for name in sorted(pages.NAMES - set(known))]


def made(lang: str, page: pages.Page) -> st.Page:
    return st.Page(pages.file_of(page.name), title=say(lang, f"page.{page.name}"), url_path=page.name)


def run() -> None:
    """What nobody foresaw is logged once under an id; only the id is shown."""
    try:
        main()
    except Exception:
        mark = token_hex(6)
        log.exception("unexpected id=%s", mark)
        states.broken(mark)


run()
