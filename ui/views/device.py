"""One device: how it is, where it stands and stood; for an officer its secrets, work on it, calibration, habit, groups."""

from html import escape

import streamlit as st

from nongso.errors import NotFound
from nongso.text import say
from nongso.text.format import moment
from ui import calibration_form, device_forms, device_rows, forms, markup, session, work_form
from ui.calls.care import list_installations
from ui.calls.devices import list_devices
from ui.calls.fields import list_fields

here = session.here()
lang = here.lang
asked = st.query_params.get("device", "")
listed = next((each for each in list_devices(here.door) if each.device.id == asked), None)
if listed is None:
    raise NotFound()
device = listed.device
fields = {field.id: field.name for field in list_fields(here.door)}
st.html(markup.head(say(lang, f"device.kind.{device.kind}") + f" · {device.id}", device.name))
device_forms.credential(lang)
st.html(device_rows.facts(lang, listed, fields, here.now))

parts = ["places"]
if here.me.sees_office:
    parts += ["work", "calibration"]
if here.me.writes_office and device.revoked_at is None:
    parts += ["change", "secret"]
part = forms.tab(lang, f"device-{device.id}", {name: say(lang, f"device.part.{name}") for name in parts})

if part == "work":
    work_form.show(here, device)
elif part == "calibration":
    calibration_form.show(here, device)
elif part == "change":
    device_forms.change(here, device, fields)
elif part == "secret":
    device_forms.secrets(here, device)
else:
    stood = list_installations(here.door, device.id)
    rows = [
        (
            f"<b>{escape(each.field_name)}</b>",
            escape(each.farm_name),
            escape(moment(lang, each.from_at)),
            escape(moment(lang, each.to_at) if each.to_at else say(lang, "device.until_now")),
        )
        for each in stood
    ]
    if rows:
        heads = [say(lang, f"device.column.{name}") for name in ("field", "farm", "since", "until")]
        st.html(markup.table(heads, rows, say(lang, "device.part.places")))
    else:
        st.html(markup.note(say(lang, "device.nowhere")))
