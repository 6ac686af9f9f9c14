"""The links the house itself gives to what stands in its book: the buyer's page, its recall state, its certification, its events."""

from collections.abc import Iterator
from urllib.parse import quote

from nongso.store.passports import LotFacts, ProductFacts
from nongso.text import BUYER_LANGUAGES, say
from traceability.epcis.vocabulary import VOC
from traceability.gs1.link import escape_path
from traceability.resolver.links import DEFAULT, Link

HTML, JSON = "text/html", "application/ld+json"


def product_anchor(gtin: str) -> str:
    return f"/01/{gtin}"


def lot_anchor(gtin: str, number: str) -> str:
    return f"/01/{gtin}/10/{escape_path(number)}"


def page(anchor: str, stem: str) -> str:
    """The buyer's page under an address of its own, so that a redirect does not lead to itself."""
    return f"{stem}/p/{anchor.removeprefix('/01/')}"


def product_links(product: ProductFacts, gtin: str, stem: str, lang: str) -> Iterator[Link]:
    """Of a product: its page, and its mark where one is registered."""
    anchor = product_anchor(gtin)
    yield Link(anchor, DEFAULT, page(anchor, stem), say(lang, "resolver.title.page", name=product.product_name))
    yield paged(anchor, "pip", stem, say(lang, "resolver.title.page", name=product.product_name))
    if product.registration_no:
        yield paged(anchor, "certificationInfo", stem, say(lang, "resolver.title.mark", name=product.brand_name))


def lot_links(anchor: str, href: str, number: str, stem: str, key: str, lang: str) -> Iterator[Link]:
    """Of a lot: its page, whether it was recalled, its journey, and its events for partners who sign in."""
    title = say(lang, "resolver.title.lot", number=number)
    yield Link(anchor, DEFAULT, href, title)
    for kind in ("pip", "traceability", "recallStatus"):
        yield Link(anchor, VOC + kind, href, say(lang, f"resolver.title.{kind}", number=number), BUYER_LANGUAGES, HTML)
    events = f"{stem}/epcis/epcs/{quote(key, safe='')}/events"
    yield Link(anchor, VOC + "epcis", events, say(lang, "resolver.title.epcis", number=number), (), JSON)


def known_lot_links(lot: LotFacts, name: str, gtin: str, stem: str, lang: str) -> Iterator[Link]:
    """The links of a lot under its product's GTIN; `name` is the lot's in events, which is older where the GTIN came later."""
    anchor = lot_anchor(gtin, lot.number)
    return lot_links(anchor, page(anchor, stem), lot.number, stem, name, lang)


def coded_lot_links(lot: LotFacts, name: str, stem: str, lang: str) -> Iterator[Link]:
    """The links of a lot under the house's own code."""
    anchor = f"/t/{lot.code}"
    return lot_links(anchor, stem + anchor, lot.number, stem, name, lang)


def paged(anchor: str, kind: str, stem: str, title: str) -> Link:
    return Link(anchor, VOC + kind, page(anchor, stem), title, BUYER_LANGUAGES, HTML)
