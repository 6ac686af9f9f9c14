"""“Why this advice”: each rule's numbers in the order in which they are reckoned, with formula, source, device and age."""

from datetime import datetime
from html import escape

import streamlit as st

from nongso.text import say
from nongso.text.age import ago
from nongso.text.format import number
from ui import markup
from ui.calls.why import Line, Working, get_why
from ui.session import Here


def show(here: Here, field_id: int) -> None:
    """Each working behind one tap; what is missing stands open."""
    lang = here.lang
    why = get_why(here.door, field_id)
    if not why.workings and why.missing is None:
        return
    st.html(markup.section(say(lang, "why.title")))
    for working in why.workings:
        st.html(markup.folded(f"{working.name} · {working.state_name}", worked(lang, working, here.now)))
    if why.missing is not None:
        st.html(markup.note(why.missing.text))


def worked(lang: str, working: Working, now: datetime) -> str:
    gaps = "".join(markup.note(gap.text) for gap in working.gaps)
    lines = "".join(row(lang, line, now) for line in working.lines)
    until = say(lang, "why.expires", at=working.expires_at) if working.expires_at else say(lang, "why.expired")
    return f'{gaps}<dl class="ns-working">{lines}</dl>{markup.note(until)}'


def row(lang: str, line: Line, now: datetime) -> str:
    """The name and whence it comes on the left, the number on the right; what was estimated says so."""
    mark = f" {markup.plain_tag(say(lang, 'why.estimated'))}" if line.kind == "estimate" else ""
    about = [
        line.device_name,
        ago(lang, now - line.at) if line.at else "",
        line.formula,
        say(lang, "why.source", source=line.source) if line.source else "",
        line.note,
    ]
    small = escape(" · ".join(part for part in about if part))
    unit = say(lang, "unit.days") if line.unit == "d" else line.unit
    value = "—" if line.value is None else f"{number(lang, line.value)} {unit}"
    return (
        f'<div class="ns-{escape(line.kind)}"><dt>{escape(line.name)}{mark}<span class="ns-small">{small}</span></dt>'
        f"<dd>{escape(value)}</dd></div>"
    )
