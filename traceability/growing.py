"""The growing conditions of a lot: what sensors at its field measured in the thirty days before the harvest."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from nongso.agronomy.crops import Crop
from nongso.agronomy.stages import Stage, stage_on
from nongso.diary import Kind, Spray, decisive, waited
from nongso.store.passports import DayOfProperty

DAYS = 30
SEASON_DAYS = 365  # of a crop that was planted earlier, a tree, only the year before the harvest counts
WHOLE_SEASON = "season"  # a stage's name where none is known
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
class StageSummary:
    """A property over a stage of the crop, both days included; `stage` as in nongso.agronomy.stages, or `season` where no stage is known."""

    stage: str
    observed: str
    first: date
    last: date
    low: float
    mean: float
    high: float


@dataclass(frozen=True, slots=True)
class DiarySummary:
    """What the field's diary holds of the season up to the harvest; the three last are None where nothing was sprayed."""

    sowings: int
    fertilisings: int
    sprays: int
    irrigations: int
    last_spray_on: date | None
    waiting_days: int | None
    waiting_kept: bool | None


@dataclass(frozen=True, slots=True)
class Growing:
    """From `first` to `last`, both included: the day of the harvest itself is not over when it is recorded."""

    first: date
    last: date
    summaries: tuple[Summary, ...] = field(hash=False)  # hundreds of days: compared, but not hashed for every page

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


def season(planted_on: date | None, harvested_on: date) -> tuple[date, date]:
    """First and last day that a lot grew, at most a year: from planting where that is known, else the thirty days before the harvest."""
    if planted_on is None or planted_on >= harvested_on:
        return window(harvested_on)
    return max(planted_on, harvested_on - timedelta(days=SEASON_DAYS)), harvested_on - timedelta(days=1)


def by_stage(
    days: Sequence[DayOfProperty], planted_on: date | None, harvested_on: date, crop: Crop | None
) -> tuple[StageSummary, ...]:
    """Smallest, mean and greatest value of each property in each stage of the crop (FAO-56 Figure 25).

    A tree, or a crop whose stages nobody published, has one: the season. `days` are ordered by property and day.
    """
    first, last = season(planted_on, harvested_on)

    def stage(day: DayOfProperty) -> str:
        if crop is None or crop.lengths is None or planted_on is None or planted_on < first:
            return WHOLE_SEASON
        return stage_on(crop.lengths, planted_on, day.day).stage.value

    measured = {name: list(group) for name, group in groupby(days, key=lambda day: day.property)}
    return tuple(
        _stage_summary(name, kind, group)
        for name in MEASURES
        for kind, group in _grouped(measured.get(name, []), stage)
        if first <= group[0].day <= last
    )


def diary_summary(counts: Mapping[Kind, int], sprays: Iterable[Spray], harvested_on: date) -> DiarySummary | None:
    """What the diary says of a season; None where nobody wrote anything in it. `counts`: entries by kind."""
    if not any(counts.get(kind) for kind in (Kind.SOW, Kind.FERTILISE, Kind.SPRAY, Kind.IRRIGATE)):
        return None
    last = decisive(sprays, harvested_on)
    return DiarySummary(
        counts.get(Kind.SOW, 0),
        counts.get(Kind.FERTILISE, 0),
        counts.get(Kind.SPRAY, 0),
        counts.get(Kind.IRRIGATE, 0),
        last.day if last else None,
        last.waiting_days if last else None,
        waited(last, harvested_on) if last else None,
    )


def _grouped(
    days: Sequence[DayOfProperty], stage: Callable[[DayOfProperty], str]
) -> Iterator[tuple[str, list[DayOfProperty]]]:
    for kind, group in groupby(days, key=stage):
        if kind != Stage.BEFORE:
            yield kind, list(group)


def _stage_summary(observed: str, stage: str, days: Sequence[DayOfProperty]) -> StageSummary:
    return StageSummary(
        stage,
        observed,
        days[0].day,
        days[-1].day,
        min(day.min for day in days),
        sum(day.mean for day in days) / len(days),
        max(day.max for day in days),
    )
