"""The safety rule 7 of irrigation: what meter and coil say (docs/irrigation.md)."""

from datetime import UTC, datetime, timedelta

import pytest

from nongso.irrigation.flow import Fault, Meter, flows_well, is_dry, learned, while_closed, while_open

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
BEGUN = NOW - timedelta(minutes=10)
JUST = NOW - timedelta(seconds=20)


@pytest.mark.parametrize(
    ("flow", "current", "fault"),
    [
        (10.0, None, None), (12.9, None, None), (13.1, None, Fault.BURST), (6.1, None, None), (5.9, None, Fault.CLOG),
        (0.0, None, Fault.CLOG), (10.0, 99.0, Fault.CURRENT), (10.0, 1201.0, Fault.CURRENT), (10.0, 600.0, None),
    ],
)  # fmt: skip
def test_rule_7_an_open_valve_is_held_against_what_it_usually_gives(
    flow: float, current: float | None, fault: Fault | None
) -> None:
    found = while_open(Meter(flow, JUST, current, JUST if current else None), 10.0, BEGUN, NOW)

    assert fault == (found.fault if found else None)


def test_rule_7_pipes_that_still_fill_and_old_readings_prove_nothing() -> None:
    assert None is while_open(Meter(0.0, BEGUN + timedelta(seconds=59)), 10.0, BEGUN, NOW)
    assert None is while_open(Meter(0.0, NOW), 10.0, NOW - timedelta(seconds=30), NOW)
    assert None is while_open(Meter(0.0, BEGUN + timedelta(minutes=2)), 10.0, BEGUN, NOW + timedelta(hours=1))
    assert None is while_open(Meter(), 10.0, BEGUN, NOW)


def test_rule_7_water_behind_closed_valves_is_a_leak_and_silence_does_not_end_it() -> None:
    leaking = while_closed(Meter(1.2, JUST), 10.0, BEGUN, NOW)

    assert (Fault.LEAK, 0.5) == (leaking.fault, leaking.limit) if leaking else False
    assert None is while_closed(Meter(0.04, JUST), 10.0, BEGUN, NOW)
    assert [True, False, False] == [
        is_dry(each, 10.0, BEGUN, NOW) for each in (Meter(0.0, JUST), Meter(), Meter(1.2, JUST))
    ]
    assert [True, False] == [flows_well(each, 10.0, BEGUN, NOW) for each in (Meter(10.0, JUST), Meter())]


def test_rule_7_flow_is_learned_from_runs_once_there_are_three() -> None:
    assert 10.0 == learned([7.0, 7.5], 10.0)
    assert 7.0 == learned([7.0, 7.5, 2.0], 10.0)
