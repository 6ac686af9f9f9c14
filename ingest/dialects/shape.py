"""Looks into messages whose shape nobody promised: what is not there, or is something else, reads as empty."""

from collections.abc import Iterator
from datetime import timedelta
from typing import cast

from ingest.dialects.uplink import Unreadable
from ingest.moments import EPOCH
from ingest.payload import parse_json, plain
from nongso.readings import Reason

MAX_DEPTH = 8
NAME_CHARS = 190
LARGEST = 1e18  # nothing of the field is
LAST_US = 10**17  # of the year 5138


def json_object(payload: bytes) -> dict[str, object]:
    """The message as an object; raises Unreadable."""
    found = json_value(payload)
    if not isinstance(found, dict):
        raise Unreadable(Reason.BAD_FORM, type(found).__name__)
    return cast("dict[str, object]", found)


def json_value(payload: bytes) -> object:
    """Any JSON; raises Unreadable."""
    try:
        return parse_json(payload)
    except (ValueError, RecursionError) as fault:
        raise Unreadable(Reason.BAD_JSON, fault) from fault


def table(value: object) -> dict[str, object]:
    """An object, or an empty one."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def row(value: object) -> list[object]:
    """An array, or an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def name(value: object) -> str:
    """A text that any database takes, or an empty one: no NUL, no half of a surrogate pair, not too long."""
    return clean(value) if isinstance(value, str) else ""


def clean(text: str) -> str:
    return text[:NAME_CHARS].replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if -LARGEST < found < LARGEST else None


def whole(value: object, most: int) -> int:
    """A number from 0 to `most`; absent means 0, as everywhere in protobuf's JSON."""
    return value if isinstance(value, int) and 0 <= value <= most else 0


def leaves(body: dict[str, object], prefix: str = "", depth: int = 1) -> Iterator[tuple[str, object]]:
    """Every value of nested objects under its dotted name."""
    for key, value in body.items():
        path = clean(prefix + key)
        if isinstance(value, dict) and depth < MAX_DEPTH:
            yield from leaves(cast("dict[str, object]", value), f"{path}.", depth + 1)
        else:
            yield path, value


def text_of(payload: bytes) -> str:
    """A short bare text; raises Unreadable for bytes that are none."""
    try:
        return clean(payload.decode("utf-8")).strip()
    except UnicodeDecodeError as fault:
        raise Unreadable(Reason.BAD_FORM, fault) from fault


def shown(value: object) -> str:
    """A value for the eyes of whoever mends it."""
    return plain(value)


def instant(at_us: int) -> str:
    """Microseconds since 1970 UTC as a text with its offset: a number's unit would be told by its magnitude. Raises Unreadable."""
    if not 0 <= at_us < LAST_US:
        raise Unreadable(Reason.BAD_TIME, at_us)
    return (EPOCH + timedelta(microseconds=at_us)).isoformat()
