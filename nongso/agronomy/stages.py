"""Where a crop stands in its season: by days since planting (FAO-56) or by degree-days (AquaCrop)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from nongso.agronomy.inputs import MissingInput, within


class Stage(StrEnum):
    """Stages of FAO-56 Figure 25, and what lies before and after; names are `agronomy.stage.<value>`."""

    BEFORE = "before"
    INITIAL = "initial"
    DEVELOPMENT = "development"
    MID = "mid"
    LATE = "late"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class StageLengths:
    """Days of the four stages, FAO-56 Table 11."""

    initial: int
    development: int
    mid: int
    late: int

    @property
    def season(self) -> int:
        return self.initial + self.development + self.mid + self.late


@dataclass(frozen=True, slots=True)
class StageDay:
    """A day of the season: `season_day` counts from 1 on the day of planting, `stage_day` from 1 within the stage."""

    stage: Stage
    season_day: int
    stage_day: int
    stage_length: int


class Method(IntEnum):
    """How a day's degree-days are cut at base and upper temperature: AquaCrop methods 1, 2 and 3."""

    MEAN = 1  # the mean is cut
    BOTH = 2  # both extremes are cut
    TMIN_FREE = 3  # the minimum is not lifted to the base, the mean is


@dataclass(frozen=True, slots=True)
class DegreeDayCalendar:
    """Degree-days from sowing at which things happen; base and upper temperature in °C."""

    method: Method
    base_c: float
    upper_c: float
    emergence: float
    flowering: float
    flowering_lasts: float
    senescence: float
    maturity: float


class Phase(StrEnum):
    """Phases of a degree-day calendar; names are `agronomy.phase.<value>`."""

    SOWN = "sown"
    GROWING = "growing"
    FLOWERING = "flowering"
    FILLING = "filling"
    RIPENING = "ripening"
    RIPE = "ripe"


@dataclass(frozen=True, slots=True)
class DegreeDaySum:
    """Degree-days of a run of days; while days are missing the sum is only a lower bound."""

    total: float
    days: int
    missing_days: int


def stage_on(lengths: StageLengths, planted: date | None, day: date) -> StageDay:
    """The stage of a day by FAO-56 stage lengths. Raises MissingInput when nobody said when it was planted."""
    if planted is None:
        raise MissingInput(name="planted")
    season_day = (day - planted).days + 1
    if season_day < 1:
        return StageDay(Stage.BEFORE, season_day, 0, 0)
    begun = 0
    for stage in (Stage.INITIAL, Stage.DEVELOPMENT, Stage.MID, Stage.LATE):
        length: int = getattr(lengths, stage.value)
        if season_day <= begun + length:
            return StageDay(stage, season_day, season_day - begun, length)
        begun += length
    return StageDay(Stage.OVER, season_day, season_day - begun, 0)


def fitted(lengths: StageLengths, season_days: int) -> StageLengths:
    """The four stages stretched to a variety's own season, their proportions kept: our choice, for varieties far from Table 11."""
    within("season_days", season_days, 20, 1500)
    share = season_days / lengths.season
    initial, development, mid = (round(part * share) for part in (lengths.initial, lengths.development, lengths.mid))
    return StageLengths(initial, development, mid, season_days - initial - development - mid)


def degree_days(t_min_c: float, t_max_c: float, base_c: float, upper_c: float, method: Method) -> float:
    """Degree-days of a day in °C·day, AquaCrop reference manual chapter 2, methods 1 to 3."""
    within("t_min_c", t_min_c, -60, 60)
    within("t_max_c", t_max_c, t_min_c, 65)
    if method is Method.MEAN:
        return _cut((t_min_c + t_max_c) / 2, base_c, upper_c) - base_c
    high = _cut(t_max_c, base_c, upper_c)
    if method is Method.BOTH:
        return (_cut(t_min_c, base_c, upper_c) + high) / 2 - base_c
    return max((min(t_min_c, upper_c) + high) / 2, base_c) - base_c


def sum_degree_days(
    days: Sequence[tuple[float, float] | None], base_c: float, upper_c: float, method: Method
) -> DegreeDaySum:
    """Degree-days of a run of (minimum, maximum) temperatures; a missing day is counted as missing, not as cold."""
    known = [day for day in days if day is not None]
    total = sum(degree_days(low, high, base_c, upper_c, method) for low, high in known)
    return DegreeDaySum(total, len(days), len(days) - len(known))


def phase_at(calendar: DegreeDayCalendar, total: float) -> Phase:
    """The phase reached after so many degree-days from sowing."""
    steps = (
        (calendar.emergence, Phase.SOWN),
        (calendar.flowering, Phase.GROWING),
        (min(calendar.flowering + calendar.flowering_lasts, calendar.senescence), Phase.FLOWERING),
        (calendar.senescence, Phase.FILLING),
        (calendar.maturity, Phase.RIPENING),
    )
    return next((phase for end, phase in steps if total < end), Phase.RIPE)


def _cut(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
