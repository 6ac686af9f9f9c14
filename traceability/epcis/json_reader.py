"""EPCIS 2.0 JSON-LD in: strict JSON, the document around the events, and names freed of their prefixes.

No JSON-LD processor: EPCIS 2.0 JSON is plain JSON under a fixed context, so it is enough to read the prefixes and terms a document adds.
A context given by address is never fetched (docs/decisions/0042).
"""

import json
import re
from collections import ChainMap
from collections.abc import Iterator
from dataclasses import dataclass

from traceability.epcis.document import (
    MAX_DEPTH,
    MAX_FIELDS,
    BadJson,
    Document,
    Kind,
    NotADocument,
    Syntax,
    TooDeep,
    TooLarge,
)
from traceability.epcis.layout import EVENT_TYPES, LISTS, PLAIN_NAMES, REPEATED
from traceability.epcis.node import Node, Scalar, extension_name, is_extension
from traceability.epcis.vocabulary import PREFIXES, SPOKEN, VALUE_PREFIXES, expanded

KEYWORDS = {"@type": "type", "@id": "id"}
TEXT_KEYS = ("@value", "#text")
NO_TEXT = re.compile(
    r"(?<!\\)(?:\\\\)*\\(?:u00|[bf])|[\ufffe\uffff]"
)  # in JSON as json.dumps writes it; tab and line ends are text

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean at a place of the document: the prefixes and terms declared so far."""

    terms: ChainMap[str, str]
    values: ChainMap[str, str]  # the prefixes that count in values too

    def extended(self, context: Json) -> "Scope":
        """The scope inside an object with this @context. Chained, not copied: a document may have a context in every object."""
        entries = context if isinstance(context, list) else [context]
        own = dict(pair for entry in entries if isinstance(entry, dict) for pair in definitions(entry))
        return Scope(self.terms.new_child(own), self.values.new_child(own))

    def name(self, key: str) -> str:
        """The plain or full name of a member; an undeclared prefix stays as it is, for the check to find."""
        key = KEYWORDS.get(key, key)
        prefix, colon, rest = key.partition(":")
        if not colon:
            iri = self.terms.get(key, "") if key not in PLAIN_NAMES else ""
            return extension_name(iri) if iri and iri[-1] not in "/#:" else key
        if rest.startswith("//"):
            return extension_name(key)
        namespace = self.terms.get(prefix) or PREFIXES.get(prefix)
        return f"{{{namespace}}}{rest}" if namespace else key

    def value(self, value: Scalar, name: str, parent: str) -> Scalar:
        """A value with its compact or bare spelling written out."""
        if not isinstance(value, str):
            return value
        vocabulary = SPOKEN.get((parent, name))
        word = vocabulary.expand(value) if vocabulary else value
        return expanded(word, self.values)


def definitions(context: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """The prefixes and terms of an inline context; keywords and everything but an IRI are passed over."""
    for term, meaning in context.items():
        iri = meaning.get("@id") if isinstance(meaning, dict) else meaning
        if isinstance(iri, str) and not term.startswith("@") and not iri.startswith("@"):
            yield term, expanded(iri, PREFIXES)


def read_json(data: bytes) -> Document:
    """The document in `data`. Raises BadJson, TooDeep, TooLarge, NotADocument."""
    if data.count(b",") > MAX_FIELDS:  # without commas there is no more than depth
        raise TooLarge(limit=MAX_FIELDS)
    root = parsed(data)
    if not isinstance(root, dict):
        raise NotADocument(found=type(root).__name__)
    context = root.get("@context")
    scope = Scope(ChainMap(), ChainMap(VALUE_PREFIXES)).extended(context)
    kind, around, events = located(root)
    read = tuple(event_node(event, scope) for event in events)
    header = {name: value for name, value in {**root, **around}.items() if isinstance(value, str)}
    contexts = tuple(entry for entry in (context if isinstance(context, list) else [context]) if isinstance(entry, str))
    ignored = ignored_names({**root, **around}, scope)
    return Document(kind, Syntax.JSON, read, header, dict(scope.terms), contexts, ignored)


def parsed(data: bytes) -> Json:
    try:
        found = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=once_each, parse_constant=no_constant, parse_float=finite
        )
        if b"\\" in data:
            refuse_no_text(json.dumps(found, ensure_ascii=False))
        return found
    except RecursionError:
        raise TooDeep(limit=MAX_DEPTH) from None
    except ValueError as error:  # also JSONDecodeError, UnicodeDecodeError and an integer of thousands of digits
        raise BadJson(detail=str(error)[:200]) from error


def refuse_no_text(written: str) -> None:
    """Raises ValueError for what JSON's escapes can spell and neither XML nor a database can hold: half a surrogate pair, control characters."""
    written.encode()
    if NO_TEXT.search(written):
        raise ValueError("control character")


def once_each(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object, unless a key comes twice: programs differ in which of the two they believe."""
    found: dict[str, Json] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"duplicate key {name[:80]!r}")
        found[name] = value
    return found


def no_constant(word: str) -> float:
    raise ValueError(f"{word} is no JSON")


def finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"number out of range: {text[:40]}")
    return number


def located(root: dict[str, Json]) -> tuple[Kind, dict[str, Json], list[Json]]:
    """The kind of the document, the object right around the list of events, and the events."""
    kind, body = root.get("type"), root.get("epcisBody")
    if body is None and isinstance(kind, str) and (kind in EVENT_TYPES or ":" in kind):
        return Kind.EVENT, {}, [root]
    if kind == Kind.CAPTURE and isinstance(body, dict):
        return Kind.CAPTURE, {}, events_of(body)
    if kind == Kind.QUERY and isinstance(body, dict):
        results = body.get("queryResults")
        if isinstance(results, dict) and isinstance(results.get("resultsBody"), dict):
            return Kind.QUERY, results, events_of(results["resultsBody"])
    raise NotADocument(found=str(kind)[:80])


def events_of(body: Json) -> list[Json]:
    if isinstance(body, dict):
        if isinstance(events := body.get("eventList"), list):
            return events
        if isinstance(event := body.get("event"), dict):
            return [event]
    raise NotADocument(found="epcisBody")


def ignored_names(around: dict[str, Json], scope: Scope) -> frozenset[str]:
    """The extensions under any `…:ignoreFields`; a standard field cannot be kept out of the hash."""
    for key, names in around.items():
        if scope.name(key).endswith("}ignoreFields") and isinstance(names, list):
            full = (scope.name(name) for name in names if isinstance(name, str))
            return frozenset(name for name in full if is_extension(name))
    return frozenset()


def event_node(event: Json, scope: Scope) -> Node:
    """An event; something else in the list of events becomes a node without a type, for the check to find."""
    if not isinstance(event, dict):
        return Node("", None, ())
    scope = scope.extended(event["@context"]) if "@context" in event else scope
    kind = event.get("type")
    fields = {key: value for key, value in event.items() if key not in ("@context", "type")}
    return Node(scope.name(kind) if isinstance(kind, str) else "", None, tuple(members(fields, scope, "", 1)))


def members(fields: dict[str, Json], scope: Scope, parent: str, depth: int) -> Iterator[Node]:
    """The fields of an object. `parent`: the field it is the value of, or, inside an extension, that extension."""
    if depth > MAX_DEPTH:
        raise TooDeep(limit=MAX_DEPTH)
    for key, value in fields.items():
        name = scope.name(key)
        if key == "@context" or key in TEXT_KEYS:
            continue
        if isinstance(value, list) and is_repeated(name, parent):
            yield from (node(name, item, scope, parent, depth) for item in value)
        else:
            yield node(name, value, scope, parent, depth)


def is_repeated(name: str, parent: str) -> bool:
    """Whether an array stands for several fields of one name; otherwise it is one field with items."""
    return is_extension(name) or is_extension(parent) or name in REPEATED


def node(name: str, value: Json, scope: Scope, parent: str, depth: int) -> Node:
    """A field. An array where none belongs becomes a node of nodes, for the check to find."""
    if depth > MAX_DEPTH:
        raise TooDeep(limit=MAX_DEPTH)
    if isinstance(value, list):
        item_name = name if is_extension(parent) else LISTS.get(name, name)
        return Node(name, None, tuple(node(item_name, item, scope, parent, depth + 1) for item in value))
    if isinstance(value, dict):
        inner = scope.extended(value["@context"]) if "@context" in value else scope
        owner = parent if is_extension(parent) else name
        return Node(name, text_of(value), tuple(members(value, inner, owner, depth + 1)))
    return Node(name, None if value is None else scope.value(value, name, parent))


def text_of(value: dict[str, Json]) -> Scalar | None:
    """The value of a JSON-LD literal (`{"@value": "2026-01-01", "@type": "xsd:date"}`)."""
    return next((text for key in TEXT_KEYS if isinstance(text := value.get(key), str | int | float)), None)
