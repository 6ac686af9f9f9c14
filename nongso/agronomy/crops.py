"""What is known of a crop: water, roots, stages, salt; where no source speaks, None stands, never a guess.

Names for people are the text keys `crop.<slug>`.
"""

from dataclasses import dataclass

from nongso.agronomy.stages import DegreeDayCalendar, StageLengths
from nongso.errors import NotFound


class UnknownCrop(NotFound):
    """A crop that the table does not hold."""

    code = "agronomy.unknown_crop"


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Crop coefficients of the initial stage, the middle of the season and its end (FAO-56 Table 12, or Table 17 for basal)."""

    initial: float
    mid: float
    end: float


@dataclass(frozen=True, slots=True)
class Roots:
    """Greatest effective rooting depth in m, and the share p of the available water taken without stress at ETc 5 mm/day (Table 22)."""

    shallow_m: float
    deep_m: float
    depletion_fraction: float


@dataclass(frozen=True, slots=True)
class SaltTolerance:
    """Threshold of ECe in dS/m and loss of yield in % per dS/m above it (FAO-56 Table 23).

    Where the table prints a range the cautious end stands here: the lower threshold, the steeper slope. That end is our choice.
    """

    threshold_ds_m: float
    slope_percent: float


@dataclass(frozen=True, slots=True)
class SalinityLimit:
    """Salinity of irrigation water that a crop bears, in g/L: from `low` on with care, never above `high`.

    `source` names who published it (text `source.<slug>`). Where a range was published, taking its upper end as the limit is our choice.
    """

    low_g_l: float
    high_g_l: float
    source: str


@dataclass(frozen=True, slots=True)
class Crop:
    """A crop's row. `yield_response` is the seasonal Ky of FAO-56 Table 24; `height_m` is the greatest height of Table 12.

    `keeps_coefficients`: its leaves close in dry air, so its coefficients do not fall in a humid climate as Eq. 62 has it.
    """

    slug: str
    single: Coefficients | None = None
    basal: Coefficients | None = None
    height_m: float | None = None
    roots: Roots | None = None
    lengths: StageLengths | None = None
    salt: SaltTolerance | None = None
    yield_response: float | None = None
    limit: SalinityLimit | None = None
    calendar: DegreeDayCalendar | None = None
    keeps_coefficients: bool = False
