"""What a chart needs beside its points: what a counter counted between them, and where nothing was heard. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Bucket:
    """One point: a raw reading (`count` 1, one value), an hour or a local day. `rise` is what a counter counted in it.

    Values are in the property's canonical unit; None where nothing fit was read.
    """

    at: datetime
    count: int
    unfit: int
    min: float | None
    mean: float | None
    max: float | None
    rise: float | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without readings: to be drawn as a gap, never as a line."""

    from_at: datetime
    to_at: datetime


def counted(readings: Sequence[Bucket]) -> list[Bucket]:
    """A counter's raw readings with the step since the fit one before; after a reset it counts from zero.

    The first one and those that something speaks against have no rise.
    """
    before: float | None = None
    points = []
    for reading in readings:
        rise = None
        if not reading.unfit and reading.mean is not None:
            rise = None if before is None else reading.mean - before if reading.mean >= before else reading.mean
            before = reading.mean
        points.append(replace(reading, rise=rise))
    return points


def gaps(points: Sequence[Bucket], longest: timedelta, from_at: datetime, to_at: datetime) -> list[Gap]:
    """The stretches of [from_at, to_at] longer than `longest` in which no point lies."""
    edges = [from_at, *(point.at for point in points), to_at]
    return [Gap(one, other) for one, other in pairwise(edges) if other - one > longest]
