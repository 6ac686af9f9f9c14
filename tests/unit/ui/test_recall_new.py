"""When a fault was found, as it is typed."""

from datetime import UTC, date, datetime, time

import pytest

from ui.recall_new import moment_of

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "at", "moment"),
    [
        (None, None, None),
        (date(2026, 11, 20), time(8, 30), datetime(2026, 11, 20, 1, 30, tzinfo=UTC)),
        (date(2026, 11, 20), None, datetime(2026, 11, 19, 17, tzinfo=UTC)),
        (None, time(8, 30), datetime(2026, 11, 22, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_day_or_an_hour_left_out_is_filled_in(day: date | None, at: time | None, moment: datetime | None) -> None:
    assert moment == moment_of(day, at, TODAY)
