"""The chart of the passport as geometry."""

from datetime import date, timedelta

from api.passport_chart import HEIGHT, WIDTH, chart
from nongso.agronomy.crop_table import get_crop
from nongso.store.passports import DayOfProperty
from traceability.growing import Growing, summarise

HARVESTED = date(2026, 11, 18)


def growing(*ages: int, name: str = "water.salinity", crop: str = "pomelo") -> Growing:
    """A daily mean of 1 on days that many days before the harvest."""
    days = [DayOfProperty(name, HARVESTED - timedelta(days=age), 0.5, 1, 1.5) for age in sorted(ages, reverse=True)]
    return summarise(days, HARVESTED, get_crop(crop))


def test_nothing_measured_draws_nothing() -> None:
    assert chart(growing()) is None


def test_gap_stays_a_gap_and_a_lonely_day_is_a_dot() -> None:
    drawn = chart(growing(30, 29, 28, 20, 3, 2, 1))

    assert drawn is not None
    assert [3, 3] == [len(line.split()) for line in drawn.lines]
    assert [6, 6] == [len(band.split()) for band in drawn.bands]
    assert 1 == len(drawn.dots)


def test_thirty_days_span_the_width_and_stay_within_sixty_points() -> None:
    drawn = chart(growing(*range(1, 31)))

    assert drawn is not None
    places = [tuple(map(float, place.split(","))) for place in drawn.lines[0].split()]
    assert (6, WIDTH - 6) == (places[0][0], places[-1][0])
    assert all(0 <= y <= HEIGHT for _, y in places)
    assert 30 == len(places)


def test_limit_of_the_crop_is_in_sight() -> None:
    drawn, unknown = chart(growing(1, 2)), chart(growing(1, 2, crop="coffee"))

    assert drawn is not None
    assert drawn.limit_y is not None
    assert 0 < drawn.limit_y < HEIGHT
    assert unknown is not None
    assert unknown.limit_y is None


def test_values_that_never_move_still_draw() -> None:
    days = [DayOfProperty("air.humidity", HARVESTED - timedelta(days=age), 80, 80, 80) for age in (3, 2, 1)]

    drawn = chart(summarise(days, HARVESTED, None))

    assert drawn is not None
    assert 1 == len(drawn.lines)
