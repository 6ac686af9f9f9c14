"""Recalls: those that are open, a new one or a drill from the dry run to the second tap, and one as it stands."""

import streamlit as st

from nongso.text import say
from nongso.text.format import day
from ui import forms, markup, pages, recall_case, recall_new, session, states
from ui.calls import recalls
from ui.calls.recalls import Case

here = session.here()
lang = here.lang
st.html(markup.head(here.me.office_name, say(lang, "page.recalls")))


def cases() -> None:
    found = recalls.list_cases(here.door)
    due = say(lang, "recalls.drill_due", day=day(lang, found.drill_due_by))
    st.html(markup.note(due))
    with st.container(key="rows", gap=None):
        for case in found.cases:
            st.page_link(
                pages.file_of("recalls"), label=label(case), query_params={"recall": str(case.id)}, width="stretch"
            )
    if not found.cases:
        states.empty(say(lang, "recalls.empty.title"), say(lang, "recalls.empty.hint"))


def label(case: Case) -> str:
    """The reason; whether it is still open, since when."""
    state = (
        f":green[✓ {say(lang, 'recalls.is_closed')}]" if case.closed_at else f":red[■ {say(lang, 'recalls.is_open')}]"
    )
    drill = f" · {say(lang, 'recall.drill')}" if case.drill else ""
    return f"**{markup.plain(case.reason)}**{drill}  \n:small[{state} · {day(lang, case.opened_at.date())}]"


asked, lot = (st.query_params.get(name, "") for name in ("recall", "lot"))
if asked.isdecimal():
    st.page_link(pages.file_of("recalls"), label=f"← {say(lang, 'recalls.all')}", width="stretch")
    recall_case.show(here, int(asked))
else:
    part, wanted = "list", int(lot) if lot.isdecimal() else None
    if here.me.writes_office:
        parts = {name: say(lang, f"recalls.{name}") for name in ("list", "new")}
        part = forms.tab(lang, "recalls", parts, "list" if wanted is None else "new")
    if part == "new":
        recall_new.show(here, wanted)
    else:
        cases()
