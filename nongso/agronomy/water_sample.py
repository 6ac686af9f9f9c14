"""A laboratory's sheet of irrigation water, judged as a whole: sodium, FAO-29's classes, QCVN 39:2011/BTNMT, and what a crop makes of its salt."""

from collections.abc import Mapping
from dataclasses import dataclass

from nongso.agronomy.crops import Crop
from nongso.agronomy.inputs import ImpossibleInput, MissingInput, within
from nongso.agronomy.salinity import leaching_requirement, relative_yield, salt_stress, soil_salinity_ds_m
from nongso.agronomy.water_quality import (
    QCVN_39,
    Finding,
    Restriction,
    check_qcvn_39,
    infiltration_restriction,
    salinity_restriction,
    sodium_adsorption_ratio,
)
from nongso.errors import InvalidInput, NotFound

MG_PER_ME = {"sodium": 22.99, "calcium": 20.04, "magnesium": 12.15}  # FAO-29 Table 2: mg/L for one me/L
CONDUCTIVITY = "ec"  # mS/cm at 25 °C, which is dS/m
QUANTITIES = (CONDUCTIVITY, *MG_PER_ME, *QCVN_39)
MOST = 1_000_000  # mg/L: nothing but the thing itself
USUAL_LEACHING = 0.15  # FAO-29 chapter 2: the fraction behind its ECe = 1.5 ECw


class UnknownQuantity(InvalidInput):
    """A name that is none of QUANTITIES."""

    code = "agronomy.unknown_quantity"


class NoSaltTolerance(NotFound):
    """No published table says what salt this crop bears."""

    code = "agronomy.no_salt_tolerance"


@dataclass(frozen=True, slots=True)
class SaltBurden:
    """What a crop makes of the water's salt, water enough given.

    `soil_ds_m` is ECe under the usual leaching, `yield_share` Ya/Ym and `stress` Ks at it.
    `leaching` is the share of the water that must drain away so that nothing of the harvest is lost; None: no leaching is enough.
    """

    crop: str
    soil_ds_m: float
    yield_share: float
    stress: float
    leaching: float | None


@dataclass(frozen=True, slots=True)
class WaterReport:
    """None stands where the sheet lacks what the figure needs."""

    sodium_ratio: float | None
    salinity: Restriction | None
    infiltration: Restriction | None
    findings: tuple[Finding, ...]
    burden: SaltBurden | None


def judge_sample(sample: Mapping[str, float], crop: Crop | None = None) -> WaterReport:
    """Every figure that a sheet allows. `sample`: QUANTITIES in mg/L, `ec` in mS/cm at 25 °C, the rest in QCVN 39's units.

    Raises UnknownQuantity, ImpossibleInput, NoSaltTolerance, and MissingInput for a crop without conductivity.
    """
    for name, value in sample.items():
        if name not in QUANTITIES:
            raise UnknownQuantity(name=name, known=", ".join(QUANTITIES))
        within(name, value, 0, 100 if name == CONDUCTIVITY else MOST)
    conductivity = sample.get(CONDUCTIVITY)
    ratio = _sodium_ratio(sample)
    findings = check_qcvn_39({"sar": ratio, **sample})
    return WaterReport(
        ratio,
        None if conductivity is None else salinity_restriction(conductivity),
        None if conductivity is None or ratio is None else infiltration_restriction(ratio, conductivity),
        findings,
        None if crop is None else _burden(conductivity, crop),
    )


def _sodium_ratio(sample: Mapping[str, float]) -> float | None:
    if not MG_PER_ME.keys() <= sample.keys():
        return sample.get("sar")
    sodium, calcium, magnesium = (sample[name] / weight for name, weight in MG_PER_ME.items())
    return sodium_adsorption_ratio(sodium, calcium, magnesium)


def _burden(conductivity: float | None, crop: Crop) -> SaltBurden:
    if conductivity is None:
        raise MissingInput(name=CONDUCTIVITY)
    if crop.salt is None:
        raise NoSaltTolerance(crop=crop.slug)
    soil = soil_salinity_ds_m(conductivity, USUAL_LEACHING)
    return SaltBurden(
        crop.slug,
        soil,
        relative_yield(soil, crop.salt),
        salt_stress(soil, crop.salt, crop.yield_response),
        _leaching(conductivity, crop.salt.threshold_ds_m),
    )


def _leaching(conductivity: float, threshold_ds_m: float) -> float | None:
    try:
        share = leaching_requirement(conductivity, threshold_ds_m)
    except ImpossibleInput:
        return None
    return share if share < 1 else None
