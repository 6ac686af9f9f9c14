"""Values in their one canonical spelling, as the event hash id wants them: instants, numbers, identifiers (CBV 2.0 §8.9)."""

import math
import re
from datetime import UTC, datetime, timedelta

from nongso.errors import InvalidInput
from traceability.epcis.identifier import canonical_identifier

# EPCIS 2.0 XML Schema, DateTimeStamp: a zone is always there, at most 14 hours away.
INSTANT = re.compile(
    r"(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d+))?(?P<zone>Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))",
    re.ASCII,
)
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


class BadInstant(InvalidInput):
    """No date and time with a zone."""

    code = "epcis.bad_instant"


def read_instant(text: str) -> datetime:
    """The instant of an xsd:dateTimeStamp, UTC, rounded half up to the millisecond. Raises BadInstant."""
    match = INSTANT.fullmatch(text.strip())
    if match is None:
        raise BadInstant(value=text[:60])
    digits = (match["fraction"] or "").ljust(4, "0")
    milliseconds = int(digits[:3]) + (digits[3] >= "5")
    try:
        whole = datetime.fromisoformat(match["moment"] + match["zone"].replace("Z", "+00:00"))
        return (whole + timedelta(milliseconds=milliseconds)).astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the 30th of February, or a zone before the year 1
        raise BadInstant(value=text[:60]) from error


def canonical_instant(text: str) -> str:
    """UTC with milliseconds and Z."""
    return read_instant(text).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def canonical_number(text: str) -> str:
    """A number without sign, zeros or point that say nothing; what is no number stays as it is.

    Through the nearest double, as the published implementation does: beyond 2⁵³ digits are lost, and an id that others cannot
    compute would be worth less (docs/decisions/0041).
    """
    if not NUMBER.fullmatch(text):
        return text
    number = float(text)
    if math.isinf(number):
        return text
    return str(int(number)) if number == int(number) else repr(number)


def canonical_value(text: str) -> str:
    """Any value but a time: trimmed, a number in its shortest form, a GS1 identifier as its canonical Digital Link."""
    trimmed = text.strip()
    return canonical_identifier(trimmed) or canonical_number(trimmed)
