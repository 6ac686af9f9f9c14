"""The safety rules 3 to 6 and 9 of irrigation: what keeps a valve closed, and what a person may insist on (docs/irrigation.md)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from nongso.irrigation.advice import UNKNOWN, need
from nongso.irrigation.interlock import Inputs, Known, Use, Why, may_open, must_stop
from nongso.irrigation.zone import Caps, Method, Mode, Pump, Source, SourceKind, TooEarlyForAutomatic, Zone, check_mode

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
HOUR = timedelta(hours=1)
WELL = Source(1, SourceKind.WELL, 40.0, is_saline=False)
CANAL = Source(2, SourceKind.CANAL, 40.0, is_saline=True, min_level_m=0.3)
ZONE = Zone(
    1, 1, "pomelo", None, "van-1", Method.DRIP, 5200.0, 31.2, 36.0, 20.0,
    Caps(run_min=120, day_min=180, run_mm=20, day_mm=30, pause_min=60), Mode.AUTOMATIC, NOW - timedelta(days=30), WELL, Pump(1),
)  # fmt: skip
DRY = Inputs(soil_percent=Known(22.0, NOW))
FRESH_CANAL = replace(DRY, salinity_g_l=Known(0.3, NOW), level_m=Known(0.8, NOW))


def whys(
    zone: Zone, inputs: Inputs, use: Use | None = None, minutes: float = 30, *, by_itself: bool = True
) -> set[Why]:
    return {block.why for block in may_open(zone, inputs, use or Use(), minutes * 60, NOW, by_itself=by_itself)}


def test_nothing_speaks_against_a_dry_garden_with_a_well() -> None:
    assert set() == whys(ZONE, DRY)
    assert set() == whys(replace(ZONE, source=CANAL), FRESH_CANAL)


def test_rule_3_nothing_starts_before_the_valves_were_looked_at() -> None:
    just_now = Use(swept_at=NOW - timedelta(minutes=1), awaits_sweep=True)
    looked_at = replace(just_now, awaits_sweep=False)

    assert {Why.STARTING} == whys(ZONE, DRY, just_now) == whys(ZONE, DRY, just_now, by_itself=False)
    assert {Why.STARTING} == whys(ZONE, DRY, looked_at)
    assert set() == whys(ZONE, DRY, looked_at, by_itself=False)
    assert set() == whys(ZONE, DRY, replace(looked_at, swept_at=NOW - timedelta(minutes=6)))


@pytest.mark.parametrize(
    ("zone", "inputs"),
    [
        (ZONE, Inputs()),
        (ZONE, Inputs(soil_percent=Known(None))),
        (ZONE, replace(DRY, rain_hour_mm=Known(None))),
        (replace(ZONE, source=CANAL), replace(FRESH_CANAL, salinity_g_l=Known(None))),
        (replace(ZONE, source=CANAL), replace(FRESH_CANAL, salinity_g_l=None)),
        (replace(ZONE, source=CANAL), replace(FRESH_CANAL, level_m=Known(None))),
        (replace(ZONE, method=Method.SPRINKLER), replace(DRY, wind_m_s=Known(None))),
        (replace(ZONE, pump=Pump(1, min_kpa=100.0)), replace(DRY, pressure_kpa=Known(None))),
        (replace(ZONE, crop="rice"), Inputs(paddy_cm=Known(None))),
    ],
)
def test_rule_4_what_is_not_known_is_never_taken_for_nought(zone: Zone, inputs: Inputs) -> None:
    assert {Why.UNKNOWN} == whys(zone, inputs)
    assert {Why.UNKNOWN} <= {block.why for block in must_stop(zone, inputs, [], NOW, by_itself=True)}


def test_rule_4_a_person_may_start_although_the_soil_is_silent_but_is_told_of_unknown_salt() -> None:
    silent = Inputs(soil_percent=Known(None))

    assert set() == whys(ZONE, silent, by_itself=False)
    assert {Why.UNKNOWN} == whys(replace(ZONE, source=CANAL), silent, by_itself=False)


def test_rule_4_without_moisture_there_is_no_advice() -> None:
    assert (UNKNOWN, 0.0) == (
        need(ZONE, Inputs(), NOW).verdict,
        need(ZONE, Inputs(soil_percent=Known(None)), NOW).seconds,
    )


def test_rule_4_a_valve_that_nobody_knows_of_is_not_opened_by_itself() -> None:
    assert {Why.VALVE_UNKNOWN} == whys(ZONE, DRY, Use(valve_known=False))


@pytest.mark.parametrize(
    ("use", "minutes", "why"),
    [
        (Use(), 121, Why.RUN_CAP),
        (Use(day_s=170 * 60), 30, Why.DAY_CAP),
        (Use(last_closed_at=NOW - HOUR / 2), 30, Why.PAUSE),
        (Use(others_m3_h=9.0), 30, Why.SOURCE_FLOW),
        (Use(others_on_pump=1), 30, Why.PUMP_BUSY),
        (Use(is_running=True), 30, Why.RUNNING),
        (Use(leak_open=True), 30, Why.LEAK),
    ],
)
def test_rule_5_caps_hold_for_everybody(use: Use, minutes: float, why: Why) -> None:
    assert {why} == whys(ZONE, DRY, use, minutes) == whys(ZONE, DRY, use, minutes, by_itself=False)


def test_rule_5_millimetres_cap_a_run_that_minutes_would_allow() -> None:
    """31.2 m³/h on 5,200 m² are 6 mm/h: a cap of 3 mm is half an hour."""
    small = replace(ZONE, caps=replace(ZONE.caps, run_mm=3.0))

    assert 1800 == small.longest_run_s
    assert {Why.RUN_CAP} == whys(small, DRY, minutes=31)
    assert need(small, DRY, NOW).seconds <= 1800


def test_rule_5_a_pump_may_serve_two_zones_where_somebody_allowed_it() -> None:
    assert set() == whys(replace(ZONE, pump=Pump(1, zones_at_once=2)), DRY, Use(others_on_pump=1))


@pytest.mark.parametrize(
    ("zone", "inputs", "why"),
    [
        (replace(ZONE, source=CANAL), replace(FRESH_CANAL, salinity_g_l=Known(4.0, NOW)), Why.SALT),
        (replace(ZONE, source=CANAL), replace(FRESH_CANAL, salt_alert=True), Why.SALT),
        (replace(ZONE, source=CANAL), replace(FRESH_CANAL, level_m=Known(0.2, NOW)), Why.LEVEL),
        (ZONE, replace(DRY, rain_hour_mm=Known(3.0, NOW)), Why.RAIN),
        (ZONE, Inputs(soil_percent=Known(36.0, NOW)), Why.WET),
        (replace(ZONE, method=Method.SPRINKLER), replace(DRY, wind_m_s=Known(6.0, NOW)), Why.WIND),
        (replace(ZONE, method=Method.SPRINKLER), replace(DRY, air_c=Known(1.5, NOW)), Why.FROST),
        (replace(ZONE, method=Method.SPRINKLER), replace(DRY, sprayed_at=NOW - 5 * HOUR), Why.SPRAYED),
        (ZONE, replace(DRY, enter_from=NOW + HOUR), Why.SPRAYED),
        (replace(ZONE, pump=Pump(1, min_kpa=100.0)), replace(DRY, pressure_kpa=Known(80.0, NOW)), Why.PRESSURE),
        (replace(ZONE, pump=Pump(1, max_kpa=400.0)), replace(DRY, pressure_kpa=Known(480.0, NOW)), Why.PRESSURE),
    ],
)
def test_rule_6_interlocks_keep_closed_and_close(zone: Zone, inputs: Inputs, why: Why) -> None:
    assert {why} == whys(zone, inputs) == whys(zone, inputs, by_itself=False)
    assert {why} == {block.why for block in must_stop(zone, inputs, [], NOW, by_itself=True)}


def test_rule_6_wind_and_spray_matter_to_sprinklers_only() -> None:
    assert set() == whys(ZONE, replace(DRY, wind_m_s=Known(9.0, NOW), air_c=Known(1.0, NOW), sprayed_at=NOW - HOUR))


def test_rule_8_a_person_may_insist_on_water_but_not_against_the_equipment() -> None:
    salty = replace(FRESH_CANAL, salinity_g_l=Known(4.0, NOW))
    low = replace(FRESH_CANAL, level_m=Known(0.1, NOW))
    zone = replace(ZONE, source=CANAL)

    assert [] == must_stop(zone, salty, [Why.SALT], NOW, by_itself=False)
    assert [Why.LEVEL] == [block.why for block in must_stop(zone, low, [Why.LEVEL], NOW, by_itself=False)]


def test_rule_8_wet_soil_does_not_end_what_a_person_started() -> None:
    assert [] == must_stop(ZONE, Inputs(soil_percent=Known(37.0, NOW)), [], NOW, by_itself=False)


def test_rule_9_automatic_is_refused_for_two_weeks() -> None:
    young = replace(ZONE, created_at=NOW - timedelta(days=13))
    check_mode(young, Mode.MANUAL, NOW)
    check_mode(ZONE, Mode.AUTOMATIC, NOW)

    with pytest.raises(TooEarlyForAutomatic):
        check_mode(young, Mode.AUTOMATIC, NOW)


def test_advice_by_soil_tells_its_numbers() -> None:
    """Citrus (FAO-56 Table 22): roots 1.2 m, p 0.5; 36 % and 20 %: 192 mm held, 96 ready; at 22 % 168 mm are gone."""
    told = need(ZONE, DRY, NOW)

    assert (192 / 2, 168) == pytest.approx((told.ready_mm, told.depletion_mm))
    assert ZONE.longest_run_s == told.seconds
    assert not need(ZONE, Inputs(soil_percent=Known(30.0, NOW)), NOW).wants_water


def test_advice_by_the_field_tube() -> None:
    paddy = replace(ZONE, crop="rice", method=Method.FLOOD, planted_on=date(2026, 9, 20))

    assert need(paddy, Inputs(paddy_cm=Known(-16.0, NOW)), NOW).wants_water
    assert not need(paddy, Inputs(paddy_cm=Known(-10.0, NOW)), NOW).wants_water
