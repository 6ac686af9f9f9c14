"""What a decoder gives (measurements and events of a frame) and the small tools every vendor's table is read with."""

import math
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from nongso.catalogue import get_property
from nongso.errors import InvalidInput
from nongso.readings import Flag
from nongso.units import convert

MAX_FRAME_BYTES = 2_048  # LoRaWAN carries 242 bytes, an NB-IoT datagram less than 1,500
DECIMALS = 6  # finer than any of these instruments; takes the dust of binary fractions away


class CodecError(InvalidInput):
    """A frame, or the decoder for it, that cannot be used."""

    code = "codec.refused"


class TooShort(CodecError):
    code = "codec.too_short"


class TooLong(CodecError):
    code = "codec.too_long"


class BadFrame(CodecError):
    """The bytes are not what this codec reads: another version, a wrong checksum, an unknown part."""

    code = "codec.bad_frame"


class WrongPort(CodecError):
    code = "codec.wrong_port"


class EventKind(StrEnum):
    """What a frame says besides numbers; each has a sentence `codec_event.<kind>`."""

    PROBE_MISSING = "probe_missing"  # no probe on the cable
    READ_FAILED = "read_failed"  # the probe did not answer
    OVER_RANGE = "over_range"  # the probe is outside its own range
    TOO_CLOSE = "too_close"  # an echo from inside the dead zone
    NO_SIGNAL = "no_signal"  # the modem does not know its signal strength
    NOT_A_NUMBER = "not_a_number"
    SENSOR_ERROR = "sensor_error"
    FREEZING = "freezing"  # the probe saw ice: its values are doubtful
    ALARM = "alarm"  # a threshold kept in the device
    COMMAND_RESULT = "command_result"
    DETACHED = "detached"  # a probe was taken off
    UNMAPPED = "unmapped"  # a number the catalogue has no property for
    UNREAD = "unread"  # bytes after the last part we know


@dataclass(frozen=True, slots=True)
class Measurement:
    """A value in the canonical unit of its property. `at`: aware UTC, None when the frame tells no time (it is then the uplink's)."""

    property: str
    depth_cm: int | None
    value: float
    at: datetime | None = None
    flags: Flag = Flag.NONE


@dataclass(frozen=True, slots=True)
class Event:
    """Something to know about the device or one of its properties; `detail` is data, not a sentence."""

    kind: EventKind
    property: str | None = None
    depth_cm: int | None = None
    at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Decoded:
    """All a frame says, in the order it says it."""

    measurements: tuple[Measurement, ...] = ()
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Codec:
    """A decoder for some models. `version` is of the decoder and goes with a frame that could not be read.

    `fports`: the LoRaWAN ports the layout belongs to; empty when it is the same on every port.
    """

    name: str
    vendor: str
    models: tuple[str, ...]
    fports: tuple[int, ...]
    version: str
    read: Callable[[bytes, int], Decoded]


@dataclass(frozen=True, slots=True)
class Field:
    """An integer in a frame: where it is, how it is written (a `struct` code with its byte order), what it means.

    The value is raw / divisor in `unit`; a raw value among `faults` is an error code dressed as a value.
    """

    property: str
    offset: int
    layout: str
    unit: str
    divisor: float = 1
    depth_cm: int | None = None
    faults: Mapping[int, EventKind] = field(default_factory=dict)


def decode(codec: Codec, frame: bytes, fport: int) -> Decoded:
    """The frame read by the codec; whatever the bytes are, the only error is a CodecError."""
    if codec.fports and fport not in codec.fports:
        raise WrongPort(codec=codec.name, fport=fport, fports=", ".join(map(str, codec.fports)))
    if not frame:
        raise TooShort(needed=1, got=0)
    if len(frame) > MAX_FRAME_BYTES:
        raise TooLong(limit=MAX_FRAME_BYTES, got=len(frame))
    return codec.read(frame, fport)


def joined(parts: Iterable[Decoded]) -> Decoded:
    """Several parts of a frame as one."""
    kept = tuple(parts)
    return Decoded(
        tuple(one for part in kept for one in part.measurements),
        tuple(one for part in kept for one in part.events),
    )


def need(frame: bytes, size: int) -> None:
    """Raises TooShort when the frame has fewer than `size` bytes."""
    if len(frame) < size:
        raise TooShort(needed=size, got=len(frame))


def integer(frame: bytes, offset: int, layout: str) -> int:
    """One integer by its `struct` code; raises TooShort."""
    need(frame, offset + struct.calcsize(layout))
    return struct.unpack_from(layout, frame, offset)[0]


def instant(seconds: int) -> datetime:
    """Unix seconds (unsigned 32 bit) as aware UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def read_fields(fields: Iterable[Field], frame: bytes, base: int = 0, at: datetime | None = None) -> Decoded:
    """The fields of one part of a frame that begins at `base`, all of the same instant."""
    return joined(read_field(one, frame, base, at) for one in fields)


def read_field(one: Field, frame: bytes, base: int, at: datetime | None) -> Decoded:
    """A measurement; with an error code in its place, the same flagged SENTINEL and an event that names it."""
    raw = integer(frame, base + one.offset, one.layout)
    return quantity(one.property, raw / one.divisor, one.unit, one.depth_cm, at, one.faults.get(raw))


def quantity(
    key: str,
    value: float,
    unit: str | None,
    depth_cm: int | None = None,
    at: datetime | None = None,
    fault: EventKind | None = None,
) -> Decoded:
    """`value` in `unit` as the canonical measurement of `key`; not a finite number: an event only."""
    canonical = round(float(convert(value, unit, get_property(key).unit)), DECIMALS)
    if not math.isfinite(canonical):
        return event(EventKind.NOT_A_NUMBER, key, depth_cm, at)
    if fault is None:
        return Decoded((Measurement(key, depth_cm, canonical, at),))
    flagged = Measurement(key, depth_cm, canonical, at, Flag.SENTINEL)
    return Decoded((flagged,), (Event(fault, key, depth_cm, at),))


def doubted(part: Decoded, fault: EventKind) -> Decoded:
    """A part whose numbers all mean nothing: each is flagged SENTINEL and has an event; the part's own events stay."""
    flagged = (quantity(one.property, one.value, None, one.depth_cm, one.at, fault) for one in part.measurements)
    return joined((*flagged, Decoded((), part.events)))


def event(
    kind: EventKind,
    key: str | None = None,
    depth_cm: int | None = None,
    at: datetime | None = None,
    detail: str = "",
) -> Decoded:
    """A part of a frame that holds one event and no number."""
    return Decoded((), (Event(kind, key, depth_cm, at, detail),))
