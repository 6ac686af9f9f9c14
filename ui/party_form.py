"""A new producer or owner."""

import streamlit as st

from nongso.text import say
from ui import forms, frame, states
from ui.calls.brands import PARTY_KINDS, PartyDraft, create_party
from ui.place_forms import unit_choice
from ui.session import Here


def show(here: Here) -> None:
    lang = here.lang
    name = forms.line(say(lang, "party.name"), "party-name")
    kind = forms.choice(
        lang, say(lang, "party.sort"), "party-kind", {kind: say(lang, f"party.kind.{kind}") for kind in PARTY_KINDS}
    )
    unit = unit_choice(here, "party-unit")
    address = forms.line(forms.optional(lang, say(lang, "party.address")), "party-address")
    phone = forms.line(forms.optional(lang, say(lang, "party.phone")), "party-phone")
    public = st.checkbox(say(lang, "party.phone_public"), key=forms.key("party-public"))
    ready = bool(name and kind and unit)
    if forms.submit(lang, say(lang, "ui.save"), "party-save", ready=ready) and kind and unit:
        with states.attempt(lang):
            draft = PartyDraft(kind, name, address, phone, public, unit.code, unit.valid_from)
            create_party(here.door, draft)
            frame.done(say(lang, "party.saved", name=name))
