"""Charts: gaps drawn as gaps, rain as bars, the limit as a line with its name, numbers and days as the reader writes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import altair as alt
import pandas as pd

from nongso.catalogue import Kind
from nongso.charts import Bucket
from nongso.clock import LOCAL
from nongso.text import say
from ui.calls.fields import Limit, Readings
from ui.spans import Span

Drawing = alt.LayerChart | alt.FacetChart  # what altair says that a layered chart may be
HEIGHT_PX, TEXT_PX = 220, 13
INK, INK_2, LINE, ACT, PAPER = "#15241c", "#4a5a51", "#dfe4da", "#b3261e", "#fbfaf5"
LINES = ("#1f6f43", "#1d5fa6", "#9a5200", "#8e4ec6")
DASHES: Final[list[list[int]]] = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]]  # lines differ by more than their colour
FONT = "Be Vietnam Pro, system-ui, sans-serif"
DIGITS = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["₫", ""]},
}


def drawn(lang: str, lines: Sequence[Readings], names: Sequence[str], limit: Limit | None, span: Span) -> Drawing:
    """Lines of one property on one axis; a counter as bars. `names` label the lines where there are several."""
    table = pd.concat([rows(readings, name) for readings, name in zip(lines, names, strict=True)])
    when = time_axis(span)
    counter = lines[0].series.kind == Kind.COUNTER
    layers = [bars(table, when, lines[0].unit) if counter else curves(table, when, lines[0].unit, names)]
    if limit is not None:
        layers += limit_line(lang, limit)
    chart = alt.layer(*layers).properties(height=HEIGHT_PX, width="container", background="transparent")
    return dressed(lang, chart)


def dressed(lang: str, chart: Drawing) -> Drawing:
    """In the house's colours and the reader's figures."""
    chart = chart.configure(locale={"number": DIGITS[lang]}, font=FONT).configure_view(stroke=None)
    chart = chart.configure_axis(
        labelColor=INK_2, titleColor=INK_2, gridColor=LINE, domainColor=LINE, tickColor=LINE,
        labelFontSize=TEXT_PX, titleFontSize=TEXT_PX,
    )  # fmt: skip
    return chart.configure_legend(labelFontSize=TEXT_PX, labelColor=INK, symbolStrokeWidth=3)


def rows(readings: Readings, name: str) -> pd.DataFrame:
    """Points in local time with an empty one inside every gap, so that no line crosses what nobody knows."""
    known = [(point.at, value_of(point, readings.series.kind)) for point in readings.points]
    silent = [(gap.from_at + (gap.to_at - gap.from_at) / 2, None) for gap in readings.gaps]
    table = pd.DataFrame(sorted(known + silent, key=lambda row: row[0]), columns=["at", "value"])
    table["at"] = [wall_clock(at) for at in table["at"]]
    table["value"] = table["value"].astype(float)
    return table.assign(line=name)


def value_of(point: Bucket, kind: str) -> float | None:
    """A counter's rise, else the mean; a point that something speaks against is not drawn."""
    if point.unfit >= point.count:
        return None
    return point.rise if kind == Kind.COUNTER else point.mean


def wall_clock(at: datetime) -> datetime:
    """The office's own clock, whatever the browser's zone: drawn on a scale that converts nothing."""
    return at.astimezone(LOCAL).replace(tzinfo=None)


def time_axis(span: Span) -> alt.X:
    written = "%H:%M" if span is Span.DAY else "%d/%m"
    axis = alt.Axis(format=written, tickCount=5, labelOverlap=True, grid=False)
    return alt.X("at:T", title=None, scale=alt.Scale(type="utc"), axis=axis)


def value_axis(unit: str, *, from_zero: bool) -> alt.Y:
    return alt.Y(
        "value:Q", title=unit, scale=alt.Scale(zero=from_zero, nice=True), axis=alt.Axis(tickCount=4, format=",~f")
    )


def curves(table: pd.DataFrame, when: alt.X, unit: str, names: Sequence[str]) -> alt.Chart:
    chart = alt.Chart(table).mark_line(strokeWidth=2.5, interpolate="linear")
    shown = alt.Legend(title=None, orient="bottom", columns=1) if len(names) > 1 else None
    return chart.encode(
        x=when,
        y=value_axis(unit, from_zero=False),
        color=alt.Color("line:N", scale=alt.Scale(domain=list(names), range=list(LINES)), legend=shown),
        strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(domain=list(names), range=DASHES), legend=shown),
    )


def bars(table: pd.DataFrame, when: alt.X, unit: str) -> alt.Chart:
    width = max(3, min(18, 260 // max(1, len(table))))
    chart = alt.Chart(table).mark_bar(color=LINES[1], size=width)
    return chart.encode(x=when, y=value_axis(unit, from_zero=True))


def limit_line(lang: str, limit: Limit) -> list[alt.Chart]:
    """The line, and its name in front of a pale copy of itself, readable wherever a curve crosses it."""
    name = say(lang, f"chart.limit.{limit.name}", value=limit.value)
    base = alt.Chart(pd.DataFrame({"value": [limit.value], "name": [name]}))
    rule = base.mark_rule(color=ACT, strokeDash=[6, 4], strokeWidth=1.5).encode(y="value:Q")
    word = base.mark_text(align="left", baseline="bottom", dx=4, dy=-4, fontSize=TEXT_PX, fontWeight=600, color=ACT)
    pale = base.mark_text(
        align="left", baseline="bottom", dx=4, dy=-4, fontSize=TEXT_PX, fontWeight=600, stroke=PAPER, strokeWidth=5
    )
    return [rule, *(each.encode(y="value:Q", x=alt.value(0), text="name:N") for each in (pale, word))]


def warm_up() -> None:
    """Load what a first chart needs (a second or two), so that no reader waits for it."""
    alt.layer(*limit_line("vi", Limit("water.salinity", "salt", 1.0))).to_dict()
