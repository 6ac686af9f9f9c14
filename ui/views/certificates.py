"""Certificates, test results and OCOP ratings with their validity today."""

from html import escape

import streamlit as st

from nongso.papers import Validity
from nongso.rules import Level
from nongso.text import say
from nongso.text.format import day
from ui import certificate_form, forms, markup, session, states
from ui.calls.papers import CertificateView, list_certificates

LEVELS = {Validity.IN_FORCE: Level.GOOD, Validity.NOT_YET: Level.WATCH}

here = session.here()
lang = here.lang
st.html(markup.head(here.me.office_name, say(lang, "page.certificates")))
part = "list"
if here.me.writes_office:
    part = forms.tab(
        lang,
        "certificates",
        {name: say(lang, f"certificates.tab.{name}") for name in ("list", "new", "file", "withdraw")},
    )


def row(view: CertificateView) -> list[str]:
    paper = view.certificate
    kind = say(lang, f"certificate.kind.{paper.kind}")
    stars = "" if paper.stars is None else f" {'★' * paper.stars}"
    scope = paper.product_name or say(lang, "certificates.all_goods")
    return [
        f"<b>{escape(f'{kind}{stars} · {paper.number}')}</b>",
        escape(paper.issuer),
        f"{escape(paper.holder_name)}<br>{escape(scope)}",
        day(lang, paper.valid_from),
        "—" if paper.valid_to is None else day(lang, paper.valid_to),
        scan(view),
        markup.tag(LEVELS.get(view.validity, Level.ACT), say(lang, f"certificate.validity.{view.validity}")),
    ]


def scan(view: CertificateView) -> str:
    """The way to the scan and its fingerprint, or what became of it."""
    digest = view.certificate.file_digest
    if digest is None:
        return escape(say(lang, "certificates.no_scan"))
    if view.certificate.file_erased:
        return escape(say(lang, "certificates.scan_erased"))
    if view.file_altered:
        return markup.tag(Level.ACT, say(lang, "certificates.scan_altered"))
    way = f"{session.settings().public_url}/paper/{digest}"
    mark = f'<br><span class="ns-small" title="{digest}">SHA-256 {digest[:12]}…</span>'
    return (
        f'<span><a href="{escape(way)}" target="_blank">{escape(say(lang, "certificates.open_scan"))}</a>{mark}</span>'
    )


if part == "new":
    certificate_form.new(here)
elif part == "file":
    certificate_form.file(here)
elif part == "withdraw":
    certificate_form.withdraw(here)
else:
    rows = [row(view) for view in forms.paged(lang, "certificates", list_certificates(here.door))]
    if rows:
        columns = ("paper", "issuer", "scope", "since", "until", "scan", "validity")
        heads = [say(lang, f"certificates.column.{name}") for name in columns]
        st.html(markup.table(heads, rows, say(lang, "page.certificates")))
    else:
        states.empty(say(lang, "certificates.empty.title"), say(lang, "certificates.empty.hint"))
