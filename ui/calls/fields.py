"""Fields: the first screen's cards, one field's card and place, the readings behind a chart."""

from dataclasses import dataclass
from datetime import date, datetime

from nongso.boundary import Point
from nongso.charts import Bucket, Gap
from nongso.rules import Level
from ui.calls.alerts import Alert
from ui.door import Door


@dataclass(frozen=True, slots=True)
class Told:
    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """One of a card's numbers; `value` is None where nothing fresh is known."""

    key: str
    name: str
    value: float | None
    unit: str
    level: Level
    note: str
    at: datetime | None
    series_id: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """A field and its verdict; `at` is the oldest reading the verdict rests on."""

    field_id: int
    farm_id: int
    farm_name: str
    name: str
    crop: str
    crop_name: str
    planted_on: date | None
    area_m2: float | None
    level: Level
    level_name: str
    say: Told
    reasons: list[Told]
    at: datetime | None
    numbers: list[Number]


@dataclass(frozen=True, slots=True)
class Home:
    """Cards in the order of urgency; `day` is the local day of `at`."""

    at: datetime
    day: date
    cards: list[Card]
    alerts: list[Alert]


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it was registered; `boundary` in WGS 84, not closed, `soil` a texture of FAO-56 Table 19."""

    id: int
    farm_id: int
    farm_name: str
    name: str
    crop: str
    planted_on: date | None
    area_m2: float | None
    boundary: list[Point] | None
    soil: str | None


@dataclass(frozen=True, slots=True)
class FieldDraft:
    name: str
    crop: str
    planted_on: date | None
    area_m2: float | None
    boundary: list[Point] | None
    soil: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart; `kind` is gauge, counter or state."""

    id: int
    device_id: str
    device_name: str
    property: str
    depth_cm: int | None
    kind: str


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit in force that a chart of `property` shows beside its line; its name is the text key `chart.limit.<name>`."""

    property: str
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Readings:
    """Points in order of time and the stretches in which nothing was heard; of a counter only `rise` is drawn."""

    series: Series
    unit: str
    step: str
    points: list[Bucket]
    gaps: list[Gap]


def get_home(door: Door) -> Home:
    return door.get("/api/v1/home", Home)


def list_fields(door: Door, search: str = "") -> list[Field]:
    return door.get("/api/v1/fields", list[Field], search=search or None)


def get_card(door: Door, field_id: int) -> Card:
    return door.get(f"/api/v1/fields/{field_id}", Card)


def list_series(door: Door, field_id: int) -> list[Series]:
    return door.get(f"/api/v1/fields/{field_id}/series", list[Series])


def find_limit(door: Door, field_id: int, observed: str) -> Limit | None:
    limits = door.get(f"/api/v1/fields/{field_id}/limits", list[Limit])
    return next((each for each in limits if each.property == observed), None)


def get_readings(door: Door, series_id: int, from_at: datetime, to_at: datetime, step: str) -> Readings:
    """`step` is raw, hour or day."""
    span = {"from": from_at.isoformat(), "to": to_at.isoformat()}
    return door.get(f"/api/v1/series/{series_id}/readings", Readings, step=step, **span)


def create_field(door: Door, farm_id: int, draft: FieldDraft) -> None:
    door.do("POST", f"/api/v1/farms/{farm_id}/fields", draft)


def update_field(door: Door, field_id: int, draft: FieldDraft) -> None:
    door.do("PUT", f"/api/v1/fields/{field_id}", draft)
