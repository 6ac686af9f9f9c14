"""What is known of a field at one moment: the newest of every series that serves it, how old, and whether it can be trusted."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from nongso.devices import silent_after
from nongso.forecast import Forecast


class State(StrEnum):
    """Whether a rule may look at an observation."""

    FRESH = "fresh"
    UNFIT = "unfit"  # readings come, but something speaks against each since `fit_at`
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Observation:
    """The newest of one series. `fit_*` is the newest reading that nothing speaks against, in the property's canonical unit.

    `at` is None when nothing ever came while the device served this field. `highest_today` is the highest fit value since
    local midnight (temperature), `fallen_24h_mm` the rain of the last 24 hours; None where that has no meaning or is not known.
    """

    device_id: str
    device_name: str
    device_kind: str
    expected_interval_s: int
    serves_since: datetime
    property: str
    series_id: int | None = None
    depth_cm: int | None = None
    at: datetime | None = None
    fit_at: datetime | None = None
    fit_value: float | None = None
    highest_today: float | None = None
    fallen_24h_mm: float | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """A field, everything that was observed for it, and the forecast that stands there.

    `soil` is a texture of FAO-56 Table 19; `point` latitude and longitude, None: not drawn.
    """

    field_id: int
    farm_id: int
    farm_name: str
    name: str
    crop: str
    planted_on: date | None
    area_m2: float | None
    observations: tuple[Observation, ...]
    soil: str | None = None
    point: tuple[float, float] | None = None
    forecast: Forecast | None = None

    def of(self, *properties: str, kind: str | None = None) -> list[Observation]:
        """The observations of these properties, from devices of one kind when it is named."""
        return [
            each
            for each in self.observations
            if each.property in properties and (kind or each.device_kind) == each.device_kind
        ]


def state(observation: Observation, now: datetime) -> State:
    """Fresh while the newest fit reading is younger than the silence limit of its device."""
    limit = silent_after(observation.expected_interval_s)
    if observation.fit_at is not None and observation.fit_value is not None and now - observation.fit_at <= limit:
        return State.FRESH
    if observation.at is not None and now - observation.at <= limit:
        return State.UNFIT
    return State.SILENT


def fresh(observations: list[Observation], now: datetime) -> list[Observation]:
    return [each for each in observations if state(each, now) is State.FRESH]


def known_until(observation: Observation) -> datetime:
    """Since when nothing usable has come: the newest fit reading, or the day the device began to serve the field."""
    return observation.fit_at or observation.serves_since
