"""Element strings: what a scanner reads from a barcode as AI after AI, and what a person reads as (01)…(10)…"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nongso.errors import InvalidInput
from traceability.gs1.identifiers import Identifier, UnknownIdentifier, check, find_identifier, get_identifier, matches

SEPARATOR = "\x1d"  # FNC1 as scanners transmit it
SYMBOLOGIES = ("]C1", "]e0", "]d2", "]Q3", "]J1")  # GS1-128, GS1 DataBar, GS1 DataMatrix, GS1 QR Code, GS1 DotCode
BRACKETED = re.compile(r"\((?P<ai>\d+)\)(?P<value>(?:\\\(|[^(])+)")


class BadElementString(InvalidInput):
    """Text that does not fall into AIs and values; `rest` is where reading stopped."""

    code = "gs1.element_string"


class MissingPartner(InvalidInput):
    """An AI without any of the others it needs beside it."""

    code = "gs1.needs"


class ForbiddenPartner(InvalidInput):
    code = "gs1.never_with"


class RepeatedIdentifier(InvalidInput):
    """One AI with two different values."""

    code = "gs1.repeated"


@dataclass(frozen=True, slots=True)
class Element:
    """An application identifier and its value, without any escaping."""

    ai: str
    value: str


def parse(text: str) -> tuple[Element, ...]:
    """The elements of `text` as transmitted by a scanner, each value checked; a leading symbology identifier or separator is dropped.

    Raises BadElementString, UnknownIdentifier or a BadValue. Pairings are another question: `check_pairs`.
    GS1 General Specifications §7.8.
    """
    rest = text[3:] if text.startswith(SYMBOLOGIES) else text
    rest = rest.removeprefix(SEPARATOR)
    if not rest:
        raise BadElementString(rest=text)
    elements: list[Element] = []
    while rest:
        identifier = identifier_at(rest)
        value, rest = take_value(identifier, rest[len(identifier.ai) :])
        elements.append(checked(identifier.ai, value))
    return tuple(elements)


def parse_bracketed(text: str) -> tuple[Element, ...]:
    r"""The elements of (01)09520123456788(10)ABC, each value checked; a bracket inside a value is written \(.

    Raises BadElementString, UnknownIdentifier or a BadValue.
    """
    elements: list[Element] = []
    rest = text
    while rest or not elements:
        read = BRACKETED.match(rest)
        if read is None:
            raise BadElementString(rest=rest)
        elements.append(checked(read["ai"], read["value"].replace("\\(", "(")))
        rest = rest[read.end() :]
    return tuple(elements)


def write(elements: Sequence[Element]) -> str:
    """The element string for a barcode, without the leading FNC1; a separator after every value whose length a scanner does not know."""
    parts: list[str] = []
    for element in elements:
        parts += [element.ai, element.value, "" if get_identifier(element.ai).fixed else SEPARATOR]
    return "".join(parts[:-1])


def write_bracketed(elements: Iterable[Element]) -> str:
    return "".join(f"({element.ai}){element.value.replace('(', chr(92) + '(')}" for element in elements)


def check_pairs(elements: Sequence[Element]) -> None:
    """Raises MissingPartner, ForbiddenPartner or RepeatedIdentifier when the elements may not stand on one item.

    GS1 General Specifications §4.14 (mandatory and invalid associations).
    """
    values: dict[str, str] = {}
    for element in elements:
        if values.setdefault(element.ai, element.value) != element.value:
            raise RepeatedIdentifier(ai=element.ai)
    for ai in values:
        identifier = get_identifier(ai)
        others = [other for other in values if other != ai]
        if identifier.needs and not any(all(present(need, others) for need in group) for group in identifier.needs):
            raise MissingPartner(ai=ai, needs=", ".join("+".join(group) for group in identifier.needs))
        for pattern in identifier.never_with:
            if present(pattern, others):
                raise ForbiddenPartner(ai=ai, other=pattern)


def present(pattern: str, ais: Iterable[str]) -> bool:
    return any(matches(pattern, ai) for ai in ais)


def checked(ai: str, value: str) -> Element:
    check(ai, value)
    return Element(ai, value)


def identifier_at(text: str) -> Identifier:
    """The identifier that `text` begins with: no AI is the beginning of another, so at most one of two to four digits fits."""
    for length in (2, 3, 4):
        found = find_identifier(text[:length])
        if found is not None and len(text) >= length:
            return found
    raise UnknownIdentifier(ai=text[:4])


def take_value(identifier: Identifier, text: str) -> tuple[str, str]:
    """The value at the start of `text`, and what follows it and its separator."""
    if identifier.fixed:
        value, rest = text[: identifier.longest], text[identifier.longest :]
        return value, rest.removeprefix(SEPARATOR)
    value, _, rest = text.partition(SEPARATOR)
    return value, rest
