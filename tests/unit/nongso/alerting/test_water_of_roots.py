"""S1 by the root zone, rust, stages, frost told ahead and hours for spraying: what raises them and what keeps them quiet."""

from datetime import date, timedelta

import pytest
from fixtures.places import START, Readings, armed, episodes, every, place, sensor

from nongso.agronomy.coffee_rust import RustHour
from nongso.alerting.arming import with_et0, with_rust
from nongso.alerting.catalogue import get_rule
from nongso.alerting.history import Episode, Track, play
from nongso.alerting.machine import State
from nongso.alerting.scene import Day, Place
from nongso.alerting.spraying import windows
from nongso.alerting.wire import from_json, to_json
from nongso.devices import Kind
from nongso.forecast import Forecast, ForecastHour, Source

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PROBE = sensor(3, "soil.moisture", Kind.SOIL, depth_cm=20)
AIR, HUMID = sensor(6, "air.temperature", Kind.WEATHER), sensor(7, "air.humidity", Kind.WEATHER)


def on_clay(crop: str, *sensors: object, planted_on: date = date(2020, 1, 1)) -> Place:
    bare = place(crop, *sensors, planted_on=planted_on)  # type: ignore[arg-type]
    return Place(1, None, 1, crop, planted_on, bare.sensors, "clay", 8000.0)


ORCHARD = on_clay("pomelo", PROBE)  # 168 mm available, 84 mm may go: below 29 % of moisture it is thirsty


def told(*hours: ForecastHour, issued_at: object = None) -> Forecast:
    begins = START - HOUR if issued_at is None else issued_at
    return Forecast(Source.FILE, begins, begins + 12 * HOUR, 10.2, 106.4, hours)  # type: ignore[operator,arg-type]


def rain(mm_an_hour: float) -> Forecast:
    hours = (ForecastHour(START + HOUR * n, 27.0, None, 80.0, mm_an_hour, 2.0) for n in range(1, 49))
    return told(*hours)


def with_forecast(slug: str, where: Place, readings: Readings, *forecasts: Forecast) -> tuple[Episode, ...]:
    track = Track(START - timedelta(days=60))
    return play(where, [armed(slug, where)], track, readings, [], START + timedelta(days=400), forecasts).episodes


@pytest.mark.parametrize(("moisture", "severity"), [(28.9, 2), (26.0, 3), (24.0, 4)])
def test_probe_in_a_known_soil_raises_when_more_is_gone_than_may_go(moisture: float, severity: int) -> None:
    """Ks at 26 %: (168 - 120) / 84 = 0.57; at 24 %: 0.29 (FAO-56 Eq. 84)."""
    (found,) = episodes("dry", ORCHARD, every(30, 3, *[moisture] * 14))

    assert (severity, 84.0) == (found.worst.severity, pytest.approx(found.worst.limit))
    assert (36.0 - moisture) * 12 == pytest.approx(found.worst.value)


def test_it_holds_until_the_soil_is_well_filled_again() -> None:
    dry, between, wet = (
        every(30, 3, *[value] * 14, first=first) for value, first in ((28.0, 0), (30.0, 14), (31.0, 28))
    )

    assert () == episodes("dry", ORCHARD, every(30, 3, *[29.1] * 14))
    assert [None] == [each.closed_at for each in episodes("dry", ORCHARD, dry + between)]
    assert episodes("dry", ORCHARD, dry + between + wet)[0].closed_at is not None


@pytest.mark.parametrize(
    ("forecasts", "variant", "millimetres"),
    [((), "blind", 120.0), ((rain(3.0),), "irrigate", 120.0), ((rain(4.0),), "rain", 0.0)],
)
def test_rain_that_is_told_puts_watering_off_from_four_fifths_on(
    forecasts: tuple[Forecast, ...], variant: str, millimetres: float
) -> None:
    """96 mm are gone at 28 %: 77 mm of rain within 24 hours are enough, 72 are not; with losses 120 mm are to be given."""
    (found,) = with_forecast("dry", ORCHARD, every(30, 3, *[28.0] * 14), *forecasts)

    assert (variant, millimetres) == (found.worst.variant, pytest.approx(dict(found.worst.more)["mm"]))


def test_a_forecast_that_was_issued_later_or_has_expired_is_not_seen() -> None:
    late = Forecast(Source.FILE, START + 10 * HOUR, START + 22 * HOUR, 10.2, 106.4, rain(9.0).hours)
    old = Forecast(Source.FILE, START - 20 * HOUR, START - 8 * HOUR, 10.2, 106.4, rain(9.0).hours)

    (found,) = with_forecast("dry", ORCHARD, every(30, 3, *[28.0] * 14), late, old)

    assert "blind" == found.worst.variant


def test_an_office_that_set_a_limit_in_per_cent_keeps_it() -> None:
    assert () == episodes("dry", ORCHARD, every(30, 3, *[28.0] * 14), limit=20.0)


def test_what_a_look_says_survives_the_store() -> None:
    track = Track(START, {"dry": State(told=with_forecast("dry", ORCHARD, every(30, 3, *[28.0] * 14))[0].worst)})

    assert track == from_json(to_json(track))


BARE = on_clay("pomelo", AIR)


def weather(count: int, *, wet_first: bool = True, **values: object) -> list[Day]:
    """Days that end at the start: 4.5 mm asked for, no rain but for a deluge at the beginning."""
    first = START.date() + DAY - timedelta(days=count)
    usual = {"et0_mm": 4.5, "rain_mm": 0.0, **values}
    days = [Day(first + timedelta(days=index), **usual) for index in range(count)]  # type: ignore[arg-type]
    return [Day(days[0].day, et0_mm=4.5, rain_mm=400.0), *days[1:]] if wet_first else days


def test_balance_of_days_raises_when_what_may_go_is_gone() -> None:
    """Citrus Kc 0.65 to 0.70: about 3 mm a day, so 84 mm last four weeks."""
    assert () == episodes("thirst", BARE, [], weather(20))
    assert 1 == len(episodes("thirst", BARE, [], weather(40)))
    assert () == episodes("thirst", BARE, [], weather(40, irrigation_mm=3.0))


@pytest.mark.parametrize(
    "days", [weather(40, wet_first=False), weather(40, irrigation_mm=None), weather(40, rain_mm=None)]
)
def test_balance_from_nowhere_says_nothing(days: list[Day]) -> None:
    """No beginning, a watering whose amount nobody wrote down, a gauge that was silent."""
    assert () == episodes("thirst", BARE, [], days)


def test_a_day_that_is_not_there_starts_the_balance_afresh() -> None:
    days = weather(40)

    assert () == episodes("thirst", BARE, [], [*days[:30], *days[31:]])


def test_rice_and_fields_without_soil_or_planting_date_have_no_balance() -> None:
    bare = place("pomelo", AIR, planted_on=date(2020, 1, 1))

    assert () == episodes("thirst", on_clay("rice", AIR, planted_on=date(2026, 1, 1)), [], weather(40))
    assert () == episodes("thirst", bare, [], weather(40))


def test_evapotranspiration_names_what_stood_in_for_a_measurement() -> None:
    bare = Day(date(2026, 3, 1), t_min_c=23.0, t_max_c=33.0)
    whole = Day(date(2026, 3, 1), t_min_c=23.0, t_max_c=33.0, rh_min=50.0, rh_max=101.0, wind_ms=1.8, radiation_w=230.0)

    found = with_et0([bare, whole, Day(date(2026, 3, 2)), Day(date(2026, 3, 3), t_min_c=30.0, t_max_c=20.0)], None)

    assert [("et0_eq52",), (), (), ()] == [day.et0_estimated for day in found]
    assert [True, True, False, False] == [day.et0_mm is not None for day in found]


COFFEE = place("coffee", AIR, HUMID)


def rusty(nights: int, wet_hours: int) -> list[Day]:
    """Twelve days whose last nights are wet at 21 °C, from 19 o'clock on."""
    first = START - 12 * DAY
    hours = []
    for index in range(12 * 24):
        at = first + HOUR * index
        day, hour = divmod(index - 19, 24)
        wet = day >= 11 - nights and hour < wet_hours
        hours.append((at, RustHour(21.0, None, 100.0 if wet else 70.0, 0.0)))
    days = [Day((first + DAY * index + 7 * HOUR).date()) for index in range(12)]
    return with_rust(days, hours)


def test_rust_is_told_after_a_week_of_long_wet_nights() -> None:
    assert 1 == len(episodes("coffee_rust", COFFEE, [], rusty(7, 14)))
    assert () == episodes("coffee_rust", COFFEE, [], rusty(7, 6))
    assert () == episodes("coffee_rust", COFFEE, [], rusty(1, 12))
    assert () == episodes("coffee_rust", place("pomelo", AIR), [], rusty(7, 14))


def test_a_wet_spell_over_midnight_is_one_spell() -> None:
    wet = [day.rust or 0.0 for day in rusty(1, 12)]

    assert 0.02 < max(wet) < 0.03  # twelve hours beside a wholly wet day
    assert 1 == sum(1 for each in wet if each > 0)


def test_hours_that_are_not_there_leave_the_day_unknown() -> None:
    days = [Day(date(2026, 3, 1)), Day(date(2026, 3, 2))]
    hours = [(START - DAY + HOUR * n, RustHour(21.0, None, 70.0, 0.0)) for n in range(24)]  # 1 March in Viet Nam
    hours += [(START + HOUR * n, RustHour(21.0, None, 70.0, 0.0)) for n in range(23)]

    assert [0.0, None] == [day.rust for day in with_rust(days, hours)]
    assert [None, None] == [day.rust for day in with_rust(days, [])]


def test_stage_is_told_when_it_is_reached_and_only_then() -> None:
    """Maize, 20 days at first, then 35: on its 21st day it begins to grow fast. No weather is needed for days."""
    days = [Day(START.date() + timedelta(days=offset)) for offset in range(-5, 10)]

    young = place("maize", AIR, planted_on=START.date() - timedelta(days=20))
    older = place("maize", AIR, planted_on=START.date() - timedelta(days=31))

    assert ["development"] == [each.worst.variant for each in episodes("stage", young, [], days)]
    assert () == episodes("stage", older, [], days)
    assert () == episodes("stage", place("maize", AIR), [], days)


def test_rice_reaches_its_phases_by_degree_days_while_every_day_is_known() -> None:
    """27.5 °C mean, base 8: 19.5 degree-days a day. 1,150 of them are reached on the 59th day."""
    planted = START.date() - timedelta(days=57)
    days = [Day(planted + timedelta(days=index), t_min_c=25.0, t_max_c=30.0) for index in range(62)]
    paddy = place("rice", AIR, planted_on=planted)

    found = [each.worst for each in episodes("stage", paddy, [], days) if each.opened_at > START]
    gap = episodes("stage", paddy, [], [*days[:10], *days[11:]])

    assert [("flowering_gdd", 1150)] == [(each.variant, pytest.approx(each.value, abs=80)) for each in found]
    assert all(not each.worst.variant.endswith("_gdd") for each in gap if each.opened_at > START)


NIGHT = every(15, 7, *[95.0] * 20) + every(15, 6, *[6.0] * 6)


def test_frost_of_the_coming_night_is_told_in_the_evening() -> None:
    highland = place("coffee", AIR, HUMID)
    cold = told(*(ForecastHour(START + HOUR * n, 0.5, None, 95.0, 0.0, 1.0) for n in range(1, 7)))
    windy = told(*(ForecastHour(START + HOUR * n, 0.5, None, 95.0, 0.0, 6.0) for n in range(1, 7)))

    assert [("told", 0.5)] == [(e.worst.variant, e.worst.value) for e in with_forecast("frost", highland, NIGHT, cold)]
    assert () == with_forecast("frost", highland, NIGHT, windy)
    assert () == with_forecast("frost", highland, NIGHT)


@pytest.mark.parametrize(
    ("change", "hours"),
    [
        ({}, 14),
        ({"wind_ms": 0.5}, 0),
        ({"wind_ms": 9.0}, 0),
        ({"wind_ms": None}, 0),
        ({"temperature_c": 33.0}, 0),
        ({"humidity": 99.0}, 0),
        ({"rain_mm": 0.1}, 0),
        ({"rain_mm": None}, 0),
    ],
)
def test_hours_for_spraying(change: dict[str, float | None], hours: int) -> None:
    """By day, mild, hardly any wind, droplets that neither hang nor run, no rain for six hours. Unknown is unfit."""
    usual = {"temperature_c": 27.0, "humidity": 70.0, "rain_mm": 0.0, "wind_ms": 3.0, **change}
    forecast = told(*(ForecastHour(START + HOUR * n, **usual) for n in range(1, 30)))  # type: ignore[arg-type]
    limits = {name: limit.value for name, limit in get_rule("spray_window").limits.items()}

    found = windows(forecast, START, limits)

    assert hours == sum((each.ends_at - each.begins_at) / HOUR for each in found)
