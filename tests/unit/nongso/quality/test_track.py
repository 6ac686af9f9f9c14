"""One series against its past: rate, spike, standstill, error codes, late readings."""

import pytest

from nongso.quality.limits import HOUR_US, LIMITS, Limits
from nongso.quality.track import Track, look
from nongso.readings import Flag

QUARTER_US = HOUR_US // 4
WATER = LIMITS["water.temperature"]
NONE, RATE, SPIKE, STUCK, RANGE = 0, int(Flag.RATE), int(Flag.SPIKE), int(Flag.STUCK), int(Flag.RANGE)


def run(limits: Limits, values: list[float], step_us: int = QUARTER_US) -> list[int]:
    """The flags of readings that come `step_us` apart, spikes marked afterwards."""
    track: Track | None = None
    flags: list[int] = []
    for place, value in enumerate(values):
        looked = look(limits, track, place * step_us, value, 0)
        flags.append(looked.flags)
        track = looked.track
        for at_us in looked.spikes:
            flags[at_us // step_us] |= SPIKE
    return flags


def test_a_steady_series_has_no_flags() -> None:
    assert [NONE] * 5 == run(WATER, [28.0, 28.1, 28.3, 28.2, 28.4])


def test_a_jump_is_flagged_at_once_and_marked_as_a_spike_when_it_has_come_back() -> None:
    assert [NONE, RATE | SPIKE, NONE] == run(WATER, [28.0, 40.0, 28.1])


def test_three_readings_away_are_a_spike_and_four_are_not() -> None:
    assert [NONE, *[RATE | SPIKE] * 3, NONE] == run(WATER, [28.0, 40.0, 40.1, 40.2, 28.1])
    assert [NONE, *[RATE] * 4, NONE] == run(WATER, [28.0, 40.0, 40.1, 40.2, 40.3, 28.1])


def test_a_new_level_that_moves_is_believed_once_there_was_time_for_it() -> None:
    """6 °C at 1.5 + 4 °C an hour: 1.25 hours, five readings."""
    values = [28.0, *(34.0 + place / 100 for place in range(6))]

    assert [NONE, RATE, RATE, RATE, RATE, NONE, NONE] == run(WATER, values)


def test_a_level_that_jumped_and_stands_exactly_still_is_never_believed() -> None:
    flags = run(WATER, [28.0, *[50.0] * 200, 28.3])

    assert all(flag & (RATE | STUCK) for flag in flags[1:-1])
    assert NONE == flags[-1]


def test_standing_still_is_found_after_the_property_s_hours() -> None:
    flags = run(WATER, [28.0] * 100)

    assert [NONE] * 96 + [STUCK] * 4 == flags


def test_two_equal_daily_means_are_no_standstill() -> None:
    assert [NONE] * 3 == run(LIMITS["air.temperature"], [21.0, 21.0, 21.0], 24 * HOUR_US)


@pytest.mark.parametrize(
    ("key", "value"), [("air.humidity", 99.0), ("wind.speed", 0.0), ("water.salinity", 0.0), ("soil.moisture", 31.0)]
)
def test_what_may_stand_still_is_not_stuck(key: str, value: float) -> None:
    assert {NONE} == set(run(LIMITS[key], [value] * 500))


def test_soil_gets_wet_at_once_but_dries_slowly() -> None:
    assert [NONE, NONE] == run(LIMITS["soil.moisture"], [20.0, 45.0])
    assert [NONE, RATE] == run(LIMITS["soil.moisture"], [45.0, 20.0])


def test_fresh_water_in_one_step_is_not_believed() -> None:
    """Rule W4: a fall of over 5 g/L between two readings is a lifted sonde until it is shown otherwise."""
    assert [NONE, RATE, RATE, RATE, RATE, RATE] == run(LIMITS["water.salinity"], [9.0, *[0.6] * 5])


RAIN = LIMITS["rain.total"]


def test_a_counter_that_lost_its_memory_for_a_moment_has_not_counted_everything_again() -> None:
    assert [NONE, NONE, RATE | SPIKE, NONE, NONE] == run(RAIN, [812.4, 812.6, 0.0, 812.6, 812.8])
    assert [NONE, RATE | SPIKE, NONE] == run(LIMITS["water.volume"], [5_210.5, 0.0, 5_210.7])


def test_a_counter_that_began_anew_is_believed_after_four_readings_even_when_nothing_falls() -> None:
    assert [NONE, *[RATE] * 4, NONE, NONE] == run(RAIN, [812.6, 0.0, 0.2, 0.4, 0.4, 0.6, 0.6])
    assert [NONE, *[RATE] * 4, NONE, NONE] == run(RAIN, [812.6, *[0.0] * 6])


def test_more_rain_than_ever_fell_is_not_believed_and_a_cloudburst_is() -> None:
    assert [NONE, RATE | SPIKE, NONE] == run(RAIN, [812.6, 6_553.5, 812.8])
    assert [NONE] * 3 == run(RAIN, [812.6, 902.6, 1_002.6])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("air.temperature", 85.0),
        ("soil.temperature", -127.0),
        ("water.temperature", 327.6),
        ("soil.moisture", 65_535.0),
        ("air.humidity", -9999.0),
        ("water.distance", 0.0),
        ("soil.ph", 14.0),
        ("water.ph", 0.0),
        ("rain.total", -9999.0),
    ],
)
def test_an_error_code_is_no_value(key: str, value: float) -> None:
    assert Flag.SENTINEL in Flag(look(LIMITS[key], None, 0, value, 0).flags)


@pytest.mark.parametrize(
    ("key", "value"), [("light.illuminance", 3_276.7), ("rain.total", 327.6), ("air.pressure", 999.0)]
)
def test_a_number_that_the_property_may_have_is_no_error_code(key: str, value: float) -> None:
    assert NONE == look(LIMITS[key], None, 0, value, 0).flags


def test_a_late_reading_changes_nothing_for_the_others() -> None:
    track = look(WATER, None, 10 * QUARTER_US, 28.0, 0).track

    late = look(WATER, track, 5 * QUARTER_US, 5.0, 0)

    assert (NONE, track, ()) == late


def test_an_impossible_value_is_not_the_level_that_others_are_measured_by() -> None:
    track = look(WATER, None, 0, 28.0, 0).track
    track = look(WATER, track, QUARTER_US, 90.0, RANGE).track

    assert NONE == look(WATER, track, 2 * QUARTER_US, 28.2, 0).flags


def test_after_a_silence_anything_the_time_allows_is_believed() -> None:
    track = look(WATER, None, 0, 20.0, 0).track

    assert NONE == look(WATER, track, 5 * HOUR_US, 40.0, 0).flags
