"""Where a farm's water comes from, and its pumps."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BeforeValidator, Field

from api.accounts import Created
from api.deps import Conn, SignedIn
from api.diary import typed, typed_money
from api.harvests import Grower
from api.inputs import Body, DeviceId, Id, Line
from nongso.irrigation.zone import SourceKind, check_pressure
from nongso.store import audit_lines, water_sources
from nongso.store.water_sources import PumpDraft, SourceDraft, WaterPump, WaterSource

router = APIRouter(prefix="/api/v1", tags=["irrigation"])

Capacity = Annotated[float, BeforeValidator(typed), Field(gt=0, le=100_000, allow_inf_nan=False)]
Price = Annotated[float, BeforeValidator(typed_money), Field(ge=0, le=1e9, allow_inf_nan=False)]
Pressure = Annotated[Annotated[float, Field(ge=-100, le=5_000, allow_inf_nan=False)] | None, BeforeValidator(typed)]
Level = Annotated[Annotated[float, Field(ge=-100, le=200, allow_inf_nan=False)] | None, BeforeValidator(typed)]


class SourceBody(Body):
    """`is_saline`: it may turn salt, so nothing is taken while nobody knows how salt it is. Below `min_level_m` the pump draws air."""

    name: Line
    kind: SourceKind
    capacity_m3_h: Capacity
    is_saline: bool
    min_level_m: Level = None
    station_id: DeviceId | None = None
    master_valve_id: DeviceId | None = None
    price_vnd_m3: Price = 0.0


class PumpBody(Body):
    """Pressure outside `min_kpa` to `max_kpa` stops it. `switch_id` is what the house may switch it off by."""

    name: Line
    zones_at_once: Annotated[int, Field(ge=1, le=20)] = 1
    min_kpa: Pressure = None
    max_kpa: Pressure = None
    price_vnd_hour: Price = 0.0
    switch_id: DeviceId | None = None


@router.get("/farms/{farm_id}/water-sources")
def list_sources(conn: Conn, viewer: SignedIn, farm_id: Id) -> list[WaterSource]:
    return water_sources.list_sources(conn, viewer, farm_id)


@router.post("/farms/{farm_id}/water-sources", status_code=201)
def create_source(conn: Conn, viewer: Grower, farm_id: Id, body: SourceBody) -> Created:
    source_id = water_sources.insert_source(conn, viewer, farm_id, drafted(body))
    audit_lines.insert(conn, viewer, "water_source.create", f"water_source:{source_id}", {"name": body.name})
    return Created(source_id)


@router.put("/water-sources/{source_id}", status_code=204)
def update_source(conn: Conn, viewer: Grower, source_id: Id, body: SourceBody) -> None:
    water_sources.update_source(conn, viewer, source_id, drafted(body))
    audit_lines.insert(conn, viewer, "water_source.update", f"water_source:{source_id}", body.model_dump(mode="json"))


@router.get("/water-sources/{source_id}/pumps")
def list_pumps(conn: Conn, viewer: SignedIn, source_id: Id) -> list[WaterPump]:
    return water_sources.list_pumps(conn, viewer, source_id)


@router.post("/water-sources/{source_id}/pumps", status_code=201)
def create_pump(conn: Conn, viewer: Grower, source_id: Id, body: PumpBody) -> Created:
    pump_id = water_sources.insert_pump(conn, viewer, source_id, drafted_pump(body))
    audit_lines.insert(conn, viewer, "water_pump.create", f"water_pump:{pump_id}", {"name": body.name})
    return Created(pump_id)


@router.put("/water-pumps/{pump_id}", status_code=204)
def update_pump(conn: Conn, viewer: Grower, pump_id: Id, body: PumpBody) -> None:
    water_sources.update_pump(conn, viewer, pump_id, drafted_pump(body))
    audit_lines.insert(conn, viewer, "water_pump.update", f"water_pump:{pump_id}", body.model_dump(mode="json"))


def drafted_pump(body: PumpBody) -> PumpDraft:
    """Raises PressureUnordered."""
    check_pressure(body.min_kpa, body.max_kpa)
    return PumpDraft(body.name, body.zones_at_once, body.min_kpa, body.max_kpa, body.price_vnd_hour, body.switch_id)


def drafted(body: SourceBody) -> SourceDraft:
    return SourceDraft(
        body.name,
        body.kind,
        body.capacity_m3_h,
        body.is_saline,
        body.min_level_m,
        body.station_id,
        body.master_valve_id,
        body.price_vnd_m3,
    )
