"""A case about a label: what speaks against it in words and numbers, what buyers wrote, who looks into it, how it ended."""

from html import escape

import streamlit as st

from nongso.errors import NotFound
from nongso.rules import Level
from nongso.text import say
from nongso.text.format import day, moment, number
from ui import case_form, markup, session
from ui.calls.cases import Case, CaseView, get_case

here = session.here()
lang = here.lang
asked = st.query_params.get("case", "")
if not asked.isdecimal():
    raise NotFound()


def evidence(case: Case) -> list[str]:
    """Each sign in one sentence."""
    told = [say(lang, f"scan.sign.{sign.kind}", n=sign.count) for sign in case.evidence.signs or []]
    if case.evidence.serials:
        told.append(say(lang, "cases.ghosts", n=case.evidence.people, serials=", ".join(case.evidence.serials)))
    elif case.evidence.people:
        told.append(say(lang, "cases.people", n=case.evidence.people, places=case.evidence.places))
    return told


def days(view: CaseView) -> None:
    rows = [
        (
            escape(day(lang, row.day)),
            escape(
                "—"
                if row.area_lat is None
                else f"{number(lang, row.area_lat, 2)}; {number(lang, row.area_lon or 0, 2)}"
            ),
            number(lang, row.people),
            number(lang, row.by_link),
        )
        for row in view.days
    ]
    heads = [say(lang, f"cases.column.{name}") for name in ("day", "area", "people", "links")]
    st.html(markup.section(say(lang, "cases.days")) + markup.table(heads, rows, say(lang, "cases.days")))


def reports(view: CaseView) -> None:
    st.html(markup.section(say(lang, "cases.reports")))
    for report in view.reports:
        small = f"{say(lang, f'report.kind.{report.kind}')} · {moment(lang, report.at)}"
        contact = f"<p class='ns-small'>{escape(say(lang, 'cases.contact', contact=report.contact))}</p>"
        st.html(
            f"<div class='ns-panel'><p class='ns-small'>{escape(small)}</p><p class='ns-reason'>{escape(report.words)}</p>"
            f"{contact if report.contact else ''}</div>"
        )


view = get_case(here.door, int(asked))
case = view.case
about = case.serial or case.lot_number or say(lang, "cases.all_labels")
st.html(markup.head(f"{case.product_name} · {about}", say(lang, f"case.kind.{case.kind}")))
if case.outcome:
    st.html(markup.tag(Level.GOOD, say(lang, f"case.outcome.{case.outcome}")) + markup.note(case.note))
for sentence in evidence(case):
    st.html(markup.note(sentence))
if view.days:
    days(view)
if view.reports:
    reports(view)
if here.me.writes_office and case.closed_at is None:
    case_form.show(here, view)
