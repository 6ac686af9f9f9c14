"""The one internal form of an event: a frozen tree of names and values, laid out as EPCIS 2.0 JSON is, with no prefix left in it.

JSON-LD and XML are read into it and written from it; the check and the hash walk it. Standard fields carry their plain name (`bizStep`),
extensions their full one (`{https://ns.example.com/epcis/}grade`); values that were compact (`receiving`, `cbv:BizStep-receiving`,
`urn:epcglobal:cbv:bizstep:receiving`) are written out as the one web URI they all mean. docs/decisions/0040 says why a tree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Node:
    """A field: its name and either a value or children. The name of an event's root is its type.

    A list field (`epcList`, `quantityList` …) holds its items as children named as in XML (`epc`, `quantityElement` …).
    An extension that occurs several times is several nodes of one name.
    """

    name: str
    value: Scalar | None = None
    children: tuple["Node", ...] = ()

    def find(self, name: str) -> "Node | None":
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def text(self, *path: str) -> str | None:
        """The value at the end of `path`, as text; None where any step is missing or the end has no value."""
        here: Node | None = self
        for name in path:
            here = here.find(name) if here else None
        return None if here is None or here.value is None else written(here.value)

    def texts(self, *path: str) -> Iterator[str]:
        """The values at the end of `path`, following every child of each name: `texts("epcList", "epc")`."""
        if not path:
            if self.value is not None:
                yield written(self.value)
            return
        for child in self.children:
            if child.name == path[0]:
                yield from child.texts(*path[1:])

    @property
    def is_empty(self) -> bool:
        return not self.children and (self.value is None or self.value == "")


def written(value: Scalar) -> str:
    """A value as XML writes it: true and false in small letters, numbers in digits without an exponent (xsd:decimal knows none)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return str(value)


def extension_name(iri: str) -> str:
    """The full name of an extension from its IRI: the namespace ends with the last # or /, or the last : where there is neither."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1 or iri.rfind(":") + 1
    return f"{{{iri[:cut]}}}{iri[cut:]}"


def is_extension(name: str) -> bool:
    """Whether a name is somebody's own: a full one, or one whose prefix is declared nowhere we can read (`eudr:plot`)."""
    return ":" in name


def is_declared(name: str) -> bool:
    """Whether the namespace of an extension is known."""
    return name.startswith("{")
