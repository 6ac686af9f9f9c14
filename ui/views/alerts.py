"""Alerts: what is open, with a button to say that one has seen it; then what is over."""

import streamlit as st

from nongso.clock import utc_now
from nongso.people import Role
from nongso.text import say
from ui import alert_rows, frame, markup, session, states
from ui.calls.alerts import acknowledge, list_alerts

here = session.here()
now = utc_now()
alerts = list_alerts(here.door)
opened = [alert for alert in alerts if alert.closed_at is None]
over = [alert for alert in alerts if alert.closed_at is not None]

st.html(
    markup.head(
        say(here.lang, "alert.title"), say(here.lang, "alerts.headline" if opened else "alert.none", n=len(opened))
    )
)
for alert in opened:
    with st.container(key=f"alert-{alert.id}", gap="small"):
        st.html(alert_rows.listed(here.lang, [alert], now))
        waits = alert.acknowledged_at is None and here.me.role is not Role.INSPECTOR
        if waits and st.button(say(here.lang, "alerts.seen"), key=f"seen-{alert.id}", width="stretch"):
            with states.attempt(here.lang):
                acknowledge(here.door, alert.id)
                frame.done(say(here.lang, "alerts.done"))
if not alerts:
    states.empty(say(here.lang, "alerts.empty.title"), say(here.lang, "alerts.empty.hint"))
if over:
    st.html(markup.section(say(here.lang, "alerts.over")))
    st.html(alert_rows.listed(here.lang, over, now))
