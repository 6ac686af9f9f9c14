"""What a chart draws and says: gaps stay gaps, doubtful readings are left out, a counter is told as a sum."""

from datetime import UTC, datetime, timedelta

import pandas as pd

from nongso.charts import Bucket, Gap
from ui import charts
from ui.calls.fields import Limit, Readings, Series
from ui.chart_panel import name_of, told
from ui.spans import Span

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def readings(kind: str = "gauge", *values: float | None, gaps: list[Gap] | None = None) -> Readings:
    observed = {"gauge": "water.salinity", "counter": "rain.total"}[kind]
    points = [
        Bucket(AT + number * HOUR, 4, 4 if value is None else 0, value, value, value, value)
        for number, value in enumerate(values)
    ]
    return Readings(Series(1, "kenh-18", "Trạm kênh 18", observed, None, kind), "g/L", "hour", points, gaps or [])


def test_a_gap_has_an_empty_point_so_that_no_line_crosses_it() -> None:
    gap = Gap(AT + HOUR, AT + 5 * HOUR)

    table = charts.rows(readings("gauge", 1.0, 2.0, gaps=[gap]), "kênh")

    assert [False, False, True] == table["value"].isna().tolist()


def test_a_point_that_something_speaks_against_is_not_drawn() -> None:
    table = charts.rows(readings("gauge", 1.0, None), "kênh")

    assert [1.0] == table["value"].dropna().tolist()


def test_times_are_the_offices_own_whatever_the_browsers_zone() -> None:
    table = charts.rows(readings("gauge", 1.0), "kênh")

    assert pd.Timestamp(2026, 11, 22, 10, 0) == table["at"].iloc[0]


def test_numbers_on_the_axis_are_vietnamese() -> None:
    drawn = charts.drawn("vi", [readings("gauge", 1.5, 2.5)], ["kênh"], Limit("water.salinity", "salt", 2.0), Span.WEEK)

    spec = drawn.to_dict()

    assert "," == spec["config"]["locale"]["number"]["decimal"]
    assert "ngưỡng mặn 2 g/L" in str(spec["datasets"])


def test_the_sentence_says_lowest_highest_and_newest() -> None:
    sentence = told("vi", readings("gauge", 1.5, 2.5, 2.0), Span.DAY)

    assert sentence == (
        "Độ mặn trong 24 giờ qua: thấp nhất 1,5 g/L lúc 10:00 22/11/2026, "
        "cao nhất 2,5 g/L lúc 11:00 22/11/2026, mới nhất 2 g/L."
    )


def test_rain_is_told_as_a_sum() -> None:
    assert told("vi", readings("counter", 2.5, 4.0), Span.WEEK).endswith("tổng cộng 6,5 g/L.")


def test_a_line_is_named_by_depth_and_by_device_only_where_there_are_several() -> None:
    one, other = (
        Series(1, "a", "Đầu A", "soil.moisture", 20, "gauge"),
        Series(2, "b", "Đầu B", "soil.moisture", 20, "gauge"),
    )

    assert "sâu 20 cm" == name_of("vi", one, among=[one])
    assert "Đầu A · sâu 20 cm" == name_of("vi", one, among=[one, other])


def test_rain_is_summed_by_the_day_where_a_line_goes_by_the_hour() -> None:
    assert ["raw", "hour", "hour"] == [span.step("gauge") for span in Span]
    assert ["hour", "day", "day"] == [span.step("counter") for span in Span]
