"""Places: fields with their verdicts, farms, the unit they lie in; new ones drawn from corner points without a base map."""

from html import escape

import streamlit as st

from nongso.text import say
from ui import field_form, field_rows, forms, markup, place_forms, session, states
from ui.calls.fields import get_home, list_fields
from ui.calls.places import list_farms

here = session.here()
lang = here.lang
st.html(markup.head(here.me.office_name, say(lang, "page.places")))

parts = {"fields": say(lang, "places.fields"), "farms": say(lang, "places.farms")}
if here.me.writes_office:
    parts |= {part: say(lang, f"places.{part}") for part in ("new_field", "change_field", "new_farm", "new_unit")}
part = forms.tab(lang, "places", parts)

if part == "fields":
    wanted = forms.search(lang, "places")
    found = {field.id for field in list_fields(here.door, wanted)}
    home = get_home(here.door)
    cards = [card for card in home.cards if card.field_id in found]
    field_rows.links(here, forms.paged(lang, "places", cards, field_rows.SHOWN), home.at)
    if not found:
        hint = say(lang, "ui.nothing_found", search=wanted) if wanted else say(lang, "places.empty.hint")
        states.empty(say(lang, "places.empty.title"), hint)
elif part == "farms":
    heads = [say(lang, f"places.column.{name}") for name in ("farm", "unit", "field_count")]
    rows = [
        (f"<b>{escape(farm.name)}</b>", escape(farm.unit_name), str(farm.field_count)) for farm in list_farms(here.door)
    ]
    st.html(markup.table(heads, rows, parts["farms"]))
elif part == "new_field":
    field_form.show(here)
elif part == "change_field":
    field_form.change(here, list_fields(here.door))
elif part == "new_farm":
    place_forms.farm(here)
else:
    place_forms.unit(here)
