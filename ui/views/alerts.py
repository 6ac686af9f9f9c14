"""Alerts: what is open, with a button to say that one has seen it and one to silence it; what is over; what is silenced."""

import streamlit as st

from nongso.people import Role
from nongso.text import say
from ui import alert_rows, forms, frame, markup, session, silence_form, states
from ui.calls.alerts import Alert, acknowledge, list_alerts
from ui.calls.fields import list_fields
from ui.calls.silences import list_silences

here = session.here()
lang = here.lang
now = here.now
alerts = list_alerts(here.door)
opened = [alert for alert in alerts if alert.closed_at is None]
over = [alert for alert in alerts if alert.closed_at is not None]

headline = say(lang, "alerts.headline" if opened else "alert.none", n=len(opened))
st.html(markup.head(say(lang, "alert.title"), headline))
part = forms.tab(lang, "alerts", {name: say(lang, f"alerts.{name}") for name in ("open", "over", "silenced")})


def act(alert: Alert) -> None:
    """What somebody can do about an open alert."""
    waits = alert.acknowledged_at is None and here.me.role is not Role.INSPECTOR
    if waits and st.button(say(lang, "alerts.seen"), key=f"seen-{alert.id}", width="stretch"):
        with states.attempt(lang):
            acknowledge(here.door, alert.id)
            frame.done(say(lang, "alerts.done"))
    if silence_form.offered(here, alert):
        silence_form.of_alert(here, alert)


if part == "open":
    for alert in forms.paged(lang, "alerts", opened, 30):
        with st.container(key=f"alert-{alert.id}", gap="small"):
            st.html(alert_rows.listed(lang, [alert], now))
            act(alert)
    if not opened:
        states.empty(say(lang, "alerts.empty.title"), say(lang, "alerts.empty.hint"))
elif part == "over":
    shown = forms.paged(lang, "alerts-over", over)
    st.html(alert_rows.listed(lang, shown, now) if over else markup.note(say(lang, "alerts.none_over")))
else:
    fields = {field.id: field.name for field in list_fields(here.door)}
    silence_form.listed(here, list_silences(here.door), fields, now)
