"""Coffee leaf rust: how many spores a wet spell lets germinate and enter the leaf.

Source: Bebber, Castillo and Gurr 2016, Phil. Trans. R. Soc. B 371:20150458, with the authors' parameters.
Their published script hands the Weibull of germination to the second step as well; here each step has its own
(docs/decisions/0023).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from math import exp

from nongso.agronomy.disease import beta_rate
from nongso.agronomy.inputs import within

SHORTEST_WET_H = 6.0
HOURS_A_DAY = 24
SATURATED_RH = 100.0  # high humidity alone does not wet a leaf (Rayner 1961, after Bebber 2016)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an infection: cardinal temperatures in °C, and the Weibull of the time it takes, scale in hours at the best."""

    t_min_c: float
    t_best_c: float
    t_max_c: float
    scale_h: float
    shape: float


GERMINATION = Step(12.909, 21.410, 30.943, 13.363, 1.287)
APPRESSORIUM = Step(11.000, 11.500, 32.109, 19.121, 2.141)


@dataclass(frozen=True, slots=True)
class RustHour:
    """A moment of the weather, each quantity known or None."""

    temperature_c: float | None
    dew_point_c: float | None
    rh: float | None
    rain_mm: float | None


@dataclass(frozen=True, slots=True)
class WetSpell:
    """A run of wet moments: where it starts, how long it lasts, and the sums of germinated and entered spores over all cohorts.

    The sums count one cohort of spores landing at each time step: they rank spells against each other, they are not a share.
    """

    start: int
    wet_h: float
    germinated: float
    entered: float


def is_wet(hour: RustHour) -> bool | None:
    """Saturated air, air at its dew point, or rain; None when what is known does not decide."""
    saturated = None if hour.rh is None else hour.rh >= SATURATED_RH
    at_dew = None
    if hour.temperature_c is not None and hour.dew_point_c is not None:
        at_dew = hour.temperature_c <= hour.dew_point_c
    rained = None if hour.rain_mm is None else hour.rain_mm > 0
    if saturated or at_dew or rained:
        return True
    dry_air = saturated is False or at_dew is False
    return False if dry_air and rained is False else None


def wet_spells(hours: Sequence[RustHour], step_h: float) -> list[WetSpell]:
    """Wet spells of six hours or more in weather at even steps of `step_h` hours.

    A moment that is unknown, or has no temperature, ends a spell: what was not seen does not infect.
    """
    within("step_h", step_h, 0.05, 3)
    wet = [is_wet(hour) is True and hour.temperature_c is not None for hour in hours]
    spells: list[WetSpell] = []
    for is_run, positions in groupby(range(len(hours)), key=lambda position: wet[position]):
        run = list(positions)
        if not is_run or len(run) * step_h < SHORTEST_WET_H:
            continue
        temperatures = [t for position in run if (t := hours[position].temperature_c) is not None]
        germinated, entered = infection(temperatures, step_h)
        spells.append(WetSpell(run[0], len(run) * step_h, germinated, entered))
    return spells


def infection(temperatures_c: Sequence[float], step_h: float) -> tuple[float, float]:
    """Germinated and entered cohorts at the end of a wet spell with these temperatures at even steps.

    A cohort lands at each step; its effective hours are the sum of the rates since; the share past a step is
    F(u) = 1 - exp(-(u/scale)^shape). Of those that germinated before a step a share enters by the second Weibull.
    """
    germination = _cohort_shares(GERMINATION, temperatures_c, step_h)
    appressorium = _cohort_shares(APPRESSORIUM, temperatures_c, step_h)
    ready = [0.0, *(sum(row) for row in germination[:-1])]  # all that had germinated before each step
    if not germination:
        return 0.0, 0.0
    return sum(germination[-1]), sum(share * arrived for share, arrived in zip(appressorium[-1], ready, strict=False))


def relative(entered: float, step_h: float) -> float:
    """What entered in a spell beside what enters on a wholly wet day at the best temperature of germination."""
    return entered / infection([GERMINATION.t_best_c] * round(HOURS_A_DAY / step_h), step_h)[1]


def rate(step: Step, temperature_c: float) -> float:
    """Relative speed of a step at a temperature, 1 at its best."""
    return beta_rate(temperature_c, step.t_min_c, step.t_best_c, step.t_max_c)


def _cohort_shares(step: Step, temperatures_c: Sequence[float], step_h: float) -> list[list[float]]:
    """Row i: the share of each cohort 0..i past the step at the end of interval i."""
    rates = [rate(step, temperature) for temperature in temperatures_c]
    hours = [step_h * (left + right) / 2 for left, right in pairwise(rates)]
    elapsed = [0.0, *accumulate(hours)]
    return [
        [1 - exp(-(((elapsed[end + 1] - elapsed[start]) / step.scale_h) ** step.shape)) for start in range(end + 1)]
        for end in range(len(hours))
    ]
