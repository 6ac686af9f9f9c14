"""How far back a chart looks, and in which steps."""

from datetime import timedelta
from enum import StrEnum

from nongso.catalogue import Kind


class Span(StrEnum):
    """Names are the text keys `chart.span.<value>`."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def length(self) -> timedelta:
        return {Span.DAY: timedelta(days=1), Span.WEEK: timedelta(days=7), Span.MONTH: timedelta(days=30)}[self]

    def step(self, kind: str) -> str:
        """Raw readings for a day, hours for more; rain is told in sums, so one step coarser."""
        if kind == Kind.COUNTER:
            return "hour" if self is Span.DAY else "day"
        return "raw" if self is Span.DAY else "hour"
