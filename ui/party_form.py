"""A producer or owner: a new one, one that is known with what stands on other papers now, its GS1 prefix; a household that asks to be forgotten."""

from collections.abc import Sequence

import streamlit as st

from nongso.text import say
from ui import forms, frame, markup, states
from ui.calls.brands import PARTY_KINDS, Party, PartyDraft, create_party, erase_party, update_party
from ui.calls.papers import get_prefix, put_prefix
from ui.place_forms import unit_choice
from ui.session import Here


def change(here: Here, parties: Sequence[Party]) -> None:
    known = {party.id: party for party in parties}
    named = {number: party.name for number, party in known.items()}
    chosen = forms.choice(here.lang, say(here.lang, "parties.which"), "party-chosen", named)
    if chosen is not None:
        show(here, known[chosen])


def show(here: Here, party: Party | None = None) -> None:
    lang, mine = here.lang, f"party-{party.id}" if party else "party"
    name = forms.line(say(lang, "party.name"), f"{mine}-name", party.name if party else "")
    kinds = {kind: say(lang, f"party.kind.{kind}") for kind in PARTY_KINDS}
    kind = forms.choice(lang, say(lang, "party.sort"), f"{mine}-kind", kinds, party.kind if party else None)
    unit = unit_choice(here, f"{mine}-unit", (party.unit_code, party.unit_valid_from) if party else None)
    address_label = forms.optional(lang, say(lang, "party.address"))
    address = forms.line(address_label, f"{mine}-address", party.address if party else "")
    phone = forms.line(forms.optional(lang, say(lang, "party.phone")), f"{mine}-phone", party.phone if party else "")
    public_label = say(lang, "party.phone_public")
    public = st.checkbox(public_label, party.phone_public if party else False, key=forms.key(f"{mine}-public"))
    ready = bool(name and kind and unit)
    if forms.submit(lang, say(lang, "ui.save"), f"{mine}-save", ready=ready) and kind and unit:
        with states.attempt(lang):
            draft = PartyDraft(kind, name, address, phone, public, unit.code, unit.valid_from)
            if party:
                update_party(here.door, party.id, draft)
            else:
                create_party(here.door, draft)
            frame.done(say(lang, "ui.changed" if party else "party.saved", name=name))


def forget(here: Here, parties: Sequence[Party]) -> None:
    """What goes and what stays is said before the second tap: nobody can undo it."""
    lang = here.lang
    households = {party.id: party.name for party in parties if party.kind == "household"}
    st.html(markup.note(say(lang, "parties.forget_hint")))
    chosen = forms.choice(lang, say(lang, "parties.forget_which"), "forget-party", households)
    if chosen is None:
        return
    with states.attempt(lang):
        question = say(lang, "parties.forget_question", name=households[chosen])
        if forms.confirmed(lang, f"forget-{chosen}", say(lang, "parties.forget_do"), question):
            erase_party(here.door, chosen)
            frame.done(say(lang, "parties.forgotten"))


def prefix(here: Here, parties: Sequence[Party]) -> None:
    """The company prefix of a GS1 member; another one counts crates anew."""
    lang, known = here.lang, {party.id: party.name for party in parties}
    chosen = forms.choice(lang, say(lang, "parties.which"), "prefix-party", known)
    if chosen is None:
        return
    old = get_prefix(here.door, chosen)
    digits = forms.line(say(lang, "prefix.digits"), f"prefix-{chosen}", old)
    st.caption(say(lang, "prefix.hint"))
    if forms.submit(lang, say(lang, "ui.save"), f"prefix-{chosen}-save", ready=digits != ""):
        with states.attempt(lang):
            put_prefix(here.door, chosen, digits)
            frame.done(say(lang, "ui.changed", name=known[chosen]))
