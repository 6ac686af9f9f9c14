"""Salt in water and soil."""

import pytest

from nongso.agronomy.crop_table import get_crop
from nongso.agronomy.crops import SaltTolerance
from nongso.agronomy.inputs import ImpossibleInput
from nongso.agronomy.salinity import (
    Formula,
    LimitState,
    leaching_requirement,
    limit_state,
    practical_salinity,
    relative_yield,
    salt_stress,
    soil_salinity_ds_m,
)
from nongso.agronomy.water_quality import (
    QCVN_39,
    Fitness,
    Restriction,
    check_qcvn_39,
    infiltration_restriction,
    salinity_restriction,
    sodium_adsorption_ratio,
)
from nongso.text import find


@pytest.mark.parametrize(
    ("conductivity", "salinity"),
    [(1.015, 0.5), (1.969, 1), (3.797, 2), (5.559, 3), (7.277, 4), (13.857, 8), (53.065, 35)],
)
def test_salinity_of_conductivity_at_25_degrees(conductivity: float, salinity: float) -> None:
    assert pytest.approx(salinity, abs=0.005) == practical_salinity(conductivity).salinity


def test_standard_seawater_defines_the_scale() -> None:
    """Ratio 1 at 15 °C (IPTS-68) is salinity 35."""
    assert pytest.approx(35, abs=1e-4) == practical_salinity(42.914, 15 / 1.00024).salinity


def test_the_formula_goes_with_the_value() -> None:
    assert (Formula.HILL1986, Formula.PSS78) == (practical_salinity(1).formula, practical_salinity(7.28).formula)


def test_pure_water_is_fresh() -> None:
    assert practical_salinity(0).salinity == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("conductivity", "temperature"), [(-1, 25), (101, 25), (70, 25), (5, 40), (5, -3)])
def test_beyond_the_scale_there_is_no_salinity(conductivity: float, temperature: float) -> None:
    with pytest.raises(ImpossibleInput):
        practical_salinity(conductivity, temperature)


@pytest.mark.parametrize(
    ("crop", "salinity", "state"),
    [("rice", 2.0, LimitState.FRESH), ("rice", 2.1, LimitState.TOO_SALT), ("tomato", 3.0, LimitState.CARE), ("durian", 0.6, LimitState.TOO_SALT)],
)  # fmt: skip
def test_a_crops_limit(crop: str, salinity: float, state: LimitState) -> None:
    limit = get_crop(crop).limit

    assert limit is not None
    assert state == limit_state(salinity, limit)


def test_leaching() -> None:
    assert pytest.approx(1 / 6.5) == leaching_requirement(1.0, 1.5)
    assert pytest.approx(1.5, abs=0.04) == soil_salinity_ds_m(1.0, 0.15)  # FAO-56: 1.5 ECiw at 15 to 20 %
    assert pytest.approx(1.5) == soil_salinity_ds_m(1.0, leaching_requirement(1.0, 1.5))


def test_water_too_salt_to_leach_with_is_refused() -> None:
    with pytest.raises(ImpossibleInput):
        leaching_requirement(8, 1.5)


def test_salt_stress_and_yield() -> None:
    rice = SaltTolerance(3.0, 12)

    assert (1, pytest.approx(0.88), 0) == (relative_yield(2, rice), relative_yield(4, rice), relative_yield(50, rice))
    assert pytest.approx(0.88) == salt_stress(4, rice, None)


def test_sodium_adsorption_ratio() -> None:
    assert pytest.approx(6.93, abs=0.005) == sodium_adsorption_ratio(12, 4, 2)


@pytest.mark.parametrize(("ec", "expected"), [(0.69, Restriction.NONE), (0.7, Restriction.SLIGHT), (3.0, Restriction.SLIGHT), (3.1, Restriction.SEVERE)])  # fmt: skip
def test_salinity_classes_of_fao_29(ec: float, expected: Restriction) -> None:
    assert expected == salinity_restriction(ec)


@pytest.mark.parametrize(
    ("ratio", "ec", "expected"),
    [(2, 0.8, Restriction.NONE), (2, 0.5, Restriction.SLIGHT), (2, 0.1, Restriction.SEVERE), (8, 1.0, Restriction.SLIGHT), (50, 2.0, Restriction.SEVERE)],
)  # fmt: skip
def test_infiltration_classes_of_fao_29(ratio: float, ec: float, expected: Restriction) -> None:
    assert expected == infiltration_restriction(ratio, ec)


def test_the_standard_passes_nothing_that_was_not_measured() -> None:
    found = {finding.quantity: finding.fitness for finding in check_qcvn_39({"ph": 7.0, "chloride": 400, "do": None})}

    assert (Fitness.FIT, Fitness.UNFIT, Fitness.UNKNOWN, Fitness.UNKNOWN) == (
        found["ph"],
        found["chloride"],
        found["do"],
        found["arsenic"],
    )
    assert [] == [name for name in QCVN_39 if find("vi", f"agronomy.quantity.{name}") is None]
