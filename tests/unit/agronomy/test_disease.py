"""Disease weather: published vectors, and silence where the weather is not known."""

from math import inf

import pytest

from nongso.agronomy import coffee_rust, epirice
from nongso.agronomy.coffee_rust import RustHour
from nongso.agronomy.disease import Fungus, HuttonDay, hutton_alert, hutton_day, infection_wetness_h
from nongso.agronomy.epirice import DISEASES, DayIndex, day_index, week_index
from nongso.text import find

ANTHRACNOSE = Fungus(7, 18, 30, 10, 42)
WET_NIGHT = RustHour(21.0, 21.0, 100.0, 0.0)
DRY_NOON = RustHour(30.0, 20.0, 55.0, 0.0)


@pytest.mark.parametrize(
    ("disease", "at_24", "at_30"),
    [
        ("leaf_blast", 0.68, 0.2),
        ("sheath_blight", 0.94, 0.925),
        ("bacterial_blight", 0.747, 0.967),
        ("brown_spot", 0.812, 0.85),
    ],
)
def test_warmth_of_rice_diseases(disease: str, at_24: float, at_30: float) -> None:
    curve = DISEASES[disease].by_temperature

    assert (pytest.approx(at_24, abs=0.001), pytest.approx(at_30, abs=0.001)) == (
        epirice.on_curve(curve, 24),
        epirice.on_curve(curve, 30),
    )


def test_every_disease_has_a_name() -> None:
    assert [] == [slug for slug in (*DISEASES, "late_blight", "coffee_rust") if find("vi", f"disease.{slug}") is None]


@pytest.mark.parametrize(
    ("temperature", "rh", "rain", "expected"),
    [
        (20, 95, 0, 1.0),
        (20, 60, 6, 1.0),
        (20, 60, 0, 0.0),
        (20, None, 6, 1.0),
        (20, None, 0, None),
        (20, None, None, None),
        (None, 95, 0, None),
        (None, 60, 0, 0.0),
        (5, None, None, 0.0),
    ],
)
def test_a_day_of_leaf_blast(
    temperature: float | None, rh: float | None, rain: float | None, expected: float | None
) -> None:
    assert expected == day_index(DISEASES["leaf_blast"], 10, temperature, rh, rain).index


def test_old_rice_is_hardly_blasted() -> None:
    assert pytest.approx(0.32) == day_index(DISEASES["leaf_blast"], 50, 20, 95, 0).index


def test_a_week_needs_five_known_days() -> None:
    known, unknown = DayIndex(0.5, 1, 0.5, True), DayIndex(None, 1, None, None)

    assert (0.5, 5) == (
        week_index([known] * 5 + [unknown] * 2).index,
        week_index([known] * 5 + [unknown] * 2).known_days,
    )
    assert week_index([known] * 4 + [unknown] * 3).index is None


@pytest.mark.parametrize(
    ("t_min", "humid", "missing", "expected"),
    [(12.0, 6, 0, True), (12.0, 5, 0, False), (9.9, 24, 0, False), (12.0, 6, 1, None), (12.0, 2, 2, False), (9.0, 1, 23, False), (None, 0, 24, None), (None, 8, 0, None)],
)  # fmt: skip
def test_a_day_of_the_hutton_criteria(t_min: float | None, humid: int, missing: int, expected: bool | None) -> None:
    assert expected is hutton_day(t_min, humid, missing).favourable


def test_a_hutton_period_is_two_days_running() -> None:
    yes, no, unknown = (HuttonDay(12, 8, 0, favourable) for favourable in (True, False, None))

    assert (True, False, None, False) == tuple(
        hutton_alert(a, b) for a, b in ((yes, yes), (yes, no), (yes, unknown), (no, unknown))
    )


@pytest.mark.parametrize(
    ("temperature", "hours"),
    [(10, 19.74), (15, 10.71), (18, 10), (20, 10.30), (25, 15.28), (29, 42), (31, inf), (7, inf)],
)
def test_wetness_that_an_infection_needs(temperature: float, hours: float) -> None:
    assert pytest.approx(hours, abs=0.005) == infection_wetness_h(ANTHRACNOSE, temperature)


@pytest.mark.parametrize(("temperature", "expected"), [(21.41, 1), (15, 0.479), (27, 0.649), (12, 0), (31, 0)])
def test_speed_of_coffee_rust_germination(temperature: float, expected: float) -> None:
    assert pytest.approx(expected, abs=0.0005) == coffee_rust.rate(coffee_rust.GERMINATION, temperature)


def test_each_step_of_coffee_rust_has_its_own_weibull() -> None:
    """One cohort over three half-hours at 21 °C, reckoned by hand."""
    germinated, entered = coffee_rust.infection([21.0] * 3, 0.5)

    def share(step: coffee_rust.Step, hours: float) -> float:
        return 1 - 2.718281828459045 ** -((hours * coffee_rust.rate(step, 21.0) / step.scale_h) ** step.shape)

    assert pytest.approx(share(coffee_rust.GERMINATION, 1.0) + share(coffee_rust.GERMINATION, 0.5)) == germinated
    assert pytest.approx(share(coffee_rust.APPRESSORIUM, 0.5) * share(coffee_rust.GERMINATION, 0.5)) == entered


def test_only_long_wet_spells_count_and_unknown_hours_end_them() -> None:
    unknown = RustHour(21.0, None, None, None)
    weather = [DRY_NOON, *[WET_NIGHT] * 8, DRY_NOON, *[WET_NIGHT] * 5, unknown, *[WET_NIGHT] * 5]

    spells = coffee_rust.wet_spells(weather, 1.0)

    assert [(1, 8.0)] == [(spell.start, spell.wet_h) for spell in spells]
    assert 0 < spells[0].entered < spells[0].germinated


def test_a_colder_wet_night_infects_less() -> None:
    warm = coffee_rust.infection([21.0] * 24, 0.5)
    cold = coffee_rust.infection([14.0] * 24, 0.5)

    assert cold[0] < warm[0]
