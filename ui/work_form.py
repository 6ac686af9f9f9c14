"""Work on a device: while it lasts its readings are not believed and its silence alarms nobody."""

from datetime import timedelta
from html import escape

import streamlit as st

from nongso.rules import Level
from nongso.text import say
from nongso.text.format import moment
from ui import forms, frame, markup, states
from ui.calls import care
from ui.calls.care import Window
from ui.calls.devices import Device
from ui.session import Here

HOURS = (1, 2, 4, 24, 72)


def show(here: Here, device: Device) -> None:
    lang = here.lang
    if here.me.writes_office:
        st.html(markup.note(say(lang, "work.hint")))
        spans = {hours: say(lang, f"work.span.{hours}") for hours in HOURS}
        hours = forms.pick(say(lang, "work.how_long"), f"work-hours-{device.id}", spans)
        reason = forms.line(say(lang, "work.reason"), f"work-reason-{device.id}")
        ready = bool(hours and reason)
        if forms.submit(lang, say(lang, "work.begin"), f"work-save-{device.id}", ready=ready) and hours:
            with states.attempt(lang):
                care.announce_work(here.door, device.id, here.now + timedelta(hours=hours), reason)
                frame.done(say(lang, "work.begun", name=device.name))
    windows = care.list_windows(here.door, device.id)
    for window in forms.paged(lang, f"work-{device.id}", windows, 20):
        row(here, window)
    if not windows:
        st.html(markup.note(say(lang, "work.none")))


def row(here: Here, window: Window) -> None:
    lang = here.lang
    lasts = window.from_at <= here.now < window.to_at
    with st.container(key=f"panel-work-{window.id}", gap="small"):
        state = markup.tag(Level.WATCH, say(lang, "work.lasts")) if lasts else markup.plain_tag(say(lang, "work.over"))
        span = f"{moment(lang, window.from_at)} – {moment(lang, window.to_at)} · {window.recorded_by}"
        st.html(f"<p class='ns-reason'>{escape(window.reason)} {state}</p><p class='ns-small'>{escape(span)}</p>")
        ends = lasts and here.me.writes_office
        if ends and st.button(say(lang, "work.end"), key=f"work-end-{window.id}", width="stretch"):
            with states.attempt(lang):
                care.end_work(here.door, window.id)
                frame.done(say(lang, "work.ended"))
