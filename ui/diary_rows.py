"""Lines of the diary: what was done as it was understood, where and by whom; taking one back that was written by mistake."""

from collections.abc import Sequence
from datetime import date
from html import escape
from itertools import groupby

import streamlit as st

from nongso.diary import Kind, Spray
from nongso.people import Role
from nongso.text import say
from nongso.text.format import day as written_day
from nongso.text.format import weekday
from ui import diary_form, forms, markup, states
from ui.calls import diary
from ui.calls.diary import Entry, EntryDraft
from ui.session import Here

SHOWN = 60


def show(here: Here, entries: Sequence[Entry]) -> None:
    """By days, newest first; a line that was corrected stays, struck through and said to be so."""
    for day, lines in groupby(entries[:SHOWN], lambda entry: entry.day):
        st.html(markup.section(f"{weekday(here.lang, day)} {written_day(here.lang, day)}"))
        for entry in lines:
            with st.container(key=f"panel-entry-{entry.id}", gap="small"):
                st.html(line(here.lang, entry, here.today))
                more(here, entry)
    if len(entries) > SHOWN:
        st.html(markup.note(say(here.lang, "diary.more_lines", shown=SHOWN, n=len(entries))))


def line(lang: str, entry: Entry, today: date) -> str:
    gone = entry.superseded_by is not None
    said = escape(" · ".join(told(lang, entry, today)))
    where = escape(" · ".join([entry.field_name, entry.farm_name, entry.recorder_name]))
    state = markup.plain_tag(say(lang, "diary.corrected")) if gone else ""
    return (
        f'<p class="ns-reason">{escape(say(lang, f"diary.kind.{entry.kind}"))} {state}</p>'
        f"<p class='ns-line'>{f'<s>{said}</s>' if gone else said}</p><p class='ns-small'>{where}</p>"
    )


def told(lang: str, entry: Entry, today: date) -> list[str]:
    """Every part that was written, in words."""
    parts = [
        entry.product,
        say(lang, "diary.amount", amount=entry.amount, unit=entry.unit) if entry.amount is not None else "",
        say(lang, "diary.volume", volume=entry.volume_m3) if entry.volume_m3 is not None else "",
        say(lang, "diary.minutes", minutes=entry.minutes) if entry.minutes is not None else "",
        say(lang, "diary.cost", cost=entry.cost_vnd) if entry.cost_vnd is not None else "",
        *after_spray(lang, entry, today),
        entry.note,
    ]
    return [part for part in parts if part]


def after_spray(lang: str, entry: Entry, today: date) -> list[str]:
    """From when the field may be entered and harvested; that it may again once it may."""
    if entry.kind is not Kind.SPRAY or entry.waiting_days is None or entry.reentry_hours is None:
        return []
    spray = Spray(entry.product, entry.day, entry.at, entry.waiting_days, entry.reentry_hours)
    harvest = say(lang, "diary.harvest_from", days=spray.waiting_days, first=spray.first_day)
    if spray.first_day <= today:
        return [f"{harvest} ✓"]
    return [harvest, say(lang, "diary.enter_from", hours=spray.reentry_hours, until=spray.open_at)]


def more(here: Here, entry: Entry) -> None:
    """Its photo, and the way to take back what was written by mistake; both behind a tap."""
    lang = here.lang
    if entry.has_photo:
        alternative = say(lang, "diary.photo_of", day=entry.day)
        st.html(markup.picture(diary.get_photo(here.door, entry.id), "image/webp", alternative))
    if entry.superseded_by is not None or entry.kind is Kind.VOID or here.me.role is Role.INSPECTOR:
        return
    name = f"void-{entry.id}"
    if not st.session_state.get(forms.key(name)):
        if st.button(say(lang, "diary.wrong"), key=forms.key(f"{name}-ask"), type="tertiary"):
            st.session_state[forms.key(name)] = True
            st.rerun()
        return
    why = forms.line(say(lang, "diary.why_wrong"), f"{name}-why")
    if forms.submit(lang, say(lang, "diary.take_back"), f"{name}-save", ready=why != ""):
        with states.attempt(lang):
            draft = EntryDraft(entry.field_id, Kind.VOID, entry.day, note=why, supersedes=entry.id)
            diary_form.record(here, draft)
    if st.button(say(lang, "ui.cancel"), key=forms.key(f"{name}-cancel"), width="stretch"):
        del st.session_state[forms.key(name)]
        st.rerun()
