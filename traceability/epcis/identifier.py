"""A GS1 identifier, however it is written, as the one canonical Digital Link that stands for it in an event hash (CBV 2.0 §8.9).

Lenient where traceability.gs1 is strict: an event must have an id even if a partner's check digit is wrong or his links use the words
(`/gtin/`) that GS1 has dropped since. Only the finest level is kept: of lot and serial the serial, and nothing of the query.
"""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote, unquote

from nongso.errors import InvalidInput
from traceability.gs1.epc import to_elements
from traceability.gs1.link import CANONICAL_STEM

LINK = re.compile(r"https?://[^/?#\s]+(?P<path>/[^?#\s]+)(?:[?#].*)?", re.IGNORECASE)
# The alphanumeric names of GS1 Digital Link URI Syntax up to release 1.2.
WORDS = {
    "sscc": "00",
    "gtin": "01",
    "lot": "10",
    "ser": "21",
    "cpv": "22",
    "gdti": "253",
    "gcn": "255",
    "ginc": "401",
    "gsin": "402",
    "gln": "414",
    "party": "417",
    "grai": "8003",
    "giai": "8004",
    "itip": "8006",
    "cpid": "8010",
    "gsrnp": "8017",
    "gsrn": "8018",
}
TEXT = r"[!-z]"  # GS1 character set 82 and a little more: what is kept is spelled anew
KEYS = {
    ai: re.compile(pattern)
    for ai, pattern in {
        "00": r"\d{18}",
        "01": r"\d{8}|\d{12,14}",
        "253": rf"\d{{13}}{TEXT}{{0,17}}",
        "255": r"\d{13,25}",
        "401": rf"\d{{4}}{TEXT}{{0,26}}",
        "402": r"\d{17}",
        "414": r"\d{13}",
        "417": r"\d{13}",
        "8003": rf"\d{{14}}{TEXT}{{0,16}}",
        "8004": rf"\d{{4}}{TEXT}{{0,26}}",
        "8006": r"\d{18}",
        "8010": r"\d{4}[#\-/0-9A-Z]{0,26}",
        "8017": r"\d{18}",
        "8018": r"\d{18}",
    }.items()
}
# What may follow a key, the finest first; those after None say nothing more about which thing it is.
QUALIFIERS: dict[str, Sequence[str | None]] = {
    "01": ("21", "235", "10", None, "22"),
    "414": ("254", None, "7040"),
    "417": (None, "7040"),
    "8004": (None, "7040"),
    "8006": ("21", "10", None, "22"),
    "8010": ("8011",),
    "8017": (None, "8019"),
    "8018": (None, "8019"),
}
LONGEST = 10  # segments of the longest link: a key and four qualifiers; what stands before is the stem
QUALIFIER = re.compile(rf"{TEXT}{{1,28}}")
UNESCAPED = "';="  # the published vectors leave these as they are, beside letters, digits and - . _ ~


def canonical_identifier(text: str) -> str | None:
    """The canonical Digital Link of an EPC URN, class or pattern URN, or of a Digital Link under any host; None for any other text."""
    if text.startswith("urn:epc:"):
        return link_of_urn(text)
    match = LINK.fullmatch(text)
    return link_of_path(match["path"].rsplit("/", LONGEST)[1:]) if match else None


def link_of_urn(urn: str) -> str | None:
    try:
        elements = to_elements(urn)
    except InvalidInput:
        return None  # not the URN of a GS1 key: it stands for itself
    return spelled((element.ai, element.value) for element in elements)


def link_of_path(segments: Sequence[str]) -> str | None:
    """The link from the first segment that begins a key and its qualifiers and nothing else."""
    for start in range(len(segments) - 1):
        ai, key = WORDS.get(segments[start], segments[start]), unquote(segments[start + 1], "latin-1")
        if ai in KEYS and KEYS[ai].fullmatch(key):
            followers = qualifiers_of(ai, segments[start + 2 :])
            if followers is not None:
                return spelled(finest(ai, key, followers))
    return None


def qualifiers_of(ai: str, segments: Sequence[str]) -> dict[str, str] | None:
    """The qualifiers after a key; None when they are no pairs, come twice or qualify something else."""
    names = [WORDS.get(segment, segment) for segment in segments[::2]]
    values = [unquote(segment, "latin-1") for segment in segments[1::2]]
    if len(values) != len(names) or len(set(names)) != len(names):
        return None
    fit = all(name in QUALIFIERS.get(ai, ()) for name in names) and all(QUALIFIER.fullmatch(value) for value in values)
    return dict(zip(names, values, strict=True)) if fit else None


def finest(ai: str, key: str, followers: dict[str, str]) -> list[tuple[str, str]]:
    """The key, and of its qualifiers the one that says most exactly which thing it is."""
    elements = [(ai, key.zfill(14) if ai == "01" else key)]
    for qualifier in QUALIFIERS.get(ai, ()):
        if qualifier is None:
            break
        if qualifier in followers:
            return [*elements, (qualifier, followers[qualifier])]
    return elements


def spelled(elements: Iterable[tuple[str, str]]) -> str:
    return "/".join((CANONICAL_STEM, *(f"{ai}/{quote(value, safe=UNESCAPED)}" for ai, value in elements)))
