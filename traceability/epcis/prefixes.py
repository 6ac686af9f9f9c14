"""Prefixes for the namespaces of extensions when events are written: those that were declared where that is safe, else ext1, ext2 …"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import count

from traceability.epcis.node import Node, is_declared
from traceability.epcis.vocabulary import PREFIXES

PREFIX = re.compile(
    r"(?!epcisq?$|xml)[A-Za-z][\w-]*", re.ASCII
)  # fit for XML, where epcis and epcisq are the document's own


def split(name: str) -> tuple[str, str]:
    """Namespace and local name of an extension whose namespace is known."""
    namespace, _, local = name[1:].partition("}")
    return namespace, local


def prefixes(events: Iterable[Node], declared: Mapping[str, str]) -> dict[str, str]:
    """Namespace → prefix for every extension in the events. `declared`: prefix → namespace, as it came in.

    A prefix is not kept if some value begins with it and a colon (`https:`, or `example:x` from XML, where it means itself): a JSON-LD
    reader would take it for a compact URI. GS1's own prefixes keep their meaning.
    """
    nodes = [node for event in events for node in every(event)]
    taken = {head for node in nodes for head in heads(node)} | set(PREFIXES)
    wanted = {
        namespace: prefix
        for prefix, namespace in reversed(list(declared.items()))
        if prefix not in taken and PREFIX.fullmatch(prefix)
    }
    wanted |= {namespace: prefix for prefix, namespace in PREFIXES.items() if PREFIX.fullmatch(prefix)}
    invented = (name for number in count(1) if (name := f"ext{number}") not in taken and name not in declared)
    found: dict[str, str] = {}
    for node in nodes:
        if is_declared(node.name) and (namespace := split(node.name)[0]) not in found:
            found[namespace] = wanted.get(namespace) or next(invented)
    return found


def every(node: Node) -> Iterator[Node]:
    """The node and all below it, in document order."""
    yield node
    for child in node.children:
        yield from every(child)


def heads(node: Node) -> Iterator[str]:
    """What could be taken for a prefix in the name (one that nobody declared) and the value of a node."""
    if not is_declared(node.name):
        yield node.name.partition(":")[0]
    if isinstance(node.value, str):
        yield node.value.partition(":")[0]
