"""What an error is called in EPCIS: the exception types of the REST bindings (EPCIS 2.0 §12, problem types of the OpenAPI description)."""

from nongso.errors import Conflict, Forbidden, InvalidInput, NongsoError, NotFound, SignInNeeded
from nongso.store.epcis_queries import NoSuchQuery
from traceability.epcis.destination import BadDestination, BadSchedule
from traceability.epcis.document import TooLarge
from traceability.epcis.query import BadParameter, TooComplex
from traceability.epcis.xml_writer import NotXml


class NotAcceptable(InvalidInput):
    """We cannot answer in the form or version that is asked for; `asked` names it."""

    code = "epcis.not_acceptable"
    status = 406


class UnsupportedMedia(InvalidInput):
    """A body that is neither JSON nor XML."""

    code = "epcis.unsupported_media"
    status = 415


class UriTooLong(InvalidInput):
    code = "epcis.uri_too_long"
    status = 414


class ResultTooLarge(InvalidInput):
    """More events than the asker allowed (`maxEventCount`)."""

    code = "epcis.result_too_large"
    status = 413


# The first that fits, the narrow ones before the trunk.
EXCEPTIONS: tuple[tuple[type[NongsoError], str], ...] = (
    (NotAcceptable, "NotAcceptableException"),
    (NotXml, "NotAcceptableException"),
    (UnsupportedMedia, "UnsupportedMediaTypeException"),
    (UriTooLong, "URITooLongException"),
    (ResultTooLarge, "QueryTooLargeException"),
    (TooComplex, "QueryTooComplexException"),
    (BadParameter, "QueryParameterException"),
    (BadSchedule, "SubscriptionControlsException"),
    (BadDestination, "SubscriptionControlsException"),
    (TooLarge, "CaptureLimitExceededException"),
    (SignInNeeded, "SecurityException"),
    (Forbidden, "SecurityException"),
    (NoSuchQuery, "NoSuchNameException"),
    (NotFound, "NoSuchResourceException"),
    (Conflict, "ResourceAlreadyExistsException"),
    (InvalidInput, "ValidationException"),
    (NongsoError, "ImplementationException"),
)


def problem_type(fault: NongsoError) -> str:
    """`epcisException:…` of an error."""
    name = next(name for kind, name in EXCEPTIONS if isinstance(fault, kind))
    whole_body = fault.status == 413 and name == "ValidationException"  # refused by a layer before anybody read it
    return f"epcisException:{'CaptureLimitExceededException' if whole_body else name}"
