"""Brands: what kind of mark, which number, whose, and whether the registration stands today."""

from html import escape

import streamlit as st

from nongso.brands import Standing
from nongso.rules import Level
from nongso.text import say
from nongso.text.format import day
from ui import brand_forms, forms, markup, session, states
from ui.calls.brands import Listed, list_brands

LEVELS = {Standing.IN_FORCE: Level.GOOD, Standing.NOT_YET: Level.WATCH, Standing.EXPIRED: Level.ACT}

here = session.here()
lang = here.lang
st.html(markup.head(here.me.office_name, say(lang, "page.brands")))
part = "list"
if here.me.writes_office:
    part = forms.tab(lang, "brands", {name: say(lang, f"brands.{name}") for name in ("list", "new", "change")})


def row(listed: Listed) -> list[str]:
    brand = listed.brand
    standing = markup.tag(LEVELS[listed.standing], say(lang, f"brand.standing.{listed.standing}"))
    until = escape(day(lang, brand.valid_to)) if brand.valid_to else "—"
    kind = escape(say(lang, f"brand.kind.{brand.kind}"))
    return [
        f"<b>{escape(brand.name)}</b>",
        kind,
        escape(brand.registration_no or "—"),
        escape(brand.owner_name),
        until,
        standing,
    ]


if part == "new":
    brand_forms.brand(here)
elif part == "change":
    brand_forms.change_brand(here, [listed.brand for listed in list_brands(here.door)])
else:
    wanted = forms.search(lang, "brands")
    rows = [row(listed) for listed in forms.paged(lang, "brands", list_brands(here.door, wanted))]
    if rows:
        columns = ("name", "kind", "number", "owner", "until", "standing")
        st.html(markup.table([say(lang, f"brands.column.{name}") for name in columns], rows, say(lang, "page.brands")))
    else:
        hint = say(lang, "ui.nothing_found", search=wanted) if wanted else say(lang, "brands.empty.hint")
        states.empty(say(lang, "brands.empty.title"), hint)
