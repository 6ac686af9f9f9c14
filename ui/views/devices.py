"""Devices: silent ones first; an officer registers, moves and revokes, and sees a credential once."""

import streamlit as st

from nongso.text import say
from ui import device_forms, device_rows, forms, markup, session, states
from ui.calls.devices import list_devices
from ui.calls.fields import list_fields

here = session.here()
lang = here.lang
devices = list_devices(here.door)
fields = {field.id: field.name for field in list_fields(here.door)}
silent = sum(each.silent for each in devices)

headline = (
    say(lang, "devices.silent", n=silent) if silent else say(lang, "devices.all_heard" if devices else "devices.none")
)
st.html(markup.head(say(lang, "page.devices"), headline))
device_forms.credential(lang)

part = "list"
if here.me.writes_office:
    part = forms.tab(lang, "devices", {name: say(lang, f"devices.{name}") for name in ("list", "new", "change")})
if part == "new":
    device_forms.register(here, fields)
elif part == "change":
    device_forms.change(here, [each.device for each in devices if each.device.revoked_at is None], fields)
elif devices:
    st.html(device_rows.listed(lang, devices, fields, here.now))
else:
    who = "office" if here.me.sees_office else "farmer"
    states.empty(say(lang, "devices.none"), say(lang, f"devices.empty_{who}"))
