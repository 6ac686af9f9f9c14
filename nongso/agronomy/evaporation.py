"""Evaporation from the soil surface beside the crop: the dual crop coefficient's second half (FAO-56 chapter 7).

As in soil_water, water arrives early in the day: it refills the surface layer before that day's evaporation (Example 35).
"""

from dataclasses import dataclass

from nongso.agronomy.inputs import within
from nongso.agronomy.soils import Soil

SURFACE_LAYER_M = 0.10  # Ze, the shallow end of the book's 0.10 to 0.15 m


@dataclass(frozen=True, slots=True)
class SurfaceLayer:
    """What can evaporate from the surface layer in mm: in all (TEW) and at full speed (REW)."""

    total_mm: float
    ready_mm: float


@dataclass(frozen=True, slots=True)
class SurfaceStep:
    """One day of the surface layer: Kr, few, Ke, evaporation and the depletion De in mm of the wetted, exposed soil."""

    depletion_early_mm: float
    reduction: float
    exposed_wetted: float
    coefficient: float
    evaporation_mm: float
    percolation_mm: float
    depletion_mm: float


def surface_layer(soil: Soil, ready_mm: float, depth_m: float = SURFACE_LAYER_M) -> SurfaceLayer:
    """TEW by Eq. 73; REW is read from Table 19 (soils.TEXTURES) or measured."""
    within("depth_m", depth_m, 0.05, 0.30)
    total = 1000 * (soil.field_capacity - 0.5 * soil.wilting_point) * depth_m
    return SurfaceLayer(total, within("ready_mm", ready_mm, 0, total))


def reduction_coefficient(layer: SurfaceLayer, depletion_mm: float) -> float:
    """Kr, Eq. 74: 1 while readily evaporable water is left, 0 when all is gone."""
    if depletion_mm <= layer.ready_mm:
        return 1.0
    return min(max((layer.total_mm - depletion_mm) / (layer.total_mm - layer.ready_mm), 0.0), 1.0)


def surface_step(
    layer: SurfaceLayer,
    depletion_mm: float,
    et0_mm: float,
    basal: float,
    upper_limit: float,
    exposed: float,
    wetted: float,
    rain_mm: float = 0.0,
    irrigation_mm: float = 0.0,
    runoff_mm: float = 0.0,
) -> SurfaceStep:
    """The surface layer after a day, Eqs. 71, 74, 75, 77 and 79.

    `basal` is Kcb, `upper_limit` Kc max (Eq. 72), `exposed` 1 - fc, `wetted` fw (Table 20), both within 0.01 and 1.
    `irrigation_mm` is the depth over the whole field: over the wetted part it is deeper by 1/fw.
    Transpiration from the layer (Tew) is left out, as the book allows for all but shallow-rooted crops.
    """
    few = min(within("exposed", exposed, 0.01, 1), within("wetted", wetted, 0.01, 1))
    gained = max(rain_mm - runoff_mm, 0.0) + irrigation_mm / wetted
    early = min(max(depletion_mm - gained, 0.0), layer.total_mm)
    percolation = max(gained - depletion_mm, 0.0)
    reduction = reduction_coefficient(layer, early)
    coefficient = max(min(reduction * (upper_limit - basal), few * upper_limit), 0.0)
    evaporation = coefficient * et0_mm
    after = min(early + evaporation / few, layer.total_mm)
    return SurfaceStep(early, reduction, few, coefficient, evaporation, percolation, after)
