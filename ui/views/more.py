"""What does not fit under a phone's thumb: the other pages by their groups, the language, the way out."""

import streamlit as st

from nongso.text import say
from ui import frame, markup, pages, session

here = session.here()

st.html(markup.head(here.me.office_name, say(here.lang, "page.more")))
for group, members in pages.grouped(pages.for_role(here.me.role)).items():
    others = [page for page in members if here.me.role not in page.bar]
    if not others:
        continue
    st.html(markup.section(say(here.lang, f"group.{group}")))
    with st.container(key=f"menu-{group}", gap=None):
        for page in others:
            st.page_link(pages.file_of(page.name), label=say(here.lang, f"page.{page.name}"), width="stretch")
st.html(markup.section(say(here.lang, "group.account")))
frame.account(here, "more")
