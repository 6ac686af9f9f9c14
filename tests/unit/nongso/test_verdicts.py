"""One verdict a field: what fresh readings say, and nothing from what is stale, flagged or unknown."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from nongso import findings, verdicts
from nongso.alerting.rule import Setting
from nongso.conditions import Conditions, Observation, State, state
from nongso.findings import Finding
from nongso.rules import Level, Signal
from nongso.sentences import written
from nongso.text import LANGUAGES

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = {"soil.moisture": "soil", "water.salinity": "canal", "water.ec": "canal", "water.level": "paddy"}


def seen(
    property_: str, value: float, *, minutes: int = 5, newest_min: int | None = None, kind: str = ""
) -> Observation:
    """An observation whose newest fit reading is `minutes` old; the newest of all `newest_min`."""
    fit_at = NOW - timedelta(minutes=minutes)
    at = fit_at if newest_min is None else NOW - timedelta(minutes=newest_min)
    device_kind = kind or KINDS.get(property_, "weather")
    return Observation(
        f"{device_kind}-{property_}",
        f"Máy {property_}",
        device_kind,
        600,
        LONG_AGO,
        property_,
        1,
        None,
        at,
        fit_at,
        value,
    )


def never(property_: str) -> Observation:
    """A sensor that serves the field and has not said anything."""
    return replace(seen(property_, 0), at=None, fit_at=None, fit_value=None, series_id=None)


def field(crop: str, *observations: Observation) -> Conditions:
    return Conditions(1, 1, "Hộ Ba Tư", "Vườn", crop, date(2026, 9, 21), 8000.0, observations)


def salt(conditions: Conditions) -> Finding:
    (found,) = [each for each in findings.judge(conditions, NOW, ()) if each.rule == "salt"]
    return found


@pytest.mark.parametrize(
    ("crop", "observations", "level", "key"),
    [
        ("pomelo", [], Level.STALE, "verdict.none"),
        ("pomelo", [never("soil.moisture")], Level.STALE, "verdict.unknown.dry"),
        ("pomelo", [seen("battery.voltage", 3.6)], Level.STALE, "verdict.unsensed"),
        # too salt
        ("pomelo", [seen("water.salinity", 2.4)], Level.ACT, "verdict.salt.act"),
        ("pomelo", [seen("water.salinity", 2.0)], Level.WATCH, "verdict.salt_rising.watch"),
        ("pomelo", [seen("water.salinity", 1.4)], Level.GOOD, "verdict.good.salt"),
        ("durian", [seen("water.salinity", 0.6)], Level.ACT, "verdict.salt.act"),
        ("coconut", [seen("water.salinity", 5.5)], Level.GOOD, "verdict.good.salt"),
        ("an_unknown_crop", [seen("water.salinity", 1.1)], Level.ACT, "verdict.salt.act"),
        # conductivity: 3.797 mS/cm is 2 g/L by PSS-78
        ("rice", [seen("water.ec", 3850)], Level.ACT, "verdict.salt.act"),
        ("rice", [seen("water.ec", 3750)], Level.WATCH, "verdict.salt_rising.watch"),
        # too dry
        ("pomelo", [seen("soil.moisture", 25.9)], Level.WATCH, "verdict.dry.watch"),
        ("pomelo", [seen("soil.moisture", 19)], Level.ACT, "verdict.dry.act"),
        ("pomelo", [seen("soil.moisture", 26)], Level.GOOD, "verdict.good.dry"),
        # salt mutes "irrigate"; unknown salt does too
        ("pomelo", [seen("soil.moisture", 10), seen("water.salinity", 2.4)], Level.ACT, "verdict.salt.act"),
        (
            "pomelo",
            [seen("soil.moisture", 25), seen("water.salinity", 0.1, minutes=90)],
            Level.WATCH,
            "verdict.dry_salt_unknown",
        ),
        (
            "rice",
            [seen("water.level", -0.2), seen("water.salinity", 0.1, minutes=90)],
            Level.WATCH,
            "verdict.dry_salt_unknown",
        ),
        # paddy: the tube decides, not the probe; only a tube's level is a paddy's level
        ("rice", [seen("water.level", 0.05), seen("soil.moisture", 5)], Level.GOOD, "verdict.good.paddy.above"),
        (
            "rice",
            [seen("water.level", -0.06)],
            Level.WATCH,
            "verdict.paddy.watch.below",
        ),  # in flower it keeps its water
        ("rice", [seen("water.level", -0.15)], Level.WATCH, "verdict.paddy.watch.below"),
        ("rice", [seen("water.level", -0.5, kind="canal"), seen("soil.moisture", 30)], Level.GOOD, "verdict.good.dry"),
        # too hot
        ("rice", [seen("air.temperature", 35)], Level.WATCH, "verdict.heat.watch"),
        ("rice", [seen("air.temperature", 38)], Level.ACT, "verdict.heat.act"),
        ("maize", [seen("air.temperature", 39.9)], Level.GOOD, "verdict.good.heat"),
        ("rice", [seen("air.temperature", 38), seen("water.level", -0.2)], Level.ACT, "verdict.heat.act"),
        # stale: no advice, good or bad
        ("pomelo", [seen("water.salinity", 2.4, minutes=31)], Level.STALE, "verdict.unknown.salt"),
        ("pomelo", [seen("soil.moisture", 10, minutes=31)], Level.STALE, "verdict.unknown.dry"),
        ("rice", [seen("water.level", 0.05, minutes=600)], Level.STALE, "verdict.unknown.paddy"),
        ("rice", [seen("air.temperature", 39, minutes=600)], Level.STALE, "verdict.unknown.heat"),
        # flagged: the newest is 5 minutes old, the newest fit one 40
        ("pomelo", [seen("soil.moisture", 10, minutes=40, newest_min=5)], Level.STALE, "verdict.unknown.dry"),
        # what is fresh speaks although something else is silent
        ("pomelo", [seen("water.salinity", 2.4), seen("soil.moisture", 30, minutes=99)], Level.ACT, "verdict.salt.act"),
        # moist soil is not enough for "good" while the canal's salt is unknown
        (
            "pomelo",
            [seen("soil.moisture", 30), seen("water.salinity", 0.1, minutes=99)],
            Level.STALE,
            "verdict.unknown.salt",
        ),
        # weather alone never stands in the way
        (
            "pomelo",
            [seen("soil.moisture", 30), seen("air.temperature", 31, minutes=99)],
            Level.GOOD,
            "verdict.good.dry",
        ),
    ],
)
def test_verdict(crop: str, observations: list[Observation], level: Level, key: str) -> None:
    verdict = verdicts.judge(field(crop, *observations), NOW, ())

    assert (level, key) == (verdict.level, verdict.say.key)
    for sentence in (verdict.say, *verdict.reasons, *(number.note for number in verdict.numbers)):
        assert all(written(lang, sentence) for lang in LANGUAGES)


def test_sentence_of_the_sketch() -> None:
    verdict = verdicts.judge(field("pomelo", seen("water.salinity", 2.4)), NOW, ())

    assert "Không lấy nước, không tưới. Kênh mặn 2,4 g/L, quá mức bưởi chịu được." == written("vi", verdict.say)


def test_dry_soil_under_salt_is_told_to_wait() -> None:
    verdict = verdicts.judge(field("pomelo", seen("soil.moisture", 10), seen("water.salinity", 2.4)), NOW, ())

    assert ["verdict.why.dry_thirsty_salt"] == [reason.key for reason in verdict.reasons]


def test_silence_names_the_device_and_since_when() -> None:
    verdict = verdicts.judge(field("pomelo", seen("soil.moisture", 10, minutes=120)), NOW, ())

    assert "Máy soil.moisture: mất tín hiệu từ 08:45 22/11/2026." == written("vi", verdict.reasons[0])


def test_flagged_is_told_apart_from_silent() -> None:
    verdict = verdicts.judge(field("pomelo", seen("soil.moisture", 10, minutes=120, newest_min=5)), NOW, ())

    assert ["verdict.gap.unfit"] == [reason.key for reason in verdict.reasons]
    assert (None, Level.STALE, "number.missing.unfit") == (
        verdict.numbers[0].value,
        verdict.numbers[0].level,
        verdict.numbers[0].note.key,
    )


def test_age_is_that_of_the_oldest_reading_it_rests_on() -> None:
    verdict = verdicts.judge(
        field("pomelo", seen("soil.moisture", 30, minutes=20), seen("water.salinity", 0.1, minutes=3)), NOW, ()
    )

    assert NOW - timedelta(minutes=20) == verdict.at


def test_what_the_soil_needs_is_told_before_what_the_canal_holds() -> None:
    young = replace(
        field("rice", seen("water.salinity", 0.3), seen("water.level", -0.06)), planted_on=date(2026, 10, 22)
    )
    verdict = verdicts.judge(young, NOW, ())

    assert ["verdict.good.why_paddy.below", "verdict.good.why_salt"] == [reason.key for reason in verdict.reasons]


def test_four_numbers_each_with_its_own_state() -> None:
    air = replace(seen("air.temperature", 33), highest_today=34.2)
    rain = replace(seen("rain.total", 812.6, minutes=120), fallen_24h_mm=3.0)
    verdict = verdicts.judge(field("rice", seen("soil.moisture", 30), seen("water.salinity", 2.4), air, rain), NOW, ())

    assert [
        ("soil", 30, Level.GOOD),
        ("salt", 2.4, Level.ACT),
        ("heat", 34.2, Level.GOOD),
        ("rain", None, Level.STALE),
    ] == [(number.key, number.value, number.level) for number in verdict.numbers]


def test_no_rain_is_a_number_and_no_reading_is_none() -> None:
    dry = replace(seen("rain.total", 812.6), fallen_24h_mm=0.0)

    numbers = verdicts.judge(field("rice", dry), NOW, ()).numbers
    unknown = verdicts.judge(field("rice", replace(dry, fallen_24h_mm=None)), NOW, ()).numbers

    assert (0.0, Level.GOOD, "number.notes.rain.none") == (numbers[0].value, numbers[0].level, numbers[0].note.key)
    assert (None, Level.STALE) == (unknown[0].value, unknown[0].level)


def test_field_without_a_gauge_shows_no_rain() -> None:
    assert () == verdicts.judge(field("rice", seen("battery.voltage", 3.6)), NOW, ()).numbers


@pytest.mark.parametrize(("minutes", "expected"), [(30, State.FRESH), (31, State.SILENT)])
def test_silent_after_three_intervals_and_never_before_half_an_hour(minutes: int, expected: State) -> None:
    observation = replace(seen("soil.moisture", 30, minutes=minutes), expected_interval_s=60)

    assert expected is state(observation, NOW)


def test_slow_device_may_be_quiet_longer() -> None:
    observation = replace(seen("soil.moisture", 30, minutes=179), expected_interval_s=3600)

    assert State.FRESH is state(observation, NOW)


@pytest.mark.parametrize(
    ("value", "signal"),
    [(2.01, Signal.RAISE), (2.0, Signal.HOLD), (1.6, Signal.HOLD), (1.59, Signal.CLEAR)],
)
def test_salt_clears_only_well_below_the_limit(value: float, signal: Signal) -> None:
    assert signal is salt(field("rice", seen("water.salinity", value))).signal


def test_rule_without_fresh_input_is_unknown_not_clear() -> None:
    finding = salt(field("rice", seen("water.salinity", 0.1, minutes=99)))

    assert (Signal.UNKNOWN, None) == (finding.signal, finding.value)


def test_rule_without_a_sensor_says_nothing() -> None:
    assert {"dry"} == {each.rule for each in findings.judge(field("rice", seen("soil.moisture", 20)), NOW, ())}


def test_the_saltest_of_several_waters_decides() -> None:
    assert 3.0 == salt(field("rice", seen("water.salinity", 0.2), seen("water.salinity", 3.0))).value


def test_every_raised_finding_has_its_sentence_in_both_languages() -> None:
    extreme = {"water.salinity": 50, "soil.moisture": 1, "air.temperature": 45, "water.level": -0.4}
    for crop in ("rice", "pomelo", "maize"):
        everything = field(crop, *(seen(name, value) for name, value in extreme.items()))
        verdict = verdicts.judge(everything, NOW, ())
        for sentence in (verdict.say, *verdict.reasons):
            assert all("{" not in written(lang, sentence) for lang in LANGUAGES)


def test_one_low_reading_is_not_fresh_water_while_the_salt_alert_is_open() -> None:
    low = field("pomelo", seen("water.salinity", 0.2))

    alone, warned = verdicts.judge(low, NOW, ()), verdicts.judge(low, NOW, (), {"salt"})

    assert ("good", "stale", "verdict.unknown.salt") == (alone.level, warned.level, warned.say.key)


@pytest.mark.parametrize(
    ("observed", "setting", "level", "key"),
    [
        (seen("water.salinity", 0.8), Setting("salt", limits={"limit": 0.5}), Level.ACT, "verdict.salt.act"),
        (seen("water.salinity", 2.4), Setting("salt", limits={"limit": 3.0}), Level.WATCH, "verdict.salt_rising.watch"),
        (seen("soil.moisture", 27.0), Setting("dry", limits={"limit": 30.0}), Level.WATCH, "verdict.dry.watch"),
        (seen("soil.moisture", 25.0), Setting("dry", limits={"limit": 20.0}), Level.GOOD, "verdict.good.dry"),
        (seen("air.temperature", 37.0), Setting("heat", limits={"raises": 36.0, "clears": 34.0}), Level.WATCH, "verdict.heat.watch"),
        # another crop's, another stage's, another field's
        (seen("water.salinity", 0.8), Setting("salt", crop="rice", limits={"limit": 0.5}), Level.GOOD, "verdict.good.salt"),
        (seen("water.salinity", 0.8), Setting("salt", crop="pomelo", stage="late", limits={"limit": 0.5}), Level.GOOD, "verdict.good.salt"),
        (seen("water.salinity", 0.8), Setting("salt", crop="pomelo", stage="development", limits={"limit": 0.5}), Level.ACT, "verdict.salt.act"),
        (seen("water.salinity", 0.8), Setting("salt", field_id=2, limits={"limit": 0.5}), Level.GOOD, "verdict.good.salt"),
    ],
)  # fmt: skip
def test_a_card_judges_by_what_its_office_set(observed: Observation, setting: Setting, level: Level, key: str) -> None:
    verdict = verdicts.judge(field("pomelo", observed), NOW, (setting,))

    assert (level, key) == (verdict.level, verdict.say.key)


def test_a_rule_that_is_off_calls_nothing_good_or_bad() -> None:
    off = (Setting("salt", is_on=False), Setting("salt_rising", is_on=False))
    verdict = verdicts.judge(field("pomelo", seen("water.salinity", 9.0)), NOW, off)

    assert (Level.STALE, "verdict.off") == (verdict.level, verdict.say.key)
    assert [(9.0, "number.notes.off")] == [(number.value, number.note.key) for number in verdict.numbers]


def test_a_sonde_that_hangs_in_the_air_is_not_fresh_water() -> None:
    sonde = replace(seen("water.salinity", 0.02), device_id="kenh")
    verdict = verdicts.judge(field("pomelo", sonde), NOW, ())

    assert (Level.STALE, "verdict.unknown.salt") == (verdict.level, verdict.say.key)
    assert ["verdict.gap.lifted"] == [reason.key for reason in verdict.reasons]
    assert [(None, Level.STALE)] == [(number.value, number.level) for number in verdict.numbers]


def test_rice_that_is_not_in_flower_bears_what_other_crops_bear_on_the_card_as_in_the_alert() -> None:
    """Planted on 21 September: its flowers are expected on 25 November, three days from now."""
    hot = field("rice", seen("air.temperature", 36))

    in_flower, young = (
        verdicts.judge(replace(hot, planted_on=planted), NOW, ()) for planted in (date(2026, 9, 21), date(2026, 11, 1))
    )

    assert ("verdict.heat.watch", "verdict.good.heat") == (in_flower.say.key, young.say.key)


def test_the_line_of_a_chart_is_the_limit_that_judges() -> None:
    """Clay of Table 19 and citrus roots of 1.2 m: RAW is gone at 36 - 100 · 84 / 1200 = 29 %."""
    bare = field("pomelo", seen("soil.moisture", 25), seen("water.salinity", 1), seen("air.temperature", 30))
    clay = replace(bare, soil="clay")
    set_limit = (
        Setting("salt", limits={"limit": 0.5}),
        Setting("dry", limits={"limit": 31.0}),
        Setting("heat", is_on=False),
    )

    def lines(conditions: Conditions, *settings: Setting) -> dict[str, float]:
        return {each.name: each.value for each in findings.limit_lines(conditions, NOW, settings)}

    assert {"salt": 2.0, "dry": 26.0, "heat": 40.0} == lines(bare)
    assert pytest.approx(29.0) == lines(clay)["dry"]
    assert {"salt": 0.5, "dry": 31.0} == lines(clay, *set_limit)


@pytest.mark.parametrize(
    ("planted_on", "line"), [(date(2026, 11, 15), 0.02), (date(2026, 10, 22), -0.15), (date(2026, 9, 21), 0.02)]
)
def test_the_line_of_a_paddys_chart_is_that_of_its_age(planted_on: date, line: float) -> None:
    """Young, drying, in flower (IRRI); beside the level of a canal there is no line that would fit both."""
    tube = replace(field("rice", seen("water.level", -0.06)), planted_on=planted_on)
    both = replace(tube, observations=(*tube.observations, seen("water.level", 1.0, kind="canal")))
    office = (Setting("paddy", limits={"raises": -10.0}),)

    def lines(conditions: Conditions, *settings: Setting) -> list[float]:
        return [each.value for each in findings.limit_lines(conditions, NOW, settings) if each.name == "paddy"]

    assert [line] == lines(tube)
    assert [-0.1 if line < 0 else line] == lines(tube, *office)
    assert [] == lines(both)


def test_water_is_held_against_the_limit_in_force() -> None:
    orchard = field("pomelo", seen("water.salinity", 1))

    assert 2.0 == findings.salt_limit(orchard, NOW, ())
    assert 0.5 == findings.salt_limit(orchard, NOW, (Setting("salt", limits={"limit": 0.5}),))
    assert 2.0 == findings.salt_limit(orchard, NOW, (Setting("salt", is_on=False),))
