"""The simulator's weather told ahead: the same world tells the same, close at first and worse with every day of lead."""

import json
from datetime import UTC, datetime
from statistics import fmean

import pytest

from firmware_sim.foretold import Told, document, foretell, hourly
from firmware_sim.season import DAY_S, HOUR_S, Place
from firmware_sim.weather import Weather, first_weather, next_weather
from nongso.forecast import Source
from nongso.forecast_files import read_open_meteo

PLACE = Place(10.24, 106.36, 2.0, 0.0)
Mornings = list[tuple[Weather, list[list[Weather]], list[Told]]]
START_S = datetime(2026, 10, 1, tzinfo=UTC).timestamp()


@pytest.fixture(scope="module")
def mornings() -> Mornings:
    """A fortnight of mornings in the rains: the weather, what came, and what had been told."""
    weather, found = first_weather(PLACE, START_S), []
    for _ in range(14):
        for _ in range(DAY_S // 300):
            weather = next_weather(PLACE, "1", weather, 300)
        found.append((weather, list(hourly(PLACE, "1", weather, 72)), foretell(PLACE, "1", weather)))
    return found


def test_same_world_tells_the_same_forecast(mornings: Mornings) -> None:
    weather, _, told = mornings[0]

    assert told == foretell(PLACE, "1", weather)


def test_error_grows_with_the_lead_time(mornings: Mornings) -> None:
    errors = {
        lead: [abs(told[lead - 1].temperature_c - came[lead - 1][-1].air_c) for _, came, told in mornings]
        for lead in (6, 24, 72)
    }

    near, day, far = (fmean(errors[lead]) for lead in (6, 24, 72))
    assert near < day < far
    assert near < 1.0
    assert far < 3.0


def test_forecasts_miss_rain_and_tell_rain_that_never_falls(mornings: Mornings) -> None:
    days = [
        (
            sum(step.rain_mm for steps in came[begin : begin + 24] for step in steps),
            sum(h.rain_mm for h in told[begin : begin + 24]),
        )
        for _, came, told in mornings
        for begin in (24, 48)
    ]

    assert any(fell > 2 and said < fell / 3 for fell, said in days)
    assert any(said > 2 and fell < said / 3 for fell, said in days)


def test_document_is_read_as_a_simulators_forecast_with_its_hour_of_issue(mornings: Mornings) -> None:
    weather = mornings[0][0]
    body, issued_at = document(PLACE, "1", weather), datetime.fromtimestamp(weather.at_s, UTC)

    found = read_open_meteo(body, issued_at)

    assert (Source.SIMULATOR, issued_at, 72) == (found.source, found.issued_at, len(found.hours))
    assert HOUR_S == (found.hours[0].at - issued_at).total_seconds()
    assert json.loads(body)["nongso"]["source"] == "simulator"
