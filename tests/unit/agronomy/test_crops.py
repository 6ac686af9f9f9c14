"""The crop table: complete where the book speaks, silent where it does not."""

import pytest

from nongso.agronomy.coefficients import Climate, adjusted, coefficient_on, upper_limit
from nongso.agronomy.crop_table import CROPS, get_crop
from nongso.agronomy.crops import Coefficients, UnknownCrop
from nongso.agronomy.soils import TEXTURES, UnknownSoil, get_texture, typical_soil
from nongso.agronomy.stages import Stage, StageDay
from nongso.text import LANGUAGES, find


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_crop_and_soil_has_a_name(lang: str) -> None:
    keys = [*(f"crop.{slug}" for slug in CROPS), *(f"agronomy.soil.{slug}" for slug in TEXTURES)]

    assert [] == [key for key in keys if find(lang, key) is None]


def test_the_table_holds_more_than_thirty_crops_with_water_numbers() -> None:
    assert len([crop for crop in CROPS.values() if crop.single and crop.basal and crop.roots]) > 30


@pytest.mark.parametrize("slug", ["durian", "black_pepper", "dragon_fruit", "mango"])
def test_crops_outside_the_book_carry_no_invented_water_numbers(slug: str) -> None:
    crop = get_crop(slug)

    assert (None,) * 7 == (
        crop.single,
        crop.basal,
        crop.roots,
        crop.lengths,
        crop.salt,
        crop.yield_response,
        crop.height_m,
    )


@pytest.mark.parametrize(
    ("slug", "limit"),
    [("durian", 0.5), ("dragon_fruit", 1), ("rice", 2), ("orange", 2), ("tomato", 4), ("sugarcane", 4), ("coconut", 8), ("mango", 8)],
)  # fmt: skip
def test_limits_of_the_delta(slug: str, limit: float) -> None:
    found = get_crop(slug).limit

    assert found is not None
    assert limit == found.high_g_l
    assert found.source


def test_numbers_are_within_what_can_be() -> None:
    for crop in CROPS.values():
        if crop.single and crop.basal:
            assert 0.2 <= crop.single.mid <= 1.3
            assert crop.basal.mid < crop.single.mid
        if crop.roots:
            assert crop.roots.shallow_m < crop.roots.deep_m
            assert 0.1 <= crop.roots.depletion_fraction <= 0.8


def test_an_unknown_crop_or_soil_is_an_error() -> None:
    with pytest.raises(UnknownCrop):
        get_crop("triffid")
    with pytest.raises(UnknownSoil):
        get_texture("moon_dust")


def test_a_typical_soil_stands_in_the_middle_of_its_range() -> None:
    soil = typical_soil(get_texture("loam"))

    assert (0.25, 0.12) == (pytest.approx(soil.field_capacity), pytest.approx(soil.wilting_point))


def test_coefficients_of_dry_bean_through_its_season() -> None:
    """FAO-56 Example 28: days 20, 40, 70 and 95 of 25/25/30/20."""
    bean = Coefficients(0.15, 1.19, 0.35)
    days = [
        StageDay(Stage.INITIAL, 20, 20, 25),
        StageDay(Stage.DEVELOPMENT, 40, 15, 25),
        StageDay(Stage.MID, 70, 20, 30),
        StageDay(Stage.LATE, 95, 15, 20),
    ]

    found = [coefficient_on(bean, day) for day in days]

    assert [pytest.approx(value, abs=0.005) for value in (0.15, 0.77, 1.19, 0.56)] == found


def test_there_is_no_coefficient_outside_the_season() -> None:
    assert coefficient_on(Coefficients(1, 1, 1), StageDay(Stage.OVER, 200, 5, 0)) is None
    assert coefficient_on(Coefficients(1, 1, 1), StageDay(Stage.BEFORE, -3, 0, 0)) is None


def test_a_dry_windy_climate_raises_mid_and_end_but_not_a_low_end() -> None:
    """FAO-56 Example 40: u2 1.1 m/s, RHmin 30 %, h 0.75 m shift tomato by 0.02."""
    found = adjusted(Coefficients(0.60, 1.20, 0.40), Climate(1.1, 30), 0.75)

    assert (0.60, 0.40) == (found.initial, found.end)
    assert pytest.approx(1.22, abs=0.005) == found.mid


def test_upper_limit_of_example_35() -> None:
    assert pytest.approx(1.21, abs=0.005) == upper_limit(0.3, Climate(1.6, 35), 0.3)
    assert pytest.approx(1.25) == upper_limit(1.20, Climate(2, 45), 1.0)
