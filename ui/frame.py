"""What stands around every page: the language for screen readers, the bar under a phone's thumb, the foot of a desk's sidebar."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from nongso.text import say
from ui.keys import Key
from ui.pages import Group, Page
from ui.session import Here

BLANKS = ("day", "month", "year", "hour", "minute")


def speak(lang: str) -> None:
    """The page's language for screen readers, and our words where Streamlit has none in Vietnamese: a button, days and hours that are still empty."""
    st.html(f"<script>document.documentElement.lang = '{lang}'</script>", unsafe_allow_javascript=True)
    words = {"upload": say(lang, "ui.choose_file"), **{part: say(lang, f"ui.blank.{part}") for part in BLANKS}}
    properties = "".join(f"--word-{name}:'{word}';" for name, word in words.items())
    st.html(f"<style>:root{{{properties}}}</style>")


def mark(at: str) -> None:
    """The page that is open, in the menu and under the thumb: Streamlit tells it by a shade only. `at` is its address, "" for the front page."""
    side, thumb = f'[data-testid="stSidebar"] a[href="{at}"]', f'.st-key-bar a[href="{at}"]'
    st.html(
        f"<style>{side}{{background:#fff!important}} {side} p{{color:var(--leaf-dark)!important;font-weight:650}}"
        f"{thumb}{{background:var(--leaf-soft)!important}} {thumb} p{{color:var(--leaf-dark)!important}}</style>"
    )


def bar(here: Here, links: Mapping[str, st.Page]) -> None:
    """Links by the names of their pages; a desk has the sidebar instead."""
    with st.bottom, st.container(key="bar", horizontal=True, gap=None):
        for name, page in links.items():
            with st.container(key=f"tab-{name}", width="stretch", gap=None):
                st.page_link(page, label=say(here.lang, f"tab.{name}"), width="stretch")


def side(here: Here, menu: Mapping[Group | None, Sequence[Page]], links: Mapping[str, st.Page]) -> None:
    """A desk's menu by its groups, and who is signed in."""
    with st.sidebar:
        for group, members in menu.items():
            if group is not None:
                st.html(f'<p class="ns-group">{escape(say(here.lang, f"group.{group}"))}</p>')
            with st.container(key=f"side-{group or 'front'}", gap=None):
                for page in members:
                    st.page_link(links[page.name], label=say(here.lang, f"page.{page.name}"), width="stretch")
        account(here, "side")


def account(here: Here, place: str) -> None:
    """Who is signed in, the other language, the way out."""
    role = say(here.lang, f"role.{here.me.role}")
    st.html(f'<p class="ns-me"><b>{escape(here.me.name)}</b><br>{escape(role)} · {escape(here.me.office_name)}</p>')
    other = "en" if here.lang == "vi" else "vi"
    if st.button(say(other, "ui.this_language"), key=f"{place}-lang", width="stretch"):
        here.door.do("PUT", "/api/v1/session/lang", {"lang": other})
        st.rerun()
    if st.button(say(here.lang, "ui.sign_out"), key=f"{place}-out", width="stretch"):
        here.door.do("DELETE", "/api/v1/session")
        st.rerun()


def done(sentence: str) -> None:
    """Say it after the page has been drawn again, with its forms empty."""
    st.session_state[Key.DONE] = sentence
    st.session_state[Key.ROUND] = st.session_state.get(Key.ROUND, 0) + 1
    st.rerun()


def say_done() -> None:
    sentence = st.session_state.pop(Key.DONE, None)
    if sentence:
        st.success(sentence)
