"""What goes wrong with a device, honestly and on purpose: every fault is asked for in the plan and drawn from the seed.

Hours are counted from the first start of a fleet (`from_h = -2` is two hours before it), so that a demonstration
has its silent probe whenever it is begun.
"""

from random import Random

from msgspec import Struct

ALWAYS_H = 1e9
DAY_H = 24.0


class Silent(Struct, tag="silent", tag_field="kind", frozen=True, forbid_unknown_fields=True):
    """Stops for good: no reading, no sign."""

    from_h: float


class Dropout(Struct, tag="dropout", tag_field="kind", frozen=True, forbid_unknown_fields=True):
    """The radio is away for `hours`, the device goes on recording and sends what it kept as `hist`."""

    from_h: float
    hours: float


class Outages(Struct, tag="outages", tag_field="kind", frozen=True, forbid_unknown_fields=True):
    """Dropouts by chance: so many a month, each of up to `hours`."""

    per_month: float
    hours: float


class Blackout(Struct, tag="blackout", tag_field="kind", frozen=True, forbid_unknown_fields=True):
    """No power for `hours`: nothing is recorded, a gap stays."""

    from_h: float
    hours: float


class Resend(Struct, tag="resend", tag_field="kind", frozen=True, forbid_unknown_fields=True):
    """By chance a frame is sent twice, byte for byte, with the same seq."""

    chance: float


class ClockAhead(Struct, tag="clock_ahead", tag_field="kind", frozen=True, forbid_unknown_fields=True):
    """The device's clock runs `ahead_s` in front of the world's."""

    from_h: float
    hours: float
    ahead_s: float


class Stuck(Struct, tag="stuck", tag_field="kind", frozen=True, forbid_unknown_fields=True):
    """A sensor repeats the value it had at `from_h`."""

    property: str
    from_h: float
    hours: float = ALWAYS_H


class Unreadable(Struct, tag="unreadable", tag_field="kind", frozen=True, forbid_unknown_fields=True):
    """By chance a value is no number: null, or the text "nan" that printf makes of it."""

    chance: float


class Sentinel(Struct, tag="sentinel", tag_field="kind", frozen=True, forbid_unknown_fields=True):
    """By chance a property carries an error code dressed as a value (-127, 65535)."""

    property: str
    value: float
    chance: float


class Conflict(Struct, tag="conflict", tag_field="kind", frozen=True, forbid_unknown_fields=True):
    """By chance a second frame tells a slightly different value for the same instant."""

    chance: float


class DyingBattery(Struct, tag="dying_battery", tag_field="kind", frozen=True, forbid_unknown_fields=True):
    """The cell sinks from `from_h` on and is empty, and the device silent, `hours` later."""

    from_h: float
    hours: float


class Jammed(Struct, tag="jammed", tag_field="kind", frozen=True, forbid_unknown_fields=True):
    """A valve that is opened after `from_h` stays open: it hears and answers every order, and water runs on."""

    from_h: float


Fault = (
    Silent
    | Dropout
    | Outages
    | Blackout
    | Resend
    | ClockAhead
    | Stuck
    | Unreadable
    | Sentinel
    | Conflict
    | DyingBattery
    | Jammed
)
Faults = tuple[Fault, ...]


def within(from_h: float, hours: float, at_h: float) -> bool:
    return from_h <= at_h < from_h + hours


def is_dead(faults: Faults, at_h: float) -> bool:
    """Whether the device measures nothing at `at_h`."""
    for fault in faults:
        match fault:
            case Silent() if at_h >= fault.from_h:
                return True
            case Blackout() if within(fault.from_h, fault.hours, at_h):
                return True
            case DyingBattery() if at_h >= fault.from_h + fault.hours:
                return True
            case _:
                pass
    return False


def is_jammed(faults: Faults, at_h: float) -> bool:
    return any(isinstance(fault, Jammed) and at_h >= fault.from_h for fault in faults)


def absence(faults: Faults, seed: str, at_h: float) -> tuple[float, float] | None:
    """Since when and until when the radio is away, hours, if it is away at `at_h`."""
    gaps = [gap for fault in faults for gap in dropouts(fault, seed, at_h) if within(gap.from_h, gap.hours, at_h)]
    if not gaps:
        return None
    return min(gap.from_h for gap in gaps), max(gap.from_h + gap.hours for gap in gaps)


def dropouts(fault: Fault, seed: str, at_h: float) -> list[Dropout]:
    """The dropouts of one fault that could hold `at_h`."""
    if isinstance(fault, Dropout):
        return [fault]
    if not isinstance(fault, Outages):
        return []
    today = int(at_h // DAY_H)
    drawn = (drawn_outage(fault, seed, day) for day in (today - 1, today))
    return [outage for outage in drawn if outage]


def drawn_outage(fault: Outages, seed: str, day: int) -> Dropout | None:
    """The dropout that chance gives to a day."""
    chance = Random(f"{seed}/outage/{day}")
    if chance.random() >= fault.per_month / 30:
        return None
    return Dropout(from_h=(day + chance.random()) * DAY_H, hours=min(DAY_H, fault.hours * chance.uniform(0.3, 1.0)))


def clock_error_s(faults: Faults, at_h: float) -> float:
    ahead = (f.ahead_s for f in faults if isinstance(f, ClockAhead) and within(f.from_h, f.hours, at_h))
    return sum(ahead)


def battery_left(faults: Faults, at_h: float) -> float:
    """1 for a sound cell, 0 for an empty one."""
    left = 1.0
    for fault in faults:
        if isinstance(fault, DyingBattery):
            left = min(left, 1 - (at_h - fault.from_h) / fault.hours)
    return max(0.0, left)


def stuck_since(faults: Faults, at_h: float) -> dict[str, float]:
    """The properties that are stuck at `at_h`, and since which hour."""
    return {f.property: f.from_h for f in faults if isinstance(f, Stuck) and within(f.from_h, f.hours, at_h)}


def happens(faults: Faults, kind: type[Resend] | type[Conflict], chance: Random) -> bool:
    """Whether a fault of chance strikes this frame."""
    return any(chance.random() < fault.chance for fault in faults if isinstance(fault, kind))


def spoilt(faults: Faults, key: str, value: float, chance: Random) -> float | str | None:
    """The value as a faulty sensor tells it."""
    for fault in faults:
        if isinstance(fault, Unreadable) and chance.random() < fault.chance:
            return chance.choice((None, "nan"))
        if isinstance(fault, Sentinel) and fault.property == key and chance.random() < fault.chance:
            return fault.value
    return value
