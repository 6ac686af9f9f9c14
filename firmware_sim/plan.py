"""A fleet plan: which fields, canal and devices a simulated office has, read from TOML into frozen data, once and strictly."""

import tomllib
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from firmware_sim.faults import Faults, Sentinel, Stuck
from nongso.catalogue import find_property
from nongso.errors import InvalidInput

PLANS = resources.files("firmware_sim") / "plans"


class BadPlan(InvalidInput):
    """A plan that cannot be read: `plan` is its name, `detail` says where."""

    code = "simulate.bad_plan"


class Kind(StrEnum):
    WEATHER = "weather"
    SOIL = "soil"
    CANAL = "canal"
    PADDY = "paddy"
    VALVE = "valve"


# what a kind observes; soil repeats its own at every depth
OBSERVED: dict[Kind, tuple[str, ...]] = {
    Kind.WEATHER: (
        "air.temperature",
        "air.humidity",
        "air.pressure",
        "wind.speed",
        "wind.direction",
        "rain.total",
        "solar.irradiance",
    ),
    Kind.SOIL: ("soil.moisture", "soil.temperature", "soil.ec"),
    Kind.CANAL: ("water.level", "water.ec", "water.salinity", "water.temperature", "water.ph", "water.do"),
    Kind.PADDY: ("water.level", "water.temperature"),
    Kind.VALVE: ("valve.state", "water.flow", "water.volume"),
}
MASTER = ("valve.state",)  # of a master valve
COMMON = ("battery.voltage", "signal.rssi")  # sent as `bat` and `rssi` beside the measurements
IN_A_FIELD = {Kind.SOIL, Kind.PADDY, Kind.VALVE}


MonthDay = Annotated[str, Meta(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$")]  # "03-25"


class PlacePlan(Struct, frozen=True, forbid_unknown_fields=True):
    latitude: float
    longitude: float
    elevation_m: float
    season_start: MonthDay | None = None  # taken for the first simulated day; none: the calendar's own


class CanalPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """`push_from_day` counts from the first start of the fleet."""

    distance_km: float
    push_from_day: float = 0.0
    push_days: float = 1.0
    push_km: float = 0.0


class WateringPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """The farmer's hand: at six in the morning `depth_mm` at `rate_mm_h` where the soil at 20 cm (or the field tube) has sunk
    below its line and the canal is fresher than `salinity_limit` g/L."""

    rate_mm_h: float
    depth_mm: float
    salinity_limit: float
    below_moisture: float | None = None  # %
    below_level_m: float | None = None


class FieldPlan(Struct, frozen=True, forbid_unknown_fields=True):
    slug: str
    name: str
    crop: str
    area_m2: float
    boundary: tuple[tuple[float, float], ...]  # longitude, latitude; first = last
    field_capacity: float
    wilting_point: float
    saturation: float
    crop_factor: float
    wetness: float  # at the beginning, 0 wilting point .. 1 field capacity
    watering: WateringPlan
    bund_mm: float = 0.0
    pan_mm_day: float = 200.0


class DevicePlan(Struct, frozen=True, forbid_unknown_fields=True):
    """`master`: a valve before the others of its field, or the switch of their pump. It stands open until it is ordered to close, and is
    opened by hand only, which a start of the fleet stands for."""

    id: str
    kind: Kind
    name: str
    field: str | None = None
    expected_interval_s: int = 900
    depths_cm: tuple[int, ...] = ()
    master: bool = False
    faults: Faults = ()

    @property
    def observes(self) -> tuple[str, ...]:
        return MASTER if self.master else OBSERVED[self.kind]


class FleetPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """`receipts`: keep a frame until the platform's receipt; without it a frame is dropped at PUBACK."""

    tenant: str
    place: PlacePlan
    canal: CanalPlan
    field: tuple[FieldPlan, ...]
    device: tuple[DevicePlan, ...]
    receipts: bool = True


def load_plan(name: str) -> FleetPlan:
    """The plan shipped under `name`, or the file at that path. Raises BadPlan."""
    shipped = PLANS / f"{name}.toml"
    try:
        text = (shipped if shipped.is_file() else Path(name)).read_text(encoding="utf-8")
        plan = msgspec.convert(tomllib.loads(text), FleetPlan)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise BadPlan(plan=name, detail=str(fault)) from fault
    detail = contradiction(plan)
    if detail:
        raise BadPlan(plan=name, detail=detail)
    return plan


def contradiction(plan: FleetPlan) -> str | None:
    """What types cannot say: ids are unique, fields exist, probes have depths, faults name known properties."""
    fields = {field.slug for field in plan.field}
    ids = [device.id for device in plan.device]
    if not ids:
        return "no device"
    twice = sorted({device_id for device_id in ids if ids.count(device_id) > 1})
    if twice:
        return f"device id used twice: {twice[0]}"
    for device in plan.device:
        if device.field not in fields | {None} or (device.kind in IN_A_FIELD and device.field is None):
            return f"device {device.id}: field {device.field!r}"
        if device.master and device.kind is not Kind.VALVE:
            return f"device {device.id}: only a valve is a master valve"
        if (device.kind is Kind.SOIL) != bool(device.depths_cm) or device.expected_interval_s < 1:
            return f"device {device.id}: depths_cm or expected_interval_s"
        for fault in device.faults:
            if isinstance(fault, Stuck | Sentinel) and find_property(fault.property) is None:
                return f"device {device.id}: property {fault.property!r}"
    return None


def scaled(plan: FleetPlan, devices: int) -> FleetPlan:
    """The plan with so many devices: the first of them, or copies `id-00001` in the same fields; valves are never copied."""
    if devices <= len(plan.device):
        return msgspec.structs.replace(plan, device=plan.device[:devices])
    models = [device for device in plan.device if device.kind is not Kind.VALVE]
    copies = (
        msgspec.structs.replace(model, id=f"{model.id}-{number:05d}", name=f"{model.name} {number}")
        for number in range(1, devices - len(plan.device) + 1)
        for model in (models[number % len(models)],)
    )
    return msgspec.structs.replace(plan, device=(*plan.device, *copies))


def series_of(device: DevicePlan) -> list[tuple[str, int | None]]:
    """Every series a device fills: property and depth."""
    depths = device.depths_cm or (None,)
    measured = [(key, depth) for depth in depths for key in device.observes]
    return [*measured, *((key, None) for key in COMMON)]


def described(plan: FleetPlan) -> dict[str, object]:
    """The plan as a registrar needs it: fields to draw, devices and their series to register."""
    fields = [
        {"slug": f.slug, "name": f.name, "crop": f.crop, "area_m2": f.area_m2, "boundary": f.boundary}
        for f in plan.field
    ]
    return {"tenant": plan.tenant, "fields": fields, "devices": [described_device(device) for device in plan.device]}


def described_device(device: DevicePlan) -> dict[str, object]:
    return {
        "id": device.id,
        "kind": device.kind.value,
        "master": device.master,
        "name": device.name,
        "field": device.field,
        "expected_interval_s": device.expected_interval_s,
        "series": [{"property": key, "depth_cm": depth} for key, depth in series_of(device)],
    }
