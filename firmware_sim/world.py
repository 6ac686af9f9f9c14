"""The simulated place as a whole: weather, canal and fields stepped together, and the water that people let in.

A world is a function of its plan, seed and beginning: only what came from outside (valve runs) is handed back to it after a restart.
"""

from dataclasses import dataclass, replace

from firmware_sim.canal import Canal, Reach, first_canal, next_canal
from firmware_sim.plan import DevicePlan, FieldPlan, FleetPlan, Kind
from firmware_sim.season import DAY_S, HOUR_S, Place, local_hour, season_shift_s
from firmware_sim.soil import Column, Fluxes, Forcing, Ground, first_column, moisture, next_column, tube_level_m
from firmware_sim.weather import Weather, et0_mm_h, first_weather, next_weather

STEP_S = 300
WATERING_HOUR = 6.0
FULL_BATTERY_W_M2_S = 3.0e7  # sunlight that fills an empty cell: about a day and a half
BATTERY_DAYS = 8.0  # a full cell lasts so long in the dark


@dataclass(frozen=True, slots=True)
class Beginning:
    """`origin_s`: the world's first instant. `epoch_s`: the fleet's first start, from which a plan counts hours and days."""

    origin_s: float
    epoch_s: float


@dataclass(frozen=True, slots=True)
class Run:
    """Water let into a field from `begins_s` to `ends_s`; `device_id` is the valve that did it, None a farmer's hand."""

    field: str
    device_id: str | None
    begins_s: float
    ends_s: float


@dataclass(frozen=True, slots=True)
class Balance:
    """A field's water since the world began, mm: what came, what left. Storage is the column's own."""

    rain_mm: float = 0.0
    irrigation_mm: float = 0.0
    evapotranspiration_mm: float = 0.0
    drainage_mm: float = 0.0
    runoff_mm: float = 0.0


class World:
    """Owns the state of the place at `at_s`; only `advance` moves it, only forwards."""

    def __init__(self, plan: FleetPlan, seed: int, beginning: Beginning, runs: list[Run]) -> None:
        self.plan, self.seed, self.beginning = plan, f"{seed}", beginning
        self.place = place_of(plan, beginning)
        self.reach = reach_of(plan, beginning)
        self.fields = {field.slug: field for field in plan.field}
        self.grounds = {field.slug: ground_of(field) for field in plan.field}
        self.columns = {f.slug: first_column(self.grounds[f.slug], f.wetness, 0.3) for f in plan.field}
        self.balances = {field.slug: Balance() for field in plan.field}
        self.weather: Weather = first_weather(self.place, beginning.origin_s)
        self.canal: Canal = first_canal(self.place, self.reach, beginning.origin_s)
        self.battery = 0.8  # charge of a sound cell under the common sun, 0 to 1
        self.runs = {slug: [run for run in runs if run.field == slug] for slug in self.fields}
        self.shut: set[str] = set()  # master valves that are
        self.held_open: set[str] = set()  # valves that stand open whatever runs through them
        self.valved = {device.field for device in plan.device if device.kind is Kind.VALVE}

    @property
    def at_s(self) -> float:
        return self.weather.at_s

    def advance(self, until_s: float) -> None:
        """Step to the last grid instant not after `until_s`."""
        while self.at_s + STEP_S <= until_s:
            before_s = self.at_s
            self.weather = next_weather(self.place, self.seed, self.weather, STEP_S)
            self.canal = next_canal(self.place, self.reach, self.canal, self.weather)
            self.battery = next_battery(self.battery, self.weather.irradiance)
            for field in self.plan.field:
                self._water_by_hand(field, before_s)
                self._step_field(field, before_s)

    def open(self, run: Run) -> None:
        self.runs[run.field].append(run)

    def close(self, device_id: str, at_s: float) -> None:
        """Cut the valve's runs short at `at_s`."""
        for runs in self.runs.values():
            for index, run in enumerate(runs):
                if run.device_id == device_id and run.ends_s > at_s:
                    runs[index] = replace(run, ends_s=max(run.begins_s, at_s))

    def is_watered(self, slug: str, at_s: float) -> bool:
        return any(run.begins_s <= at_s < run.ends_s for run in self.runs[slug])

    def volume_m3(self, slug: str, at_s: float) -> float:
        """All water let into a field until `at_s`."""
        seconds = sum(overlap_s(run, self.beginning.origin_s, at_s) for run in self.runs[slug])
        return seconds / HOUR_S * flow_m3_h(self.fields[slug])

    def stored_mm(self, slug: str) -> float:
        column = self.columns[slug]
        return sum(column.water_mm) + column.pond_mm

    def _water_by_hand(self, field: FieldPlan, before_s: float) -> None:
        by_valve_now = field.slug in self.valved and before_s >= self.beginning.epoch_s
        if by_valve_now or not is_morning(before_s) or not wants_water(self, field):
            return
        lasts_s = field.watering.depth_mm / field.watering.rate_mm_h * HOUR_S
        self.runs[field.slug].append(Run(field.slug, None, before_s, before_s + lasts_s))

    def _step_field(self, field: FieldPlan, before_s: float) -> None:
        watered_s = sum(overlap_s(run, before_s, self.at_s) for run in self.runs[field.slug])
        forcing = Forcing(
            rain_mm=self.weather.rain_mm,
            irrigation_mm=watered_s / HOUR_S * field.watering.rate_mm_h,
            irrigation_salinity=self.canal.salinity,
            et0_mm=et0_mm_h(self.weather) * STEP_S / HOUR_S,
            air_c=self.weather.air_c,
            irradiance=self.weather.irradiance,
            step_s=STEP_S,
        )
        column, fluxes = next_column(self.grounds[field.slug], self.columns[field.slug], forcing)
        self.columns[field.slug] = column
        self.balances[field.slug] = added(self.balances[field.slug], forcing, fluxes)


def place_of(plan: FleetPlan, beginning: Beginning) -> Place:
    place = plan.place
    shift = season_shift_s(beginning.origin_s, place.season_start) if place.season_start else 0.0
    return Place(place.latitude, place.longitude, place.elevation_m, shift)


def reach_of(plan: FleetPlan, beginning: Beginning) -> Reach:
    canal = plan.canal
    push_from_s = beginning.epoch_s + canal.push_from_day * DAY_S
    return Reach(canal.distance_km, push_from_s, canal.push_days, canal.push_km)


def ground_of(field: FieldPlan) -> Ground:
    return Ground(
        field.field_capacity,
        field.wilting_point,
        field.saturation,
        field.crop_factor,
        field.bund_mm,
        field.pan_mm_day,
    )


def next_battery(charge: float, irradiance: float) -> float:
    """A small panel and a steady thirst, 0 to 1."""
    gained = irradiance * STEP_S / FULL_BATTERY_W_M2_S
    return min(1.0, max(0.0, charge + gained - STEP_S / DAY_S / BATTERY_DAYS))


def is_morning(before_s: float) -> bool:
    """Whether the step that begins at `before_s` is the first after six o'clock."""
    return local_hour(before_s - STEP_S) < WATERING_HOUR <= local_hour(before_s)


def wants_water(world: World, field: FieldPlan) -> bool:
    """Whether the farmer would water: a line is crossed and the canal is fresh enough."""
    watering, column = field.watering, world.columns[field.slug]
    if world.canal.salinity >= watering.salinity_limit:
        return False
    dry = watering.below_moisture is not None and moisture(column, 20) < watering.below_moisture
    low = (
        watering.below_level_m is not None and tube_level_m(world.grounds[field.slug], column) < watering.below_level_m
    )
    return dry or low


def overlap_s(run: Run, from_s: float, until_s: float) -> float:
    return max(0.0, min(run.ends_s, until_s) - max(run.begins_s, from_s))


def flow_m3_h(field: FieldPlan) -> float:
    """1 mm on 1 m² is a litre."""
    return field.watering.rate_mm_h * field.area_m2 / 1000


def added(balance: Balance, forcing: Forcing, fluxes: Fluxes) -> Balance:
    return Balance(
        balance.rain_mm + forcing.rain_mm,
        balance.irrigation_mm + forcing.irrigation_mm,
        balance.evapotranspiration_mm + fluxes.evapotranspiration_mm,
        balance.drainage_mm + fluxes.drainage_mm,
        balance.runoff_mm + fluxes.runoff_mm,
    )


def column_of(world: World, device: DevicePlan) -> Column:
    """The soil under a device that stands in a field."""
    return world.columns[device.field or ""]
