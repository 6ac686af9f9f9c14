"""Planting-area and packing codes; what was issued under a code against what can grow there finds codes that were lent."""

from html import escape

import streamlit as st

from nongso.papers import Budget
from nongso.rules import Level
from nongso.sentences import crop_name
from nongso.text import say
from nongso.text.format import number
from ui import code_form, forms, markup, session, states
from ui.calls.papers import CodeView, list_codes

LEVELS = {Budget.WITHIN: Level.GOOD, Budget.NEARLY: Level.WATCH, Budget.OVER: Level.ACT}

here = session.here()
lang = here.lang
st.html(markup.head(here.me.office_name, say(lang, "page.planting_codes")))
part = "list"
if here.me.writes_office:
    part = forms.tab(lang, "codes", {name: say(lang, f"codes.tab.{name}") for name in ("list", "new", "change")})


def budget(view: CodeView) -> list[str]:
    if view.level is None or view.left_kg is None:
        return ["—", "—"]
    made = say(lang, "codes.budget", issued=view.code.issued_kg, ceiling=view.left_kg + view.code.issued_kg)
    return [escape(made), markup.tag(LEVELS[view.level], say(lang, f"planting.budget.{view.level}"))]


def row(view: CodeView) -> list[str]:
    code = view.code
    area = "—" if code.area_m2 is None else f"{number(lang, code.area_m2)} m²"
    return [
        f"<b>{escape(code.code)}</b>",
        f"{escape(say(lang, f'planting.kind.{code.kind}'))} · {escape(code.market)}",
        f"{escape(code.holder_name)}<br>{escape(crop_name(lang, code.crop))}",
        area,
        escape(say(lang, f"planting.status.{code.status}")),
        *budget(view),
    ]


if part == "new":
    code_form.show(here)
elif part == "change":
    code_form.change(here)
else:
    codes = sorted(list_codes(here.door), key=lambda view: view.level is not Budget.OVER)
    rows = [row(view) for view in forms.paged(lang, "codes", codes)]
    if rows:
        heads = [
            say(lang, f"codes.column.{name}")
            for name in ("code", "kind", "holder", "area", "status", "issued", "budget")
        ]
        st.html(markup.table(heads, rows, say(lang, "page.planting_codes")))
        st.html(markup.note(say(lang, "codes.note")))
    else:
        states.empty(say(lang, "codes.empty.title"), say(lang, "codes.empty.hint"))
