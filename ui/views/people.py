"""The office's accounts: who may sign in, as what, and which farms a farmer sees. For its admin."""

from html import escape

import streamlit as st

from nongso.rules import Level
from nongso.text import say
from ui import account_forms, forms, markup, session
from ui.calls.people import Account, list_accounts
from ui.calls.places import list_farms

here = session.here()
lang = here.lang
accounts = list_accounts(here.door)
farms = {farm.id: farm.name for farm in list_farms(here.door)}
st.html(markup.head(here.me.office_name, say(lang, "page.people")))
part = forms.tab(lang, "people", {name: say(lang, f"people.{name}") for name in ("list", "new", "change")})


def row(account: Account) -> list[str]:
    state = "people.closed" if account.disabled_at else "people.open"
    tag = markup.plain_tag(say(lang, state)) if account.disabled_at else markup.tag(Level.GOOD, say(lang, state))
    seen = ", ".join(farms[farm] for farm in account.farm_ids if farm in farms) or "—"
    return [
        f"<b>{escape(account.name)}</b>",
        escape(account.login),
        escape(say(lang, f"role.{account.role}")),
        escape(seen),
        tag,
    ]


if part == "new":
    account_forms.create(here)
elif part == "change":
    account_forms.change(here, accounts, farms)
else:
    heads = [say(lang, f"people.column.{name}") for name in ("name", "login", "role", "farms", "state")]
    st.html(
        markup.table(
            heads, [row(account) for account in forms.paged(lang, "people", accounts)], say(lang, "page.people")
        )
    )
