"""A document of events as it came in, the limits on its size, and the errors of what is no such document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from nongso.errors import InvalidInput
from traceability.epcis.node import Node

MAX_BYTES = 16 * 2**20
MAX_DEPTH = 64  # elements or objects inside one another; the deepest published example has 9
MAX_FIELDS = 500_000  # some 40,000 events; keeps a tree of empty fields within memory


class NotADocument(InvalidInput):
    """Neither an EPCISDocument nor an EPCISQueryDocument with events nor an event: `found` says what it began with."""

    code = "epcis.not_a_document"


class TooLarge(InvalidInput):
    """More than `limit` bytes or fields (EPCIS: CaptureLimitExceededException)."""

    code = "epcis.too_large"
    status = 413


class TooDeep(InvalidInput):
    """More than `limit` levels."""

    code = "epcis.too_deep"


class BadJson(InvalidInput):
    """No strict JSON (RFC 8259, UTF-8, every key once, finite numbers)."""

    code = "epcis.bad_json"


class BadXml(InvalidInput):
    """No well-formed XML 1.0 with namespaces."""

    code = "epcis.bad_xml"


class ForbiddenXml(InvalidInput):
    """XML that declares entities or points outside itself."""

    code = "epcis.forbidden_xml"


class Syntax(StrEnum):
    JSON = "json"
    XML = "xml"


class Kind(StrEnum):
    CAPTURE = "EPCISDocument"
    QUERY = "EPCISQueryDocument"
    EVENT = "event"  # one event by itself, as POST /events takes it


ANY_QUERY = "SimpleEventQuery"  # the query whose results have no name

# Where the events stand in a JSON document of each kind; problems are reported there for XML too.
EVENT_PATHS = {
    Kind.CAPTURE: "/epcisBody/eventList",
    Kind.QUERY: "/epcisBody/queryResults/resultsBody/eventList",
}


@dataclass(frozen=True, slots=True)
class Document:
    """The events in document order and what was said around them.

    `header`: the scalar members of the document (schemaVersion, creationDate, queryName …). `namespaces`: prefix → namespace as declared;
    events do not need it, a writer may keep the prefixes. `contexts`: addresses of JSON-LD contexts; none is ever fetched.
    `ignored`: full names of event extensions that the sender keeps out of the hash.
    """

    kind: Kind
    syntax: Syntax
    events: tuple[Node, ...]
    header: Mapping[str, str] = field(default_factory=dict)
    namespaces: Mapping[str, str] = field(default_factory=dict)
    contexts: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()

    @property
    def has_unread_context(self) -> bool:
        """Whether names may be defined in a context that is not GS1's own: then an unknown name is not a fault."""
        return not all(context.endswith("/epcis-context.jsonld") for context in self.contexts)

    def path(self, position: int) -> str:
        """The JSON pointer of an event (RFC 6901); the event itself is the whole document where it came alone."""
        return "" if self.kind is Kind.EVENT else f"{EVENT_PATHS[self.kind]}/{position}"
