"""A certificate, a test result or an OCOP rating: a new one, its scan, and one that stands no more."""

import streamlit as st

from nongso.papers import CertificateKind, Validity
from nongso.text import say
from ui import forms, frame, states
from ui.calls import papers
from ui.calls.brands import list_parties, list_products
from ui.calls.papers import CertificateDraft, CertificateView
from ui.session import Here

MOST_STARS = 5


def new(here: Here) -> None:
    lang = here.lang
    kinds = {kind: say(lang, f"certificate.kind.{kind}") for kind in CertificateKind}
    kind = forms.choice(lang, say(lang, "certificates.kind"), "certificate-kind", kinds)
    stars = None
    if kind is CertificateKind.OCOP:
        named = {n: say(lang, "passport.papers.stars", n=n) for n in range(1, MOST_STARS + 1)}
        stars = forms.pick(say(lang, "certificates.stars"), "certificate-stars", named)
    number = forms.line(say(lang, "certificates.number"), "certificate-number")
    issuer = forms.line(say(lang, "certificates.issuer"), "certificate-issuer")
    parties = {party.id: party.name for party in list_parties(here.door)}
    holder = forms.choice(lang, say(lang, "certificates.holder"), "certificate-holder", parties)
    products = {each.id: f"{each.name} ({each.brand_name})" for each in list_products(here.door)}
    label = say(lang, "certificates.product")
    product = forms.choice(lang, label, "certificate-product", {0: say(lang, "certificates.all_goods"), **products}, 0)
    since = forms.day(say(lang, "certificates.since"), "certificate-since")
    until = forms.day(forms.optional(lang, say(lang, "certificates.until")), "certificate-until")
    ready = bool(kind and number and issuer and holder and since) and (stars is None) == (kind != CertificateKind.OCOP)
    if forms.submit(lang, say(lang, "ui.save"), "certificate-save", ready=ready) and kind and holder and since:
        with states.attempt(lang):
            draft = CertificateDraft(kind, number, issuer, holder, product or None, stars, since, until)
            papers.create_certificate(here.door, draft)
            frame.done(say(lang, "certificates.saved", number=number))


def file(here: Here) -> None:
    """The paper as it was scanned: kept for ever under its digest, the newest one is shown."""
    lang = here.lang
    known = {view.certificate.id: name(lang, view) for view in papers.list_certificates(here.door)}
    chosen = forms.choice(lang, say(lang, "certificates.which"), "scan-certificate", known)
    kinds = ["pdf", "jpg", "jpeg", "png", "webp"]
    scan = st.file_uploader(say(lang, "certificates.scan"), type=kinds, key=forms.key("scan-file"))
    st.caption(say(lang, "certificates.scan_hint"))
    ready = chosen is not None and scan is not None
    if forms.submit(lang, say(lang, "ui.save"), "scan-save", ready=ready) and chosen is not None and scan is not None:
        with states.attempt(lang):
            papers.add_file(here.door, chosen, scan.getvalue())
            frame.done(say(lang, "certificates.scan_saved", name=known[chosen]))


def name(lang: str, view: CertificateView) -> str:
    return f"{say(lang, f'certificate.kind.{view.certificate.kind}')} {view.certificate.number}"


def withdraw(here: Here) -> None:
    lang = here.lang
    found = papers.list_certificates(here.door)
    standing = {view.certificate.id: name(lang, view) for view in found if view.validity is not Validity.WITHDRAWN}
    chosen = forms.choice(lang, say(lang, "certificates.which"), "certificate-chosen", standing)
    if chosen is None:
        return
    with states.attempt(lang):
        question = say(lang, "certificates.question", name=standing[chosen])
        if forms.confirmed(lang, f"withdraw-{chosen}", say(lang, "certificates.withdraw"), question):
            papers.withdraw(here.door, chosen)
            frame.done(say(lang, "certificates.withdrawn", name=standing[chosen]))
