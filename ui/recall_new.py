"""A new recall or a drill: the lots, the dry run, then a second, deliberate tap."""

from datetime import date, datetime, time
from html import escape

import streamlit as st

from nongso.clock import LOCAL
from nongso.text import say
from nongso.text.format import number
from ui import forms, frame, markup, states
from ui.calls import recalls
from ui.calls.lots import list_lots
from ui.calls.recalls import CaseDraft, Reached
from ui.keys import Key
from ui.session import Here


def show(here: Here, wanted: int | None) -> None:
    """`wanted` is the lot that somebody came from."""
    lang = here.lang
    lots = {lot.id: f"{lot.number} · {lot.product_name}" for lot in list_lots(here.door)}
    begun = [] if wanted is None else [wanted]
    chosen = forms.choices(lang, say(lang, "recalls.lots"), "recall-lots", lots, begun)
    wide = st.checkbox(say(lang, "recalls.both_ways"), key=forms.key("recall-wide"))
    kinds = {name: say(lang, f"recalls.kind.{name}") for name in ("voluntary", "compulsory", "drill")}
    kind = forms.choice(lang, say(lang, "recalls.sort"), "recall-kind", kinds)
    reason = forms.line(say(lang, "recall.recall.reason"), "recall-reason")
    found_at = found(here)
    if not chosen:
        return
    with states.attempt(lang):
        reach = recalls.get_reach(here.door, chosen, wide)
        seen = st.session_state.get(Key.REACH, reach.digest)
        st.session_state[Key.REACH] = (
            reach.digest
        )  # a tap confirms what stood here before it, not what is fetched after it
        dry_run(lang, reach)
        question = say(lang, "recalls.question_drill" if kind == "drill" else "recalls.question", n=len(reach.things))
        if forms.confirmed(lang, "recall-open", say(lang, "recalls.open"), question, ready=bool(reason and kind)):
            draft = CaseDraft(chosen, seen, reason, kind == "compulsory", kind == "drill", wide, found_at)
            st.query_params["recall"] = str(recalls.create_case(here.door, draft))
            frame.done(say(lang, "recalls.opened"))


def found(here: Here) -> datetime | None:
    """When the fault was found; None for just now."""
    lang = here.lang
    day = forms.day(forms.optional(lang, say(lang, "recalls.found_on")), "recall-found-on")
    label = forms.optional(lang, say(lang, "recalls.found_time"))
    at = st.time_input(label, None, key=forms.key("recall-found-time"), step=900)
    st.html(markup.note(say(lang, "recalls.found_hint")))
    return moment_of(day, at, here.today)


def moment_of(day: date | None, at: time | None, today: date) -> datetime | None:
    """A day without an hour counts from its beginning; an hour without a day is of today."""
    if day is None and at is None:
        return None
    return datetime.combine(day or today, at or time(), LOCAL)


def dry_run(lang: str, reach: Reached) -> None:
    """What would be recalled and who would be told: nothing has changed yet."""
    st.html(markup.section(say(lang, "recalls.dry_run")))
    names = "".join(f"<li>{escape(thing.name)}</li>" for thing in reach.things)
    st.html(f"<p>{escape(say(lang, 'recalls.would_reach', n=len(reach.things)))}</p><ul>{names}</ul>")
    rows = [
        [
            f"<b>{escape(each.name)}</b>",
            escape(say(lang, f"recalls.{each.direction}")),
            escape(each.phone or "—"),
            escape("—" if each.sent_kg is None else f"{number(lang, each.sent_kg)} kg"),
        ]
        for each in reach.notices
    ]
    heads = [say(lang, f"recalls.column.{name}") for name in ("party", "way", "phone", "kg")]
    st.html(markup.table(heads, rows, say(lang, "recalls.tell")))
