"""The rules of alerts: as shipped, with their sources; an office changes numbers, switches off, and tries before it keeps."""

import streamlit as st

from nongso.text import say
from ui import forms, markup, rule_form, rule_rows, session
from ui.calls.fields import list_fields
from ui.calls.rules import list_rules, list_settings

here = session.here()
lang = here.lang
shipped = list_rules(here.door)
changed = list_settings(here.door)
st.html(markup.head(here.me.office_name, say(lang, "page.rules")))
part = "list"
if here.me.writes_office:
    part = forms.tab(lang, "rules", {name: say(lang, f"rules.{name}") for name in ("list", "change")})

if part == "change":
    fields = {field.id: f"{field.name} · {field.farm_name}" for field in list_fields(here.door)}
    rule_form.show(here, shipped, changed, fields)
else:
    st.html(rule_rows.listed(lang, forms.paged(lang, "rules", shipped, 12), changed))
