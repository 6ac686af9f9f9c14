"""The field diary: write in two taps, read back, the farm's store of inputs, the table for papers."""

from functools import partial

import streamlit as st

from nongso.people import Role
from nongso.text import say
from nongso.text.sorting import fold
from ui import diary_form, diary_rows, forms, markup, session, states, store_room
from ui.calls.diary import list_entries, take_table
from ui.calls.fields import list_fields
from ui.calls.places import list_farms

here = session.here()
lang = here.lang
writes = here.me.role is not Role.INSPECTOR
st.html(markup.head(here.me.office_name, say(lang, "page.diary")))
fields = {field.id: f"{field.name} · {field.farm_name}" for field in list_fields(here.door)}
parts = [*(["write"] if writes else []), "lines", "store"]
part = forms.tab(lang, "diary", {name: say(lang, f"diary.tab.{name}") for name in parts})

if not fields:
    states.empty(say(lang, "home.empty.title"), say(lang, "diary.no_field"))
elif part == "write":
    diary_form.show(here, fields)
elif part == "lines":
    wanted = fold(forms.search(lang, "diary"))
    entries = [
        each for each in list_entries(here.door) if wanted in fold(f"{each.field_name} {each.product} {each.note}")
    ]
    diary_rows.show(here, entries)
    if not entries:
        states.empty(say(lang, "diary.none"), say(lang, "diary.empty"))
    for farm in list_farms(here.door):
        words = say(lang, "diary.table", farm=farm.name)
        table = partial(take_table, here.door, farm.id)
        st.download_button(
            words, table, f"diary-{farm.id}.csv", "text/csv", key=f"table-{farm.id}", on_click="ignore", width="stretch"
        )
else:
    farms = {farm.id: farm.name for farm in list_farms(here.door)}
    farm_id = next(iter(farms)) if len(farms) == 1 else forms.choice(lang, say(lang, "field.farm"), "store-farm", farms)
    if farm_id is not None:
        store_room.show(here, farm_id)
