"""A certificate, a test result or an OCOP rating: a new one, and one that stands no more."""

from nongso.papers import CertificateKind, Validity
from nongso.text import say
from ui import forms, frame, states
from ui.calls import papers
from ui.calls.brands import list_parties, list_products
from ui.calls.papers import CertificateDraft
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


def withdraw(here: Here) -> None:
    lang = here.lang
    standing = {
        view.certificate.id: f"{say(lang, f'certificate.kind.{view.certificate.kind}')} {view.certificate.number}"
        for view in papers.list_certificates(here.door)
        if view.validity is not Validity.WITHDRAWN
    }
    chosen = forms.choice(lang, say(lang, "certificates.which"), "certificate-chosen", standing)
    if chosen is None:
        return
    with states.attempt(lang):
        question = say(lang, "certificates.question", name=standing[chosen])
        if forms.confirmed(lang, f"withdraw-{chosen}", say(lang, "certificates.withdraw"), question):
            papers.withdraw(here.door, chosen)
            frame.done(say(lang, "certificates.withdrawn", name=standing[chosen]))
