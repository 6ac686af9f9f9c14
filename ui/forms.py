"""Inputs that a person can trust: numbers typed as text and read back, days as 22/11/2026, nothing left in English."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

import streamlit as st

from nongso.errors import NongsoError
from nongso.text import say
from nongso.text.format import number, parse_number
from ui.keys import Key

Choice = TypeVar("Choice")
Value = TypeVar("Value")
Row = TypeVar("Row")
GROUPED = re.compile(r"\d{1,3}([.,]\d{3})+")
OPTIONAL = tuple(say(lang, "ui.optional") for lang in ("vi", "en"))
THOUSANDS = {"vi": ".", "en": ","}


def key(name: str) -> str:
    """A widget's key until something was done; then every form begins empty again."""
    return f"{name}-{st.session_state.get(Key.ROUND, 0)}"


def tab(lang: str, name: str, choices: Mapping[str, str], begin: str = "") -> str:
    """Which part of a page is open; at the beginning `begin`, else the first one."""
    first = begin or next(iter(choices))
    if len(choices) == 1:
        return first
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
    return noted(label, st.text_input(label, value, max_chars=200, key=key(name)).strip())


def optional(lang: str, label: str) -> str:
    return f"{label} ({say(lang, 'ui.optional')})"


def noted(label: str, value: Value) -> Value:
    """The value; where it is empty and need not be, its label is kept for `submit` to name."""
    if value in (None, "", []) and not any(word in label for word in OPTIONAL):
        st.session_state.setdefault(Key.EMPTY, []).append(label)
    return value


def read(lang: str, words: str, unit: str) -> float | None:
    """The number in `words`, echoed; None, with what is wrong, when it cannot be read one way only."""
    try:
        value = float(parse_number(words))
    except NongsoError as fault:
        st.error(say(lang, f"error.{fault.code}", **fault.values))
        return None
    st.caption(say(lang, "ui.read_as", number=number(lang, value), unit=unit).strip())
    return value


def quantity(lang: str, label: str, name: str, unit: str, value: float | None = None) -> float | None:
    """A number above zero, read back under the field; None until it can be read one way only.

    Never st.number_input: it takes a typed 1,5 for fifteen.
    """
    found = figure(lang, label, name, unit, value)
    if found is not None and found <= 0:
        st.error(say(lang, "ui.too_small"))
        return None
    return found


def figure(lang: str, label: str, name: str, unit: str, value: float | None = None) -> float | None:
    """Any number, read back under the field once somebody typed it."""
    before = begun(lang, value)
    words = st.text_input(with_unit(label, unit), before, key=key(name)).strip()
    if words == before or not words:
        return noted(label, value if words == before else None)
    return read(lang, words, unit)


def with_unit(label: str, unit: str) -> str:
    """`Khối lượng (kg)`, `Hạn dùng (không bắt buộc, ngày)`."""
    if not unit:
        return label
    return f"{label[:-1]}, {unit})" if label.endswith(")") else f"{label} ({unit})"


def begun(lang: str, value: float | None) -> str:
    """What a field of a number begins with, as the reader would type it."""
    return "" if value is None else number(lang, value, decimals_of(value)).replace(THOUSANDS[lang], "")


def typed(lang: str, label: str, name: str, unit: str, value: float | None = None) -> str | None:
    """A number as it was typed, read back with its unit, which the label says itself; "" for nothing, None while it cannot be read."""
    before = begun(lang, value)
    words = st.text_input(label, before, key=key(name)).strip()
    if words in ("", before):
        return words
    return None if read(lang, words, unit) is None else words


def which(lang: str, name: str, rows: Mapping[int, str], new: str) -> int:
    """The row that is to be changed, 0 for a new one; asks nothing while there are none."""
    if not rows:
        return 0
    return choice(lang, say(lang, "ui.which"), name, {0: new, **rows}, 0) or 0


def value_of(words: str) -> float:
    """The number of words that `typed` could read."""
    return float(parse_number(words))


def money(lang: str, label: str, name: str, value: float | None = None) -> str | None:
    """Đồng as they were typed: they have no fractions, so 150.000 is read one way only."""
    words = st.text_input(label, "" if value is None else number(lang, value, 0), key=key(name)).strip()
    if not words:
        return ""
    plain = re.sub(r"[.,]", "", words) if GROUPED.fullmatch(words) else words
    return None if read(lang, plain, say(lang, "ui.dong")) is None else plain


def all_read(words: Iterable[str | None]) -> bool:
    """Nothing among what was typed waits to be mended."""
    return all(each is not None for each in words)


def decimals_of(value: float) -> int:
    """As many as a person typed: what is begun with must come back as the same number."""
    written = f"{value:.6f}".rstrip("0")
    return len(written.split(".")[1])


def count(lang: str, label: str, name: str, unit: str, value: int | None = None) -> int | None:
    """A whole number above zero."""
    found = quantity(lang, label, name, unit, value)
    if found is not None and found != int(found):
        st.error(say(lang, "ui.not_whole"))
        return None
    return None if found is None else int(found)


def choice(
    lang: str, label: str, name: str, options: Mapping[Choice, str], chosen: Choice | None = None
) -> Choice | None:
    """One of `options`, by the word for it; None until something is chosen."""
    picked = st.selectbox(
        label,
        list(options),
        index=None if chosen is None or chosen not in options else list(options).index(chosen),
        format_func=lambda option: options[option],
        key=key(name),
        placeholder=say(lang, "ui.choose"),
        filter_mode=None,
    )
    return noted(label, picked)


def maybe(lang: str, label: str, name: str, options: Mapping[str, str], chosen: str | None) -> str | None:
    """One of `options` or none of them, which what was chosen before can be changed back to."""
    return choice(lang, optional(lang, label), name, {"": say(lang, "ui.none"), **options}, chosen or "") or None


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


def pick(label: str, name: str, options: Mapping[Choice, str], chosen: Choice | None = None) -> Choice | None:
    """One of a few `options`, all in sight: one tap instead of three."""
    picked = st.pills(
        label,
        list(options),
        default=chosen if chosen in options else None,
        format_func=lambda option: options[option],
        key=key(name),
        width="stretch",
    )
    return noted(label, picked)


def paged(lang: str, name: str, rows: Sequence[Row], size: int = 50) -> Sequence[Row]:
    """One page of `rows`, with the way to the others above it when there are any; says how many there are."""
    last = max(0, (len(rows) - 1) // size)
    if last == 0:
        return rows
    at = min(st.session_state.get(f"{name}-page", 0), last)
    shown = rows[at * size : (at + 1) * size]
    st.html(
        f'<p class="ns-small">{say(lang, "ui.rows", first=at * size + 1, last=at * size + len(shown), n=len(rows))}</p>'
    )
    with st.container(key=f"{name}-pages", horizontal=True):
        for step in (-1, 1):
            word = say(lang, "ui.page_before" if step < 0 else "ui.page_after")
            there = 0 <= at + step <= last
            if st.button(word, key=f"{name}-page-{step}", disabled=not there, width="stretch"):
                st.session_state[f"{name}-page"] = at + step
                st.rerun()
    return shown


def day(label: str, name: str, value: date | None = None) -> date | None:
    chosen = st.date_input(label, value, key=key(name), format="DD/MM/YYYY", min_value=date(1950, 1, 1))
    return noted(label, chosen)


def submit(lang: str, label: str, name: str, *, ready: bool, advised: bool = True) -> bool:
    """The one main action of a form. It can always be pressed: a greyed button does not say what it waits for, this one names it.

    What is not advised does not look like what is.
    """
    empty = dict.fromkeys(st.session_state.pop(Key.EMPTY, []))
    if not st.button(label, key=key(name), type="primary" if advised else "secondary", width="stretch"):
        return False
    if not ready:
        st.error(say(lang, "ui.empty", fields="; ".join(empty)) if empty else say(lang, "ui.incomplete"))
    return ready


def confirmed(lang: str, name: str, label: str, question: str, *, ready: bool = True) -> bool:
    """A second, deliberate tap for what cannot be undone: the question stands between the two."""
    asked = key(f"{name}-asked")
    if not st.session_state.get(asked):
        st.session_state.pop(Key.EMPTY, None)
        if st.button(label, key=key(name), width="stretch"):
            st.session_state[asked] = True
            st.rerun()
        return False
    st.warning(question)
    if st.button(say(lang, "ui.cancel"), key=key(f"{name}-cancel"), width="stretch"):
        del st.session_state[asked]
        st.rerun()
    return submit(lang, label, f"{name}-sure", ready=ready)
