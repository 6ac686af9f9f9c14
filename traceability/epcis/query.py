"""The query language of EPCIS 2.0 (§8.2.7.1, SimpleEventQuery): named parameters in, what the store is asked out.

Values are compared in canonical spelling, so a Digital Link under any host finds what came in as an EPC URN and the other way round.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from nongso.errors import InvalidInput, NongsoError
from nongso.store.epcis_events import EpcCondition, EventFilter, QuantityCondition, TermCondition
from traceability.epcis.canonical import canonical_number, read_instant
from traceability.epcis.facts import IN_UNITS, INSTANT, canonical, number
from traceability.epcis.vocabulary import (
    BIZ_STEP,
    DISPOSITION,
    ERROR_REASON,
    MEASUREMENT,
    PARTY_TYPE,
    PREFIXES,
    TRANSACTION_TYPE,
    VALUE_PREFIXES,
    Vocabulary,
    expanded,
)

MAX_PARAMETERS = 40
MAX_VALUES = 1000
ACTIONS = ("ADD", "OBSERVE", "DELETE")
TRUE, FALSE = ("true", "1", ""), ("false", "0")

Parameters = Mapping[str, Sequence[str]]


class BadParameter(InvalidInput):
    """A parameter that the query language does not know, or a value it cannot have (EPCIS: QueryParameterException)."""

    code = "epcis.query_parameter"


class TooComplex(InvalidInput):
    """More parameters or values than anybody needs (EPCIS: QueryTooComplexException)."""

    code = "epcis.query_too_complex"
    status = 413


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, in which order, and how much. `limit`: no more events than that; `most`: more are an error."""

    wanted: EventFilter = field(default_factory=EventFilter)
    order: str = "captured"
    direction: str = "DESC"
    limit: int | None = None
    most: int | None = None

    @property
    def descending(self) -> bool:
        """The newest first is the standard's default, where an order is asked for."""
        return self.order != "captured" and self.direction == "DESC"


def term_of(vocabulary: Vocabulary) -> Callable[[str], str]:
    """Spells a term of a vocabulary as the one web URI it is stored as."""
    return lambda text: expanded(vocabulary.expand(text), VALUE_PREFIXES)


def action(text: str) -> str:
    if text not in ACTIONS:
        raise BadParameter(name="EQ_action", value=text)
    return text


# Parameter → field of the filter and how its values are spelled.
LISTED: dict[str, tuple[str, Callable[[str], str]]] = {
    "EQ_action": ("actions", action),
    "EQ_bizStep": ("biz_steps", term_of(BIZ_STEP)),
    "EQ_disposition": ("dispositions", term_of(DISPOSITION)),
    "EQ_readPoint": ("read_points", canonical),
    "WD_readPoint": ("read_points_within", canonical),
    "EQ_bizLocation": ("biz_locations", canonical),
    "WD_bizLocation": ("biz_locations_within", canonical),
    "EQ_eventID": ("event_ids", str),
}
INSTANTS = {
    "GE_eventTime": "event_from",
    "LT_eventTime": "event_before",
    "GE_recordTime": "record_from",
    "LT_recordTime": "record_before",
}
SEEN = ("epc", "child")
MATCHES: dict[str, tuple[tuple[str, ...], bool]] = {
    "MATCH_epc": (SEEN, False),
    "MATCH_parentID": (("parent",), False),
    "MATCH_inputEPC": (("input",), False),
    "MATCH_outputEPC": (("output",), False),
    "MATCH_anyEPC": ((*SEEN, "parent", "input", "output"), False),
    "MATCH_epcClass": (SEEN, True),
    "MATCH_inputEPCClass": (("input",), True),
    "MATCH_outputEPCClass": (("output",), True),
    "MATCH_anyEPCClass": ((*SEEN, "input", "output"), True),
}
SPOKEN = {
    "persistentDisposition_set": DISPOSITION,
    "persistentDisposition_unset": DISPOSITION,
    "errorReason": ERROR_REASON,
    "type": MEASUREMENT,
}
TYPED = {"bizTransaction": TRANSACTION_TYPE, "source": PARTY_TYPE, "destination": PARTY_TYPE}
PLAIN = frozenset(
    {
        *("transformationID", "correctiveEventID", "errorDeclarationTime", "certificationInfo"),
        *("sensorElementList", "time", "startTime", "endTime", "exception", "component", "coordinateReferenceSystem"),
        *("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"),
        *("microorganism", "chemicalSubstance", "percRank"),
        *("stringValue", "booleanValue", "hexBinaryValue", "uriValue"),
    }
)
SYNONYMS = {"errorDeclaration_Time": "errorDeclarationTime"}  # as GS1's query schema spells it
COMPARING = re.compile(r"(?P<op>EQ|GT|GE|LT|LE|EXISTS)_(?P<field>.+)", re.DOTALL)
EXTENSION = re.compile(
    r"(?P<section>(?:INNER_)?(?:ILMD_|ERROR_DECLARATION_|SENSORELEMENT_|SENSORMETADATA_|SENSORREPORT_|READPOINT_|BIZLOCATION_)?)(?P<name>.+)",
    re.DOTALL,
)


def read_query(parameters: Parameters, namespaces: Mapping[str, str] | None = None) -> Query:
    """The query of `parameters`; `namespaces`: prefix → namespace of extension fields. Raises BadParameter or TooComplex."""
    if len(parameters) > MAX_PARAMETERS or sum(map(len, parameters.values())) > MAX_VALUES:
        raise TooComplex(limit=MAX_VALUES)
    prefixes = {**PREFIXES, **(namespaces or {})}
    query = Query()
    for name, values in parameters.items():
        query = with_parameter(query, name, list(values), prefixes)
    if query.limit is not None and query.most is not None:
        raise BadParameter(name="eventCountLimit", value="maxEventCount")
    return query


def from_json(definition: Mapping[str, object]) -> Query:
    """The query of a named query's definition: each value a list or a single one. Raises BadParameter or TooComplex."""
    parameters = {
        name: [spelled(name, item) for item in (value if isinstance(value, list) else [value])]
        for name, value in definition.items()
        if name != "@context"
    }
    contexts = definition.get("@context")
    entries = contexts if isinstance(contexts, list) else [contexts]
    own = {key: str(value) for entry in entries if isinstance(entry, dict) for key, value in entry.items()}
    return read_query(parameters, own)


def spelled(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, str | int | float):
        return "" if value is None else str(value)
    raise BadParameter(name=name, value=type(value).__name__)


def with_parameter(query: Query, name: str, values: list[str], prefixes: Mapping[str, str]) -> Query:
    """`query` with one more thing asked."""
    wanted = query.wanted
    if not values:
        raise BadParameter(name=name, value="")
    if name == "eventType":
        types = tuple(expanded(value, prefixes) for value in values)
        return replace(query, wanted=replace(wanted, event_types=types))
    if name in LISTED:
        listed, spell = LISTED[name]
        return replace(query, wanted=replace(wanted, **{listed: tuple(map(spell, values))}))
    if name in INSTANTS:
        return replace(query, wanted=replace(wanted, **{INSTANTS[name]: instant(name, values)}))
    if name in MATCHES:
        return replace(query, wanted=replace(wanted, epcs=(*wanted.epcs, things(*MATCHES[name], values))))
    if name in CONTROLS:
        return CONTROLS[name](query, one(name, values))
    return replace(query, wanted=compared(wanted, name, values, prefixes))


def compared(wanted: EventFilter, name: str, values: list[str], prefixes: Mapping[str, str]) -> EventFilter:
    """A comparison with a field that has no parameter of its own."""
    match = COMPARING.fullmatch(name)
    if match is None:
        raise BadParameter(name=name, value="")
    op, asked = match["op"].lower(), SYNONYMS.get(match["field"], match["field"])
    if op == "exists":
        return existing(wanted, name, asked, values, prefixes)
    if asked == "quantity":
        numbers = tuple(amount(name, value) for value in values)
        return replace(wanted, quantities=(*wanted.quantities, QuantityCondition(op, numbers)))
    term = stored_name(name, asked, prefixes)
    condition = equal(term, asked, values) if op == "eq" else ordered(name, term, op, values)
    return replace(wanted, terms=(*wanted.terms, condition))


def existing(wanted: EventFilter, name: str, asked: str, values: list[str], prefixes: Mapping[str, str]) -> EventFilter:
    """Whether a field is there; `false` asks nothing."""
    answer = one(name, values).lower()
    if answer not in TRUE + FALSE:
        raise BadParameter(name=name, value=answer)
    if answer in FALSE:
        return wanted
    if asked == "errorDeclaration":
        return replace(wanted, declares_error=True)
    condition = TermCondition(stored_name(name, asked, prefixes), "exists")
    return replace(wanted, terms=(*wanted.terms, condition))


def stored_name(name: str, asked: str, prefixes: Mapping[str, str]) -> str:
    """The name under which the store keeps what a parameter asks for. Raises BadParameter."""
    if asked in PLAIN or asked in SPOKEN:
        return asked
    head, _, tail = asked.partition("_")
    if head in IN_UNITS and tail:
        return asked
    if head in TYPED and tail:
        return f"{head}_{term_of(TYPED[head])(tail)}"
    match = EXTENSION.fullmatch(asked)
    if match is None or ":" not in match["name"]:
        raise BadParameter(name=name, value="")
    return match["section"] + expanded(match["name"], prefixes)


def equal(term: str, asked: str, values: list[str]) -> TermCondition:
    spell = term_of(SPOKEN[asked]) if asked in SPOKEN else spelled_value
    return TermCondition(term, "eq", tuple(spell(value) for value in values))


def spelled_value(text: str) -> str:
    """A value as the store spells it."""
    trimmed = text.strip()
    found = expanded(trimmed, VALUE_PREFIXES)
    if INSTANT.fullmatch(found):
        try:
            return read_instant(found).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
        except NongsoError:
            return found
    return canonical_number(canonical(found))


def ordered(name: str, term: str, op: str, values: list[str]) -> TermCondition:
    """More or less than a number or an instant."""
    value = one(name, values).strip()
    if INSTANT.fullmatch(value):
        return TermCondition(term, op, at=instant(name, values))
    return TermCondition(term, op, number=amount(name, value))


def things(roles: tuple[str, ...], is_class: bool, values: list[str]) -> EpcCondition:
    """The things asked for; a pattern (`urn:epc:idpat:sgtin:….*`) stands for all below it, and among classes for itself too."""
    patterns = [canonical(value) for value in values if value.endswith("*")]
    exact = [canonical(value) for value in values if not value.endswith("*")]
    return EpcCondition(
        roles, is_class, tuple(exact + (patterns if is_class else [])), tuple(f"{pattern}/" for pattern in patterns)
    )


def instant(name: str, values: list[str]) -> datetime:
    try:
        return read_instant(one(name, values))
    except NongsoError as error:
        raise BadParameter(name=name, value=values[0][:60]) from error


def amount(name: str, text: str) -> float:
    found = number(text.strip())
    if found is None:
        raise BadParameter(name=name, value=text[:60])
    return found


def one(name: str, values: list[str]) -> str:
    if len(values) != 1:
        raise BadParameter(name=name, value=str(len(values)))
    return values[0]


def order_by(query: Query, value: str) -> Query:
    orders = {"eventTime": "event", "recordTime": "record"}
    if value not in orders:
        raise BadParameter(name="orderBy", value=value)
    return replace(query, order=orders[value])


def direction(query: Query, value: str) -> Query:
    if value not in ("ASC", "DESC"):
        raise BadParameter(name="orderDirection", value=value)
    return replace(query, direction=value)


def count(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**31):
        raise BadParameter(name=name, value=text[:60])
    return int(text)


CONTROLS: dict[str, Callable[[Query, str], Query]] = {
    "orderBy": order_by,
    "orderDirection": direction,
    "eventCountLimit": lambda query, text: replace(query, limit=count("eventCountLimit", text)),
    "maxEventCount": lambda query, text: replace(query, most=count("maxEventCount", text)),
}
