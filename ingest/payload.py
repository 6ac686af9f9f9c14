"""Bytes from the field turned into samples and rejections. Pure, and never an exception: what cannot be read has a reason.

Two forms are read: the native one (docs/mqtt.md) and a flat object `{"soil.moisture": 31.4, "ts": 1763783100}`.
Every item of a message (an entry of `m`, `bat`, `rssi`, each of `hist`) counts once: samples + rejections = items.
"""

import json
import math
import re
from dataclasses import dataclass, field
from typing import NamedTuple, cast

import msgspec

from ingest.moments import Bad, Clock
from nongso.catalogue import PROPERTIES, Kind, Property
from nongso.readings import Flag, Reason, Rejection
from nongso.units import UnknownUnit, convert

MAX_BYTES = 64 * 1024
MAX_ITEMS = 500
MAX_DEPTH_CM = 10_000
MAX_SEQ = 2**53
DETAIL_CHARS = 80
WHOLE = -1
RESERVED = frozenset({"v", "ts", "seq", "boot", "low", "bat", "rssi"})
EXTRAS = (("bat", "battery.voltage"), ("rssi", "signal.rssi"))
EXPERT_FLAGS = int(Flag.EXPERT_SUSPECT | Flag.EXPERT_REJECTED)
_RANGE = int(Flag.RANGE)
NUMBER = re.compile(r"\s*[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?\s*", re.ASCII)
BOOT = re.compile(r"[A-Za-z0-9_.:-]{1,32}")


class Sample(NamedTuple):
    """A value in the canonical unit. A tuple and not a dataclass: one is made for every reading of the house."""

    property: str
    depth_cm: int | None
    at_us: int
    value: float
    flags: int


@dataclass(frozen=True, slots=True)
class Frame:
    """What one message said."""

    samples: list[Sample] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    boot: str | None = None
    seq: int | None = None
    low: int = 1  # the device holds nothing of this boot below this number
    device_us: int | None = None  # the device's own clock, as sent

    @property
    def items(self) -> int:
        return len(self.samples) + len(self.rejections)


class Slot(NamedTuple):
    """Items that share a time."""

    ts: object
    items: list[object]


class Refused(Exception):
    """Inside this module only: why one item is no sample."""

    def __init__(self, reason: Reason, value: object = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = plain(value)


def decode(payload: bytes, received_us: int, accept_from_us: int) -> Frame:
    """Read a message. Times are microseconds since 1970 UTC; observations before `accept_from_us` are set aside as `too_old`."""
    if len(payload) > MAX_BYTES:
        return refusal(Reason.TOO_LARGE, len(payload))
    try:
        body = parse_json(payload)
    except (ValueError, RecursionError) as fault:
        return refusal(Reason.BAD_JSON, fault)
    if not isinstance(body, dict):
        return refusal(Reason.BAD_JSON, type(body).__name__)
    return understand(cast("dict[str, object]", body), received_us, accept_from_us)


def understand(message: dict[str, object], received_us: int, accept_from_us: int, trusted: int = EXPERT_FLAGS) -> Frame:
    """Read a message that is an object already. `trusted`: the flags that whoever wrote it may give to its items (`f`)."""
    slots = split(message)
    count = sum([len(slot.items) for slot in slots])
    if count > MAX_ITEMS:
        return refusal(Reason.TOO_MANY, count)
    return read(message, slots, Clock.of(message.get("ts"), received_us, accept_from_us), trusted)


def refusal(reason: Reason, value: object = None) -> Frame:
    """The message as a whole is refused; it counts as one item."""
    return Frame(rejections=[Rejection(reason, None, WHOLE, plain(value))])


def parse_json(payload: bytes) -> object:
    """JSON, and the bare NaN and Infinity that microcontrollers write: they spoil their item, not the message."""
    try:
        return msgspec.json.decode(payload)
    except msgspec.DecodeError:
        return json.loads(payload)


def split(message: dict[str, object]) -> list[Slot]:
    """The slots of a message, the present one first."""
    ts = message.get("ts")
    if "m" in message or "hist" in message:
        present = Slot(ts, [*listed(message.get("m")), *extras(message)])
        return [present, *map(history, listed(message["hist"]))] if "hist" in message else [present]
    flat: list[object] = [{"k": key, "v": value} for key, value in message.items() if key not in RESERVED]
    return [Slot(ts, [*flat, *extras(message)])]


def history(past: object) -> Slot:
    if not isinstance(past, dict):
        return Slot("", [past])
    # A history slot without a time is no history: an empty text is a time nobody can read.
    return Slot(past.get("ts") or "", [*listed(past.get("m")), *extras(past)])


def listed(value: object) -> list[object]:
    """A list as it is; nothing as no items; anything else as one item that will be refused."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def extras(message: dict[str, object]) -> list[object]:
    return [{"k": key, "v": message[name]} for name, key in EXTRAS if name in message]


def read(message: dict[str, object], slots: list[Slot], clock: Clock, trusted: int = EXPERT_FLAGS) -> Frame:
    frame = Frame(
        boot=boot_of(message.get("boot")),
        seq=whole_number(message.get("seq"), 1),
        low=whole_number(message.get("low"), 1) or 1,
        device_us=clock.device_us,
    )
    position = 0
    for number, slot in enumerate(slots):
        moment = clock.present if number == 0 else clock.past(slot.ts)
        for item in slot.items:
            try:
                frame.samples.append(sample(item, moment, trusted))
            except Refused as refused:
                frame.rejections.append(Rejection(refused.reason, name_of(item), position, refused.detail))
            position += 1
    return frame


def sample(item: object, moment: tuple[int, int] | Bad, trusted: int = EXPERT_FLAGS) -> Sample:
    """One item as a sample; raises Refused with the first thing that is wrong with it."""
    if not isinstance(item, dict):
        raise Refused(Reason.BAD_JSON, item)
    fields = cast("dict[str, object]", item)
    key = fields.get("k")
    known = PROPERTIES.get(key) if isinstance(key, str) else None
    if known is None:
        raise Refused(Reason.UNKNOWN_PROPERTY, key)
    # Most items are just right: what their types already say is not asked again, call by call.
    value = fields.get("v")
    if type(value) is not float or not math.isfinite(value):
        value = number(value, known)
    if (unit := fields.get("u")) is not None:
        value = canonical(value, unit, known)
    depth_cm = fields.get("d")
    if depth_cm is not None and (type(depth_cm) is not int or not 0 <= depth_cm <= MAX_DEPTH_CM):
        depth_cm = depth(depth_cm)
    if isinstance(moment, Bad):
        raise Refused(moment.reason, moment.detail)
    at_us, flags = moment
    if not known.low <= value <= known.high:
        flags |= _RANGE
    if "f" in fields:
        flags |= given_flags(fields["f"], trusted)
    return Sample(known.key, depth_cm, at_us, value, flags)


def number(value: object, known: Property) -> float:
    """A finite number; numeric texts are read, true and false only where the property is a state."""
    if isinstance(value, float | int) and (not isinstance(value, bool) or known.kind is Kind.STATE):
        return finite(value)
    if value is None:
        raise Refused(Reason.NULL)
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return finite(value)
    raise Refused(Reason.NOT_A_NUMBER, value)


def finite(value: float | str) -> float:
    try:
        found = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        found = math.inf
    if not math.isfinite(found):
        raise Refused(Reason.NOT_A_NUMBER, found)
    return found


def canonical(value: float, unit: object, known: Property) -> float:
    if unit == known.unit:
        return value
    if not isinstance(unit, str):
        raise Refused(Reason.UNKNOWN_UNIT, unit)
    try:
        return finite(convert(value, unit, known.unit))
    except UnknownUnit:
        raise Refused(Reason.UNKNOWN_UNIT, unit) from None


def depth(value: object) -> int:
    """Centimetres below the surface."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(Reason.BAD_DEPTH, value)
    if not (0 <= value <= MAX_DEPTH_CM and value == int(value)):
        raise Refused(Reason.BAD_DEPTH, value)
    return int(value)


def given_flags(value: object, trusted: int) -> int:
    """Only what the writer may say: a device may pass on an expert's doubt, but cannot claim the flags that are ours to give."""
    return value & trusted if isinstance(value, int) else 0


def boot_of(value: object) -> str | None:
    return value if isinstance(value, str) and BOOT.fullmatch(value) else None


def whole_number(value: object, low: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if low <= value <= MAX_SEQ else None


def name_of(item: object) -> str | None:
    """The property an item claims, for the eyes of whoever mends it."""
    key = cast("dict[str, object]", item).get("k") if isinstance(item, dict) else None
    return plain(key) if isinstance(key, str) else None


def plain(value: object) -> str:
    """A short text that any database takes: no NUL, no half of a surrogate pair."""
    if value is None:
        return ""
    try:
        text = str(value)
    except ValueError:  # a whole number of thousands of digits
        text = type(value).__name__
    return text[:DETAIL_CHARS].replace("\0", "").encode("utf-8", "replace").decode("utf-8")
