"""Readings of one moment against each other."""

import pytest

from nongso.quality.cross import Name, is_contradicted, is_in_air
from nongso.readings import Flag


def named(**values: float) -> dict[Name, float]:
    return {(key.replace("__", "."), None): value for key, value in values.items()}


@pytest.mark.parametrize(("dew", "expected"), [(19.0, False), (20.4, False), (20.6, True)])
def test_dew_point_cannot_stand_above_the_air(dew: float, expected: bool) -> None:
    assert expected == is_contradicted(("air.dew_point", None), named(air__temperature=20.0, air__dew_point=dew), {})


def test_without_a_witness_nothing_is_contradicted() -> None:
    assert not is_contradicted(("air.dew_point", None), named(air__dew_point=40.0), {})


def test_an_unfit_witness_has_no_say() -> None:
    values = named(air__temperature=-40.0, air__dew_point=20.0)

    assert not is_contradicted(("air.dew_point", None), values, {("air.temperature", None): int(Flag.RATE)})


def test_wet_soil_conducts() -> None:
    values: dict[Name, float] = {("soil.ec", 20): 0.0, ("soil.moisture", 20): 31.0, ("soil.ec", 40): 0.0}

    assert is_contradicted(("soil.ec", 20), values, {})
    assert not is_contradicted(("soil.ec", 40), values, {})


def test_dry_soil_need_not_conduct() -> None:
    values = named(soil__ec=0.0, soil__moisture=4.0)

    assert not is_contradicted(("soil.ec", None), values, {})


@pytest.mark.parametrize("key", ["water.ec", "water.salinity", "water.do", "water.ph"])
def test_what_is_computed_with_a_wrong_temperature_is_wrong(key: str) -> None:
    flags = {("water.temperature", None): int(Flag.STUCK)}

    assert is_contradicted((key, None), {(key, None): 1.0}, flags)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (named(water__ec=3.0), True),
        (named(water__ec=150.0, water__level=1.2), False),  # the fresh Mekong
        (named(water__ec=150.0, water__level=0.02), True),
        (named(water__salinity=0.0, water__level=1.2), False),
        (named(water__salinity=0.0, water__level=0.0), True),
        (named(water__salinity=6.0, water__level=0.0), False),
        (named(water__salinity=0.0), False),  # nothing says that it was lifted; the jump is the rate's business
    ],
)
def test_a_lifted_sonde_is_told_from_fresh_water(values: dict[Name, float], expected: bool) -> None:
    assert expected == is_in_air(values)
