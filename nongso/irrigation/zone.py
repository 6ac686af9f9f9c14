"""A zone: the land one valve waters, where its water comes from, and how much of it is ever allowed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from nongso.agronomy.soils import Soil, get_texture, typical_soil
from nongso.errors import Conflict, InvalidInput

ADVISE_FOR = timedelta(days=14)  # reference: advice only for the first two weeks
MM_M2_A_M3 = 1000  # 1 mm on 1 m² is one litre


class Mode(StrEnum):
    """Who may open the valve. In every mode a person may close it."""

    ADVISE = "advise"  # nobody by the house; it says what it would have done
    MANUAL = "manual"  # people
    AUTOMATIC = "automatic"  # people, and the house by its rules


class Method(StrEnum):
    DRIP = "drip"
    SPRINKLER = "sprinkler"
    FLOOD = "flood"


# Share of the water that reaches the roots; FAO Irrigation Water Management Training Manual 4, Annex I: field application efficiency.
EFFICIENCY = {Method.DRIP: 0.90, Method.SPRINKLER: 0.75, Method.FLOOD: 0.60}


USUAL_SOIL = Soil(0.36, 0.20)  # where nobody said what the soil is; our choice


class SourceKind(StrEnum):
    CANAL = "canal"
    TANK = "tank"
    POND = "pond"
    WELL = "well"
    MAINS = "mains"


class TooEarlyForAutomatic(Conflict):
    """The zone still only advises; `day` is when it may be switched to automatic."""

    code = "irrigation.too_early_for_automatic"


class CapsUnordered(InvalidInput):
    """One run may bring more than the whole day: `run` and `day` in `unit`."""

    code = "irrigation.caps_unordered"


class SoilUnordered(InvalidInput):
    """The soil would wilt plants at a moisture that it cannot hold; both in % by volume."""

    code = "irrigation.soil_unordered"


class PressureUnordered(InvalidInput):
    """The pump's lower limit of pressure is not below its upper one; both in kPa."""

    code = "irrigation.pressure_unordered"


@dataclass(frozen=True, slots=True)
class Source:
    """Where water comes from. Below `min_level_m` the pump draws air; None: nobody said. `station_id` measures it."""

    id: int
    kind: SourceKind
    capacity_m3_h: float
    is_saline: bool
    min_level_m: float | None = None
    station_id: str | None = None
    master_valve_id: str | None = None
    price_vnd_m3: float = 0.0


@dataclass(frozen=True, slots=True)
class Pump:
    """What lifts the water. Pressure outside its limits stops it."""

    id: int
    zones_at_once: int = 1
    min_kpa: float | None = None
    max_kpa: float | None = None
    price_vnd_hour: float = 0.0


@dataclass(frozen=True, slots=True)
class Caps:
    """The most one run and one local day may give, and the least pause between two runs."""

    run_min: float = 120.0
    day_min: float = 240.0
    run_mm: float = 20.0
    day_mm: float = 30.0
    pause_min: float = 60.0


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone as rules see it. `flow_m3_h` is what its owner says comes out; water contents are % by volume."""

    id: int
    field_id: int
    crop: str
    planted_on: date | None
    valve_id: str
    method: Method
    area_m2: float
    flow_m3_h: float
    field_capacity: float
    wilting_point: float
    caps: Caps
    mode: Mode
    created_at: datetime
    source: Source
    pump: Pump | None = None

    @property
    def rate_mm_h(self) -> float:
        return self.flow_m3_h * MM_M2_A_M3 / self.area_m2

    @property
    def longest_run_s(self) -> float:
        """The cap of one run in seconds: minutes or millimetres, whichever comes first."""
        return min(self.caps.run_min * 60, self.caps.run_mm / self.rate_mm_h * 3600)

    def mm(self, seconds: float) -> float:
        """What so many seconds bring at the zone's flow."""
        return self.rate_mm_h * seconds / 3600


def check_mode(zone: Zone, mode: Mode, now: datetime) -> None:
    """Raises TooEarlyForAutomatic in the zone's first two weeks."""
    if mode is Mode.AUTOMATIC and now < zone.created_at + ADVISE_FOR:
        raise TooEarlyForAutomatic(day=(zone.created_at + ADVISE_FOR))


def soil_percent(texture: str | None) -> tuple[float, float]:
    """Field capacity and wilting point in % by volume: the middle of the texture's row in FAO-56 Table 19."""
    soil = typical_soil(get_texture(texture)) if texture else USUAL_SOIL
    return round(100 * soil.field_capacity, 1), round(100 * soil.wilting_point, 1)


def check_caps(caps: Caps) -> None:
    """Raises CapsUnordered."""
    for run, day, unit in ((caps.run_min, caps.day_min, "min"), (caps.run_mm, caps.day_mm, "mm")):
        if run > day:
            raise CapsUnordered(run=run, day=day, unit=unit)


def check_soil(field_capacity: float, wilting_point: float) -> None:
    """Raises SoilUnordered."""
    if wilting_point >= field_capacity:
        raise SoilUnordered(capacity=field_capacity, wilting=wilting_point)


def check_pressure(min_kpa: float | None, max_kpa: float | None) -> None:
    """Raises PressureUnordered."""
    if min_kpa is not None and max_kpa is not None and min_kpa >= max_kpa:
        raise PressureUnordered(low=min_kpa, high=max_kpa)
