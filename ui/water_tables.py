"""Past runs and a season's sums, as tables."""

from collections.abc import Sequence
from datetime import date
from html import escape

import streamlit as st

from nongso.text import say
from nongso.text.format import moment, number
from ui import forms, markup, states
from ui.calls import water
from ui.calls.water import Zone
from ui.session import Here


def history(here: Here) -> None:
    lang = here.lang
    rows = [
        (
            f"<b>{escape(past.zone_name)}</b>",
            escape(moment(lang, past.created_at)),
            escape(past.origin_text),
            "—" if past.minutes is None else number(lang, past.minutes, 0),
            volume(lang, past.volume_m3, past.is_measured),
            escape(past.outcome_text),
        )
        for past in water.list_runs(here.door)
    ]
    show(lang, ("zone", "when", "who", "minutes", "volume", "end"), rows, say(lang, "water.history"))


def volume(lang: str, cubic_metres: float | None, measured: bool | None) -> str:
    """What was only reckoned is marked."""
    if cubic_metres is None:
        return "—"
    told = f"{number(lang, cubic_metres, 1)} m³"
    return told if measured else f"{told} ({escape(say(lang, 'water.reckoned'))})"


def season(here: Here, zones: Sequence[Zone]) -> None:
    """From the year's first day unless somebody says otherwise."""
    lang = here.lang
    begin = forms.day(say(lang, "water.from"), "season-from", date(here.today.year, 1, 1))
    end = forms.day(say(lang, "water.to"), "season-to", here.today)
    if begin is None or end is None:
        return
    lines = [
        line
        for farm in sorted({zone.farm_id for zone in zones})
        for line in water.list_season(here.door, farm, begin, end)
    ]
    rows = [
        (
            f"<b>{escape(line.zone_name)}</b>",
            escape(line.field_name),
            number(lang, line.runs),
            number(lang, line.hours, 1),
            number(lang, line.volume_m3, 1),
            number(lang, line.depth_mm, 1),
            number(lang, line.cost_vnd, 0),
        )
        for line in lines
    ]
    show(lang, ("zone", "field", "runs", "hours", "cubic", "depth", "cost"), rows, say(lang, "water.season"))


def show(lang: str, columns: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> None:
    if rows:
        st.html(markup.table([say(lang, f"water.column.{name}") for name in columns], rows, caption))
    else:
        states.empty(say(lang, "water.no_runs"), say(lang, "water.no_runs_hint"))
