"""A column of soil under one field: water, salt and heat by layers, with or without a bund that holds a pond.

Water: rain and irrigation enter the top, what exceeds field capacity seeps on, roots and sun take their share (FAO-56 eq. 84 for stress).
rain + irrigation = evapotranspiration + drainage + runoff + change of storage, exactly, at every step.
Salt goes where water goes, except into the air. Heat is conducted from a surface that follows air and sun.
"""

import math
from dataclasses import dataclass

from firmware_sim.season import DAY_S, HOUR_S

THICKNESS_MM = (100.0, 200.0, 200.0, 400.0)  # centres at 5, 20, 40 and 70 cm
CENTRES_CM = (5, 20, 40, 70)
ROOT_SHARE = (0.25, 0.40, 0.25, 0.10)
STRESS_FREE = 0.5  # share of the available water that roots take without stress, FAO-56 Table 22
SEEPAGE_S = 5 * HOUR_S  # time in which a layer gives 63 % of what it holds above field capacity
HEAT_DIFFUSIVITY = 5.5e-7  # m²/s, moist loam
TUBE_DEPTH_M = 0.40  # a field tube ends there and tells no deeper water
DEEP_C = 27.3  # the year's mean
RAIN_MARGIN_MM = 1e-9


@dataclass(frozen=True, slots=True)
class Ground:
    """What a field's soil is: volumetric water contents 0..1, the bund's height, the hard pan's leak, the crop's appetite."""

    field_capacity: float
    wilting_point: float
    saturation: float
    crop_factor: float  # Kc of FAO-56
    bund_mm: float  # 0 on upland: what the soil cannot take runs off
    pan_mm_day: float  # most that may leave at the bottom in a day


@dataclass(frozen=True, slots=True)
class Column:
    """The state: water in mm, salt in g/m², temperature in °C, layer by layer, and the pond above."""

    water_mm: tuple[float, ...]
    salt_g: tuple[float, ...]
    soil_c: tuple[float, ...]
    pond_mm: float
    pond_salt_g: float


@dataclass(frozen=True, slots=True)
class Forcing:
    """What meets the surface in one step: depths in mm, salinity of the irrigation in g/L, air in °C, sun in W/m²."""

    rain_mm: float
    irrigation_mm: float
    irrigation_salinity: float
    et0_mm: float
    air_c: float
    irradiance: float
    step_s: float


@dataclass(frozen=True, slots=True)
class Fluxes:
    """What left the column in one step, mm and g/m²."""

    evapotranspiration_mm: float
    drainage_mm: float
    runoff_mm: float
    drained_salt_g: float
    runoff_salt_g: float


def first_column(ground: Ground, wetness: float, salinity: float) -> Column:
    """Every layer at `wetness` of the way from wilting point to field capacity (1 to saturation when bunded), pore water at `salinity` g/L."""
    top = ground.saturation if ground.bund_mm else ground.field_capacity
    content = ground.wilting_point + wetness * (top - ground.wilting_point)
    water = tuple(content * thick for thick in THICKNESS_MM)
    return Column(water, tuple(salinity * mm for mm in water), (DEEP_C,) * len(water), 0.0, 0.0)


def next_column(ground: Ground, column: Column, forcing: Forcing) -> tuple[Column, Fluxes]:
    """The column one step later, and what left it."""
    water, salt = list(column.water_mm), list(column.salt_g)
    pond_mm = column.pond_mm + forcing.rain_mm + forcing.irrigation_mm
    pond_salt = column.pond_salt_g + forcing.irrigation_mm * forcing.irrigation_salinity
    wanted_mm = forcing.et0_mm * ground.crop_factor
    from_pond_mm = min(pond_mm, wanted_mm) if ground.bund_mm else 0.0
    pond_mm -= from_pond_mm
    pond_mm, pond_salt = soak(ground, water, salt, pond_mm, pond_salt)
    drained_mm, drained_salt = seep(ground, water, salt, forcing.step_s)
    taken_mm = take_up(ground, water, wanted_mm - from_pond_mm)
    runoff_mm = max(0.0, pond_mm - ground.bund_mm)
    runoff_salt = pond_salt * runoff_mm / pond_mm if runoff_mm > 0 else 0.0
    heat = conduct(column.soil_c, forcing)
    later = Column(tuple(water), tuple(salt), heat, pond_mm - runoff_mm, pond_salt - runoff_salt)
    return later, Fluxes(from_pond_mm + taken_mm, drained_mm, runoff_mm, drained_salt, runoff_salt)


def soak(
    ground: Ground, water: list[float], salt: list[float], pond_mm: float, pond_salt: float
) -> tuple[float, float]:
    """Fill the layers from the top with what stands above them; the water carries its salt. Returns the pond that is left."""
    for layer, thick in enumerate(THICKNESS_MM):
        if pond_mm <= RAIN_MARGIN_MM:
            break
        # on upland a wetting front stops where field capacity is reached last; under a pond it fills the pores
        limit = ground.saturation if ground.bund_mm or layer == 0 else ground.field_capacity
        enters_mm = min(pond_mm, max(0.0, limit * thick - water[layer]))
        carried = pond_salt * enters_mm / pond_mm
        water[layer] += enters_mm
        salt[layer] += carried
        pond_mm, pond_salt = pond_mm - enters_mm, pond_salt - carried
    return pond_mm, pond_salt


def seep(ground: Ground, water: list[float], salt: list[float], step_s: float) -> tuple[float, float]:
    """Let each layer pass what it holds above field capacity to the next, the last one below the column. Returns what left."""
    share = 1 - math.exp(-step_s / SEEPAGE_S)
    last = len(water) - 1
    left_mm = left_salt = 0.0
    for layer in range(last, -1, -1):
        moves_mm = share * max(0.0, water[layer] - ground.field_capacity * THICKNESS_MM[layer])
        if layer == last:
            moves_mm = min(moves_mm, ground.pan_mm_day * step_s / DAY_S)
        else:
            moves_mm = min(moves_mm, ground.saturation * THICKNESS_MM[layer + 1] - water[layer + 1])
        carried = salt[layer] * moves_mm / water[layer]
        water[layer] -= moves_mm
        salt[layer] -= carried
        if layer == last:
            left_mm, left_salt = moves_mm, carried
        else:
            water[layer + 1] += moves_mm
            salt[layer + 1] += carried
    return left_mm, left_salt


def take_up(ground: Ground, water: list[float], wanted_mm: float) -> float:
    """Roots and sun draw `wanted_mm` by root share, less where a layer is short of water; salt stays. Returns what was taken."""
    taken_mm = 0.0
    for layer, thick in enumerate(THICKNESS_MM):
        available = (water[layer] / thick - ground.wilting_point) / (ground.field_capacity - ground.wilting_point)
        stress = min(1.0, max(0.0, available / (1 - STRESS_FREE)))
        takes_mm = min(wanted_mm * ROOT_SHARE[layer] * stress, max(0.0, water[layer] - ground.wilting_point * thick))
        water[layer] -= takes_mm
        taken_mm += takes_mm
    return taken_mm


def conduct(soil_c: tuple[float, ...], forcing: Forcing) -> tuple[float, ...]:
    """One explicit step of heat conduction between layer centres, from the sunlit surface down to the year's mean at 2 m."""
    surface_c = forcing.air_c + 0.008 * forcing.irradiance
    nodes = (surface_c, *soil_c, DEEP_C)
    depths_m = (0.0, *(centre / 100 for centre in CENTRES_CM), 2.0)
    warmed: list[float] = []
    for index in range(1, len(nodes) - 1):
        above = (nodes[index - 1] - nodes[index]) / (depths_m[index] - depths_m[index - 1])
        below = (nodes[index + 1] - nodes[index]) / (depths_m[index + 1] - depths_m[index])
        thick_m = THICKNESS_MM[index - 1] / 1000
        warmed.append(nodes[index] + HEAT_DIFFUSIVITY * forcing.step_s / thick_m * (above + below))
    return tuple(warmed)


def at_depth(layers: tuple[float, ...], depth_cm: int) -> float:
    """A layer value read at a depth, straight lines between centres."""
    if depth_cm <= CENTRES_CM[0]:
        return layers[0]
    for index in range(1, len(CENTRES_CM)):
        if depth_cm <= CENTRES_CM[index]:
            part = (depth_cm - CENTRES_CM[index - 1]) / (CENTRES_CM[index] - CENTRES_CM[index - 1])
            return layers[index - 1] * (1 - part) + layers[index] * part
    return layers[-1]


def moisture(column: Column, depth_cm: int) -> float:
    """Volumetric water content, %."""
    contents = tuple(mm / thick for mm, thick in zip(column.water_mm, THICKNESS_MM, strict=True))
    return 100 * at_depth(contents, depth_cm)


def bulk_ec_us_cm(column: Column, depth_cm: int) -> float:
    """Bulk electrical conductivity, µS/cm, as a probe sees it: Rhoades et al. 1976 (Waukena loam: a 1.403, b -0.064), 0.15 dS/m of the solid.

    Pore water: 1 g/L of salt is near 1.95 dS/m (PSS-78 at 1 g/L).
    """
    content = moisture(column, depth_cm) / 100
    pore_ds_m = 1.95 * at_depth(column.salt_g, depth_cm) / max(1.0, at_depth(column.water_mm, depth_cm))
    return 1000 * (pore_ds_m * content * max(0.0, 1.403 * content - 0.064) + 0.15)


def tube_level_m(ground: Ground, column: Column) -> float:
    """Water in the field tube, m above the soil's surface: the pond, or below it the shortage of the upper half metre over its drainable pores."""
    if column.pond_mm > 0.5:
        return column.pond_mm / 1000
    short_mm = sum(
        ground.saturation * thick - mm for mm, thick in zip(column.water_mm[:3], THICKNESS_MM[:3], strict=True)
    )
    drainable = ground.saturation - ground.field_capacity
    return max(-TUBE_DEPTH_M, column.pond_mm / 1000 - max(0.0, short_mm) / 1000 / drainable)
