"""Calibrations of a device's series: what was found against a reference; two pairs of numbers are enough, we do the sum."""

from datetime import datetime, time
from html import escape

import streamlit as st

from nongso.catalogue import get_property
from nongso.clock import LOCAL
from nongso.text import say
from nongso.text.format import moment, number
from ui import forms, frame, markup, states
from ui.calls import care
from ui.calls.care import CalibrationDraft, SeriesHabit
from ui.calls.devices import Device
from ui.session import Here


def show(here: Here, device: Device) -> None:
    lang = here.lang
    series = {each.series_id: each for each in care.get_habits(here.door, device.id).series}
    if not series:
        st.html(markup.note(say(lang, "calibration.nothing")))
        return
    named = {number: name_of(lang, each) for number, each in series.items()}
    chosen = (
        next(iter(named)) if len(named) == 1 else forms.choice(lang, say(lang, "chart.what"), f"cal-{device.id}", named)
    )
    if chosen is None:
        return
    history(here, chosen)
    if here.me.writes_office:
        record(here, series[chosen])


def name_of(lang: str, series: SeriesHabit) -> str:
    depth = say(lang, "chart.depth", depth=series.depth_cm) if series.depth_cm is not None else ""
    return " · ".join(part for part in (say(lang, f"property.{series.property}"), depth) if part)


def history(here: Here, series_id: int) -> None:
    lang = here.lang
    rows = [
        (
            escape(moment(lang, each.valid_from)),
            escape(formula(lang, each.gain, each.shift)),
            escape(each.note or "—"),
            escape(each.recorded_by),
        )
        for each in care.list_calibrations(here.door, series_id)
    ]
    if rows:
        heads = [say(lang, f"calibration.column.{name}") for name in ("since", "formula", "note", "by")]
        st.html(markup.table(heads, rows, say(lang, "device.part.calibration")))
    else:
        st.html(markup.note(say(lang, "calibration.none")))


def formula(lang: str, gain: float, shift: float) -> str:
    sign = "−" if shift < 0 else "+"
    return f"{number(lang, gain, 4)} × {say(lang, 'calibration.raw')} {sign} {number(lang, abs(shift), 4)}"


def record(here: Here, series: SeriesHabit) -> None:
    lang, mine, unit = here.lang, f"cal-{series.series_id}", get_property(series.property).unit
    st.html(markup.section(say(lang, "calibration.new")))
    read_1 = forms.figure(lang, say(lang, "calibration.read_1"), f"{mine}-read-1", unit)
    true_1 = forms.figure(lang, say(lang, "calibration.true_1"), f"{mine}-true-1", unit)
    read_2 = forms.figure(lang, forms.optional(lang, say(lang, "calibration.read_2")), f"{mine}-read-2", unit)
    true_2 = forms.figure(lang, forms.optional(lang, say(lang, "calibration.true_2")), f"{mine}-true-2", unit)
    found = line_through(read_1, true_1, read_2, true_2)
    if found is not None:
        st.caption(f"= {formula(lang, *found)}")
    since = forms.day(say(lang, "calibration.since"), f"{mine}-since", here.today)
    note = forms.line(say(lang, "calibration.note"), f"{mine}-note")
    ready = found is not None and since is not None and note != ""
    if forms.submit(lang, say(lang, "calibration.save"), f"{mine}-save", ready=ready) and found and since:
        with states.attempt(lang):
            begins = min(datetime.combine(since, time(), LOCAL), here.now)
            care.calibrate(here.door, series.series_id, CalibrationDraft(begins, found[0], found[1], note))
            frame.done(say(lang, "calibration.saved"))


def line_through(
    read_1: float | None, true_1: float | None, read_2: float | None, true_2: float | None
) -> tuple[float, float] | None:
    """Gain and shift; one pair of numbers shifts only. None while there is no line through what was typed."""
    if read_1 is None or true_1 is None or (read_2 is None) != (true_2 is None):
        return None
    if read_2 is None or true_2 is None:
        return 1.0, true_1 - read_1
    if read_1 == read_2:
        return None
    gain = (true_2 - true_1) / (read_2 - read_1)
    return gain, true_1 - gain * read_1
