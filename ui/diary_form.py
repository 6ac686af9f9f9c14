"""Writing a line of the diary: what was done as large buttons, then only what that kind of work must say."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from nongso.diary import REQUIRED, TELLS, Kind, Unit
from nongso.text import say
from ui import forms, frame, states
from ui.calls import diary
from ui.calls.diary import EntryDraft
from ui.keys import Key
from ui.session import Here

CHOICES = [kind for kind in Kind if kind is not Kind.VOID]
LABELS = {"amount": "diary.amount_used", "minutes": "diary.minutes_run"}
ORDER = ("product", "unit", "amount", "waiting_days", "reentry_hours", "volume_m3", "minutes", "cost_vnd")
UNITS = {
    "volume_m3": "diary.cubic_metres",
    "waiting_days": "product.days",
    "reentry_hours": "diary.hours",
    "minutes": "device.minutes",
}


def show(here: Here, fields: Mapping[int, str]) -> None:
    lang = here.lang
    kind = forms.pick(
        say(lang, "diary.what"), "diary-kind", {kind: say(lang, f"diary.kind.{kind}") for kind in CHOICES}
    )
    if kind is None:
        return
    field = next(iter(fields)) if len(fields) == 1 else choose_field(lang, fields)
    typed: dict[str, str | None] = {}
    for name in sorted(TELLS[kind], key=ORDER.index):
        typed[name] = asked(lang, kind, name, typed.get("unit") or "")
    if kind is Kind.HARVEST and here.me.writes_office:
        label = forms.optional(lang, say(lang, "diary.waiting_reason"))
        typed["waiting_reason"] = forms.line(label, "diary-waiting-reason")
    label = say(lang, "diary.note")
    note = forms.line(label if "note" in "|".join(REQUIRED[kind]) else forms.optional(lang, label), "diary-note")
    photo = photo_of(lang) if kind is Kind.OBSERVE else None
    day = forms.day(say(lang, "diary.day"), "diary-day", here.today)
    at = st.time_input(say(lang, "diary.at"), None, key=forms.key("diary-at"), step=900) if kind is Kind.SPRAY else None
    lacking = missing(kind, {**typed, "note": note, "photo": "photo" if photo else ""})
    ready = field is not None and day is not None and forms.all_read(typed.values())
    if lacking and ready:
        st.caption(say(lang, "diary.missing", what=", ".join(named(lang, kind, names) for names in lacking)))
    ready = ready and not lacking
    if forms.submit(lang, say(lang, "diary.send"), "diary-save", ready=ready) and field is not None and day is not None:
        with states.attempt(lang):
            words = {name: value for name, value in typed.items() if value}
            draft = EntryDraft(field, kind, day, at, note=note, photo=diary.packed(photo))
            record(here, replace(draft, **words))


def missing(kind: Kind, typed: Mapping[str, str | None]) -> list[str]:
    """What this kind of work must say and does not yet; `a|b` where one of two is enough."""
    return [names for names in REQUIRED[kind] if not any(typed.get(name) for name in names.split("|"))]


def named(lang: str, kind: Kind, names: str) -> str:
    return " / ".join(say(lang, label_of(kind, name)) for name in names.split("|"))


def label_of(kind: Kind, name: str) -> str:
    return "diary.kg_taken" if kind is Kind.HARVEST and name == "amount" else LABELS.get(name, f"diary.{name}")


def choose_field(lang: str, fields: Mapping[int, str]) -> int | None:
    """The field of the last line first: whoever writes three lines in a row is in one field."""
    last = st.session_state.get(Key.DIARY_FIELD)
    field = forms.choice(lang, say(lang, "diary.field"), "diary-field", fields, chosen=last)
    st.session_state[Key.DIARY_FIELD] = field
    return field


def asked(lang: str, kind: Kind, name: str, amount_unit: str) -> str | None:
    """A part of a line as it was typed, read back under it; None while it cannot be read."""
    mine = f"diary-{kind}-{name}"
    if name == "product":
        return forms.line(say(lang, "diary.product"), mine)
    if name == "unit":
        if kind is Kind.HARVEST:
            return str(Unit.KG)
        return forms.pick(say(lang, "diary.unit"), mine, {str(unit): str(unit) for unit in Unit}) or ""
    if name == "cost_vnd":
        return forms.money(lang, forms.optional(lang, say(lang, "diary.cost_vnd")), mine)
    unit = amount_unit if name == "amount" else say(lang, UNITS[name])
    return forms.typed(lang, say(lang, label_of(kind, name)), mine, unit)


def photo_of(lang: str) -> bytes | None:
    file = st.file_uploader(
        forms.optional(lang, say(lang, "diary.photo")),
        type=["jpg", "jpeg", "png", "webp"],
        key=forms.key("diary-photo"),
    )
    return file.getvalue() if file else None


def record(here: Here, draft: EntryDraft) -> None:
    """Said back as it was understood, with what is to be heeded."""
    made = diary.write(here.door, draft)
    frame.done(" ".join([f"{say(here.lang, 'diary.saved')}: {made.said}.", *made.notices]))
