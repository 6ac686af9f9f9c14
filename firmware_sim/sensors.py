"""What a device's sensors read from the world: the truth, an offset of its own, noise, and the digits its firmware keeps."""

import math
from dataclasses import dataclass
from functools import cache
from random import Random

from firmware_sim.canal import acidity, conductivity_us_cm
from firmware_sim.plan import DevicePlan, Kind
from firmware_sim.soil import at_depth as soil_at_depth
from firmware_sim.soil import bulk_ec_us_cm, moisture, tube_level_m
from firmware_sim.weather import humidity
from firmware_sim.world import World, column_of, flow_m3_h
from nongso.catalogue import Kind as PropertyKind
from nongso.catalogue import get_property

BUCKET_MM = 0.2  # a tipping bucket tells rain in steps
FULL_V, EMPTY_V = 4.15, 3.35  # one lithium cell


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Standard deviation of a sensor's own offset and of its noise, in the property's unit, and the decimals it sends."""

    offset: float
    noise: float
    decimals: int


ACCURACY: dict[str, Accuracy] = {
    "soil.moisture": Accuracy(0.8, 0.12, 1),
    "soil.temperature": Accuracy(0.2, 0.05, 1),
    "soil.ec": Accuracy(15, 2, 0),
    "air.temperature": Accuracy(0.15, 0.06, 1),
    "air.humidity": Accuracy(1.0, 0.4, 1),
    "air.pressure": Accuracy(0.3, 0.05, 1),
    "wind.speed": Accuracy(0, 0.25, 1),
    "wind.direction": Accuracy(2, 6, 0),
    "rain.total": Accuracy(0, 0, 1),
    "solar.irradiance": Accuracy(0, 4, 0),
    "water.level": Accuracy(0.004, 0.002, 3),
    "water.ec": Accuracy(0, 12, 0),
    "water.salinity": Accuracy(0, 0.01, 2),
    "water.temperature": Accuracy(0.1, 0.03, 1),
    "water.ph": Accuracy(0.04, 0.01, 2),
    "water.do": Accuracy(0.1, 0.03, 2),
    "valve.state": Accuracy(0, 0, 0),
    "water.flow": Accuracy(0, 0, 2),
    "water.volume": Accuracy(0, 0, 3),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of one series, in the canonical unit of its property."""

    key: str
    depth_cm: int | None
    value: float


def read_sensors(device: DevicePlan, world: World, at_s: float, chance: Random) -> list[Sample]:
    """Everything the device measures at `at_s`; the world must have been advanced to that instant."""
    truth = TRUTHS[device.kind](device, world, at_s)
    seed = f"{world.seed}/{device.id}"
    return [Sample(s.key, s.depth_cm, as_sent(s, own_offset(seed, s.key, s.depth_cm), chance)) for s in truth]


def as_sent(truth: Sample, offset: float, chance: Random) -> float:
    accuracy, observed = ACCURACY[truth.key], get_property(truth.key)
    value = truth.value + offset
    if accuracy.noise and observed.kind is PropertyKind.GAUGE:
        value += chance.gauss(0, accuracy.noise)
    if truth.key == "wind.direction":
        value %= 360
    return round(min(observed.high, max(observed.low, value)), accuracy.decimals)


@cache
def own_offset(seed: str, key: str, depth_cm: int | None) -> float:
    """The error a sensor was born with; a rain counter was born with some rain in it."""
    chance = Random(f"{seed}/offset/{key}/{depth_cm}")
    if key == "rain.total":
        return round(chance.randrange(0, 5_000) * BUCKET_MM, 1)
    return chance.gauss(0, ACCURACY[key].offset)


def weather_truth(device: DevicePlan, world: World, at_s: float) -> list[Sample]:
    sky = world.weather
    return [
        Sample("air.temperature", None, sky.air_c),
        Sample("air.humidity", None, humidity(sky)),
        Sample("air.pressure", None, sky.pressure_hpa),
        Sample("wind.speed", None, sky.wind_ms),
        Sample("wind.direction", None, sky.wind_deg),
        Sample("rain.total", None, math.floor(sky.rain_total_mm / BUCKET_MM + 1e-9) * BUCKET_MM),
        Sample("solar.irradiance", None, sky.irradiance),
    ]


def soil_truth(device: DevicePlan, world: World, at_s: float) -> list[Sample]:
    column = column_of(world, device)
    samples: list[Sample] = []
    for depth in device.depths_cm:
        samples.append(Sample("soil.moisture", depth, moisture(column, depth)))
        samples.append(Sample("soil.temperature", depth, soil_at_depth(column.soil_c, depth)))
        samples.append(Sample("soil.ec", depth, bulk_ec_us_cm(column, depth)))
    return samples


def canal_truth(device: DevicePlan, world: World, at_s: float) -> list[Sample]:
    canal = world.canal
    return [
        Sample("water.level", None, canal.level_m),
        Sample("water.ec", None, conductivity_us_cm(canal.salinity)),
        Sample("water.salinity", None, canal.salinity),
        Sample("water.temperature", None, canal.water_c),
        Sample("water.ph", None, acidity(canal)),
        Sample("water.do", None, canal.oxygen_mg_l),
    ]


def paddy_truth(device: DevicePlan, world: World, at_s: float) -> list[Sample]:
    column = column_of(world, device)
    level = tube_level_m(world.grounds[device.field or ""], column)
    return [Sample("water.level", None, level), Sample("water.temperature", None, column.soil_c[0])]


def valve_truth(device: DevicePlan, world: World, at_s: float) -> list[Sample]:
    slug = device.field or ""
    if device.master:
        return [Sample("valve.state", None, float(device.id not in world.shut))]
    flows = world.is_watered(slug, at_s)
    is_open = flows or device.id in world.held_open
    flow = flow_m3_h(world.fields[slug]) if flows else 0.0
    return [
        Sample("valve.state", None, float(is_open)),
        Sample("water.flow", None, flow),
        Sample("water.volume", None, world.volume_m3(slug, at_s)),
    ]


TRUTHS = {
    Kind.WEATHER: weather_truth,
    Kind.SOIL: soil_truth,
    Kind.CANAL: canal_truth,
    Kind.PADDY: paddy_truth,
    Kind.VALVE: valve_truth,
}


def battery_v(charge: float, left: float) -> float:
    """Voltage of a cell with `charge` 0..1 from the sun and `left` 0..1 of its life."""
    return round(EMPTY_V + (FULL_V - EMPTY_V) * min(charge, 1.0) * left - (1 - left) * 0.35, 2)


def signal_dbm(seed: str, device_id: str, chance: Random) -> int:
    """Strength of the radio: the place's own, and the moment's."""
    return round(Random(f"{seed}/{device_id}/radio").uniform(-108, -71) + chance.gauss(0, 2))
