"""The office's morning: what asks for work, as numbers that lead to their rows; the fields as they lie."""

from datetime import timedelta

import streamlit as st

from nongso.papers import Budget
from nongso.rules import Level
from nongso.text import say
from nongso.text.format import clock_time, day, number, weekday
from ui import field_rows, markup, outlines, pages, session, states, tiles
from ui.calls.devices import list_devices
from ui.calls.doubts import list_doubts
from ui.calls.fields import get_home, list_fields
from ui.calls.lots import list_lots
from ui.calls.papers import list_codes

WEEK = timedelta(days=7)

here = session.here()
lang = here.lang
home = get_home(here.door)
devices = [each for each in list_devices(here.door) if each.device.revoked_at is None]
lots = [lot for lot in list_lots(here.door) if home.at - lot.created_at < WEEK]
silent = sum(each.silent for each in devices)
urgent = [card for card in home.cards if card.level is not Level.GOOD]
acute = sum(card.level is Level.ACT for card in urgent)
severe = sum(alert.severity >= 3 for alert in home.alerts)
recalled = sum(lot.recalled_at is not None for lot in lots)
lent = sum(view.level is Budget.OVER for view in list_codes(here.door))
doubted = sum(doubt.finding is None for doubt in list_doubts(here.door))

todo = len(home.alerts) + silent + doubted
small = f"{here.me.office_name} · {weekday(lang, home.day)} {day(lang, home.day)}"
st.html(markup.head(small, say(lang, "today.headline", n=todo) if todo else say(lang, "today.calm")))

NUMBERS = (
    ("devices", f"{len(devices) - silent} / {len(devices)}", Level.WATCH if silent else Level.GOOD, silent),
    ("alerts", number(lang, len(home.alerts)), Level.ACT if severe else Level.WATCH if home.alerts else Level.GOOD, severe),
    ("places", f"{len(urgent)} / {len(home.cards)}", Level.ACT if acute else Level.WATCH if urgent else Level.GOOD, acute),
    ("lots", number(lang, len(lots)), Level.ACT if recalled else Level.GOOD, recalled),
    *([("doubts", number(lang, doubted), Level.WATCH, doubted)] if doubted else []),
    *([("planting_codes", number(lang, lent), Level.ACT, lent)] if lent else []),
)  # fmt: skip
with st.container(key="tiles-today", gap=None):
    for page, value, level, count in NUMBERS:
        note = say(lang, f"today.{page}.some" if count else f"today.{page}.none", n=count)
        if tiles.tile(say(lang, f"today.{page}.name"), page, value, "", level, note):
            st.switch_page(pages.file_of(page))

if not home.cards:
    states.empty(say(lang, "today.empty.title"), say(lang, "today.empty.hint"))
    st.stop()
with st.container(key="two", gap="medium"):
    with st.container(key="panel-work", gap="small"):
        st.html(markup.section(say(lang, "today.work")))
        field_rows.links(here, urgent, home.at)
        if not urgent:
            st.html(markup.note(say(lang, "home.headline.good")))
    with st.container(key="panel-map", gap="small"):
        st.html(markup.section(say(lang, "today.map")))
        levels = {card.field_id: card.level for card in home.cards}
        shapes = [
            outlines.Shape(field.name, field.boundary, levels.get(field.id))
            for field in list_fields(here.door)
            if field.boundary
        ]
        if shapes:
            told = say(lang, "today.map_told", n=len(shapes), acute=acute, urgent=len(urgent))
            st.html(outlines.drawn(shapes, told) + markup.note(say(lang, "today.legend", time=clock_time(home.at))))
        else:
            st.html(markup.note(say(lang, "today.no_outlines")))
