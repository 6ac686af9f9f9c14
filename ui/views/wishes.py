"""How one is told of alerts: wishes, addresses, what one was told."""

from html import escape

import streamlit as st

from nongso.text import say
from nongso.text.format import moment
from ui import forms, markup, session, states, wishes_form
from ui.calls.wishes import get_wishes, list_told

here = session.here()
lang = here.lang
st.html(markup.head(here.me.name, say(lang, "page.wishes")))
part = forms.tab(lang, "wishes", {name: say(lang, f"wishes.{name}") for name in ("how", "where", "told")})

if part == "told":
    told = list_told(here.door)
    rows = [
        (escape(each.text), escape(moment(lang, each.created_at)), escape(each.state_name))
        for each in forms.paged(lang, "told", told)
    ]
    if rows:
        st.html(
            markup.table(
                [say(lang, f"wishes.column.{name}") for name in ("text", "at", "state")], rows, say(lang, "wishes.told")
            )
        )
    else:
        states.empty(say(lang, "wishes.none"), say(lang, "wishes.hint"))
elif part == "where":
    wishes_form.channels(here, get_wishes(here.door))
else:
    wishes_form.show(here, get_wishes(here.door))
