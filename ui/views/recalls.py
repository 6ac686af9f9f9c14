"""Recalls: those that are open, a new one or a drill from the dry run to the second tap, and one as it stands."""

from html import escape

import streamlit as st

from nongso.text import say
from nongso.text.format import day, number
from ui import forms, frame, markup, pages, recall_case, session, states
from ui.calls import recalls
from ui.calls.lots import list_lots
from ui.calls.recalls import CaseDraft, Reached

here = session.here()
lang = here.lang
st.html(markup.head(here.me.office_name, say(lang, "page.recalls")))


def dry_run(found: Reached) -> None:
    """What would be recalled and who would be told: nothing has changed yet."""
    st.html(markup.section(say(lang, "recalls.dry_run")))
    names = "".join(f"<li>{escape(thing.name)}</li>" for thing in found.things)
    st.html(f"<p>{escape(say(lang, 'recalls.would_reach', n=len(found.things)))}</p><ul>{names}</ul>")
    rows = [
        [
            f"<b>{escape(each.name)}</b>",
            escape(say(lang, f"recalls.{each.direction}")),
            escape(each.phone or "—"),
            escape("—" if each.sent_kg is None else f"{number(lang, each.sent_kg)} kg"),
        ]
        for each in found.notices
    ]
    heads = [say(lang, f"recalls.column.{name}") for name in ("party", "way", "phone", "kg")]
    st.html(markup.table(heads, rows, say(lang, "recalls.tell")))


def new() -> None:
    lots = {lot.id: f"{lot.number} · {lot.product_name}" for lot in list_lots(here.door)}
    chosen = forms.choices(lang, say(lang, "recalls.lots"), "recall-lots", lots, [])
    wide = st.checkbox(say(lang, "recalls.both_ways"), key=forms.key("recall-wide"))
    kinds = {name: say(lang, f"recalls.kind.{name}") for name in ("voluntary", "compulsory", "drill")}
    kind = forms.choice(lang, say(lang, "recalls.sort"), "recall-kind", kinds)
    reason = forms.line(say(lang, "recall.recall.reason"), "recall-reason")
    if not chosen:
        return
    with states.attempt(lang):
        found = recalls.get_reach(here.door, chosen, wide)
        dry_run(found)
        question = say(lang, "recalls.question_drill" if kind == "drill" else "recalls.question", n=len(found.things))
        if forms.confirmed(lang, "recall-open", say(lang, "recalls.open"), question, ready=bool(reason and kind)):
            draft = CaseDraft(chosen, reason, kind == "compulsory", kind == "drill", wide)
            st.query_params["case"] = str(recalls.create_case(here.door, draft))
            frame.done(say(lang, "recalls.opened"))


def cases() -> None:
    found = recalls.list_cases(here.door)
    due = say(lang, "recalls.drill_due", day=day(lang, found.drill_due_by))
    st.html(markup.note(due))
    for case in found.cases:
        state = (
            f":green[✓ {say(lang, 'recalls.is_closed')}]"
            if case.closed_at
            else f":red[■ {say(lang, 'recalls.is_open')}]"
        )
        drill = f" · {say(lang, 'recall.drill')}" if case.drill else ""
        label = f"**{markup.plain(case.reason)}**{drill}  \n:small[{state} · {day(lang, case.opened_at.date())}]"
        st.page_link(pages.file_of("recalls"), label=label, query_params={"case": str(case.id)}, width="stretch")
    if not found.cases:
        states.empty(say(lang, "recalls.empty.title"), say(lang, "recalls.empty.hint"))


asked = st.query_params.get("case", "")
if asked.isdecimal():
    st.page_link(pages.file_of("recalls"), label=f"← {say(lang, 'recalls.all')}", width="stretch")
    recall_case.show(here, int(asked))
else:
    part = "list"
    if here.me.writes_office:
        part = forms.tab(lang, "recalls", {name: say(lang, f"recalls.{name}") for name in ("list", "new")})
    if part == "new":
        new()
    else:
        cases()
