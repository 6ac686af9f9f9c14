"""The sky keeps the laws of energy, of water and of its seed."""

from itertools import pairwise

import pytest

from firmware_sim.season import DAY_S, Place, season_shift_s, sun
from firmware_sim.weather import Shower, Weather, et0_mm_h, fallen_mm, first_weather, humidity, next_weather

START_S = 1_760_000_400  # a grid instant in October 2025
STEP_S = 300


def sky(season_start: str, days: int, seed: str = "7") -> list[Weather]:
    place = Place(10.24, 106.37, 2.0, season_shift_s(START_S, season_start))
    skies = [first_weather(place, START_S)]
    for _ in range(days * DAY_S // STEP_S):
        skies.append(next_weather(place, seed, skies[-1], STEP_S))
    return skies


@pytest.fixture(scope="module")
def dry_season() -> list[Weather]:
    return sky("03-01", 30)


@pytest.fixture(scope="module")
def wet_season() -> list[Weather]:
    return sky("08-01", 30)


def test_radiation_never_exceeds_a_clear_sky_and_nights_are_dark(dry_season: list[Weather]) -> None:
    place = Place(10.24, 106.37, 2.0, season_shift_s(START_S, "03-01"))
    suns = [(sun(place, seen.at_s), seen) for seen in dry_season[1:]]
    assert all(0 <= seen.irradiance <= light.clear <= light.extraterrestrial for light, seen in suns)
    assert any(light.extraterrestrial == 0 for light, _ in suns)


def test_a_day_of_extraterrestrial_radiation_matches_the_book() -> None:
    """FAO-56 Table 2.6 gives 38.0 to 38.1 MJ/m²/day near 10° N in mid April; the integral of ours must agree within 1 %."""
    place = Place(10.0, 105.0, 0.0, season_shift_s(START_S, "04-15"))
    midnight_s = START_S - (START_S + 7 * 3600) % DAY_S
    day_mj = sum(sun(place, midnight_s + 60 * minute).extraterrestrial * 60 for minute in range(1440)) / 1e6
    assert day_mj == pytest.approx(38.0, rel=0.01)


def test_the_dew_point_never_exceeds_the_air(wet_season: list[Weather]) -> None:
    assert all(seen.dew_c <= seen.air_c and 0 < humidity(seen) <= 100 for seen in wet_season)


def test_days_are_warmer_than_nights(dry_season: list[Weather]) -> None:
    warmest = [max(seen.air_c for seen in dry_season[day * 288 : day * 288 + 288]) for day in range(1, 29)]
    coldest = [min(seen.air_c for seen in dry_season[day * 288 : day * 288 + 288]) for day in range(1, 29)]
    assert 31 < sum(warmest) / len(warmest) < 37
    assert 22 < sum(coldest) / len(coldest) < 27


def test_the_monsoon_rains_and_the_dry_season_does_not(dry_season: list[Weather], wet_season: list[Weather]) -> None:
    assert dry_season[-1].rain_total_mm < 60
    assert 120 < wet_season[-1].rain_total_mm < 700


def test_the_total_of_rain_only_grows_by_what_fell(wet_season: list[Weather]) -> None:
    for before, after in pairwise(wet_season):
        assert after.rain_mm >= 0
        assert after.rain_total_mm == pytest.approx(before.rain_total_mm + after.rain_mm)


def test_a_shower_gives_its_whole_amount_over_any_steps() -> None:
    shower = Shower(1_000.0, 4_600.0, 12.0)
    assert sum(fallen_mm(shower, at_s, at_s + STEP_S) for at_s in range(0, 6_000, STEP_S)) == pytest.approx(12.0)


def test_evapotranspiration_is_that_of_the_tropics(dry_season: list[Weather]) -> None:
    """4 to 7 mm a day, nearly none at night."""
    rates = [et0_mm_h(seen) for seen in dry_season]
    assert 4 < sum(rates) * STEP_S / 3600 / 30 < 7
    assert max(rate for rate, seen in zip(rates, dry_season, strict=True) if seen.irradiance == 0) < 0.15


def test_the_same_seed_gives_the_same_sky() -> None:
    assert sky("08-01", 2, "7") == sky("08-01", 2, "7")
    assert sky("08-01", 2, "7") != sky("08-01", 2, "8")
