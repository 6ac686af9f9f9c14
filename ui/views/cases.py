"""Cases about labels: what kind, about what, how many people; a row opens its case. From where on scans become one."""

import streamlit as st

from nongso.text import say
from nongso.text.format import moment
from ui import forms, markup, pages, scan_limits_form, session, states
from ui.calls.cases import Case, list_cases

here = session.here()
lang = here.lang
found = list_cases(here.door)
still = sum(case.closed_at is None for case in found)
st.html(
    markup.head(say(lang, "page.cases"), say(lang, "cases.headline", n=still) if still else say(lang, "cases.none"))
)
part = "list"
if here.me.writes_office:
    part = forms.tab(lang, "cases", {name: say(lang, f"cases.tab.{name}") for name in ("list", "limits")})


def label(case: Case) -> str:
    """Kind and product; about which label and since when; who looks into it or how it ended."""
    about = case.serial or case.lot_number or say(lang, "cases.all_labels")
    facts = say(lang, "cases.facts", about=about, at=moment(lang, case.opened_at))
    if case.outcome:
        state = f"✓ {say(lang, f'case.outcome.{case.outcome}')}"
    elif case.assignee_name:
        state = f":orange[▲ {markup.plain(say(lang, 'cases.with', name=case.assignee_name))}]"
    else:
        state = f":red[■ {say(lang, 'cases.nobody')}]"
    return (
        f"**{say(lang, f'case.kind.{case.kind}')}** · {markup.plain(case.product_name)}  \n"
        f":small[{markup.plain(facts)}]  \n:small[{state}]"
    )


def rows() -> None:
    with st.container(key="rows", gap=None):
        for case in found:
            way = {"case": str(case.id)}
            st.page_link(pages.file_of("case"), label=label(case), query_params=way, width="stretch")


if part == "limits":
    scan_limits_form.show(here)
elif found:
    rows()
else:
    states.empty(say(lang, "cases.none"), say(lang, "cases.hint"))
