"""Frames as bytes: the native payload of the house (`v`, `seq`, `boot`, `low`, `ts`, `m`, `bat`, `rssi`, `hist`), and the topics they go to."""

from datetime import UTC, datetime

import msgspec
from msgspec import Struct

VERSION = 1
FIRMWARE = "sim-1"
ENCODER = msgspec.json.Encoder()


class Measure(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`k` property, `d` depth in cm, `v` value in the property's canonical unit."""

    k: str
    d: int | None = None
    v: float | str | None


class Slot(Struct, frozen=True):
    """Measurements of an earlier instant."""

    ts: str
    m: list[Measure]


class Body(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`low`: the device holds nothing of this boot below that seq, all of it has been receipted; told when above 1."""

    v: int
    seq: int
    boot: str
    low: int = 1
    ts: str
    m: list[Measure]
    bat: float | None = None
    rssi: int | None = None
    hist: list[Slot] = []


class Status(Struct, frozen=True, omit_defaults=True):
    """Birth (`online` with firmware, boot and time) or will and farewell (`online` false)."""

    online: bool
    fw: str | None = None
    boot: str | None = None
    ts: str | None = None


def instant(at_s: float) -> str:
    """RFC 3339 in UTC with a Z, whole seconds."""
    return datetime.fromtimestamp(int(at_s), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def encoded(body: Struct) -> bytes:
    return ENCODER.encode(body)


def topic(tenant: str, device_id: str, tail: str) -> str:
    return f"ns/v1/{tenant}/{device_id}/{tail}"
