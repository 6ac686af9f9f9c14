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
# From the broker to a collector that listens, and its acknowledgement back, on a busy machine.
TRANSIT_S = 3.0


@dataclass(frozen=True, slots=True)
class Score:
    """A fleet's frames. `at_risk`: of the missing, those the broker's setting could cost."""

    frames: int
    readings: int
    missing: int
    at_risk: int


@dataclass(frozen=True, slots=True)
class Risk:
    """When a device without receipts may lose what the broker confirmed: `kills` of the broker, `deaf` spans without a listening collector.

    `unsafe`: of each kill of the collector, how far back what it had received was neither committed nor in its spool, up to that kill.
    """

    kills: Sequence[float]
    deaf: Sequence[Span]
    unsafe: Sequence[Span] = ()


def score(told: Sequence[Told], stored: Mapping[Point, float], spans: Sequence[Span]) -> Score:
    """A frame is missing when any of its values is not stored as it was recorded."""
    missing = [frame for frame in told if any(stored.get(point) != value for point, value in frame.values.items())]
    excused = [frame for frame in missing if touches(frame.confirmed, spans)]
    return Score(len(told), sum(len(frame.values) for frame in told), len(missing), len(excused))


def touches(one: Span | None, spans: Sequence[Span]) -> bool:
    return one is not None and any(start <= one[1] and one[0] <= end for start, end in spans)


def foreign(told: Sequence[Told], stored: Mapping[Point, float]) -> int:
    """Readings that nobody recorded."""
    recorded = {point for frame in told for point in frame.values}
    return sum(point not in recorded for point in stored)


def mosquitto_spans(risk: Risk) -> list[Span]:
    """With `autosave_interval 1`: what came after the last save before each kill."""
    return [(kill - AUTOSAVE_S - NOTED_S, kill + NOTED_S) for kill in risk.kills]


def embedded_spans(risk: Risk) -> list[Span]:
    """It keeps nothing: what waited for the collector at the kill, and what came before the collector listened again.

    What a collector had received and not made safe when it was killed is the broker's to send again: it waited too, if the broker
    was killed before or after that without having sent it to a collector that lived long enough.
    """
    unsafe = chained(risk.unsafe, risk.deaf)
    return [span_of(kill, risk.deaf, unsafe) for kill in risk.kills]


def span_of(kill: float, deaf: Sequence[Span], unsafe: Sequence[Span]) -> Span:
    """The span of one kill of the broker."""
    since = [start for start, end in deaf if start <= kill and end >= kill - TRANSIT_S]
    begun = [start for start, death in unsafe if death in since or start <= kill < death]
    until = [end for start, end in deaf if start <= kill + TRANSIT_S and end >= kill]
    return min([kill, *since, *begun]) - TRANSIT_S, max([kill, *until]) + TRANSIT_S


def chained(unsafe: Sequence[Span], deaf: Sequence[Span]) -> list[Span]:
    """What a collector is sent again comes as new: killed before that was safe, it left behind what the one before it had left."""
    listens = dict(deaf)
    found: list[Span] = []
    for start, death in sorted(unsafe, key=lambda one: one[1]):
        again = bool(found) and start <= listens.get(found[-1][1], found[-1][1]) + TRANSIT_S
        found.append((min(start, found[-1][0]) if again else start, death))
    return found


def deaf_spans(losses: Sequence[float], heard: Sequence[float], end_s: float) -> list[Span]:
    """From each loss of the collector or the broker to the next moment it listens."""
    ordered = sorted(heard)
    return [(loss, [*ordered, end_s][bisect_left(ordered, loss)]) for loss in losses]
