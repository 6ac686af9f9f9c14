"""A field's numbers as rows: what, how much, how old, from which device; each can be called wrong."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

import streamlit as st

from nongso.rules import Level
from nongso.text import say
from nongso.text.age import ago
from nongso.text.format import number as written
from ui import cards, markup, pages
from ui.calls.fields import Card, Number, Series
from ui.session import Here


def show(here: Here, card: Card, series: Sequence[Series]) -> None:
    lang = here.lang
    known = {each.id: each for each in series}
    rows = [row(lang, number, known, here.now) for number in card.numbers]
    heads = [say(lang, f"field.column.{name}") for name in ("what", "value", "age", "source")]
    st.html(markup.section(say(lang, "field.numbers")) + markup.table(heads, rows, say(lang, "field.numbers")))
    st.page_link(pages.file_of("doubts"), label=say(lang, "doubt.ask"), query_params={"field": str(card.field_id)})


def row(lang: str, number: Number, known: Mapping[int, Series], now: datetime) -> list[str]:
    """The value with its sign and note; a stale one says so."""
    source = known.get(number.series_id) if number.series_id is not None else None
    depth = say(lang, "chart.depth", depth=source.depth_cm) if source and source.depth_cm is not None else ""
    value = "—"
    if number.value is not None:
        value = f"{written(lang, number.value, cards.DECIMALS.get(number.key))} {number.unit}"
    note = markup.tag(number.level, number.note) if number.level is not Level.STALE else markup.plain_tag(number.note)
    return [
        f"<b>{escape(number.name)}</b>",
        f"<span>{escape(value)} {note}</span>",
        escape(ago(lang, now - number.at) if number.at else say(lang, "home.never")),
        escape(" · ".join(part for part in (source.device_name if source else "—", depth) if part)),
    ]
