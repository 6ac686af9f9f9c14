"""How EPCIS 2.0 lays out an event: which fields are lists, which repeat, which are XML attributes, and the order of XML elements.

Source: GS1 EPCIS 2.0 JSON Schema and XML Schema (EPCglobal-epcis-2_0.xsd). Reader, writer and check share these tables.
"""

# A list field and the name of its items: the name of their elements in XML; in JSON they are the bare items of an array.
LISTS = {
    "epcList": "epc",
    "childEPCs": "epc",
    "inputEPCList": "epc",
    "outputEPCList": "epc",
    "quantityList": "quantityElement",
    "childQuantityList": "quantityElement",
    "inputQuantityList": "quantityElement",
    "outputQuantityList": "quantityElement",
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
    "sensorElementList": "sensorElement",
    "correctiveEventIDs": "correctiveEventID",
}
# Fields that occur several times without a list around them: an array in JSON, elements in a row in XML.
REPEATED = frozenset({"set", "unset", "sensorReport", "certificationInfo"})
# Of these an XML document knows one, and JSON lets a single one stand without its array.
SINGLE_OR_MANY = frozenset({"certificationInfo"})
# In XML the value of these is the text of their element and `type` its attribute; in JSON both are members of an object.
TYPED_VALUES = frozenset({"bizTransaction", "source", "destination"})
# Elements of XML whose members are attributes.
ATTRIBUTED = frozenset({"sensorMetadata", "sensorReport"})

NUMBERS = frozenset(
    {"quantity", "value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"}
)  # xsd:decimal and xsd:double
BOOLEANS = frozenset({"booleanValue"})

_HEAD = ("eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "errorDeclaration", "certificationInfo")
_WHERE = ("bizStep", "disposition", "readPoint", "bizLocation")
_PARTIES = ("sourceList", "destinationList", "sensorElementList", "persistentDisposition")

# The fields of each event type in the order of the XML schema.
FIELDS: dict[str, tuple[str, ...]] = {
    "ObjectEvent": (
        *_HEAD,
        "epcList",
        "action",
        *_WHERE,
        "bizTransactionList",
        "quantityList",
        *_PARTIES,
        "ilmd",
    ),
    "AggregationEvent": (
        *_HEAD,
        "parentID",
        "childEPCs",
        "action",
        *_WHERE,
        "bizTransactionList",
        "childQuantityList",
        *_PARTIES,
    ),
    "TransactionEvent": (
        *_HEAD,
        "bizTransactionList",
        "parentID",
        "epcList",
        "action",
        *_WHERE,
        "quantityList",
        *_PARTIES,
    ),
    "TransformationEvent": (
        *_HEAD,
        "inputEPCList",
        "inputQuantityList",
        "outputEPCList",
        "outputQuantityList",
        "transformationID",
        *_WHERE,
        "bizTransactionList",
        *_PARTIES,
        "ilmd",
    ),
    "AssociationEvent": (
        *_HEAD,
        "parentID",
        "childEPCs",
        "childQuantityList",
        "action",
        *_WHERE,
        "bizTransactionList",
        *_PARTIES,
    ),
}
EVENT_TYPES = frozenset(FIELDS)

_INNER = """type id epcClass uom declarationTime reason time startTime endTime deviceID deviceMetadata rawData dataProcessingMethod
    bizRules exception microorganism chemicalSubstance component stringValue hexBinaryValue uriValue coordinateReferenceSystem"""

# Every plain name of the standard: a JSON-LD context cannot give these another meaning.
PLAIN_NAMES = frozenset(
    {
        *(name for fields in FIELDS.values() for name in fields),
        *LISTS,
        *LISTS.values(),
        *REPEATED,
        *ATTRIBUTED,
        *NUMBERS,
        *BOOLEANS,
        *_INNER.split(),
    }
)
