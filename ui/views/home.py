"""The farmer's first screen: one verdict a field, what to do first; alerts under it."""

import streamlit as st

from nongso.rules import Level
from nongso.text import say
from nongso.text.format import day, lunar_day, weekday
from ui import alert_rows, cards, markup, pages, session, states
from ui.calls.fields import Home, get_home

SHOWN_ALERTS = 3

here = session.here()
home = get_home(here.door)


def headline(lang: str, home: Home) -> str:
    """How many fields ask for something, the most urgent first."""
    for level in (Level.ACT, Level.WATCH, Level.STALE):
        count = sum(card.level is level for card in home.cards)
        if count:
            return say(lang, f"home.headline.{level}", n=count)
    return say(lang, "home.headline.good" if home.cards else "home.headline.none")


date_line = f"{weekday(here.lang, home.day)} {day(here.lang, home.day)}"
lunar = say(here.lang, "home.lunar", day=lunar_day(home.day))
st.html(markup.head(f"{date_line} · {lunar}", headline(here.lang, home)))

if not home.cards:
    states.empty("", say(here.lang, "home.empty.hint"))
with st.container(key="cards", gap="medium"):
    for card in home.cards:
        cards.show(here, card, home.at)

if home.cards:
    st.page_link(pages.file_of("water"), label=say(here.lang, "water.open_page"), width="stretch")
if home.alerts:
    st.html(markup.section(say(here.lang, "alert.title")))
    st.html(alert_rows.listed(here.lang, home.alerts[:SHOWN_ALERTS], home.at))
    st.page_link(pages.file_of("alerts"), label=say(here.lang, "home.all_alerts", n=len(home.alerts)))
