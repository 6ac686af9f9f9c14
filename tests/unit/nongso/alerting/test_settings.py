"""What an office changes: the most particular change holds, impossible ones are refused."""

from datetime import date

import pytest
from fixtures.places import START, place, sensor

from nongso.agronomy.crop_table import CROPS
from nongso.alerting.catalogue import CODES, RULES, get_rule
from nongso.alerting.rule import ImpossibleLimit, Setting, UnknownLimit, UnknownRule, arm, check, stage_of
from nongso.text import catalogue

WHERE = place("rice", sensor(1, "water.salinity"), planted_on=date(2026, 2, 10))


def limit(*settings: Setting) -> float | None:
    armed = arm(get_rule("salt"), WHERE, settings, stage_of(WHERE, START))
    assert armed is not None
    return armed.limits["limit"]


def test_field_stands_above_stage_above_crop_above_all() -> None:
    everywhere = Setting("salt", limits={"limit": 1.0})
    crop = Setting("salt", crop="rice", limits={"limit": 2.0})
    stage = Setting("salt", crop="rice", stage="initial", limits={"limit": 3.0})
    field = Setting("salt", field_id=1, limits={"limit": 4.0})

    assert [1.0, 2.0, 3.0, 4.0] == [
        limit(everywhere), limit(crop, everywhere), limit(stage, crop), limit(field, stage, everywhere)
    ]  # fmt: skip


def test_another_crop_stage_or_field_changes_nothing() -> None:
    others = [Setting("salt", crop="durian"), Setting("salt", stage="mid"), Setting("salt", field_id=2)]

    assert limit() == limit(*(Setting(s.rule, s.crop, s.stage, s.field_id, limits={"limit": 9.0}) for s in others))


def test_a_rule_switched_off_for_a_field_is_not_armed() -> None:
    assert arm(get_rule("salt"), WHERE, [Setting("salt", field_id=1, is_on=False)], None) is None


@pytest.mark.parametrize(
    ("slug", "limits", "fault"),
    [
        ("salt", {"limitt": 1.0}, UnknownLimit),
        ("salt", {"limit": -1.0}, ImpossibleLimit),
        ("salt", {"limit": float("nan")}, ImpossibleLimit),
        ("people", {"clears": 45.0}, ImpossibleLimit),
        ("paddy", {"raises": 10.0}, ImpossibleLimit),
    ],
)
def test_impossible_limits_are_refused(slug: str, limits: dict[str, float], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        check(get_rule(slug), limits)


def test_unknown_rule() -> None:
    with pytest.raises(UnknownRule):
        get_rule("nothing")


def test_what_ships_can_be_held_by_its_own_checks() -> None:
    for rule in RULES.values():
        check(rule, {name: each.value for name, each in rule.limits.items() if each.value is not None})


def test_every_rule_has_a_name_and_mutes_only_rules_that_are_there() -> None:
    words = catalogue("vi")

    assert [] == [slug for slug in CODES if f"rule.{slug}" not in words]
    assert set() == {name for rule in RULES.values() for name in rule.limits if f"rule.limit.{name}" not in words}
    assert [] == [other for rule in RULES.values() for other in rule.mutes if other not in RULES]


def test_every_source_has_its_words_and_no_word_is_without_its_source() -> None:
    """On a Vietnamese page a source speaks Vietnamese; the citation inside it stays."""
    rules = {
        source for rule in RULES.values() for source in (rule.source, *(each.source for each in rule.limits.values()))
    }
    crops = {crop.limit.source for crop in CROPS.values() if crop.limit}
    named = {f"source.{each}" for each in rules | crops if each} | {"source.fao_equation", "source.fao_table"}

    assert named == {key for key in catalogue("vi") if key.startswith("source.")}


def test_one_limit_of_salt_holds_for_every_rule_about_the_crops_water_unless_a_rule_has_its_own() -> None:
    shared = Setting("salt", limits={"limit": 1.2, "clears": 0.5}, is_on=False)
    own = Setting("fresh", limits={"limit": 0.9})

    def limits(*settings: Setting) -> dict[str, float | None]:
        armed = {slug: arm(get_rule(slug), WHERE, settings, None) for slug in ("salt_rising", "fresh", "dry")}
        return {slug: each.limits["limit"] for slug, each in armed.items() if each}

    assert {"salt_rising": 1.2, "fresh": 1.2, "dry": None} == limits(shared)
    assert {"salt_rising": 1.2, "fresh": 0.9, "dry": None} == limits(own, shared)
    rising = arm(get_rule("salt_rising"), WHERE, (shared,), None)
    assert rising is not None
    assert 0.6 == rising.limits["clears"]
