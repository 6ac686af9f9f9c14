"""Saying that a reading is wrong: which one, since when, how one knows."""

from collections.abc import Mapping

import streamlit as st

from nongso.text import say
from ui import forms, frame, states
from ui.calls import doubts
from ui.calls.fields import Series, list_fields, list_series
from ui.chart_panel import name_of
from ui.session import Here

HOURS = (1, 6, 24, 72, 168)
REASONS = ("dry_probe", "dirty", "by_hand", "moved")


def show(here: Here) -> None:
    lang = here.lang
    fields = {field.id: field.name for field in list_fields(here.door)}
    if not fields:
        states.empty("", say(lang, "diary.no_field"))
        return
    asked = st.query_params.get("field", "")
    field = forms.choice(lang, say(lang, "diary.field"), "doubt-field", fields, number_of(asked, fields))
    if field is None:
        return
    series = {each.id: each for each in list_series(here.door, field)}
    if not series:
        states.empty(say(lang, "field.empty.title"), say(lang, "field.empty.hint"))
        return
    named = {number: label(lang, each, list(series.values())) for number, each in series.items()}
    wanted = number_of(st.query_params.get("series", ""), named)
    chosen = forms.choice(lang, say(lang, "doubt.which"), f"doubt-series-{field}", named, wanted)
    since = {hours: say(lang, f"doubt.since.{hours}") for hours in HOURS}
    hours = forms.pick(say(lang, "doubt.since_when"), f"doubt-hours-{field}", since)
    ways = {way: say(lang, f"doubt.reason.{way}") for way in REASONS}
    way = forms.pick(say(lang, "doubt.how_known"), f"doubt-way-{field}", ways)
    words = forms.line(forms.optional(lang, say(lang, "doubt.words")), f"doubt-words-{field}")
    reason = ". ".join(part for part in (ways[way] if way else "", words) if part)
    ready = bool(chosen and hours and reason)
    if forms.submit(lang, say(lang, "doubt.send"), f"doubt-save-{field}", ready=ready) and chosen and hours:
        with states.attempt(lang):
            doubts.doubt(here.door, chosen, hours, reason)
            frame.done(say(lang, "doubt.sent"))


def number_of(typed: str, known: Mapping[int, str]) -> int | None:
    """The id in an address when it is one of those known."""
    return int(typed) if typed.isdecimal() and int(typed) in known else None


def label(lang: str, series: Series, among: list[Series]) -> str:
    alike = [each for each in among if each.property == series.property]
    which = name_of(lang, series, among=alike) if len(alike) > 1 else ""
    return " · ".join(part for part in (say(lang, f"property.{series.property}"), which) if part)
