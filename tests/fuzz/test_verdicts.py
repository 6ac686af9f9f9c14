"""Whatever is observed, a verdict can be said in both languages, and nothing stale turns into advice."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from nongso import verdicts
from nongso.agronomy.crop_table import CROPS
from nongso.conditions import Conditions, Observation, State, state
from nongso.devices import Kind
from nongso.rules import Level
from nongso.sentences import written
from nongso.text import LANGUAGES

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PROPERTIES = {
    "soil.moisture": (0, 100),
    "water.salinity": (0, 80),
    "water.ec": (0, 200_000),
    "water.level": (-100, 200),
    "air.temperature": (-60, 65),
    "rain.total": (0, 10_000_000),
    "rain.amount": (0, 1000),
    "battery.voltage": (0, 60),
}
CHECKED = settings(derandomize=True, max_examples=100, deadline=None)


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    """Any reading that ingest would keep, of any age, flagged or not."""
    name = draw(st.sampled_from(sorted(PROPERTIES)))
    low, high = PROPERTIES[name]
    value = st.floats(low, high)
    ages = st.none() | st.integers(0, 600)
    fit_min, newest_min = draw(ages), draw(ages)
    fit_at = None if fit_min is None else NOW - timedelta(minutes=fit_min)
    newest = [at for at in (fit_at, None if newest_min is None else NOW - timedelta(minutes=newest_min)) if at]
    return Observation(
        device_id=draw(st.sampled_from(["D1", "D2", "D3"])),
        device_name="Máy đo",
        device_kind=draw(st.sampled_from(list(Kind))),
        expected_interval_s=draw(st.integers(1, 7200)),
        serves_since=LONG_AGO,
        property=name,
        series_id=1,
        depth_cm=draw(st.none() | st.integers(0, 200)),
        at=max(newest, default=None),
        fit_at=fit_at,
        fit_value=None if fit_at is None else draw(value),
        highest_today=draw(st.none() | value),
        fallen_24h_mm=draw(st.none() | st.floats(0, 1000)),
    )


fields = st.builds(
    Conditions,
    st.just(1),
    st.just(1),
    st.just("Hộ Ba Tư"),
    st.just("Vườn"),
    st.sampled_from([*sorted(CROPS), "an_unknown_crop"]),
    st.none() | st.dates(date(2020, 1, 1), date(2027, 1, 1)),
    st.none() | st.floats(1, 1e6),
    st.lists(observations(), max_size=6).map(tuple),
)


@CHECKED
@given(fields)
def test_every_verdict_can_be_said(field: Conditions) -> None:
    verdict = verdicts.judge(field, NOW, ())

    for lang in LANGUAGES:
        for sentence in (verdict.say, *verdict.reasons, *(number.note for number in verdict.numbers)):
            assert "{" not in written(lang, sentence)


@CHECKED
@given(fields)
def test_a_number_has_a_value_or_is_stale(field: Conditions) -> None:
    numbers = verdicts.judge(field, NOW, ()).numbers

    assert len(numbers) <= 4
    assert all((number.value is None) == (number.level is Level.STALE) for number in numbers)


@CHECKED
@given(fields)
def test_without_anything_fresh_nothing_is_advised(field: Conditions) -> None:
    if any(state(observation, NOW) is State.FRESH for observation in field.observations):
        return

    verdict = verdicts.judge(field, NOW, ())

    assert Level.STALE is verdict.level
    assert {number.level for number in verdict.numbers} <= {Level.STALE}
