"""Devices: silent ones first, each opens its own page; an officer registers one, and sees a credential once."""

import streamlit as st

from nongso.text import say
from nongso.text.sorting import fold
from ui import device_forms, device_rows, forms, markup, session, states
from ui.calls.care import list_groups
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
    part = forms.tab(lang, "devices", {name: say(lang, f"devices.{name}") for name in ("list", "new")})
if part == "new":
    device_forms.register(here, fields)
elif devices:
    wanted = fold(forms.search(lang, "devices"))
    groups = {group.name: group for group in list_groups(here.door)} if here.me.sees_office else {}
    inside = (
        forms.choice(lang, say(lang, "device.groups"), "devices-group", {name: name for name in groups})
        if groups
        else None
    )
    found = [
        each
        for each in device_rows.ordered(devices)
        if wanted in fold(f"{each.device.name} {each.device.id}")
        and (inside is None or each.device.id in groups[inside].device_ids)
    ]
    device_rows.links(lang, forms.paged(lang, "devices", found, 30), fields, here.now)
    if not here.me.sees_office:
        st.html(markup.note(say(lang, "devices.claim")))
else:
    who = "office" if here.me.sees_office else "farmer"
    states.empty("", say(lang, f"devices.empty_{who}"))
    if not here.me.sees_office:
        st.html(markup.note(say(lang, "devices.claim")))
