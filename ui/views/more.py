"""What does not fit under a phone's thumb: the other pages, the language, the way out."""

import streamlit as st

from nongso.text import say
from ui import frame, markup, pages, session

here = session.here()

st.html(markup.head(here.me.office_name, say(here.lang, "page.more")))
for page in pages.for_role(here.me.role):
    if page.linked and not page.bar:
        st.page_link(pages.file_of(page.name), label=say(here.lang, f"page.{page.name}"), width="stretch")
frame.account(here, "more")
