"""The place as a whole: its books close, its story is the plan's, and it can be told again."""

import pytest

from firmware_sim.plan import load_plan
from firmware_sim.season import DAY_S, HOUR_S
from firmware_sim.world import STEP_S, Beginning, Run, World

NOW_S = 1_790_000_100.0
BEGINNING = Beginning(NOW_S - 30 * DAY_S, NOW_S)


@pytest.fixture(scope="module")
def month() -> World:
    world = World(load_plan("caicoi"), 1, BEGINNING, [])
    world.advance(NOW_S)
    return world


@pytest.mark.parametrize("slug", ["vuon-buoi", "ruong-ba-tu", "rau-lang"])
def test_the_water_of_every_field_is_accounted_for(month: World, slug: str) -> None:
    begun = World(load_plan("caicoi"), 1, BEGINNING, []).stored_mm(slug)
    books = month.balances[slug]
    came = books.rain_mm + books.irrigation_mm
    left = books.evapotranspiration_mm + books.drainage_mm + books.runoff_mm
    assert came == pytest.approx(left + month.stored_mm(slug) - begun, abs=1e-6)
    assert came > 0


@pytest.mark.parametrize("phase_days", [0, 4, 8, 12])
def test_the_canal_is_too_salty_for_pomelo_whenever_the_demonstration_begins(phase_days: int) -> None:
    """The tide's moon does not know the plan: above 2 g/L at any hour of the last day, spring or neap; fresh at the beginning."""
    now_s = NOW_S + phase_days * DAY_S
    world = World(load_plan("caicoi"), 1, Beginning(now_s - 30 * DAY_S, now_s), [])
    seen = []
    while world.at_s < now_s:
        world.advance(world.at_s + STEP_S)
        seen.append(world.canal.salinity)
    assert max(seen[: 288 * 10]) < 1.5
    assert min(seen[-288:]) > 2.0


def test_the_farmer_waters_when_it_is_dry_and_never_with_salt(month: World) -> None:
    runs = month.runs["rau-lang"]
    assert runs
    assert max(run.begins_s for run in runs) < NOW_S - 5 * DAY_S


def test_a_valve_run_wets_the_soil_and_counts_its_water() -> None:
    run = Run("vuon-buoi", "buoi-van-1", NOW_S - 3 * HOUR_S, NOW_S - HOUR_S)
    dry, wet = World(load_plan("caicoi"), 1, BEGINNING, []), World(load_plan("caicoi"), 1, BEGINNING, [run])
    for world in (dry, wet):
        world.advance(NOW_S)
    assert wet.stored_mm("vuon-buoi") - dry.stored_mm("vuon-buoi") == pytest.approx(12.0, abs=0.5)
    assert wet.volume_m3("vuon-buoi", NOW_S) - dry.volume_m3("vuon-buoi", NOW_S) == pytest.approx(2 * 6 * 5200 / 1000)


def test_a_run_is_cut_short_when_its_valve_closes() -> None:
    world = World(load_plan("caicoi"), 1, BEGINNING, [Run("vuon-buoi", "buoi-van-1", NOW_S, NOW_S + 600)])
    world.close("buoi-van-1", NOW_S + 60)
    assert world.is_watered("vuon-buoi", NOW_S + 59)
    assert not world.is_watered("vuon-buoi", NOW_S + 60)


def test_the_same_seed_tells_the_same_month(month: World) -> None:
    again = World(load_plan("caicoi"), 1, BEGINNING, [])
    while again.at_s < NOW_S:  # in other strides
        again.advance(again.at_s + 7 * STEP_S)
        if again.at_s + 7 * STEP_S > NOW_S:
            again.advance(NOW_S)
            break
    assert (again.weather, again.canal, again.columns) == (month.weather, month.canal, month.columns)
