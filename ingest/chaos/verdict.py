"""The verdict on a chaos run: what devices recorded against what the house has, and the loss against what the broker promises. Pure."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.chaos.ledger import Told
from nongso.store.recounts import Point

Span = tuple[float, float]  # epoch seconds

# Mosquitto writes its queue once a second by a clock of whole seconds; the simulator notes within a second that a frame was confirmed.
AUTOSAVE_S = 2.0
NOTED_S = 1.0
# What a collector that listens has not acknowledged yet: a batch, its COMMIT and the way back, on a busy machine.
SETTLING_S = 3.0


@dataclass(frozen=True, slots=True)
class Score:
    """A fleet's frames. `at_risk`: of the missing, those the broker's setting could cost."""

    frames: int
    readings: int
    missing: int
    at_risk: int


@dataclass(frozen=True, slots=True)
class Risk:
    """When a device without receipts may lose what the broker confirmed: `kills` of the broker, `deaf` spans without a listening collector."""

    kills: Sequence[float]
    deaf: Sequence[Span]


def score(told: Sequence[Told], stored: Mapping[Point, float], spans: Sequence[Span]) -> Score:
    """A frame is missing when any of its values is not stored as it was recorded."""
    missing = [frame for frame in told if any(stored.get(point) != value for point, value in frame.values.items())]
    excused = [frame for frame in missing if is_within(frame.forgotten_s, spans)]
    return Score(len(told), sum(len(frame.values) for frame in told), len(missing), len(excused))


def is_within(at_s: float | None, spans: Sequence[Span]) -> bool:
    return at_s is not None and any(start <= at_s <= end for start, end in spans)


def foreign(told: Sequence[Told], stored: Mapping[Point, float]) -> int:
    """Readings that nobody recorded."""
    recorded = {point for frame in told for point in frame.values}
    return sum(point not in recorded for point in stored)


def mosquitto_spans(risk: Risk) -> list[Span]:
    """With `autosave_interval 1`: what came after the last save before each kill."""
    return [(kill - AUTOSAVE_S - NOTED_S, kill + NOTED_S) for kill in risk.kills]


def embedded_spans(risk: Risk) -> list[Span]:
    """It keeps nothing: what waited for the collector at the kill, and what came before the collector listened again."""
    spans = []
    for kill in risk.kills:
        since = [start for start, end in risk.deaf if start <= kill and end >= kill - SETTLING_S]
        until = [end for start, end in risk.deaf if start <= kill + SETTLING_S and end >= kill]
        spans.append((min([kill, *since]) - SETTLING_S, max([kill, *until]) + SETTLING_S))
    return spans


def deaf_spans(losses: Sequence[float], heard: Sequence[float], end_s: float) -> list[Span]:
    """From each loss of the collector or the broker to the next moment it listens."""
    ordered = sorted(heard)
    return [(loss, [*ordered, end_s][bisect_left(ordered, loss)]) for loss in losses]
