"""The five event types of EPCIS 2.0: the fields of each and what must hold between them (EPCIS 2.0 §7.3 and §7.4)."""

from collections.abc import Iterator

from traceability.epcis.canonical import read_instant
from traceability.epcis.layout import FIELDS, LISTS
from traceability.epcis.node import Node
from traceability.epcis.problem import Problem, Reason, step
from traceability.epcis.structure import Structure, distinct_rule, extensions_only, list_rule
from traceability.epcis.value_rules import (
    Rule,
    action,
    amount,
    epc,
    epc_class,
    hexadecimal,
    instant,
    is_instant,
    number,
    offset,
    readable_id,
    text,
    truth,
    unit,
    uri,
    vocabulary_rule,
)
from traceability.epcis.vocabulary import (
    ALERT,
    BIZ_STEP,
    COMPONENT,
    DISPOSITION,
    ERROR_REASON,
    MEASUREMENT,
    PARTY_TYPE,
    TRANSACTION_TYPE,
)

PLACE = Structure({"id": readable_id}, ("id",), extensible=True)
ERROR_DECLARATION = Structure(
    {
        "declarationTime": instant,
        "reason": vocabulary_rule(ERROR_REASON),
        "correctiveEventIDs": list_rule("correctiveEventID", uri),
    },
    ("declarationTime",),
    extensible=True,
)
QUANTITY = Structure({"epcClass": epc_class, "quantity": amount, "uom": unit}, ("epcClass",))
TRANSACTION = Structure({"type": vocabulary_rule(TRANSACTION_TYPE), "bizTransaction": uri}, ("bizTransaction",))
SOURCE = Structure({"type": vocabulary_rule(PARTY_TYPE), "source": readable_id}, ("type", "source"))
DESTINATION = Structure({"type": vocabulary_rule(PARTY_TYPE), "destination": readable_id}, ("type", "destination"))
PERSISTENT_DISPOSITION = Structure({"set": vocabulary_rule(DISPOSITION), "unset": vocabulary_rule(DISPOSITION)})
DEVICE: dict[str, Rule] = {
    "time": instant,
    "deviceID": uri,
    "deviceMetadata": uri,
    "rawData": uri,
    "dataProcessingMethod": uri,
    "bizRules": uri,
}
SENSOR_METADATA = Structure({**DEVICE, "startTime": instant, "endTime": instant}, extensible=True)
SENSOR_REPORT = Structure(
    {
        **DEVICE,
        "type": vocabulary_rule(MEASUREMENT),
        "exception": vocabulary_rule(ALERT),
        "component": vocabulary_rule(COMPONENT),
        **dict.fromkeys(("microorganism", "chemicalSubstance", "coordinateReferenceSystem", "uriValue"), uri),
        **dict.fromkeys(("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"), number),
        "stringValue": text,
        "booleanValue": truth,
        "hexBinaryValue": hexadecimal,
        "uom": text,
    },
    extensible=True,
)


def quantity(node: Node, path: str) -> Iterator[Problem]:
    """A class with how much of it: a unit says nothing without a number (EPCIS 2.0 §7.3)."""
    yield from QUANTITY.check(node, path)
    if node.find("uom") is not None and node.find("quantity") is None:
        yield Problem(step(path, "uom"), Reason.UNIT_WITHOUT_QUANTITY)


def persistent_disposition(node: Node, path: str) -> Iterator[Problem]:
    """What starts and stops to hold from now on; nothing can do both at once (EPCIS 2.0 §7.3)."""
    yield from PERSISTENT_DISPOSITION.check(node, path)
    for value in sorted(set(node.texts("set")) & set(node.texts("unset"))):
        yield Problem(path, Reason.SET_AND_UNSET, value)


def sensor_metadata(node: Node, path: str) -> Iterator[Problem]:
    """When, by which device and how it was measured (EPCIS 2.0 §7.3); it may be empty."""
    if node.is_empty:
        return
    yield from SENSOR_METADATA.check(node, path)
    start, end = node.text("startTime") or "", node.text("endTime") or ""
    if is_instant(start) and is_instant(end) and read_instant(end) < read_instant(start):
        yield Problem(step(path, "endTime"), Reason.ENDS_BEFORE_START, end)


def sensor_report(node: Node, path: str) -> Iterator[Problem]:
    """A value says what was measured; an alarm may stand for itself, as in GS1's examples (EPCIS 2.0 §7.3)."""
    yield from SENSOR_REPORT.check(node, path)
    if node.find("type") is None and node.find("exception") is None:
        yield Problem(step(path, "type"), Reason.MISSING)


SENSOR_ELEMENT = Structure(
    {"sensorMetadata": sensor_metadata, "sensorReport": sensor_report}, ("sensorReport",), extensible=True
)

ITEM_RULES: dict[str, Rule] = {
    "epc": epc,
    "quantityElement": quantity,
    "bizTransaction": TRANSACTION.check,
    "source": SOURCE.check,
    "destination": DESTINATION.check,
    "sensorElement": SENSOR_ELEMENT.check,
}
RULES: dict[str, Rule] = {
    "eventTime": instant,
    "recordTime": instant,
    "eventTimeZoneOffset": offset,
    "eventID": uri,
    "errorDeclaration": ERROR_DECLARATION.check,
    "certificationInfo": uri,
    "parentID": epc,
    "transformationID": uri,
    "action": action,
    "bizStep": vocabulary_rule(BIZ_STEP),
    "disposition": vocabulary_rule(DISPOSITION),
    "persistentDisposition": persistent_disposition,
    "readPoint": PLACE.check,
    "bizLocation": PLACE.check,
    "ilmd": extensions_only,
    **{
        name: (distinct_rule if item == "epc" else list_rule)(item, ITEM_RULES[item])
        for name, item in LISTS.items()
        if item in ITEM_RULES
    },
}
REQUIRED = {
    "ObjectEvent": ("eventTime", "eventTimeZoneOffset", "action"),
    "AggregationEvent": ("eventTime", "eventTimeZoneOffset", "action"),
    "TransactionEvent": ("eventTime", "eventTimeZoneOffset", "action", "bizTransactionList"),
    "TransformationEvent": ("eventTime", "eventTimeZoneOffset"),
    "AssociationEvent": ("eventTime", "eventTimeZoneOffset", "action", "parentID"),
}
STRUCTURES = {
    event_type: Structure({name: RULES[name] for name in names}, REQUIRED[event_type], extensible=True)
    for event_type, names in FIELDS.items()
}


def has_any(event: Node, *lists: str) -> bool:
    """Whether one of the lists says something (even where it is no list, which is told elsewhere)."""
    return any((found := event.find(name)) is not None and not found.is_empty for name in lists)


def object_rules(event: Node, path: str) -> Iterator[Problem]:
    """Something was seen: things, an amount of a class, or a measurement at a place. Master data only where things begin (§7.4)."""
    measured = has_any(event, "sensorElementList") and event.find("readPoint") is not None
    if not has_any(event, "epcList", "quantityList") and not measured:
        yield Problem(path, Reason.NOTHING_HAPPENED_TO, "epcList, quantityList")
    if event.find("ilmd") is not None and event.text("action") in ("OBSERVE", "DELETE"):
        yield Problem(step(path, "ilmd"), Reason.NO_MASTER_DATA_HERE, event.text("action") or "")


def aggregation_rules(event: Node, path: str) -> Iterator[Problem]:
    """The parent may stay unnamed only where an aggregation is merely observed; DELETE without children breaks it up (§7.4)."""
    if event.find("parentID") is None and event.text("action") in ("ADD", "DELETE"):
        yield Problem(step(path, "parentID"), Reason.MISSING)
    yield from association_rules(event, path)


def association_rules(event: Node, path: str) -> Iterator[Problem]:
    if not has_any(event, "childEPCs", "childQuantityList") and event.text("action") != "DELETE":
        yield Problem(path, Reason.NOTHING_HAPPENED_TO, "childEPCs, childQuantityList")


def transaction_rules(event: Node, path: str) -> Iterator[Problem]:
    """DELETE without things ends the transaction for all of them (§7.4)."""
    if event.find("bizTransactionList") is not None and not has_any(event, "bizTransactionList"):
        yield Problem(step(path, "bizTransactionList"), Reason.EMPTY)
    named = has_any(event, "epcList", "quantityList") or event.find("parentID") is not None
    if not named and event.text("action") != "DELETE":
        yield Problem(path, Reason.NOTHING_HAPPENED_TO, "epcList, quantityList")


def transformation_rules(event: Node, path: str) -> Iterator[Problem]:
    """Inputs become outputs; with a transformationID they may come in different events (§7.4)."""
    inputs = has_any(event, "inputEPCList", "inputQuantityList")
    outputs = has_any(event, "outputEPCList", "outputQuantityList")
    if event.find("transformationID") is not None and (inputs or outputs):
        return
    if not inputs:
        yield Problem(path, Reason.NOTHING_HAPPENED_TO, "inputEPCList, inputQuantityList")
    if not outputs:
        yield Problem(path, Reason.NOTHING_HAPPENED_TO, "outputEPCList, outputQuantityList")


# What must hold between the fields of an event.
BETWEEN_FIELDS: dict[str, Rule] = {
    "ObjectEvent": object_rules,
    "AggregationEvent": aggregation_rules,
    "TransactionEvent": transaction_rules,
    "TransformationEvent": transformation_rules,
    "AssociationEvent": association_rules,
}
