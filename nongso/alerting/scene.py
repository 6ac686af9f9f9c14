"""What a rule may look at in one instant of event time: the fit readings of a place so far, and its whole days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nongso.clock import local_day
from nongso.forecast import Forecast


@dataclass(frozen=True, slots=True)
class Sensor:
    """A series that serves a place; a reading of it speaks for `fresh_for` and no longer."""

    series_id: int
    device_id: str
    device_kind: str
    property: str
    depth_cm: int | None
    fresh_for: timedelta


@dataclass(frozen=True, slots=True)
class Point:
    """A fit reading in the canonical unit of its property."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Place:
    """What alerts are about: a field with its crop, or a device that stands for itself."""

    field_id: int | None
    device_id: str | None
    office_id: int
    crop: str
    planted_on: date | None
    sensors: tuple[Sensor, ...]
    soil: str | None = None  # a texture of FAO-56 Table 19
    area_m2: float | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The weather and water of a whole local day; None what is not known. `humid_hours` have 90 % humidity or more, of `hours` known.

    `irrigation_mm` None: watered by an amount that nobody wrote down. `et0_estimated` names what stood in for a measurement.
    `rust` is what a day's wet spells let of coffee rust into the leaves, 1 as much as a whole wet day at the best temperatures.
    """

    day: date
    t_min_c: float | None = None
    t_mean_c: float | None = None
    t_max_c: float | None = None
    rh_mean: float | None = None
    rain_mm: float | None = None
    et0_mm: float | None = None
    humid_hours: int = 0
    hours: int = 0
    rh_min: float | None = None
    rh_max: float | None = None
    wind_ms: float | None = None
    radiation_w: float | None = None
    irrigation_mm: float | None = 0.0
    et0_estimated: tuple[str, ...] = ()
    rust: float | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A sensor and its newest reading."""

    sensor: Sensor
    point: Point


@dataclass(frozen=True, slots=True)
class Scene:
    """A place at `at`. `recent` holds each series' readings oldest first, as far back as rules look; `days` end before `at`.

    `forecast` is the newest that had been issued by then and had not expired.
    """

    place: Place
    at: datetime
    recent: Mapping[int, Sequence[Point]]
    days: Sequence[Day] = ()
    forecast: Forecast | None = None

    def sensors(self, *properties: str, kind: str | None = None) -> list[Sensor]:
        """The sensors of these properties, on devices of one kind when it is named."""
        return [
            sensor
            for sensor in self.place.sensors
            if sensor.property in properties and (kind is None or sensor.device_kind == kind)
        ]

    def fresh(self, sensors: Sequence[Sensor]) -> list[Seen]:
        """The newest reading of each sensor that still speaks."""
        seen = []
        for sensor in sensors:
            points = self.recent.get(sensor.series_id)
            if points and self.at - points[-1].at <= sensor.fresh_for:
                seen.append(Seen(sensor, points[-1]))
        return seen

    def within(self, sensor: Sensor, span: timedelta) -> list[Point]:
        """The sensor's readings of the last `span`, oldest first."""
        begin = self.at - span
        return [point for point in self.recent.get(sensor.series_id, ()) if point.at >= begin]

    def age_days(self) -> int | None:
        """Local days since planting; None where nobody said when."""
        planted = self.place.planted_on
        return (local_day(self.at) - planted).days if planted else None
