"""A vendor's JavaScript decoder with what makes it ours: a map from its keys to properties, and test vectors it must pass.

It is described by a TOML file beside the JavaScript:

    name = "acme-probe"            vendor = "Acme"       models = ["AP-1"]      fports = [2]
    version = "1.4"                source = "acme.js"
    [history]                      # optional: a list of older readings in the answer
    records = "history"            time = "timestamp"    # Unix seconds
    [[field]]
    path = "temp_SOIL"             # dots go into objects and lists
    property = "soil.temperature"  unit = "°C"           depth_cm = 20          faults = [327.67]
    [[vector]]
    fport = 2                      hex = "0d27…"
    expect = [{property = "soil.temperature", depth_cm = 20, value = 24.29}]
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from math import isclose, isfinite
from pathlib import Path

import msgspec

from ingest.codecs import javascript
from ingest.codecs.frame import (
    Codec,
    CodecError,
    Decoded,
    EventKind,
    Measurement,
    decode,
    event,
    joined,
    quantity,
)
from nongso.catalogue import get_property
from nongso.readings import Flag
from nongso.units import convert

LATEST_S = 2**32  # beyond it a number is not Unix seconds of our century


class BadScript(CodecError):
    """The description of a decoder cannot be read."""

    code = "codec.bad_script"


class NoVectors(CodecError):
    """A decoder without test vectors, or with a field that no vector shows."""

    code = "codec.no_vectors"


class VectorFailed(CodecError):
    """The decoder answers a test vector otherwise than promised."""

    code = "codec.vector_failed"


class Mapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key of the decoder's answer and the property it is. `faults`: values that are error codes, in `unit`."""

    path: str
    property: str
    unit: str | None = None
    depth_cm: int | None = None
    faults: tuple[float, ...] = ()


class History(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the answer has older readings, each an object with the same keys and its own Unix seconds."""

    records: str
    time: str


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A measurement a vector promises. `fault`: it must carry the SENTINEL flag."""

    property: str
    value: float
    depth_cm: int | None = None
    at: datetime | None = None
    fault: bool = False


class Vector(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A frame and all measurements it holds."""

    fport: int
    hex: str
    expect: tuple[Expected, ...]


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The description; `source` is the JavaScript itself once loaded."""

    name: str
    vendor: str
    models: tuple[str, ...]
    version: str
    source: str
    field: tuple[Mapped, ...]
    vector: tuple[Vector, ...] = ()
    fports: tuple[int, ...] = ()
    history: History | None = None


def load(path: Path) -> Script:
    """The description at `path` with the JavaScript it names (a file in the same folder). Raises BadScript."""
    try:
        script = msgspec.toml.decode(path.read_bytes(), type=Script)
        source = (path.parent / Path(script.source).name).read_text(encoding="utf-8")
    except (OSError, ValueError) as fault:
        raise BadScript(file=path.name, reason=javascript.first_line(fault)) from fault
    return msgspec.structs.replace(script, source=source)


def activate(script: Script) -> Codec:
    """The codec, after every vector has passed and every field was seen in one. Raises NoVectors or VectorFailed.

    A property or unit that the catalogue does not know is refused here, not at the first frame.
    """
    for mapped in script.field:
        convert(0, mapped.unit, get_property(mapped.property).unit)
    codec = Codec(
        script.name,
        script.vendor,
        script.models,
        script.fports,
        script.version,
        lambda frame, fport: read(script, frame, fport),
    )
    require_cover(script)
    for number, vector in enumerate(script.vector, start=1):
        check(codec, vector, number)
    return codec


def require_cover(script: Script) -> None:
    shown = {(one.property, one.depth_cm) for vector in script.vector for one in vector.expect}
    unseen = sorted({mapped.path for mapped in script.field if (mapped.property, mapped.depth_cm) not in shown})
    if unseen or not script.vector:
        raise NoVectors(codec=script.name, fields=", ".join(unseen))


def check(codec: Codec, vector: Vector, number: int) -> None:
    """Raises VectorFailed when the frame fails or gives other measurements than promised."""
    try:
        got = decode(codec, bytes.fromhex(vector.hex), vector.fport).measurements
    except (CodecError, ValueError) as fault:
        raise VectorFailed(codec=codec.name, number=number, reason=javascript.first_line(fault)) from fault
    promised = sorted(vector.expect, key=order)
    found = sorted(got, key=order)
    for want, have in zip(promised, found, strict=False):
        if not same(want, have):
            raise VectorFailed(
                codec=codec.name,
                number=number,
                reason=f"{want.property} {want.value:g} ≠ {have.property} {have.value:g}",
            )
    if len(promised) != len(found):
        raise VectorFailed(codec=codec.name, number=number, reason=f"{len(promised)} ≠ {len(found)}")


def order(one: Expected | Measurement) -> tuple[str, int, str]:
    return one.property, -1 if one.depth_cm is None else one.depth_cm, str(one.at or "")


def same(want: Expected, have: Measurement) -> bool:
    place = (want.property, want.depth_cm, want.at, want.fault)
    return place == (have.property, have.depth_cm, have.at, bool(have.flags & Flag.SENTINEL)) and isclose(
        want.value, have.value, rel_tol=1e-9, abs_tol=1e-6
    )


def read(script: Script, frame: bytes, fport: int) -> Decoded:
    """The decoder's answer in canonical properties: the reading of now, then its history."""
    answer = javascript.run(script.source, frame, fport)
    now = read_answer(script.field, answer, None)
    if script.history is None:
        return now
    return joined((now, *read_history(script.field, script.history, answer)))


def read_history(fields: tuple[Mapped, ...], history: History, answer: object) -> Iterable[Decoded]:
    records = find(answer, history.records)
    for record in records if isinstance(records, list) else []:
        seconds = number_of(find(record, history.time))
        if seconds is None or not 0 < seconds < LATEST_S:
            yield event(EventKind.UNREAD, detail=f"{history.records}.{history.time}")
        else:
            yield read_answer(fields, record, datetime.fromtimestamp(seconds, UTC))


def read_answer(fields: tuple[Mapped, ...], answer: object, at: datetime | None) -> Decoded:
    return joined(read_mapped(mapped, find(answer, mapped.path), at) for mapped in fields)


MISSING = object()


def read_mapped(mapped: Mapped, found: object, at: datetime | None) -> Decoded:
    """A key that is absent says nothing; one that is there but no number (NaN becomes null in JSON) is an event."""
    if found is MISSING:
        return Decoded()
    value = number_of(found)
    if value is None:
        return event(EventKind.NOT_A_NUMBER, mapped.property, mapped.depth_cm, at)
    fault = EventKind.SENSOR_ERROR if value in mapped.faults else None
    return quantity(mapped.property, value, mapped.unit, mapped.depth_cm, at, fault)


def find(answer: object, path: str) -> object:
    """The value at a dotted path through objects and lists, or MISSING."""
    for step in path.split("."):
        if isinstance(answer, dict) and step in answer:
            answer = answer[step]
        elif isinstance(answer, list) and step.isdecimal() and int(step) < len(answer):
            answer = answer[int(step)]
        else:
            return MISSING
    return answer


def number_of(found: object) -> float | None:
    """A finite number; a string counts when it is one ("24.59": vendors do that), a truth value is 0 or 1."""
    if not isinstance(found, bool | int | float | str) or "_" in str(found):  # Python reads 1_0 as ten
        return None
    try:
        value = float(found)
    except (ValueError, OverflowError):
        return None
    return value if isfinite(value) else None
