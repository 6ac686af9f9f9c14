"""Watering: the valves as they are known to be, then history, the season and the set-up."""

import streamlit as st

from nongso.clock import utc_now
from nongso.people import Role
from nongso.text import say
from ui import forms, markup, session, source_setup, states, water_tables, zone_cards, zone_setup
from ui.calls import water

MOVING_S, STILL_S = 3, 20

here = session.here()
lang = here.lang
begun = utc_now()
zones = water.list_zones(here.door)
loose = [zone for zone in zones if zone.state != "closed"]
state = say(lang, "water.all_closed" if zones else "water.no_zones")
st.html(markup.head(say(lang, "page.water"), say(lang, "water.some_open", n=len(loose)) if loose else state))
parts = ["now", "history", "season"]
if here.me.role is not Role.INSPECTOR:
    parts += ["modes", "setup"]
part = forms.tab(lang, "water", {name: say(lang, f"water.{name}") for name in parts})


@st.fragment(run_every=MOVING_S if loose else STILL_S)
def valves() -> None:
    """Looked at again by itself, every three seconds while a valve is not closed."""
    with states.told(lang):
        shown = water.list_zones(here.door)
        if not shown:
            states.empty("", say(lang, "water.no_zones_hint"))
        for zone in sorted(shown, key=lambda each: each.state == "closed"):
            zone_cards.show(here, zone, here.now + (utc_now() - begun))


if part == "now":
    valves()
elif part == "history":
    water_tables.history(here)
elif part == "season":
    water_tables.season(here, zones)
elif part == "modes":
    zone_setup.modes(here, zones)
else:
    set_up = {"zones": zone_setup.zone, "pumps": source_setup.pump, "sources": source_setup.source}
    what = forms.tab(lang, "setup", {name: say(lang, f"water.{name}") for name in set_up})
    set_up[what](here, zones)
