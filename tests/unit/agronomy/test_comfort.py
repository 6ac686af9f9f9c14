"""Air as plants, people, cattle and sprays feel it."""

import pytest

from nongso.agronomy.comfort import (
    delta_t_c,
    heat_index_c,
    moisture,
    temperature_humidity_index,
    wet_bulb_c,
)
from nongso.agronomy.inputs import ImpossibleInput


def celsius(fahrenheit: float) -> float:
    return (fahrenheit - 32) * 5 / 9


def test_dew_point_and_deficit() -> None:
    found = moisture(30, 70)

    assert (pytest.approx(23.91, abs=0.005), pytest.approx(1.273, abs=0.0005)) == (found.dew_point_c, found.deficit_kpa)


@pytest.mark.parametrize(
    ("t", "rh", "felt"), [(90, 70, 105.9), (100, 40, 109.3), (85, 90, 101.8), (95, 10, 89.45), (70, 50, 69.5)]
)
def test_heat_index_of_the_weather_service(t: float, rh: float, felt: float) -> None:
    """The humid and the dry adjustment and the simple formula each have a row."""
    assert pytest.approx(felt, abs=0.25) == heat_index_c(celsius(t), rh) * 9 / 5 + 32


@pytest.mark.parametrize(("t", "rh", "index"), [(25, 50, 71.8), (30, 70, 81.4), (35, 60, 86.9)])
def test_heat_on_cattle(t: float, rh: float, index: float) -> None:
    assert pytest.approx(index, abs=0.05) == temperature_humidity_index(t, rh)


def test_wet_bulb_of_the_books_psychrometer() -> None:
    """FAO-56 Example 4 turned round: 19.5 °C wet, 25.6 °C dry, 1,200 m, vapour 1.91 kPa."""
    humidity = 1.91 / moisture(25.6, 100).saturation_kpa * 100

    assert pytest.approx(19.5, abs=0.05) == wet_bulb_c(25.6, humidity, 1200)


def test_saturated_air_dries_no_droplet() -> None:
    assert pytest.approx(0, abs=0.001) == delta_t_c(30, 100)
    assert pytest.approx(7.9, abs=0.1) == delta_t_c(30, 50)


def test_no_humidity_no_dew_point() -> None:
    with pytest.raises(ImpossibleInput):
        moisture(30, 0)
