"""Days as people of this country write and count them."""

from datetime import date

import pytest

from nongso.text.format import lunar_day


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 17), "1/1"),
        (date(2026, 11, 22), "14/10"),
        (date(1985, 1, 21), "1/1"),  # Tết of Viet Nam; in China the year began a month later
    ],
)
def test_the_lunar_day_is_that_of_viet_nam(day: date, expected: str) -> None:
    assert expected == lunar_day(day)
