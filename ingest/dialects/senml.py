"""SenML in JSON (RFC 8428): packs of records with base names, times, units and values, resolved record by record.

Sections: 4.1 base fields, 4.2 regular fields, 4.5.3 times below 2^28 are relative to now, 4.4 fields that must be understood end in `_`.
"""

from dataclasses import dataclass

from ingest.dialects import shape
from ingest.dialects.uplink import Mark, Refusal, Said, Unreadable, Uplink
from ingest.moments import SECOND_US
from nongso.readings import Flag, Reason

RELATIVE_BELOW_S = 2**28
VERSION = 10
UNITS = {"%RH": "%", "%EL": "%", "/": "1"}  # SenML's own names for units, where ours differ
VALUES = ("v", "vb", "vs", "vd")


@dataclass(slots=True)
class Base:
    """What the base fields so far say; it grows from record to record."""

    name: str = ""
    time_s: float = 0.0
    unit: str = ""
    value: float = 0.0
    sum: float = 0.0


def read_device(device_id: str, payload: bytes, received_us: int, mark: Mark | None) -> Uplink:
    """A pack of one device. A record's name is a field of it, with and without what stands before its last `:` or `/`. Raises Unreadable."""
    pack = shape.json_value(payload)
    if not isinstance(pack, list):
        raise Unreadable(Reason.BAD_FORM, type(pack).__name__)
    base, said, refusals = Base(), list[Said](), list[Refusal]()
    for record in pack:
        try:
            one = resolved(shape.table(record), base, received_us)
        except Unreadable as fault:
            refusals.append(Refusal(fault.reason, None, shape.shown(fault.detail)))
            continue
        if one is not None:
            said.append(one)
    return Uplink(device_id, said=tuple(said), refusals=tuple(refusals), mark=mark)


def resolved(record: dict[str, object], base: Base, received_us: int) -> Said | None:
    """The record with its bases; None for one that only sets them. Raises Unreadable."""
    if not record:
        raise Unreadable(Reason.BAD_FORM, "record")
    adopt(record, base)
    unknown = next((label for label in record if label.endswith("_")), None)
    if unknown is not None:
        raise Unreadable(Reason.UNSUPPORTED, unknown)
    label = next((label for label in (*VALUES, "s") if label in record), None)
    if label is None:
        return None
    ts, flags = moment(base.time_s + number(record.get("t", 0), Reason.BAD_TIME), received_us)
    name = base.name + shape.name(record.get("n"))
    unit = shape.name(record.get("u")) or base.unit
    return Said(
        field=shape.clean(name),
        value=value_of(record, label, base),
        ts=ts,
        unit=UNITS.get(unit, unit) or None,
        hint=last_part(name),
        flags=flags,
    )


def adopt(record: dict[str, object], base: Base) -> None:
    """Take over the base fields. Raises Unreadable for those of a later version of SenML."""
    version = record.get("bver", VERSION)
    if not isinstance(version, int) or version > VERSION:
        raise Unreadable(Reason.UNSUPPORTED, f"bver {version}")
    base.name = shape.name(record["bn"]) if "bn" in record else base.name
    base.time_s = number(record["bt"], Reason.BAD_TIME) if "bt" in record else base.time_s
    base.unit = shape.name(record["bu"]) if "bu" in record else base.unit
    base.value = number(record["bv"], Reason.NOT_A_NUMBER) if "bv" in record else base.value
    base.sum = number(record["bs"], Reason.NOT_A_NUMBER) if "bs" in record else base.sum


def value_of(record: dict[str, object], label: str, base: Base) -> object:
    """Numbers with their base; a text or data as it is, to be refused with its name."""
    value = record[label]
    offset = base.sum if label == "s" else base.value
    plain = shape.number(value) if label in ("v", "s") else None
    return value if plain is None or not offset else plain + offset


def number(value: object, otherwise: Reason) -> float:
    found = shape.number(value)
    if found is None:
        raise Unreadable(otherwise, value)
    return found


def moment(at_s: float, received_us: int) -> tuple[str | None, int]:
    """A time, with NO_TIME for what only counts from its arrival; None: it arrived when it was observed. Raises Unreadable."""
    at_us = round(at_s * SECOND_US)
    if at_s >= RELATIVE_BELOW_S:
        return shape.instant(at_us), 0
    return (shape.instant(received_us + at_us), int(Flag.NO_TIME)) if at_us else (None, 0)


def last_part(name: str) -> str:
    return name.replace("/", ":").rpartition(":")[2]
