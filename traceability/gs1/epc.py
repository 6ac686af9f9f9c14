"""EPC URNs of older event documents and the Digital Links that say the same: GS1 EPC Tag Data Standard 2.0 §6.3 and §7."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from nongso.errors import InvalidInput
from traceability.gs1 import link
from traceability.gs1.digits import check_digit, is_digits
from traceability.gs1.elements import Element, checked
from traceability.gs1.link import CANONICAL_STEM, DigitalLink

URN = re.compile(
    r"urn:epc:(?P<kind>id|idpat|class):(?P<scheme>[a-z]+):(?P<body>(?:[A-Za-z0-9!'()*+,\-.:;=_]|%[0-9A-Fa-f]{2})+)"
)
UNESCAPED = "!'()*+,-.:;=_"
PREFIX_LENGTHS = range(6, 13)
ANY = "*"
NO_EXTENSION = "0"  # an SGLN always has an extension; 0 stands for none


class BadUrn(InvalidInput):
    """Not an EPC URN of a GS1 key, or one with a character that the Tag Data Standard wants percent-coded."""

    code = "gs1.urn"


class NoUrn(InvalidInput):
    """A Digital Link whose path says more than one EPC URN can."""

    code = "gs1.no_urn"


class WrongPrefixLength(InvalidInput):
    code = "gs1.prefix_length"


@dataclass(frozen=True, slots=True)
class Scheme:
    """How an EPC scheme spells a key.

    `digits`: company prefix and reference together, 0 when the reference is free text. `indicator`: the reference begins with the digit
    that leads the key. `lead`: a constant before the key. `serial`: the AI that holds the serial, "key" when it is the key's own tail,
    "" when there is none.
    """

    name: str
    ai: str
    digits: int
    serial: str
    indicator: bool = False
    lead: str = ""


SCHEMES = (
    Scheme("sgtin", "01", 13, "21", indicator=True),
    Scheme("upui", "01", 13, "235", indicator=True),
    Scheme("lgtin", "01", 13, "10", indicator=True),
    Scheme("itip", "8006", 13, "21", indicator=True),
    Scheme("sscc", "00", 17, "", indicator=True),
    Scheme("sgln", "414", 12, "254"),
    Scheme("pgln", "417", 12, ""),
    Scheme("grai", "8003", 12, "key", lead="0"),
    Scheme("giai", "8004", 0, ""),
    Scheme("gsrn", "8018", 17, ""),
    Scheme("gsrnp", "8017", 17, ""),
    Scheme("gdti", "253", 12, "key"),
    Scheme("sgcn", "255", 12, "key"),
    Scheme("cpi", "8010", 0, "8011"),
    Scheme("ginc", "401", 0, ""),
    Scheme("gsin", "402", 16, ""),
)
BY_NAME = {scheme.name: scheme for scheme in SCHEMES}
CLASS_SCHEMES = {"lgtin"}  # a lot is a class of things, and its URN says so


def to_link(urn: str, stem: str = CANONICAL_STEM) -> str:
    """The Digital Link of `urn`; a pattern ending in * gives the link of the class. Raises what `to_elements` raises."""
    return link.build(to_elements(urn), stem)


def to_elements(urn: str) -> tuple[Element, ...]:
    """The key of `urn` and its serial, with the check digit worked out. Raises BadUrn or a BadValue."""
    read = URN.fullmatch(urn)
    scheme = BY_NAME.get(read["scheme"]) if read else None
    if read is None or scheme is None:
        raise BadUrn(urn=urn)
    parts = [unquote(part, "latin-1") for part in split_body(scheme, read["body"])]
    serial = parts.pop() if scheme.serial else ""
    if not is_consistent(read["kind"], scheme, serial) or not is_key(scheme, parts):
        raise BadUrn(urn=urn)
    key = spell_key(scheme, parts)
    if serial == ANY or not scheme.serial or (scheme.name == "sgln" and serial == NO_EXTENSION):
        return (checked(scheme.ai, key),)
    if scheme.serial == "key":
        return (checked(scheme.ai, key + serial),)
    return checked(scheme.ai, key), checked(scheme.serial, serial)


def to_urn(target: DigitalLink, prefix_length: int) -> str:
    """The EPC URN of the key and qualifiers of `target`; attributes have no place in it.

    A Digital Link does not say where the company prefix ends, so the caller must: 6 to 12 digits. Raises NoUrn or WrongPrefixLength.
    """
    if prefix_length not in PREFIX_LENGTHS:
        raise WrongPrefixLength(length=prefix_length)
    scheme = scheme_of(target)
    key = target.key.value.removeprefix(scheme.lead)
    start = 1 if scheme.indicator else 0
    body = key[start : scheme.digits] if scheme.digits else key
    prefix, reference = body[:prefix_length], key[:start] + body[prefix_length:]
    if len(prefix) < prefix_length or not is_digits(prefix):
        raise WrongPrefixLength(length=prefix_length)
    tail = key[scheme.digits + 1 :] if scheme.digits else ""
    parts = [prefix, reference]
    if scheme.name == "itip":
        parts += [tail[:2], tail[2:]]
    serial = find_serial(scheme, target, tail)
    if scheme.serial:
        parts.append(serial or ANY)
    kind = "class" if scheme.name in CLASS_SCHEMES else "id" if serial or not scheme.serial else "idpat"
    return f"urn:epc:{kind}:{scheme.name}:" + ".".join(
        part if part == ANY else quote(part, safe=UNESCAPED) for part in parts
    )


def split_body(scheme: Scheme, body: str) -> list[str]:
    """Prefix, reference, for an ITIP piece and total, and the serial, which may hold dots itself."""
    count = 2 + (2 if scheme.name == "itip" else 0) + (1 if scheme.serial else 0)
    parts = body.split(".", count - 1)
    return parts + [""] * (count - len(parts))


def is_consistent(kind: str, scheme: Scheme, serial: str) -> bool:
    """A class scheme says class, a pattern ends in *, and everything else names one thing."""
    if scheme.name in CLASS_SCHEMES:
        return kind == "class" and serial not in ("", ANY)
    if scheme.serial and serial == ANY:
        return kind == "idpat"
    return kind == "id" and (serial != "" or not scheme.serial)


def is_key(scheme: Scheme, parts: list[str]) -> bool:
    """The company prefix has 6 to 12 digits, and the numbers together have the length of their key."""
    prefix, reference = parts[:2]
    if not is_digits(prefix) or len(prefix) not in PREFIX_LENGTHS:
        return False
    if not scheme.digits:
        return reference != ""
    numeric = all(is_digits(part) for part in (prefix + reference, *parts[2:]))
    return numeric and len(prefix + reference) == scheme.digits and not (scheme.indicator and not reference)


def spell_key(scheme: Scheme, parts: list[str]) -> str:
    prefix, reference, *pieces = parts
    if not scheme.digits:
        return prefix + reference
    body = reference[:1] + prefix + reference[1:] if scheme.indicator else prefix + reference
    return scheme.lead + body + check_digit(body) + "".join(pieces)


def scheme_of(target: DigitalLink) -> Scheme:
    """The scheme that spells exactly the path of `target`; a bare key takes the first one of its AI."""
    qualifiers = [element.ai for element in target.qualifiers]
    for scheme in SCHEMES:
        if scheme.ai == target.key.ai and qualifiers in ([], [scheme.serial]):
            return scheme
    raise NoUrn(path="/".join(element.ai for element in target.path))


def find_serial(scheme: Scheme, target: DigitalLink, tail: str) -> str:
    """The serial of `target`, "" for a class."""
    if scheme.serial == "key":
        return tail
    if target.qualifiers:
        return target.qualifiers[0].value
    return NO_EXTENSION if scheme.name == "sgln" else ""
