"""Rules for single values: instants, offsets, numbers, URIs, vocabulary terms, and which identifiers name one thing or a class."""

import re
from collections.abc import Callable, Iterator

from nongso.errors import InvalidInput
from traceability.epcis.canonical import BadInstant, read_instant
from traceability.epcis.node import Node, written
from traceability.epcis.problem import Problem, Reason
from traceability.epcis.vocabulary import Vocabulary
from traceability.gs1.epc import to_elements

Rule = Callable[[Node, str], Iterator[Problem]]
Test = Callable[[str], bool]

OFFSET = re.compile(r"[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)", re.ASCII)
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")  # RFC 3986 §4.3, letters beyond ASCII as in an IRI
UNIT = re.compile(r"[A-Z0-9]{2,3}")  # UN/ECE Recommendation 20
HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
ACTIONS = frozenset({"ADD", "OBSERVE", "DELETE"})
# EPC schemes of the Tag Data Standard that are no GS1 keys: taken as they are.
OTHER_SCHEMES = ("gid", "usdod", "adi", "bic", "imovn")


def text_rule(test: Test, reason: Reason) -> Rule:
    """A rule for a field whose value is text that passes `test`."""

    def check(node: Node, path: str) -> Iterator[Problem]:
        fault = plain_fault(node)
        if fault is None and not isinstance(node.value, str):
            fault = Reason.NOT_TEXT
        if fault is None and not test(str(node.value).strip()):
            fault = reason
        if fault is not None:
            yield Problem(path, fault, shown(node))

    return check


def plain_fault(node: Node) -> Reason | None:
    """What keeps a field from having one value."""
    if node.children:
        return Reason.NOT_A_VALUE
    return Reason.EMPTY if node.is_empty else None


def shown(node: Node) -> str:
    """The value for a reader, cut short."""
    return "" if node.value is None else written(node.value)[:120]


def number(node: Node, path: str) -> Iterator[Problem]:
    fault = plain_fault(node)
    if fault is None and (isinstance(node.value, bool) or not isinstance(node.value, int | float)):
        fault = Reason.NOT_A_NUMBER
    if fault is not None:
        yield Problem(path, fault, shown(node))


def amount(node: Node, path: str) -> Iterator[Problem]:
    """A number of things or units, which cannot be less than none."""
    yield from number(node, path)
    if isinstance(node.value, int | float) and node.value < 0:
        yield Problem(path, Reason.NEGATIVE, shown(node))


def truth(node: Node, path: str) -> Iterator[Problem]:
    fault = plain_fault(node)
    if fault is None and not isinstance(node.value, bool):
        fault = Reason.NOT_TRUE_OR_FALSE
    if fault is not None:
        yield Problem(path, fault, shown(node))


def is_instant(text: str) -> bool:
    try:
        read_instant(text)
    except BadInstant:
        return False
    return True


def is_uri(text: str) -> bool:
    return URI.fullmatch(text) is not None


def epc_kind(text: str) -> str | None:
    """`id`, `class` or `idpat` of an EPC URN that can be read, "" for any other URI, None for what is broken."""
    if not text.startswith("urn:epc:"):
        return "" if is_uri(text) else None
    kind, _, rest = text.removeprefix("urn:epc:").partition(":")
    if rest.startswith(OTHER_SCHEMES):
        return kind
    try:
        to_elements(text)
    except InvalidInput:
        return None
    return kind


def epc(node: Node, path: str) -> Iterator[Problem]:
    """An identifier of one thing: an EPC, a Digital Link or any other URI (EPCIS 2.0 §7.3)."""
    yield from readable_id(node, path)
    if isinstance(node.value, str) and epc_kind(node.value.strip()) in ("class", "idpat"):
        yield Problem(path, Reason.CLASS_AS_EPC, shown(node))


def epc_class(node: Node, path: str) -> Iterator[Problem]:
    """An identifier of a class: a lot, a GTIN as a pattern URN, a Digital Link or any other URI (EPCIS 2.0 §7.3)."""
    yield from readable_id(node, path)
    if isinstance(node.value, str) and epc_kind(node.value.strip()) == "id":
        yield Problem(path, Reason.EPC_AS_CLASS, shown(node))


def vocabulary_rule(vocabulary: Vocabulary) -> Rule:
    """A term of the vocabulary or a URI of one's own; nothing that looks like a CBV term and is none (CBV 2.0 §7)."""

    def test(text: str) -> bool:
        return is_uri(text) and (vocabulary.has(text) or not vocabulary.claims(text))

    return text_rule(test, Reason.NOT_IN_VOCABULARY)


readable_id = text_rule(lambda text: epc_kind(text) is not None, Reason.NOT_AN_EPC)
instant = text_rule(is_instant, Reason.NOT_AN_INSTANT)
offset = text_rule(lambda text: OFFSET.fullmatch(text) is not None, Reason.NOT_AN_OFFSET)
uri = text_rule(is_uri, Reason.NOT_A_URI)
unit = text_rule(lambda text: UNIT.fullmatch(text) is not None, Reason.NOT_A_UNIT)
hexadecimal = text_rule(lambda text: HEX.fullmatch(text) is not None, Reason.NOT_HEX)
action = text_rule(ACTIONS.__contains__, Reason.NOT_AN_ACTION)
text = text_rule(bool, Reason.EMPTY)
