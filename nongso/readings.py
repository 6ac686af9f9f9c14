"""A reading and what can happen to it: frozen data shared by ingest, store and pages."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag, StrEnum


class Flag(IntFlag):
    """What is known against a value. A rule looks only at readings without a flag in UNFIT."""

    NONE = 0
    CLOCK = 1  # the device's clock was ahead: received_at stands in for its time
    NO_TIME = 2  # the device gave no time: received_at stands in
    RANGE = 4  # outside what the property can be
    RATE = 8  # moved faster than the property can
    SPIKE = 16  # jumped away and back
    STUCK = 32  # has not moved while it should
    SENTINEL = 64  # an error code dressed as a value (85, -127, 327.6, 65535 ...)
    CROSS = 128  # contradicts another reading of the same moment (dew point above air temperature)
    CALIBRATING = 256
    MANUAL = 512  # typed by a person
    EXPERT_SUSPECT = 1024  # somebody who knows the instrument doubts it
    EXPERT_REJECTED = 2048  # somebody who knows the instrument refused it
    LATE = 4096  # came long after it was observed: never notifies
    DOUBTED = 8192  # somebody says that it is wrong, and the office has not looked into it yet


UNFIT = (
    Flag.RANGE
    | Flag.RATE
    | Flag.SPIKE
    | Flag.STUCK
    | Flag.SENTINEL
    | Flag.CROSS
    | Flag.CALIBRATING
    | Flag.EXPERT_REJECTED
    | Flag.DOUBTED
)


class Reason(StrEnum):
    """Why a reading was refused; each has a sentence `rejection.<reason>`."""

    BAD_JSON = "bad_json"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    RETAINED = "retained"
    BAD_TOPIC = "bad_topic"
    UNKNOWN_DEVICE = "unknown_device"
    REVOKED_DEVICE = "revoked_device"
    WRONG_TENANT = "wrong_tenant"
    UNKNOWN_PROPERTY = "unknown_property"
    UNKNOWN_UNIT = "unknown_unit"
    NOT_A_NUMBER = "not_a_number"
    NULL = "null"
    BAD_DEPTH = "bad_depth"
    BAD_TIME = "bad_time"
    TOO_OLD = "too_old"
    BAD_FORM = "bad_form"  # readable, but not the form of its dialect
    UNSUPPORTED = "unsupported"  # a part of a dialect we do not read
    SIMULATED = "simulated"  # made by a person at a network server's console
    NO_CODEC = "no_codec"  # a raw frame of a device without a codec
    BAD_FRAME = "bad_frame"  # the device's codec refuses the frame
    UNKNOWN_ALIAS = "unknown_alias"  # a number for a name that was never told


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """One line of a chart: what is observed, by whom, how deep (cm below the surface; None where depth has no meaning)."""

    device_id: str
    property: str
    depth_cm: int | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A value in the canonical unit of its property, observed at an aware UTC instant."""

    series: SeriesKey
    at: datetime
    value: float
    flags: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Rejection:
    """One refused item of a message: `position` counts its items from 0, -1 is the message as a whole."""

    reason: Reason
    property: str | None = None
    position: int = -1
    detail: str = ""
