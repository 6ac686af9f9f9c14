"""The traps of units: soil conductivity in four units a factor of ten thousand apart, moisture as a share or in per cent."""

import pytest

from nongso.catalogue import PROPERTIES
from nongso.units import CONVERSIONS, SPELLINGS, UnknownUnit, convert


@pytest.mark.parametrize(
    ("value", "unit", "canonical", "expected"),
    [
        (370, None, "µS/cm", 370),
        (370, "uS/cm", "µS/cm", 370),
        (370, "μS/cm", "µS/cm", 370),  # Greek mu, not the micro sign
        (0.37, "mS/cm", "µS/cm", 370),
        (0.37, "dS/m", "µS/cm", 370),
        (0.037, "S/m", "µS/cm", 370),
        (37, "mS/m", "µS/cm", 370),
        (0.314, "m³/m³", "%", 31.4),
        (0.314, "m3/m3", "%", 31.4),
        (0.314, "1", "%", 31.4),
        (31.4, "%", "%", 31.4),
        (50, "°F", "°C", 10),
        (283.15, "K", "°C", 10),
        (1500, "mg/L", "g/L", 1.5),
        (25, "cm", "m", 0.25),
    ],
)
def test_every_way_of_writing_it_is_the_same_value(
    value: float, unit: str | None, canonical: str, expected: float
) -> None:
    assert convert(value, unit, canonical) == pytest.approx(expected)


@pytest.mark.parametrize("unit", ["%", "ppm", "furlong", "S/cm2", "ds/m"])
def test_a_unit_that_is_not_known_is_never_guessed(unit: str) -> None:
    with pytest.raises(UnknownUnit):
        convert(1.0, unit, "µS/cm")


def test_every_unit_of_the_catalogue_has_its_row() -> None:
    assert set() == {observed.unit for observed in PROPERTIES.values()} - set(CONVERSIONS)


def test_a_spelling_stands_for_a_unit_that_is_known() -> None:
    known = set(CONVERSIONS) | {other for row in CONVERSIONS.values() for other in row}

    assert set() == set(SPELLINGS.values()) - known
