"""Every rule of the catalogue: what raises it, what holds it, what clears it."""

from datetime import date, timedelta

import pytest
from fixtures.places import START, Readings, episodes, every, place, sensor

from nongso.alerting.catalogue import RULES
from nongso.alerting.scene import Day, Place
from nongso.devices import Kind

SALT = sensor(1, "water.salinity")
DEPTH = sensor(2, "water.level")
SOIL = sensor(3, "soil.moisture", Kind.SOIL, depth_cm=20)
VALVE = sensor(4, "valve.state", Kind.VALVE)
TUBE = sensor(5, "water.level", Kind.PADDY)
AIR = sensor(6, "air.temperature", Kind.WEATHER)
HUMID = sensor(7, "air.humidity", Kind.WEATHER)
GAUGE = sensor(8, "rain.total", Kind.WEATHER)
GUST = sensor(9, "wind.gust", Kind.WEATHER)
PH = sensor(10, "water.ph")

RICE = place("rice", SALT, TUBE, AIR, HUMID, planted_on=date(2025, 12, 27))  # in flower from the start on
POMELO = place("pomelo", SALT, DEPTH, SOIL, VALVE, AIR, HUMID, GAUGE, GUST, PH)
BARN = place("dairy", AIR, HUMID)

# rule, place, readings that raise it, the same and readings between its limits, the same and readings that clear it
CASES = [
    ("salt", POMELO, every(15, 1, 2.4, 2.4, 2.4), every(15, 1, *[1.8] * 12, first=3), every(15, 1, *[1.0] * 12, first=3)),
    ("salt_rising", POMELO, every(15, 1, 1.5, 1.5, 1.5), every(15, 1, *[1.3] * 6, first=3), every(15, 1, *[1.0] * 6, first=3)),
    ("salt_line_1", POMELO, every(30, 1, 1.1, 1.1, 1.1), every(30, 1, *[0.95] * 6, first=3), every(30, 1, *[0.6] * 6, first=3)),
    ("salt_line_4", POMELO, every(30, 1, 4.0, 4.0, 4.0), every(30, 1, *[3.7] * 6, first=3), every(30, 1, *[3.0] * 6, first=3)),
    ("water_class", POMELO, every(15, 10, 4.0, 4.0), [], every(15, 10, 7.0, 7.0, first=2)),
    ("dry", POMELO, every(30, 3, *[24.0] * 14), every(30, 3, *[27.0] * 6, first=14), every(30, 3, *[30.0] * 6, first=14)),
    ("soaked", POMELO, every(30, 3, *[44.0] * 50), every(30, 3, *[40.0] * 6, first=50), every(30, 3, *[36.0] * 6, first=50)),
    ("paddy_flower", RICE, every(30, 5, *[0.01] * 6), every(30, 5, *[0.03] * 6, first=6), every(30, 5, *[0.05] * 6, first=6)),
    ("heat", RICE, every(15, 6, *[36.0] * 5), every(15, 6, *[34.5] * 12, first=5), every(15, 6, *[33.0] * 12, first=5)),
    ("heat", POMELO, every(15, 6, *[40.5] * 5), every(15, 6, *[39.0] * 12, first=5), every(15, 6, *[37.0] * 12, first=5)),
    ("frost", POMELO, every(15, 7, *[90.0] * 20) + every(15, 6, *[1.5] * 4), every(15, 6, *[3.0] * 5, first=4), every(15, 6, *[5.0] * 5, first=4)),
    ("rain", POMELO, every(15, 8, 0, 20, 40, 60), every(15, 8, *[60.0] * 8, first=4), every(15, 8, *[60.0] * 30, first=4)),
    ("wind", POMELO, every(10, 9, 18, 18), every(10, 9, *[15.0] * 6, first=2), every(10, 9, *[9.0] * 6, first=2)),
    ("barn", BARN, every(15, 7, *[70.0] * 40) + every(15, 6, *[27.0] * 5), every(15, 6, *[23.2] * 10, first=5), every(15, 6, *[20.0] * 10, first=5)),
    ("people", POMELO, every(15, 7, *[70.0] * 40) + every(15, 6, *[34.0] * 5), every(15, 6, *[32.0] * 10, first=5), every(15, 6, *[29.0] * 10, first=5)),
]  # fmt: skip
IDS = [f"{case[0]}-{case[1].crop}" for case in CASES]


@pytest.mark.parametrize(("slug", "where", "high", "_between", "_low"), CASES, ids=IDS)
def test_raises(slug: str, where: Place, high: Readings, _between: Readings, _low: Readings) -> None:
    assert [None] == [each.closed_at for each in episodes(slug, where, high)]


@pytest.mark.parametrize(("slug", "where", "high", "between", "_low"), CASES, ids=IDS)
def test_holds_between_its_limits(slug: str, where: Place, high: Readings, between: Readings, _low: Readings) -> None:
    assert [None] == [each.closed_at for each in episodes(slug, where, high + between)]


@pytest.mark.parametrize(("slug", "where", "high", "_between", "low"), CASES, ids=IDS)
def test_clears(slug: str, where: Place, high: Readings, _between: Readings, low: Readings) -> None:
    found = episodes(slug, where, high + low)

    assert 1 == len(found)
    assert found[0].closed_at is not None


@pytest.mark.parametrize(("slug", "where", "_high", "between", "low"), CASES, ids=IDS)
def test_says_nothing_of_what_never_raised(
    slug: str, where: Place, _high: Readings, between: Readings, low: Readings
) -> None:
    assert () == episodes(slug, where, low if slug in ("rain", "salt_rising") else between + low)


def test_every_rule_that_watches_readings_is_in_a_table_or_a_test_of_its_own() -> None:
    own = {"fresh", "unseen", "paddy", "pump_low", "flood"}

    assert {slug for slug, rule in RULES.items() if not rule.is_daily} == own | {case[0] for case in CASES}


def test_paddy_is_flooded_again_at_fifteen_centimetres_below_the_surface() -> None:
    drying = place("rice", TUBE, planted_on=date(2026, 1, 30))

    raised = episodes("paddy", drying, every(30, 5, *[-0.15] * 6))
    done = episodes("paddy", drying, every(30, 5, *[-0.15] * 6, *[0.04] * 6))

    assert [("below", None)] == [(each.worst.variant, each.closed_at) for each in raised]
    assert done[0].closed_at is not None


def test_pump_stops_only_where_the_field_says_where_its_inlet_is() -> None:
    low = every(10, 2, 0.5, 0.5, 0.5)

    assert () == episodes("pump_low", POMELO, low)
    assert 1 == len(episodes("pump_low", POMELO, low, inlet=0.45))


def test_flood_is_told_near_the_top_of_a_bank_that_is_known() -> None:
    still = every(15, 2, *[1.95] * 4)

    assert () == episodes("flood", POMELO, still)
    assert "high" == episodes("flood", POMELO, still, bank=2.0)[0].worst.variant


def test_a_fast_rise_counts_only_near_the_top_of_the_bank() -> None:
    tide = every(15, 2, 0.5, 0.55, 0.6, 0.7, 0.8)
    falling = every(15, 2, *[0.7] * 12, first=5)

    assert () == episodes("flood", POMELO, tide, bank=2.0)
    assert ["rising"] == [each.worst.variant for each in episodes("flood", POMELO, tide, bank=1.1)]
    assert episodes("flood", POMELO, tide + falling, bank=1.1)[0].closed_at is not None


def test_a_valve_that_ran_without_wetting_the_soil_is_told() -> None:
    run = every(30, 4, 0, 1, 1, 0)

    dry = episodes("unseen", POMELO, run + every(30, 3, *[20.0] * 18))
    wet = episodes("unseen", POMELO, run + every(30, 3, *[20.0] * 6, *[24.0] * 12))

    assert (1, 0) == (len(dry), len(wet))


def test_fresh_again_needs_a_depth_that_proves_the_sonde_is_under_water() -> None:
    tide = every(15, 1, 2.4, 2.4, 2.4, *[0.6] * 20)
    deep, lifted = every(15, 2, *[0.8] * 23), every(15, 2, *[0.8] * 3, *[0.0] * 20)

    assert 1 == len(episodes("fresh", POMELO, tide + deep))
    assert () == episodes("fresh", POMELO, tide + lifted)
    assert () == episodes("fresh", POMELO, tide)


def test_fresh_is_no_news_without_salt_before_it() -> None:
    assert () == episodes("fresh", POMELO, every(15, 1, *[0.6] * 20) + every(15, 2, *[0.8] * 20))


@pytest.mark.parametrize(
    "lifted",
    [
        pytest.param(every(15, 1, *[0.0] * 40, first=4), id="reads nothing in the air"),
        pytest.param(every(15, 1, *[0.3] * 300, first=4), id="a wet film for three days"),
        pytest.param(every(15, 1, *[0.9] * 40, first=4) + every(15, 2, *[0.01] * 44), id="its depth is nought"),
    ],
)
def test_a_sonde_lifted_out_of_the_water_never_clears_salt(lifted: Readings) -> None:
    found = episodes("salt", POMELO, every(15, 1, 2.4, 2.4, 2.4, 2.4) + lifted)

    assert [None] == [each.closed_at for each in found]


def test_a_sonde_back_in_the_water_speaks_again() -> None:
    readings = every(15, 1, 2.4, 2.4, 2.4, 2.4, *[0.2] * 20, 1.9, *[1.0] * 12)

    assert [True] == [each.closed_at is not None for each in episodes("salt", POMELO, readings)]


def days(count: int, **values: float) -> list[Day]:
    first = START.date() - timedelta(days=count)
    return [Day(first + timedelta(days=index + 1), hours=24, **values) for index in range(count)]  # type: ignore[arg-type]


PADDY = place("rice", AIR, planted_on=date(2026, 2, 1))


@pytest.mark.parametrize(
    ("slug", "where", "bad", "good"),
    [
        ("cold", PADDY, {"t_mean_c": 12.0}, {"t_mean_c": 16.0}),
        ("dry_spell", POMELO, {"et0_mm": 5.0, "rain_mm": 0.0}, {"et0_mm": 5.0, "rain_mm": 4.0}),
        ("leaf_blast", PADDY, {"t_mean_c": 20.0, "rh_mean": 95.0, "rain_mm": 8.0}, {"t_mean_c": 20.0, "rh_mean": 60.0, "rain_mm": 0.0}),
        ("sheath_blight", PADDY, {"t_mean_c": 28.0, "rh_mean": 95.0, "rain_mm": 8.0}, {"t_mean_c": 28.0, "rh_mean": 60.0, "rain_mm": 0.0}),
        ("bacterial_blight", PADDY, {"t_mean_c": 28.0, "rh_mean": 95.0, "rain_mm": 8.0}, {"t_mean_c": 28.0, "rh_mean": 60.0, "rain_mm": 0.0}),
        ("late_blight", place("potato", AIR, HUMID), {"t_min_c": 12.0, "humid_hours": 8}, {"t_min_c": 12.0, "humid_hours": 2}),
    ],
)  # fmt: skip
def test_rules_over_days(slug: str, where: Place, bad: dict[str, float], good: dict[str, float]) -> None:
    assert 1 == len(episodes(slug, where, [], days(12, **bad)))
    assert () == episodes(slug, where, [], days(12, **good))


def test_foot_rot_needs_soil_that_is_known_to_be_soaked() -> None:
    pepper = place("black_pepper", AIR, HUMID, GAUGE, sensor(3, "soil.moisture", Kind.SOIL, depth_cm=20))
    weather = days(2, t_mean_c=26.0, rh_mean=90.0, rain_mm=20.0)

    assert () == episodes("foot_rot", pepper, [], weather)
    assert 1 == len(episodes("foot_rot", pepper, every(15, 3, *[45.0] * 4, first=-3), weather))
