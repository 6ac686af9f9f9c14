"""Certificates on a day, and the budget of a planting-area code."""

from datetime import date

import pytest

from nongso.papers import Budget, Validity, validity, yield_budget

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("since", "until", "withdrawn", "expected"),
    [
        (date(2026, 1, 1), None, None, Validity.IN_FORCE),
        (date(2026, 1, 1), TODAY, None, Validity.IN_FORCE),
        (TODAY, TODAY, None, Validity.IN_FORCE),
        (date(2026, 11, 23), None, None, Validity.NOT_YET),
        (date(2026, 1, 1), date(2026, 11, 21), None, Validity.EXPIRED),
        (date(2026, 1, 1), date(2027, 1, 1), TODAY, Validity.WITHDRAWN),
        (date(2026, 1, 1), date(2027, 1, 1), date(2026, 11, 23), Validity.IN_FORCE),
    ],
)
def test_validity_is_computed(since: date, until: date | None, withdrawn: date | None, expected: Validity) -> None:
    assert expected == validity(since, until, withdrawn, TODAY)


@pytest.mark.parametrize(
    ("issued", "level"),
    [
        (0, Budget.WITHIN),
        (17_999, Budget.WITHIN),
        (18_000, Budget.NEARLY),
        (20_000, Budget.NEARLY),
        (20_001, Budget.OVER),
    ],
)
def test_more_than_grows_on_the_area_is_over_its_budget(issued: float, level: Budget) -> None:
    budget = yield_budget(area_m2=8000, ceiling_kg_ha=25_000, issued_kg=issued)

    assert (20_000, level) == (budget.ceiling_kg, budget.level)
