"""Whether a mark may be used on a day."""

from datetime import date, timedelta

import pytest

from nongso.brands import BrandExpired, BrandNotYet, Standing, require_in_force, standing

FIRST, LAST = date(2024, 3, 12), date(2034, 3, 12)
ONE = timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (FIRST - ONE, Standing.NOT_YET),
        (FIRST, Standing.IN_FORCE),
        (LAST, Standing.IN_FORCE),
        (LAST + ONE, Standing.EXPIRED),
    ],
)
def test_both_days_of_validity_are_included(day: date, expected: Standing) -> None:
    assert expected == standing(FIRST, LAST, day)


def test_an_end_that_is_not_known_does_not_bind() -> None:
    assert Standing.IN_FORCE == standing(None, None, date.max)
    assert Standing.EXPIRED == standing(None, LAST, date.max)


def test_refusal_names_the_brand_and_the_day_that_counts() -> None:
    with pytest.raises(BrandExpired) as expired:
        require_in_force("Bưởi", FIRST, LAST, LAST + ONE)
    with pytest.raises(BrandNotYet) as early:
        require_in_force("Bưởi", FIRST, LAST, FIRST - ONE)

    assert {"brand": "Bưởi", "day": LAST} == expired.value.values
    assert {"brand": "Bưởi", "day": FIRST} == early.value.values
