"""Water of a paddy by alternate wetting and drying ("nông lộ phơi"), in place of the root-zone balance.

Source: IRRI, safe alternate wetting and drying: re-flood to about 5 cm when the water in the field tube stands 15 cm below the
surface; keep 5 cm from one week before to one week after flowering; begin one to two weeks after transplanting.
The two levels at which a flowering or a young field is topped up are our choice.
"""

from dataclasses import dataclass
from enum import StrEnum

from nongso.agronomy.inputs import within

REFLOOD_AT_CM = -15.0  # IRRI
FLOOD_TO_CM = 5.0  # IRRI
KEEP_FLOODED_AT_CM = 2.0  # our choice: top up before the 5 cm are gone
FLOWERING_WINDOW_DAYS = 7  # IRRI
DRYING_BEGINS_DAYS = 14  # IRRI: one to two weeks after transplanting; the later end is the careful one


class Action(StrEnum):
    """What to do with the water; sentences are `agronomy.paddy.<value>`."""

    UNKNOWN = "unknown"  # no level: no advice
    FLOOD = "flood"
    KEEP = "keep"  # nothing to do: there is water, or the field may dry further


class Phase(StrEnum):
    """Which rule holds; names are `agronomy.paddy_phase.<value>`."""

    YOUNG = "young"
    DRYING = "drying"
    FLOWERING = "flowering"


@dataclass(frozen=True, slots=True)
class PaddyAdvice:
    """`flood_mm` is the depth of water to bring, the pores of the drained layer not counted; levels in cm above the surface."""

    action: Action
    phase: Phase
    level_cm: float | None
    flood_at_cm: float
    flood_to_cm: float
    flood_mm: float
    flowering_known: bool


def advise(level_cm: float | None, days_planted: int, days_to_flowering: int | None) -> PaddyAdvice:
    """Advice for a paddy. `days_to_flowering` is negative after it; None when unknown, and the answer says so."""
    phase = _phase(days_planted, days_to_flowering)
    flood_at = REFLOOD_AT_CM if phase is Phase.DRYING else KEEP_FLOODED_AT_CM
    known = days_to_flowering is not None
    if level_cm is None:
        return PaddyAdvice(Action.UNKNOWN, phase, None, flood_at, FLOOD_TO_CM, 0.0, known)
    within("level_cm", level_cm, -100, 200)
    if level_cm > flood_at:
        return PaddyAdvice(Action.KEEP, phase, level_cm, flood_at, FLOOD_TO_CM, 0.0, known)
    needed_mm = 10 * (FLOOD_TO_CM - max(level_cm, 0.0))
    return PaddyAdvice(Action.FLOOD, phase, level_cm, flood_at, FLOOD_TO_CM, needed_mm, known)


def _phase(days_planted: int, days_to_flowering: int | None) -> Phase:
    if days_to_flowering is not None and abs(days_to_flowering) <= FLOWERING_WINDOW_DAYS:
        return Phase.FLOWERING
    if days_planted < DRYING_BEGINS_DAYS:
        return Phase.YOUNG
    return Phase.DRYING
