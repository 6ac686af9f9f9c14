"""GS1 Digital Link URIs, read strictly and written canonically: GS1 Digital Link Standard, URI Syntax, release 1.4."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, unquote_to_bytes

from nongso.errors import InvalidInput
from traceability.gs1.elements import Element, check_pairs, checked
from traceability.gs1.identifiers import UnknownIdentifier, find_identifier, get_identifier

CANONICAL_STEM = "https://id.gs1.org"
CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")  # RFC 3986 §2
STEM = re.compile(
    r"(?P<scheme>https?|HTTPS?)://(?P<host>\[[0-9A-Fa-f:.]+\](?::\d+)?|[A-Za-z0-9.\-]+(?::\d+)?)(?P<path>/[^?#]*|(?=$))"
)
LOOSE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")


class BadLink(InvalidInput):
    """A URI that is no GS1 Digital Link."""

    code = "gs1.link"


class BadLinkCharacter(BadLink):
    """A character that RFC 3986 does not allow, or a % that begins no code."""

    code = "gs1.link_character"


class BadStem(BadLink):
    """Not http:// or https:// (all small or all capital letters), a host and a path."""

    code = "gs1.link_stem"


class NoPrimaryKey(BadLink):
    code = "gs1.link_no_key"


class EmptyValue(BadLink):
    code = "gs1.link_empty"


class BadSequence(BadLink):
    """Identifiers of the path that do not qualify its key, or stand in the wrong order."""

    code = "gs1.link_sequence"


class DuplicateIdentifier(BadLink):
    code = "gs1.link_duplicate"


class NotAnAttribute(BadLink):
    """An identifier that may not stand in the query."""

    code = "gs1.link_not_attribute"


class BelongsInPath(BadLink):
    """A qualifier of the key, put in the query."""

    code = "gs1.link_in_path"


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """What a Digital Link says.

    `host` is in small letters with its port; `stem` is the path before the key ("" or "/shop"); `attributes` are the AIs of the query;
    `other` is the rest of the query, pair by pair as it was written. The fragment is not kept: it never reaches a server.
    """

    key: Element
    qualifiers: tuple[Element, ...]
    attributes: tuple[Element, ...]
    host: str
    stem: str
    other: tuple[str, ...] = ()

    @property
    def path(self) -> tuple[Element, ...]:
        return (self.key, *self.qualifiers)

    @property
    def elements(self) -> tuple[Element, ...]:
        return self.path + self.attributes

    def find(self, ai: str) -> str | None:
        """The value of `ai`, wherever it stands."""
        return next((element.value for element in self.elements if element.ai == ai), None)


def parse(uri: str) -> DigitalLink:
    """The meaning of `uri`; every value is checked and so is every pairing.

    Raises a BadLink, UnknownIdentifier, a BadValue, or an error of `check_pairs`. A GTIN has 14 digits, never fewer; words such as
    `gtin` are no identifiers; a key of the query that is no number is passed over and kept in `other`.
    """
    if not CHARACTERS.fullmatch(uri) or LOOSE_PERCENT.search(uri):
        raise BadLinkCharacter(uri=uri)
    before_query, _, query = uri.partition("#")[0].partition("?")
    stem = STEM.fullmatch(before_query)
    if stem is None:
        raise BadStem(uri=uri)
    segments = stem["path"].split("/")[1:]
    start = key_position(segments)
    if start is None:
        raise NoPrimaryKey(uri=uri)
    path = tuple(path_elements(segments[start:]))
    attributes, other = query_elements(query)
    check_sequence([element.ai for element in path])
    check_query([element.ai for element in path], [element.ai for element in attributes])
    check_pairs(path + attributes)
    prefix = "".join(f"/{segment}" for segment in segments[:start])
    return DigitalLink(path[0], path[1:], attributes, stem["host"].lower(), prefix, other)


def build(elements: Sequence[Element], stem: str = CANONICAL_STEM) -> str:
    """The Digital Link that says `elements` under `stem` (scheme, host and any path; a slash at its end is dropped).

    The first primary key among them leads, then as many of its qualifiers as fit, in their order; the others go to the query, those of
    fixed length first. Raises BadStem, NoPrimaryKey, NotAnAttribute, UnknownIdentifier, a BadValue, or an error of `check_pairs`.
    """
    if not STEM.fullmatch(stem):
        raise BadStem(uri=stem)
    for element in elements:
        checked(element.ai, element.value)
    check_pairs(elements)
    values = {element.ai: element.value for element in elements}
    path = best_path(list(values))
    attributes = [ai for ai in values if ai not in path]
    for ai in attributes:
        if not get_identifier(ai).attribute:
            raise NotAnAttribute(ai=ai)
    attributes.sort(key=lambda ai: not get_identifier(ai).fixed)
    parts = [stem.removesuffix("/"), *(f"{ai}/{escape_path(values[ai])}" for ai in path)]
    query = "&".join(f"{ai}={escape_query(values[ai])}" for ai in attributes)
    return "/".join(parts) + (f"?{query}" if query else "")


def with_capital_host(uri: str) -> str:
    """`uri` with scheme and host in capitals, which mean the same and let a QR code use its smaller alphanumeric mode."""
    scheme, slashes, rest = uri.partition("://")
    host, slash, path = rest.partition("/")
    return scheme.upper() + slashes + host.upper() + slash + path


def escape_path(value: str) -> str:
    """A value for the path: all but A-Z a-z 0-9 - . _ ~ as percent codes in capitals."""
    return quote(value, safe="")


def escape_query(value: str) -> str:
    """A value for the query: as in the path, but + for a space."""
    return quote_plus(value, safe="")


def unescape_path(text: str) -> str:
    """Percent codes become characters; + stays a plus; a % that begins no code stays.

    No identifier holds anything beyond ASCII: the rest is read as people meant it, so that a refusal names it, and else byte by byte.
    """
    found = unquote_to_bytes(text)
    try:
        return found.decode()
    except UnicodeDecodeError:
        return found.decode("latin-1")


def unescape_query(text: str) -> str:
    """As in the path, but + is a space."""
    return unescape_path(text.replace("+", " "))


def key_position(segments: Sequence[str]) -> int | None:
    """Where the primary key stands, sought from the end in pairs of AI and value, so that a stem may hold anything."""
    for start in range(len(segments) - 2, -1, -2):
        identifier = find_identifier(segments[start])
        if identifier is None:
            return None
        if identifier.paths:
            return start
    return None


def path_elements(segments: Sequence[str]) -> Iterable[Element]:
    for ai, text in zip(segments[::2], segments[1::2], strict=True):
        if not text:
            raise EmptyValue(ai=ai)
        yield checked(ai, unescape_path(text))


def query_elements(query: str) -> tuple[tuple[Element, ...], tuple[str, ...]]:
    """The AIs of a query and its other pairs; a key of digits that is no AI raises UnknownIdentifier."""
    elements: list[Element] = []
    other: list[str] = []
    for pair in filter(None, query.split("&")):
        key, equals, text = pair.partition("=")
        if not equals or not re.fullmatch("[0-9]+", key):
            other.append(pair)
        elif find_identifier(key) is None:
            raise UnknownIdentifier(ai=key)
        elif not text:
            raise EmptyValue(ai=key)
        else:
            elements.append(checked(key, unescape_query(text)))
    return tuple(elements), tuple(other)


def check_sequence(path: Sequence[str]) -> None:
    """Raises BadSequence unless the AIs of the path are a key with its qualifiers in their order."""
    if tuple(path[1:]) not in get_identifier(path[0]).paths:
        raise BadSequence(path="/".join(path))


def check_query(path: Sequence[str], attributes: Sequence[str]) -> None:
    """Raises DuplicateIdentifier, NotAnAttribute, or BelongsInPath for an AI that could have qualified the key where it stands."""
    seen = set(path)
    paths = get_identifier(path[0]).paths
    for ai in attributes:
        if ai in seen:
            raise DuplicateIdentifier(ai=ai)
        seen.add(ai)
        if not get_identifier(ai).attribute:
            raise NotAnAttribute(ai=ai)
        if any((*path[1:place], ai, *path[place:]) in paths for place in range(1, len(path) + 1)):
            raise BelongsInPath(ai=ai)


def best_path(ais: Sequence[str]) -> tuple[str, ...]:
    """The first primary key of `ais` and the longest run of its qualifiers that are there."""
    key = next((ai for ai in ais if get_identifier(ai).paths), None)
    if key is None:
        raise NoPrimaryKey(uri="".join(f"({ai})" for ai in ais))
    fitting = [path for path in get_identifier(key).paths if set(path) <= set(ais)]
    return (key, *max(fitting, key=len))
