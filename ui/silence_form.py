"""Nobody is told of something for a while: of what, how long, why. The alert itself goes on and is shown."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

import streamlit as st

from nongso.people import Role
from nongso.text import find, say
from nongso.text.age import lasting
from nongso.text.format import moment
from ui import forms, frame, states
from ui.calls import silences
from ui.calls.alerts import Alert
from ui.calls.silences import Silence
from ui.session import Here

HOURS = (1, 6, 24, 72, 168, 720)


def offered(here: Here, alert: Alert) -> bool:
    """A farmer silences their own fields; a device is the office's."""
    return here.me.role is not Role.INSPECTOR and (alert.field_id is not None or here.me.writes_office)


def of_alert(here: Here, alert: Alert) -> None:
    """Behind one tap beside its alert."""
    lang, name = here.lang, f"silence-{alert.id}"
    opened = forms.key(f"{name}-open")
    if not st.session_state.get(opened):
        if st.button(say(lang, "silence.ask"), key=forms.key(name), type="tertiary"):
            st.session_state[opened] = True
            st.rerun()
        return
    hours = forms.pick(say(lang, "silence.how_long"), f"{name}-hours", spans(lang))
    reason = forms.line(say(lang, "silence.reason"), f"{name}-reason")
    st.caption(say(lang, "silence.goes_on"))
    if forms.submit(lang, say(lang, "silence.do"), f"{name}-save", ready=bool(hours and reason)) and hours:
        with states.attempt(lang):
            silences.silence(here.door, silences.Draft(alert.rule, alert.field_id, alert.device_id, reason, hours))
            frame.done(say(lang, "silence.done"))
    if st.button(say(lang, "ui.cancel"), key=forms.key(f"{name}-cancel"), width="stretch"):
        del st.session_state[opened]
        st.rerun()


def spans(lang: str) -> dict[int, str]:
    return {hours: say(lang, f"silence.span.{hours}") for hours in HOURS}


def listed(here: Here, lasting_ones: Sequence[Silence], fields: dict[int, str], now: datetime) -> None:
    """Those that last, each with its reason and end, and the way to end it now."""
    lang = here.lang
    for silence in forms.paged(lang, "silences", lasting_ones):
        with st.container(key=f"panel-silence-{silence.id}", gap="small"):
            left = say(lang, "silence.until", at=moment(lang, silence.to_at), left=lasting(lang, silence.to_at - now))
            st.html(
                f"<p class='ns-reason'>{escape(named(lang, silence, fields))}</p>"
                f"<p class='ns-line'>{escape(silence.reason)}</p>"
                f"<p class='ns-small'>{escape(f'{silence.owner_name} · {left}')}</p>"
            )
            own = here.me.writes_office or silence.owner_name == here.me.name
            if own and here.me.role is not Role.INSPECTOR:
                end(here, silence)
    if not lasting_ones:
        states.empty(say(lang, "silence.none"), say(lang, "silence.hint"))


def end(here: Here, silence: Silence) -> None:
    if st.button(say(here.lang, "silence.end"), key=f"silence-end-{silence.id}", width="stretch"):
        with states.attempt(here.lang):
            silences.end(here.door, silence)
            frame.done(say(here.lang, "silence.ended"))


def named(lang: str, silence: Silence, fields: dict[int, str]) -> str:
    """`Nắng nóng · Vườn bưởi Cái Cối`."""
    rule = (find(lang, f"rule.{silence.rule}") or silence.rule) if silence.rule else say(lang, "silence.all_rules")
    field = fields.get(silence.field_id, "") if silence.field_id is not None else ""
    return " · ".join(part for part in (rule, field, silence.device_id or "") if part)
