"""Inputs that a person can trust: numbers typed as text and read back, days as 22/11/2026, nothing left in English."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

import streamlit as st

from nongso.errors import NongsoError
from nongso.text import say
from nongso.text.format import number, parse_number
from ui.keys import Key

Choice = TypeVar("Choice")


def key(name: str) -> str:
    """A widget's key until something was done; then every form begins empty again."""
    return f"{name}-{st.session_state.get(Key.ROUND, 0)}"


def tab(lang: str, name: str, choices: Mapping[str, str]) -> str:
    """Which part of a page is open; the first one at the beginning."""
    first = next(iter(choices))
    chosen = st.pills(
        say(lang, "ui.part"),
        list(choices),
        default=first,
        required=True,
        format_func=lambda choice: choices[choice],
        key=key(f"{name}-tab"),
        label_visibility="collapsed",
    )
    return chosen or first


def search(lang: str, name: str) -> str:
    """What is looked for; empty at first."""
    words = say(lang, "ui.search")
    return st.text_input(words, key=f"{name}-search", placeholder=words, label_visibility="collapsed").strip()


def line(label: str, name: str, value: str = "") -> str:
    return st.text_input(label, value, max_chars=200, key=key(name)).strip()


def optional(lang: str, label: str) -> str:
    return f"{label} ({say(lang, 'ui.optional')})"


def quantity(lang: str, label: str, name: str, unit: str) -> float | None:
    """A number above zero, read back under the field; None until it can be read one way only.

    Never st.number_input: it takes a typed 1,5 for fifteen.
    """
    typed = st.text_input(f"{label} ({unit})" if unit else label, key=key(name)).strip()
    if not typed:
        return None
    try:
        value = float(parse_number(typed))
    except NongsoError as fault:
        st.error(say(lang, f"error.{fault.code}", **fault.values))
        return None
    if value <= 0:
        st.error(say(lang, "ui.too_small"))
        return None
    st.caption(say(lang, "ui.read_as", number=number(lang, value), unit=unit).strip())
    return value


def count(lang: str, label: str, name: str, unit: str) -> int | None:
    """A whole number above zero."""
    value = quantity(lang, label, name, unit)
    if value is not None and value != int(value):
        st.error(say(lang, "ui.not_whole"))
        return None
    return None if value is None else int(value)


def choice(lang: str, label: str, name: str, options: Mapping[Choice, str]) -> Choice | None:
    """One of `options`, by the word for it; None until something is chosen."""
    return st.selectbox(
        label,
        list(options),
        index=None,
        format_func=lambda option: options[option],
        key=key(name),
        placeholder=say(lang, "ui.choose"),
        filter_mode=None,
    )


def choices(lang: str, label: str, name: str, options: Mapping[Choice, str], chosen: list[Choice]) -> list[Choice]:
    return st.multiselect(
        label,
        list(options),
        [each for each in chosen if each in options],
        format_func=lambda option: options[option],
        key=key(name),
        placeholder=say(lang, "ui.choose"),
        filter_mode=None,
        select_all=False,
    )


def day(label: str, name: str, value: date | None = None) -> date | None:
    return st.date_input(label, value, key=key(name), format="DD/MM/YYYY", min_value=date(1950, 1, 1))


def submit(lang: str, label: str, name: str, *, ready: bool) -> bool:
    """The one main action of a form. It can always be pressed: a greyed button does not say what it waits for."""
    if not st.button(label, key=key(name), type="primary", width="stretch"):
        return False
    if not ready:
        st.error(say(lang, "ui.incomplete"))
    return ready


def confirmed(lang: str, name: str, label: str, question: str, *, ready: bool = True) -> bool:
    """A second, deliberate tap for what cannot be undone: the question stands between the two."""
    asked = key(f"{name}-asked")
    if not st.session_state.get(asked):
        if st.button(label, key=key(name), width="stretch"):
            st.session_state[asked] = True
            st.rerun()
        return False
    st.warning(question)
    if st.button(say(lang, "ui.cancel"), key=key(f"{name}-cancel"), width="stretch"):
        del st.session_state[asked]
        st.rerun()
    return submit(lang, label, f"{name}-sure", ready=ready)
