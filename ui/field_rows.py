"""Fields as rows: sign, name, sentence; each opens its field."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from nongso.text import say
from nongso.text.age import ago
from ui import markup, pages
from ui.calls.fields import Card
from ui.session import Here
from ui.tiles import COLOURS

SHOWN = 30


def links(here: Here, cards: Sequence[Card], now: datetime) -> None:
    with st.container(key="rows", gap=None):
        for card in cards[:SHOWN]:
            age = f" · {ago(here.lang, now - card.at)}" if card.at else ""
            label = (
                f":{COLOURS[card.level]}[{markup.SIGNS[card.level]}] **{markup.plain(card.name)}**  \n"
                f"{markup.plain(card.say.text)}  \n:small[{markup.plain(card.farm_name + age)}]"
            )
            chosen = {"field": str(card.field_id)}
            st.page_link(pages.file_of("field"), label=label, query_params=chosen, width="stretch")
    if len(cards) > SHOWN:
        st.html(markup.note(say(here.lang, "places.more", n=len(cards) - SHOWN)))
