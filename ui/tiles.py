"""Numbers that lead to their rows: a button with a name, a value and what it means."""

import streamlit as st

from nongso.rules import Level
from ui import markup

COLOURS = {Level.GOOD: "green", Level.WATCH: "orange", Level.ACT: "red", Level.STALE: "gray"}


def tile(name: str, key: str, value: str, unit: str, level: Level, note: str) -> bool:
    """True when it was tapped. The level is told by sign, colour and, in `note`, word."""
    sign = "" if level is Level.STALE else f"{markup.SIGNS[level]} "
    label = (
        f":small[{markup.plain(name)}]  \n**{markup.plain(value)}** {markup.plain(unit)}  \n"
        f":small[:{COLOURS[level]}[{sign}{markup.plain(note)}]]"
    )
    return st.button(label, key=f"tile-{level}-{key}", width="stretch")
