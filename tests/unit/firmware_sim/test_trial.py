"""The season of `nongso bench season`, its first six weeks: what the house must never do, and what it must do in time (docs/irrigation.md)."""

from dataclasses import replace

import pytest

from firmware_sim.command import BadNumber
from firmware_sim.trial import Script
from firmware_sim.trial_bench import (
    ALARM_WITHIN_S,
    HEADS,
    OFF_WITHIN_S,
    Judged,
    bench_season,
    broken,
    play_season,
    summed,
    table,
)
from nongso.rules import salt_limit_g_l

DAYS = 45
SCRIPT = Script(jams_from=12, deaf_from=22, insists_on=40)


@pytest.fixture(scope="module")
def season() -> list[Judged]:
    return play_season(1, DAYS, SCRIPT)


def test_no_water_over_the_limit_is_taken_but_by_who_insists(season: list[Judged]) -> None:
    limit = salt_limit_g_l("pomelo")
    salt = [each for each in season if each.day.salt_high > limit]
    assert any(each.day.thirsty_s for each in salt)  # it had reason to
    assert any("wait: salt" in each.day.advised for each in salt)
    assert all(each.day.salt_taken <= limit for each in season)
    insisted = [each for each in season if each.day.by_person_s]
    assert [each.day.number for each in insisted] == [SCRIPT.insists_on]
    assert insisted[0].day.by_person_s == pytest.approx(SCRIPT.insists_s, abs=60)
    assert insisted[0].day.salt_low > limit
    assert insisted[0].day.by_itself_s == 0


def test_a_drought_is_watered_within_a_day_while_the_canal_is_fresh(season: list[Judged]) -> None:
    wanted = [each.day for each in season if each.day.wanted_s]
    assert wanted
    for day in wanted:
        after = [each.day.by_itself_s for each in season if day.number <= each.day.number <= day.number + 1]
        assert sum(after) > 0, day


def test_a_valve_that_jams_open_loses_its_water_at_the_master_valve_in_three_minutes_and_is_never_shown_closed(
    season: list[Judged],
) -> None:
    jammed = [each for each in season if each.day.jammed_s]
    assert len(jammed) == 1
    day = jammed[0].day
    assert 60 < day.jammed_s <= OFF_WITHIN_S  # four tries first, then the master valve: nobody was there
    assert day.alarm_after_s is not None
    assert day.alarm_after_s <= ALARM_WITHIN_S
    assert "I1" in day.warned
    assert sum(each.day.lied_s for each in season) == 0
    assert jammed[0].agrees


def test_a_valve_that_hears_no_order_alarms_and_waters_once_it_is_mended(season: list[Judged]) -> None:
    mended = [
        each.day for each in season if each.day.number > SCRIPT.jams_from + 1 and "valve mended" in each.day.happened
    ]
    assert len(mended) == 1
    assert "I1" in mended[0].warned
    assert mended[0].alarm_after_s is not None
    assert mended[0].alarm_after_s <= ALARM_WITHIN_S
    assert mended[0].by_itself_s > 0


def test_an_alarm_holds_until_the_valve_answers_and_does_not_come_again_with_every_reading(
    season: list[Judged],
) -> None:
    assert [1, 1] == [each.day.warned.count("I1") for each in season if "I1" in each.day.warned]


def test_the_season_keeps_its_promises_and_a_broken_one_is_told(season: list[Judged]) -> None:
    assert broken(season) == []
    for worse, name in (
        ({"salt_taken": 2.1}, "salt"),
        ({"lied_s": 1}, "shown closed"),
        ({"alarm_after_s": 181.0}, "alarm"),
        ({"jammed_s": 181}, "water off"),
    ):
        assert broken([replace(season[0], day=replace(season[0].day, **worse))]) == [name]


def test_days_that_went_alike_are_one_line_and_none_is_lost(season: list[Judged]) -> None:
    lines = table(season)
    assert lines[0].split()[0] == HEADS[0]
    assert len(lines) < DAYS
    spans = [[int(end) for end in line.split()[0].split("-")] for line in lines[1:]]
    assert [day for span in spans for day in range(span[0], span[-1] + 1)] == list(range(DAYS))
    assert summed(season)["days"] == DAYS


def test_no_days_are_no_season() -> None:
    with pytest.raises(BadNumber):
        bench_season(["--days", "0"])
