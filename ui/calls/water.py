"""Watering: zones with their state, starting and stopping, set-up, history, the season's sums."""

from dataclasses import dataclass
from datetime import date, datetime

from ui.door import Door


@dataclass(frozen=True, slots=True)
class Against:
    """What speaks against a start; `is_hard`: nobody may insist on it."""

    why: str
    text: str
    is_hard: bool


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone now. `state` is closed, opening, open, closing or unknown; `ends_at` is known once a reading confirmed the run.

    `before`: what can shut the water off before it, and how that stands.
    """

    id: int
    name: str
    field_id: int
    field_name: str
    farm_id: int
    farm_name: str
    valve_id: str
    valve_name: str
    mode: str
    mode_name: str
    automatic_from: datetime
    state: str
    state_name: str
    heard_at: datetime | None
    ends_at: datetime | None
    advice: str
    advice_minutes: float | None
    against: list[Against]
    longest_min: float
    source_name: str
    before: list[str]


@dataclass(frozen=True, slots=True)
class Past:
    """A run; `outcome` None: it still goes on."""

    id: int
    zone_name: str
    field_name: str
    origin_text: str
    created_at: datetime
    minutes: float | None
    volume_m3: float | None
    is_measured: bool | None
    outcome: str | None
    outcome_text: str


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Season:
    zone_name: str
    field_name: str
    runs: int
    hours: float
    volume_m3: float
    measured_m3: float
    depth_mm: float
    cost_vnd: float


@dataclass(frozen=True, slots=True)
class Source:
    """Where water comes from; what is None nobody said."""

    id: int
    farm_id: int
    name: str
    kind: str
    capacity_m3_h: float
    is_saline: bool
    min_level_m: float | None
    station_id: str | None
    master_valve_id: str | None
    price_vnd_m3: float


@dataclass(frozen=True, slots=True)
class Pump:
    """What lifts it; the house may switch it off by `switch_id`."""

    id: int
    name: str
    zones_at_once: int
    min_kpa: float | None
    max_kpa: float | None
    price_vnd_hour: float
    switch_id: str | None


@dataclass(frozen=True, slots=True)
class PumpDraft:
    """A price as it was typed."""

    name: str
    zones_at_once: int
    min_kpa: float | None
    max_kpa: float | None
    price_vnd_hour: str
    switch_id: str | None


@dataclass(frozen=True, slots=True)
class StartDraft:
    """`insist` with a `reason` opens in spite of what a person may insist on."""

    minutes: float
    insist: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ModeDraft:
    mode: str


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """A price as it was typed."""

    name: str
    kind: str
    capacity_m3_h: float
    is_saline: bool
    min_level_m: float | None
    station_id: str | None
    master_valve_id: str | None
    price_vnd_m3: str


@dataclass(frozen=True, slots=True)
class ZoneDraft:
    """A zone as it is set up; water contents in % by volume, caps in minutes and mm."""

    name: str
    valve_id: str
    meter_id: str | None
    source_id: int
    pump_id: int | None
    method: str
    area_m2: float
    flow_m3_h: float
    field_capacity: float
    wilting_point: float
    max_run_min: float
    max_day_min: float
    max_run_mm: float
    max_day_mm: float
    min_pause_min: float


def list_zones(door: Door) -> list[Zone]:
    return door.get("/api/v1/irrigation", list[Zone])


def start(door: Door, zone_id: int, draft: StartDraft) -> None:
    door.do("POST", f"/api/v1/irrigation/zones/{zone_id}/start", draft)


def stop(door: Door, zone_id: int) -> None:
    door.do("POST", f"/api/v1/irrigation/zones/{zone_id}/stop")


def set_mode(door: Door, zone_id: int, mode: str) -> None:
    door.do("PUT", f"/api/v1/irrigation/zones/{zone_id}/mode", ModeDraft(mode))


def list_runs(door: Door) -> list[Past]:
    return door.get("/api/v1/irrigation/runs", list[Past])


def list_events(door: Door, zone_id: int) -> list[Event]:
    return door.get(f"/api/v1/irrigation/zones/{zone_id}/events", list[Event])


def list_season(door: Door, farm_id: int, from_day: date, to_day: date) -> list[Season]:
    """`from` is a word of Python, so it is named in the path."""
    path = f"/api/v1/farms/{farm_id}/irrigation-season?from={from_day.isoformat()}&to={to_day.isoformat()}"
    return door.get(path, list[Season])


def list_sources(door: Door, farm_id: int) -> list[Source]:
    return door.get(f"/api/v1/farms/{farm_id}/water-sources", list[Source])


def create_source(door: Door, farm_id: int, draft: SourceDraft) -> None:
    door.do("POST", f"/api/v1/farms/{farm_id}/water-sources", draft)


def update_source(door: Door, source_id: int, draft: SourceDraft) -> None:
    door.do("PUT", f"/api/v1/water-sources/{source_id}", draft)


def list_pumps(door: Door, source_id: int) -> list[Pump]:
    return door.get(f"/api/v1/water-sources/{source_id}/pumps", list[Pump])


def create_pump(door: Door, source_id: int, draft: PumpDraft) -> None:
    door.do("POST", f"/api/v1/water-sources/{source_id}/pumps", draft)


def update_pump(door: Door, pump_id: int, draft: PumpDraft) -> None:
    door.do("PUT", f"/api/v1/water-pumps/{pump_id}", draft)


def get_setup(door: Door, zone_id: int) -> ZoneDraft:
    return door.get(f"/api/v1/irrigation/zones/{zone_id}/setup", ZoneDraft)


def create_zone(door: Door, field_id: int, draft: ZoneDraft) -> None:
    door.do("POST", f"/api/v1/fields/{field_id}/irrigation-zones", draft)


def update_zone(door: Door, zone_id: int, draft: ZoneDraft) -> None:
    door.do("PUT", f"/api/v1/irrigation/zones/{zone_id}", draft)
