"""The state machine of one rule on one target: normal, pending, firing, clearing, in event time.

Nothing but a look moves it: what is missing leaves every state as it is, and a gap in the looks starts waiting times afresh.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from nongso.rules import Signal


class Phase(StrEnum):
    """Where a rule stands: an alert is open while it is firing or clearing."""

    NORMAL = "normal"
    PENDING = "pending"
    FIRING = "firing"
    CLEARING = "clearing"


@dataclass(frozen=True, slots=True)
class Timing:
    """How long and how often a rule must hold, or no longer hold; `gap` is the longest pause between looks of one run."""

    hold_for: timedelta = timedelta()
    hold_count: int = 1
    clear_for: timedelta = timedelta()
    clear_count: int = 1
    gap: timedelta = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Look:
    """What a rule saw at an instant. `variant` picks among the texts of a rule; values are in the unit of its text, `more` are others by name."""

    signal: Signal
    at: datetime
    severity: int
    value: float | None = None
    limit: float | None = None
    variant: str = ""
    more: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """What must be kept between looks. `since` and `count` are of the run that leads to firing or to the end.

    `last` is the newest look that knew something, `told` the newest that raised: the one an open alert speaks of.
    """

    phase: Phase = Phase.NORMAL
    since: datetime | None = None
    count: int = 0
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    last_at: datetime | None = None
    told: Look | None = None

    @property
    def is_open(self) -> bool:
        return self.phase in (Phase.FIRING, Phase.CLEARING)


def step(state: State, timing: Timing, look: Look) -> State:
    """The state after a look; looks come in order of event time, and one without knowledge changes nothing."""
    if look.signal is Signal.UNKNOWN:
        return state
    broken = state.last_at is None or look.at - state.last_at > timing.gap
    if look.signal is Signal.RAISE:
        return _raised(state, timing, look, broken)
    if not state.is_open:
        # by far the most looks: made directly, which costs a third of `replace`
        return State(Phase.NORMAL, None, 0, state.opened_at, state.closed_at, look.at)
    if look.signal is Signal.HOLD:
        told = _newer(state, look)
        return replace(state, phase=Phase.FIRING, since=None, count=0, last_at=look.at, told=told)
    return _cleared(state, timing, look, broken)


def _raised(state: State, timing: Timing, look: Look, broken: bool) -> State:
    if state.is_open:
        return replace(state, phase=Phase.FIRING, since=None, count=0, last_at=look.at, told=look)
    goes_on = state.phase is Phase.PENDING and not broken
    since = state.since if goes_on and state.since else look.at
    count = state.count + 1 if goes_on else 1
    ripe = look.at - since >= timing.hold_for and count >= timing.hold_count
    if ripe:
        return State(Phase.FIRING, None, 0, look.at, state.closed_at, look.at, look)
    return State(Phase.PENDING, since, count, state.opened_at, state.closed_at, look.at, look)


def _cleared(state: State, timing: Timing, look: Look, broken: bool) -> State:
    goes_on = state.phase is Phase.CLEARING and not broken
    since = state.since if goes_on and state.since else look.at
    count = state.count + 1 if goes_on else 1
    ripe = look.at - since >= timing.clear_for and count >= timing.clear_count
    if ripe:
        return State(Phase.NORMAL, closed_at=look.at, last_at=look.at)
    return replace(state, phase=Phase.CLEARING, since=since, count=count, last_at=look.at)


def _newer(state: State, look: Look) -> Look:
    """Between raising and clearing an open alert keeps its severity and learns the newest value."""
    assert state.told is not None
    return replace(look, severity=state.told.severity)
