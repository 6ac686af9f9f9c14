"""Places: administrative units as they stand today, farms, who may see them."""

from dataclasses import dataclass
from datetime import date

from ui.door import Door


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit; `kind` is the word of the act that made it. A code alone does not name one: codes were re-used."""

    code: str
    valid_from: date
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class UnitDraft:
    code: str
    valid_from: date
    name: str
    kind: str
    legal_act: str


@dataclass(frozen=True, slots=True)
class Farm:
    id: int
    name: str
    unit_name: str
    field_count: int
    member_ids: list[int]


@dataclass(frozen=True, slots=True)
class FarmDraft:
    name: str
    unit_code: str
    unit_valid_from: date


def list_units(door: Door) -> list[Unit]:
    return door.get("/api/v1/admin-units", list[Unit])


def create_unit(door: Door, draft: UnitDraft) -> None:
    door.do("POST", "/api/v1/admin-units", draft)


def list_farms(door: Door) -> list[Farm]:
    return door.get("/api/v1/farms", list[Farm])


def create_farm(door: Door, draft: FarmDraft) -> None:
    door.do("POST", "/api/v1/farms", draft)


def add_member(door: Door, farm_id: int, account_id: int) -> None:
    door.do("PUT", f"/api/v1/farms/{farm_id}/members/{account_id}")
