"""Producers and owners as they stand on papers: who is behind a brand and a lot."""

from html import escape

import streamlit as st

from nongso.text import say
from ui import forms, markup, party_form, session, states
from ui.calls.brands import Party, list_parties


def address(party: Party) -> str:
    """With the unit, unless whoever wrote the address named it already."""
    known = party.address.casefold()
    return (
        party.address
        if party.unit_name.casefold() in known
        else ", ".join(filter(None, (party.address, party.unit_name)))
    )


here = session.here()
lang = here.lang
st.html(markup.head(here.me.office_name, say(lang, "page.parties")))
part = "list"
if here.me.writes_office:
    parts = ("list", "new", "change", "prefix", *(("forget",) if here.me.is_admin else ()))
    part = forms.tab(lang, "parties", {name: say(lang, f"parties.{name}") for name in parts})

if part == "new":
    party_form.show(here)
elif part == "change":
    party_form.change(here, list_parties(here.door))
elif part == "forget":
    party_form.forget(here, list_parties(here.door))
elif part == "prefix":
    party_form.prefix(here, list_parties(here.door))
else:
    wanted = forms.search(lang, "parties")
    parties = list_parties(here.door, wanted)
    rows = [
        (
            f"<b>{escape(party.name)}</b>",
            escape(say(lang, f"party.kind.{party.kind}")),
            escape(address(party)),
            escape(party.phone or "—"),
        )
        for party in forms.paged(lang, "parties", parties)
    ]
    if rows:
        heads = [say(lang, f"parties.column.{name}") for name in ("name", "kind", "address", "phone")]
        st.html(markup.table(heads, rows, say(lang, "page.parties")))
    else:
        hint = say(lang, "ui.nothing_found", search=wanted) if wanted else say(lang, "parties.empty.hint")
        states.empty(say(lang, "parties.empty.title"), hint)
