"""What a device says in any language: values under its own names for them, a raw frame, who heard it. Frozen data."""

from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.dialects.notebook import Notebook
from nongso.readings import Reason


class Said(NamedTuple):
    """A value under the device's own name for it. `hint`: what kind of thing it is, where the name says nothing."""

    field: str
    value: object
    ts: object = None  # as sent; None: no time was given
    unit: str | None = None
    hint: str | None = None
    depth_cm: object = None
    flags: int = 0


class Gateway(NamedTuple):
    """Who heard it: dBm and dB."""

    gateway_id: str
    rssi: float | None
    snr: float | None


class Occurrence(NamedTuple):
    """Something besides numbers; `kind` has a sentence `device_event.<kind>`."""

    kind: str
    detail: str = ""


class Refusal(NamedTuple):
    """A part that cannot be read; `name` is what it claims to be."""

    reason: Reason
    name: str | None = None
    detail: str = ""


class Mark(NamedTuple):
    """Tells a repeat from a new message where nothing in it has a time of its own."""

    boot: str
    seq: int


@dataclass(frozen=True, slots=True)
class Uplink:
    """One device's part of a message.

    `normalized` is what the network server made of `frame`, `said` what the vendor's decoder did; `ts` is when it arrived there.
    `defaults` names the shipped map for fields the device has no word of its own for.
    """

    sender: str
    said: tuple[Said, ...] = ()
    normalized: tuple[Said, ...] = ()
    frame: bytes | None = None
    fport: int = 0
    ts: object = None
    mark: Mark | None = None
    defaults: str | None = None
    gateways: tuple[Gateway, ...] = ()
    events: tuple[Occurrence, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    online: bool | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message on its way to the reader of its language. `path` is its topic below the integration's root, or the webhook's event."""

    topic: str
    path: str
    payload: bytes
    received_us: int
    retained: bool
    zone: str
    notebook: Notebook = field(default_factory=Notebook)


class Unreadable(Exception):
    """The message as a whole is refused; inside this package only."""

    def __init__(self, reason: Reason, detail: object = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
