"""Growing conditions from day sums."""

from datetime import date, timedelta

import pytest

from nongso.agronomy.crop_table import get_crop
from nongso.store.passports import DayOfProperty
from traceability.growing import summarise, window

HARVESTED = date(2026, 11, 18)
LAST = HARVESTED - timedelta(days=1)


def salt(day: date, low: float, mean: float, high: float) -> DayOfProperty:
    return DayOfProperty("water.salinity", day, low, mean, high)


def test_thirty_days_end_before_the_day_of_harvest() -> None:
    first, last = window(HARVESTED)

    assert (date(2026, 10, 19), LAST) == (first, last)
    assert 30 == (last - first).days + 1


def test_summary_is_lowest_mean_of_days_and_highest() -> None:
    days = [salt(LAST - timedelta(days=1), 0.2, 0.4, 0.9), salt(LAST, 0.1, 0.8, 1.2)]

    summary = summarise(days, HARVESTED, None).summaries[0]

    assert (0.1, pytest.approx(0.6), 1.2) == (summary.low, summary.mean, summary.high)


def test_limit_is_the_crops_and_days_above_it_are_counted_by_their_highest() -> None:
    crop = get_crop("durian")
    days = [salt(LAST - timedelta(days=1), 0.1, 0.2, 0.3), salt(LAST, 0.1, 0.4, 0.6)]

    summary = summarise(days, HARVESTED, crop).summaries[0]

    assert (0.5, 1) == (summary.limit, summary.days_above)


def test_sensor_that_stopped_before_the_harvest_is_told() -> None:
    stopped = summarise([salt(LAST - timedelta(days=3), 0, 0, 0)], HARVESTED, None)
    recent = summarise([salt(LAST - timedelta(days=2), 0, 0, 0)], HARVESTED, None)

    assert LAST - timedelta(days=3) == stopped.stopped_on
    assert recent.stopped_on is None


def test_the_most_telling_property_comes_first() -> None:
    days = [DayOfProperty("air.temperature", LAST, 20, 25, 30), salt(LAST, 0, 0, 0)]

    assert ["water.salinity", "air.temperature"] == [
        each.observed for each in summarise(days, HARVESTED, None).summaries
    ]


def test_nothing_measured_is_nothing_claimed() -> None:
    growing = summarise([], HARVESTED, get_crop("pomelo"))

    assert ((), 0, None) == (growing.summaries, growing.measured_days, growing.stopped_on)
