"""What `nongso import` says: a line for each value it shows, each refusal and the sum; for people or as JSON."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from ingest.dialects.shape import instant
from ingest.payload import Sample
from nongso.catalogue import PROPERTIES
from nongso.readings import Rejection
from nongso.text import find, say
from nongso.text.format import moment, number


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as it would be stored, in the canonical unit of its property; `at` is RFC 3339 in UTC."""

    row: int
    device: str
    at: str
    property: str
    depth_cm: int | None
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A value, or a whole row, that is not taken."""

    row: int
    property: str | None
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Previewed:
    """The sum of a preview."""

    rows: int
    items: int
    accepted: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Done:
    """The sum of an import: received = stored + duplicate + conflict + rejected."""

    received: int
    stored: int
    duplicate: int
    conflict: int
    rejected: int


Line = Shown | Refused | Previewed | Done
KINDS: dict[type[Line], str] = {Shown: "row", Refused: "rejected", Previewed: "total", Done: "done"}


def shown(row: int, device: str, sample: Sample) -> Shown:
    unit = PROPERTIES[sample.property].unit
    return Shown(row, device, instant(sample.at_us), sample.property, sample.depth_cm, sample.value, unit)


def refused(row: int, one: Rejection) -> Refused:
    return Refused(row, one.property, one.reason, one.detail)


def as_json(line: Line) -> str:
    return json.dumps({"kind": KINDS[type(line)], **asdict(line)}, ensure_ascii=False)


def as_words(lang: str, line: Line) -> str:
    if isinstance(line, Shown):
        return shown_words(lang, line)
    if isinstance(line, Refused):
        reason = find(lang, f"rejection.{line.reason}")
        subject = line.property or "-"
        return say(lang, "import.rejected", row=line.row, property=subject, reason=reason, detail=line.detail).strip()
    return say(lang, f"import.{KINDS[type(line)]}", **asdict(line))


def shown_words(lang: str, line: Shown) -> str:
    """A value with all the digits it has: it is looked at to find mistakes."""
    depth = "" if line.depth_cm is None else f" {line.depth_cm} cm"
    name = find(lang, f"property.{line.property}") or line.property
    digits = len(f"{line.value:.6f}".rstrip("0").partition(".")[2])
    at = moment(lang, datetime.fromisoformat(line.at))
    row = say(lang, "import.row", row=line.row)
    return f"{row}  {line.device}  {at}  {name}{depth} = {number(lang, line.value, digits)} {line.unit}"
