"""Rules about devices: silent, its gateway gone, nonsense, an empty battery, a wrong clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from nongso.devices import silent_after
from nongso.rules import Signal

BATTERY_LOW, BATTERY_FINE = 20.0, 30.0  # %; our choice
CELL_LOW_V, CELL_FINE_V = 3.3, 3.5  # one lithium cell; our choice
CELL_V = (2.0, 4.4)  # what one lithium cell can show: only then volts mean something here
CLOCK_WRONG, CLOCK_FINE = timedelta(minutes=10), timedelta(minutes=5)
BAD_SHARE_OF_SILENCE = 0.5  # nonsense for half the time after which silence would count; our choice


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of a device. `bad_since` is its newest fit reading where a newer one is unfit; `skew` its clock's lead or lag.

    `heard_at` is the moment it last spoke of, so it may lie before `registered_at`: then it has told nothing but its past.
    """

    device_id: str
    device_name: str
    gateway_id: str | None
    expected_interval_s: int
    heard_at: datetime
    bad_since: datetime | None = None
    bad_property: str | None = None
    battery_percent: float | None = None
    battery_v: float | None = None
    skew: timedelta | None = None
    registered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeviceLook:
    """What a rule saw of a device; `value` is in the unit of the rule's text."""

    rule: str
    device_id: str
    signal: Signal
    severity: int
    since: datetime
    value: float | None = None
    property: str | None = None


def look_at_all(devices: Iterable[Health], now: datetime) -> list[DeviceLook]:
    """Every rule on every device. A gateway whose sensors are all silent speaks for them: theirs are cleared, not said."""
    known = list(devices)
    dead = gateways_down(known, now)
    looks = [look for device in known for look in _looks(device, device.gateway_id in dead, now)]
    return looks + [_gateway(device, dead, now) for device in known if _carries(device, known)]


def gateways_down(devices: list[Health], now: datetime) -> frozenset[str]:
    """N2: gateways with two sensors or more, every one of them silent."""
    behind: dict[str, list[Health]] = {}
    for device in devices:
        if device.gateway_id is not None:
            behind.setdefault(device.gateway_id, []).append(device)
    return frozenset(
        gateway for gateway, sensors in behind.items() if len(sensors) > 1 and all(is_silent(s, now) for s in sensors)
    )


def is_silent(device: Health, now: datetime) -> bool:
    """Nobody is silent before there was time to speak: a past that is brought in says nothing of the present."""
    return now - max(device.heard_at, device.registered_at or device.heard_at) > silent_after(
        device.expected_interval_s
    )


def is_past(device: Health, now: datetime) -> bool:
    """What it said last is old, whether it is silent or has not begun."""
    return now - device.heard_at > silent_after(device.expected_interval_s)


def _looks(device: Health, muted: bool, now: datetime) -> list[DeviceLook]:
    silent = is_silent(device, now)
    looks = [_said(device, "silent", Signal.RAISE if silent and not muted else Signal.CLEAR, 2)]
    if is_past(device, now):  # the rest of its alerts stay as they are
        return looks
    return [*looks, _bad_value(device, now), *_battery(device), *_clock(device)]


def _bad_value(device: Health, now: datetime) -> DeviceLook:
    """N3: readings come, and something speaks against each of one kind."""
    if device.bad_since is None:
        return _said(device, "bad_value", Signal.CLEAR, 1)
    long = now - device.bad_since > BAD_SHARE_OF_SILENCE * silent_after(device.expected_interval_s)
    signal = Signal.RAISE if long else Signal.HOLD
    return DeviceLook("bad_value", device.device_id, signal, 1, device.bad_since, property=device.bad_property)


def _battery(device: Health) -> list[DeviceLook]:
    """N4: by the share the device tells, else by the voltage where it is that of one lithium cell."""
    if device.battery_percent is not None:
        return [_low(device, device.battery_percent, BATTERY_LOW, BATTERY_FINE)]
    if device.battery_v is not None and CELL_V[0] <= device.battery_v <= CELL_V[1]:
        return [_low(device, device.battery_v, CELL_LOW_V, CELL_FINE_V)]
    return []


def _low(device: Health, value: float, low: float, fine: float) -> DeviceLook:
    signal = Signal.RAISE if value < low else Signal.CLEAR if value >= fine else Signal.HOLD
    return _said(device, "battery", signal, 1, value)


def _clock(device: Health) -> list[DeviceLook]:
    """N5: the newest message's own time against ours."""
    if device.skew is None:
        return []
    off = abs(device.skew)
    signal = Signal.RAISE if off > CLOCK_WRONG else Signal.CLEAR if off <= CLOCK_FINE else Signal.HOLD
    return [_said(device, "clock", signal, 1, round(off / timedelta(minutes=1)))]


def _gateway(device: Health, dead: frozenset[str], now: datetime) -> DeviceLook:
    return _said(device, "gateway", Signal.RAISE if device.device_id in dead else Signal.CLEAR, 3)


def _carries(device: Health, devices: list[Health]) -> bool:
    return any(each.gateway_id == device.device_id for each in devices)


def _said(device: Health, rule: str, signal: Signal, severity: int, value: float | None = None) -> DeviceLook:
    return DeviceLook(rule, device.device_id, signal, severity, device.heard_at, value)
