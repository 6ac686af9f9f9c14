"""The one small chart of the passport: thirty days of one property as SVG geometry, gaps as gaps, its limit as a line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from nongso.store.passports import DayOfProperty
from traceability.growing import Growing, Summary

WIDTH, HEIGHT = 320.0, 84.0
MARGIN = 6.0  # so that no stroke is cut at an edge
REMEMBERED = 500  # harvests: the pages of their lots show the same chart
ROOM = 0.08  # of the range, above and below


@dataclass(frozen=True, slots=True)
class Chart:
    """Points as SVG writes them. `bands` are daily minimum to maximum, `lines` daily means; `dots` are days with a gap on both sides."""

    summary: Summary
    first: date
    last: date
    low: float
    high: float
    lines: tuple[str, ...]
    bands: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    limit_y: float | None


@lru_cache(maxsize=REMEMBERED)
def chart(growing: Growing) -> Chart | None:
    """The property whose limit is known, else the most telling one; None when nothing was measured."""
    summaries = growing.summaries
    if not summaries:
        return None
    chosen = next((summary for summary in summaries if summary.limit is not None), summaries[0])
    scale = Scale.of(chosen, growing.first, growing.last)
    runs = list(unbroken(chosen.days))
    return Chart(
        chosen,
        growing.first,
        growing.last,
        chosen.low,
        chosen.high,
        tuple(points(scale.at(day.day, day.mean) for day in run) for run in runs if len(run) > 1),
        tuple(band(scale, run) for run in runs if len(run) > 1),
        tuple(scale.at(run[0].day, run[0].mean) for run in runs if len(run) == 1),
        None if chosen.limit is None else scale.y(chosen.limit),
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """From days and values to the chart's units; y grows downwards."""

    first: date
    last: date
    low: float
    high: float

    @classmethod
    def of(cls, summary: Summary, first: date, last: date) -> "Scale":
        """The limit is always in sight: how far below it the days stayed is what the chart says."""
        top = summary.high if summary.limit is None else max(summary.high, summary.limit)
        room = (top - summary.low) * ROOM or 1.0
        return cls(first, last, summary.low - room, top + room)

    def x(self, day: date) -> float:
        share = (day - self.first) / (self.last - self.first)
        return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN), 1)

    def at(self, day: date, value: float) -> tuple[float, float]:
        return self.x(day), self.y(value)


def unbroken(days: Sequence[DayOfProperty]) -> Iterator[list[DayOfProperty]]:
    """Runs of days without a day missing between them."""
    run: list[DayOfProperty] = []
    for day in days:
        if run and day.day - run[-1].day > timedelta(days=1):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def band(scale: Scale, run: Sequence[DayOfProperty]) -> str:
    """A polygon along the maxima and back along the minima."""
    there = [scale.at(day.day, day.max) for day in run]
    back = [scale.at(day.day, day.min) for day in reversed(run)]
    return points(there + back)


def points(places: Sequence[tuple[float, float]] | Iterator[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)
