"""What can be wrong with an event: a place, a reason and what was found there."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why an event is refused; each has a sentence `epcis.problem.<reason>`."""

    MISSING = "missing"
    EMPTY = "empty"
    TWICE = "twice"
    LISTED_TWICE = "listed_twice"
    UNKNOWN_NAME = "unknown_name"
    UNDECLARED_PREFIX = "undeclared_prefix"
    NO_EXTENSION_HERE = "no_extension_here"
    NO_NAMESPACE = "no_namespace"
    WRONG_ORDER = "wrong_order"
    NOT_A_VALUE = "not_a_value"
    NOT_AN_OBJECT = "not_an_object"
    NOT_A_LIST = "not_a_list"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    NOT_TEXT = "not_text"
    NOT_TRUE_OR_FALSE = "not_true_or_false"
    NOT_HEX = "not_hex"
    NOT_AN_INSTANT = "not_an_instant"
    NOT_AN_OFFSET = "not_an_offset"
    NOT_A_URI = "not_a_uri"
    NOT_A_UNIT = "not_a_unit"
    NOT_AN_ACTION = "not_an_action"
    NOT_AN_EVENT_TYPE = "not_an_event_type"
    NOT_IN_VOCABULARY = "not_in_vocabulary"
    NOT_AN_EPC = "not_an_epc"
    CLASS_AS_EPC = "class_as_epc"
    EPC_AS_CLASS = "epc_as_class"
    NOTHING_HAPPENED_TO = "nothing_happened_to"
    UNIT_WITHOUT_QUANTITY = "unit_without_quantity"
    NO_MASTER_DATA_HERE = "no_master_data_here"
    SET_AND_UNSET = "set_and_unset"
    ENDS_BEFORE_START = "ends_before_start"
    UNSUPPORTED_VERSION = "unsupported_version"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `path`: a JSON pointer (RFC 6901) into the document as JSON lays it out, for XML as well. `found`: what stands there.

    `exception`: the EPCIS 2.0 exception type a capture of the event ends with (EPCIS 2.0 REST bindings).
    """

    path: str
    reason: Reason
    found: str = ""
    exception: str = "ValidationException"


def step(path: str, name: str | int) -> str:
    """The pointer to a member or item of what `path` points to."""
    return f"{path}/{str(name).replace('~', '~0').replace('/', '~1')}"
