"""The growing conditions of a lot: what sensors at its field measured in the thirty days before the harvest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from nongso.agronomy.crops import Crop
from nongso.store.passports import DayOfProperty

DAYS = 30
SILENT_DAYS = 3  # a sensor that missed the last days before the harvest is said to have stopped

# What a buyer is shown, the most telling first. UN/CEFACT Recommendation 20 codes and CBV 2.0 measurement types; GS1 names none for
# soil moisture and pH, so theirs are our reading (docs/traceability.md).
MEASURES: dict[str, tuple[str, str]] = {
    "water.salinity": ("MassConcentration", "GL"),
    "soil.moisture": ("VolumeFraction", "P1"),
    "air.temperature": ("Temperature", "CEL"),
    "air.humidity": ("RelativeHumidity", "P1"),
    "soil.temperature": ("Temperature", "CEL"),
    "soil.ec": ("Conductivity", "G42"),
    "soil.ph": ("Dimensionless", "Q30"),
    "water.ph": ("Dimensionless", "Q30"),
}


@dataclass(frozen=True, slots=True)
class Summary:
    """What was `observed` (a property of the catalogue) over the thirty days, in its canonical unit. `days` holds only days with a measurement, in order.

    `mean` is the mean of daily means. `limit` is what the crop bears, where that is known.
    """

    observed: str
    days: tuple[DayOfProperty, ...]
    limit: float | None

    @property
    def low(self) -> float:
        return min(day.min for day in self.days)

    @property
    def mean(self) -> float:
        return sum(day.mean for day in self.days) / len(self.days)

    @property
    def high(self) -> float:
        return max(day.max for day in self.days)

    @property
    def days_above(self) -> int:
        """Days that went above the limit; 0 where none is known."""
        return sum(day.max > self.limit for day in self.days) if self.limit is not None else 0


@dataclass(frozen=True, slots=True)
class Growing:
    """From `first` to `last`, both included: the day of the harvest itself is not over when it is recorded."""

    first: date
    last: date
    summaries: tuple[Summary, ...]

    @property
    def measured_days(self) -> int:
        """Days on which anything was measured."""
        return len({day.day for summary in self.summaries for day in summary.days})

    @property
    def stopped_on(self) -> date | None:
        """The last measured day, when nothing came in the days before the harvest."""
        newest = max((summary.days[-1].day for summary in self.summaries), default=None)
        return newest if newest is not None and self.last - newest >= timedelta(days=SILENT_DAYS) else None


def window(harvested_on: date) -> tuple[date, date]:
    """First and last day of the thirty before a harvest."""
    return harvested_on - timedelta(days=DAYS), harvested_on - timedelta(days=1)


def summarise(days: Sequence[DayOfProperty], harvested_on: date, crop: Crop | None) -> Growing:
    """What was measured, in the order of MEASURES. `days` are ordered by property and day, as the store gives them."""
    first, last = window(harvested_on)
    measured = {name: tuple(group) for name, group in groupby(days, key=lambda day: day.property)}
    limits = {"water.salinity": crop.limit.high_g_l} if crop is not None and crop.limit is not None else {}
    return Growing(
        first,
        last,
        tuple(Summary(name, measured[name], limits.get(name)) for name in MEASURES if name in measured),
    )
