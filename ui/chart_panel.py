"""A chart as a person meets it: the picture, the same in one sentence, the numbers behind one tap."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

import streamlit as st

from nongso.catalogue import Kind
from nongso.clock import LOCAL
from nongso.text import say
from nongso.text.format import moment, number
from ui import charts, markup
from ui.calls.fields import Limit, Readings, Series, get_readings
from ui.charts import value_of
from ui.session import Here
from ui.spans import Span

TABLE_ROWS = 96


def show(here: Here, lines: Sequence[Series], limit: Limit | None, span: Span, now: datetime) -> None:
    """All `lines` are series of one property."""
    readings = [get_readings(here.door, line.id, now - span.length, now, span.step(line.kind)) for line in lines]
    known = [each for each in readings if any(value_of(point, each.series.kind) is not None for point in each.points)]
    if not known:
        st.html(f'<div class="ns-blank">{escape(say(here.lang, "chart.nothing"))}</div>')
        return
    names = [name_of(here.lang, each.series, among=lines) for each in known]
    sentence = told(here.lang, known[0], span)
    st.altair_chart(charts.drawn(here.lang, known, names, limit, span), width="stretch", theme=None, alt=sentence)
    st.html(markup.note(sentence))
    st.html(markup.folded(say(here.lang, "chart.table"), numbers(here.lang, known, names)))


def name_of(lang: str, series: Series, *, among: Sequence[Series]) -> str:
    """By depth where there is one, with the device's name where several stand side by side."""
    depth = say(lang, "chart.depth", depth=series.depth_cm) if series.depth_cm is not None else ""
    several = len({line.device_id for line in among}) > 1
    return " · ".join(part for part in (series.device_name if several or not depth else "", depth) if part)


def told(lang: str, readings: Readings, span: Span) -> str:
    """The chart in a sentence, also what a screen reader says of it."""
    points = [
        (value, point.at) for point in readings.points if (value := value_of(point, readings.series.kind)) is not None
    ]
    about = {
        "property": say(lang, f"property.{readings.series.property}"),
        "span": say(lang, f"chart.span.{span}"),
        "unit": readings.unit,
    }
    if readings.series.kind == Kind.COUNTER:
        return say(lang, "chart.told.sum", total=sum(value for value, _ in points), **about)
    low, high = min(points), max(points)
    return say(
        lang, "chart.told.range", low=low[0], low_at=low[1], high=high[0], high_at=high[1], last=points[-1][0], **about
    )


def numbers(lang: str, lines: Sequence[Readings], names: Sequence[str]) -> str:
    """The newest rows of every line, newest first."""
    rows = [
        (point.at, name, f"{number(lang, value)} {each.unit}")
        for each, name in zip(lines, names, strict=True)
        for point in each.points
        if (value := value_of(point, each.series.kind)) is not None
    ]
    newest = sorted(rows, reverse=True)[:TABLE_ROWS]
    cells = [(moment(lang, at.astimezone(LOCAL)), escape(name), escape(value)) for at, name, value in newest]
    return markup.table(
        [say(lang, "chart.when"), say(lang, "chart.line"), say(lang, "chart.value")], cells, say(lang, "chart.table")
    )
