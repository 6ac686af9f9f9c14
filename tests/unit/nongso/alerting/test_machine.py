"""The state machine of a rule: waiting, holding, clearing, and what a gap or silence does to it."""

from datetime import UTC, datetime, timedelta

import pytest

from nongso.alerting.machine import Look, Phase, State, Timing, step
from nongso.rules import Signal

START = datetime(2026, 3, 1, tzinfo=UTC)
TIMING = Timing(timedelta(minutes=30), 2, timedelta(hours=1), 2, gap=timedelta(hours=3))
R, H, C, U = Signal.RAISE, Signal.HOLD, Signal.CLEAR, Signal.UNKNOWN


def run(*looks: tuple[int, Signal], severity: int = 2) -> State:
    """The state after looks at minutes from the start."""
    state = State()
    for minute, signal in looks:
        state = step(state, TIMING, Look(signal, START + timedelta(minutes=minute), severity, value=1.0))
    return state


@pytest.mark.parametrize(
    ("looks", "phase"),
    [
        pytest.param([(0, R)], Phase.PENDING, id="one reading waits"),
        pytest.param([(0, R), (29, R)], Phase.PENDING, id="a minute too early"),
        pytest.param([(0, R), (30, R)], Phase.FIRING, id="long enough and twice"),
        pytest.param([(0, R), (15, H), (30, R)], Phase.PENDING, id="a dip starts the wait afresh"),
        pytest.param([(0, R), (15, U), (30, R)], Phase.FIRING, id="what is not known is no dip"),
        pytest.param([(0, R), (181, R)], Phase.PENDING, id="a gap starts the wait afresh"),
        pytest.param([(0, R), (30, R), (40, H)], Phase.FIRING, id="between the limits it holds"),
        pytest.param([(0, R), (30, R), (40, C)], Phase.CLEARING, id="one low reading does not clear"),
        pytest.param([(0, R), (30, R), (40, C), (99, C)], Phase.CLEARING, id="a minute before it clears"),
        pytest.param([(0, R), (30, R), (40, C), (100, C)], Phase.NORMAL, id="low for long enough"),
        pytest.param([(0, R), (30, R), (40, C), (60, H), (100, C)], Phase.CLEARING, id="a bump starts clearing afresh"),
        pytest.param([(0, R), (30, R), (40, U), (500, U)], Phase.FIRING, id="stale freezes and never resolves"),
        pytest.param([(0, R), (30, R), (40, C), (500, C)], Phase.CLEARING, id="a gap proves nothing clear"),
    ],
)
def test_phase_after_looks(looks: list[tuple[int, Signal]], phase: Phase) -> None:
    assert phase == run(*looks).phase


def test_an_open_alert_keeps_its_beginning_and_learns_the_newest_severity() -> None:
    state = run((0, R), (30, R))

    worse = step(state, TIMING, Look(R, START + timedelta(hours=1), 4, value=9.0))

    assert START + timedelta(minutes=30) == worse.opened_at
    assert (4, 9.0) == (worse.told and worse.told.severity, worse.told and worse.told.value)


def test_between_the_limits_severity_stays() -> None:
    state = step(run((0, R), (30, R), severity=4), TIMING, Look(H, START + timedelta(hours=1), 2, value=0.5))

    assert (4, 0.5) == (state.told and state.told.severity, state.told and state.told.value)
