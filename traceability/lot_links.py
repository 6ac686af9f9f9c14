"""The addresses of a lot: what its label's code holds, and its name in events."""

from urllib.parse import quote

from traceability.gs1 import link
from traceability.gs1.elements import Element


def label_uri(gtin: str | None, number: str, code: str, name: str, public_url: str) -> str:
    """What a label's code holds: /01/{gtin}/10/{number}, or /T/{code} for a lot made without GTIN, host in capitals.

    `name` is the lot's in events: whoever reads the label and reports goods names them as we do, also when the GTIN came later (docs/decisions/0340).
    Without small letters a QR code takes its smaller alphanumeric mode, so lot numbers and codes are proposed in capitals.
    """
    if gtin is None or name != class_uri(gtin, number, code, public_url):
        return link.with_capital_host(f"{public_url}/T/{code}")
    return link.with_capital_host(link.build((Element("01", gtin), Element("10", number)), public_url))


def class_uri(gtin: str | None, number: str, code: str, public_url: str) -> str:
    """The lot as a class of goods in EPCIS events (CBV 2.0 §8.3): the canonical GS1 Digital Link, or an address of ours."""
    if gtin is None:
        return f"{public_url}/t/{code}"
    return link.build((Element("01", gtin), Element("10", number)))


def place_uri(kind: str, place_id: int | str, public_url: str) -> str:
    """A farm, field, harvest, party, paper or recall in events: unique through our host; it opens nothing."""
    return f"{public_url}/id/{kind}/{quote(str(place_id), safe='')}"
