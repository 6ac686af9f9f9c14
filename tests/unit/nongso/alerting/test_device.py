"""Rules over devices: silence, a gateway that speaks for its sensors, nonsense, batteries, clocks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nongso.alerting.device import Health, look_at_all
from nongso.rules import Signal

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FINE = Health("D1", "Trạm", None, 600, NOW)
LONG_AGO = NOW - timedelta(hours=5)


def said(*devices: Health) -> dict[tuple[str, str], Signal]:
    return {(look.device_id, look.rule): look.signal for look in look_at_all(devices, NOW)}


@pytest.mark.parametrize(
    ("device", "rule", "signal"),
    [
        (replace(FINE, heard_at=LONG_AGO), "silent", Signal.RAISE),
        (FINE, "silent", Signal.CLEAR),
        (replace(FINE, bad_since=NOW - timedelta(minutes=20)), "bad_value", Signal.RAISE),
        (replace(FINE, bad_since=NOW - timedelta(minutes=5)), "bad_value", Signal.HOLD),
        (FINE, "bad_value", Signal.CLEAR),
        (replace(FINE, battery_percent=12), "battery", Signal.RAISE),
        (replace(FINE, battery_percent=25), "battery", Signal.HOLD),
        (replace(FINE, battery_percent=80), "battery", Signal.CLEAR),
        (replace(FINE, battery_v=3.1), "battery", Signal.RAISE),
        (replace(FINE, skew=timedelta(minutes=-11)), "clock", Signal.RAISE),
        (replace(FINE, skew=timedelta(minutes=7)), "clock", Signal.HOLD),
        (replace(FINE, skew=timedelta(seconds=3)), "clock", Signal.CLEAR),
    ],
)
def test_what_is_said(device: Health, rule: str, signal: Signal) -> None:
    assert signal == said(device)["D1", rule]


def test_volts_of_a_car_battery_say_nothing() -> None:
    assert ("D1", "battery") not in said(replace(FINE, battery_v=12.6))


def test_a_silent_device_leaves_its_other_alerts_as_they_are() -> None:
    assert {("D1", "silent")} == set(said(replace(FINE, heard_at=LONG_AGO, battery_percent=5)))


def test_a_past_that_is_brought_in_alarms_nobody() -> None:
    """Registered a moment ago, it told of long ago: nobody waited for it, and its battery of then says nothing of now."""
    device = replace(FINE, heard_at=LONG_AGO, registered_at=NOW, battery_percent=5, skew=timedelta(days=190))

    assert {("D1", "silent"): Signal.CLEAR} == said(device)


def test_a_device_that_never_spoke_of_the_present_is_silent_in_the_end() -> None:
    device = replace(FINE, heard_at=LONG_AGO, registered_at=NOW - timedelta(days=1))

    assert {("D1", "silent"): Signal.RAISE} == said(device)


def test_a_gateway_whose_sensors_are_all_silent_speaks_for_them() -> None:
    gateway = replace(FINE, device_id="G")
    sensors = [replace(FINE, device_id=name, gateway_id="G", heard_at=LONG_AGO) for name in ("D1", "D2")]

    looks = said(gateway, *sensors)

    assert Signal.RAISE == looks["G", "gateway"]
    assert [Signal.CLEAR, Signal.CLEAR] == [looks[name, "silent"] for name in ("D1", "D2")]


def test_one_sensor_heard_and_the_gateway_stands() -> None:
    gateway = replace(FINE, device_id="G")
    dead, alive = replace(FINE, gateway_id="G", heard_at=LONG_AGO), replace(FINE, device_id="D2", gateway_id="G")

    looks = said(gateway, dead, alive)

    assert (Signal.CLEAR, Signal.RAISE) == (looks["G", "gateway"], looks["D1", "silent"])
