"""From where on scans speak against a label, as this office wants it; the numbers that were measured stand beside each field."""

from dataclasses import asdict

import streamlit as st

from nongso.label_scans import Limits
from nongso.text import say
from ui import forms, frame, markup, states
from ui.calls.cases import get_limits, put_limits
from ui.session import Here

UNITS = {"far_km": "km", "leap_kmh": "km/h", "burst_percent": "%"}


def show(here: Here) -> None:
    lang = here.lang
    st.html(markup.note(say(lang, "scan_limits.hint")))
    shipped, kept = asdict(Limits()), asdict(get_limits(here.door))
    typed: dict[str, int] = {}
    for name, value in kept.items():
        label = say(lang, "scan_limits.field", name=say(lang, f"scan_limits.{name}"), usual=shipped[name])
        found = forms.count(lang, label, f"limit-{name}", UNITS.get(name, ""), value)
        if found is not None:
            typed[name] = found
    with states.attempt(lang):
        if forms.submit(lang, say(lang, "ui.save"), "limits-save", ready=len(typed) == len(kept)):
            put_limits(here.door, Limits(**typed))
            frame.done(say(lang, "scan_limits.saved"))
