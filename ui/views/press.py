"""From a harvest to labels in one form: everything is proposed, one tap makes the lot and asks for its labels."""

import streamlit as st

from nongso.errors import NotFound
from nongso.text import say
from nongso.text.format import day
from ui import markup, pages, press_form, session
from ui.calls.lots import list_harvests

here = session.here()
lang = here.lang
asked = st.query_params.get("harvest", "")
if not asked.isdecimal():
    raise NotFound()
harvest = next((each for each in list_harvests(here.door) if each.id == int(asked)), None)
if harvest is None:
    raise NotFound()
title = say(lang, "press.title", quantity=harvest.left_kg)
st.html(markup.head(f"{harvest.field_name} · {day(lang, harvest.harvested_on)}", title))
if harvest.left_kg <= 0:
    st.html(markup.note(say(lang, "press.nothing_left")))
    st.page_link(pages.file_of("lots"), label=say(lang, "page.lots"), width="stretch")
else:
    press_form.show(here, harvest)
