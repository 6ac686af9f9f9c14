"""The verdict: what is missing, what of it a broker's setting excuses, and what nobody recorded."""

from pathlib import Path

from ingest.chaos import stage
from ingest.chaos.ledger import Told, values
from ingest.chaos.verdict import Risk, Score, deaf_spans, embedded_spans, foreign, mosquitto_spans, score
from nongso.store.recounts import Point

FIRST, SECOND = Point("a", "soil.moisture", 20, 100), Point("a", "soil.moisture", 20, 101)
TOLD = [Told({FIRST: 1.0}, (100.4, 100.5)), Told({SECOND: 2.0}, (101.4, 101.5))]
ROOT = Path(__file__).parents[4]


def test_a_frame_is_missing_when_its_value_is_not_there_as_it_was_recorded() -> None:
    assert Score(2, 2, 0, 0) == score(TOLD, {FIRST: 1.0, SECOND: 2.0}, [])
    assert Score(2, 2, 1, 0) == score(TOLD, {FIRST: 1.0}, [])
    assert Score(2, 2, 1, 0) == score(TOLD, {FIRST: 1.0, SECOND: 2.5}, [])


def test_a_loss_is_excused_only_inside_a_span_and_never_while_the_device_holds_the_frame() -> None:
    held = [Told({FIRST: 1.0}, None)]

    assert Score(2, 2, 2, 1) == score(TOLD, {}, [(101.0, 102.0)])
    assert Score(1, 1, 1, 0) == score(held, {}, [(0.0, 1e9)])


def test_a_reading_that_nobody_recorded_is_told() -> None:
    assert 1 == foreign(TOLD[:1], {FIRST: 1.0, SECOND: 2.0})


def test_mosquitto_may_cost_what_came_since_its_last_save() -> None:
    assert [(97.0, 101.0)] == mosquitto_spans(Risk([100.0], [(50.0, 200.0)]))


def test_the_embedded_broker_may_cost_what_waited_and_what_came_before_somebody_listened() -> None:
    deaf = deaf_spans([60.0, 90.0, 100.0], [80.0, 105.0], 999.0)

    assert [(60.0, 80.0), (90.0, 105.0), (100.0, 105.0)] == deaf
    assert [(87.0, 108.0)] == embedded_spans(Risk([100.0], deaf))


def test_what_a_killed_collector_had_not_made_safe_waited_in_the_embedded_broker() -> None:
    """It stood still for 20 s before it was killed at 90: without that the span would begin at 87, and 54 frames were once blamed on us."""
    deaf = deaf_spans([90.0, 100.0], [105.0], 999.0)

    assert [(67.0, 108.0)] == embedded_spans(Risk([100.0], deaf, [(70.0, 90.0)]))


def test_a_collector_killed_after_the_broker_leaves_behind_what_it_had_of_it() -> None:
    deaf = deaf_spans([100.0, 120.0], [105.0, 125.0], 999.0)

    assert [(92.0, 108.0)] == embedded_spans(Risk([100.0], deaf, [(95.0, 120.0)]))
    assert [(97.0, 108.0)] == embedded_spans(Risk([100.0], deaf, [(115.0, 120.0)]))


def test_what_is_sent_again_and_not_made_safe_again_is_as_old_as_before() -> None:
    deaf = deaf_spans([60.0, 80.0, 87.0], [65.0, 85.0, 95.0], 999.0)

    assert [(47.0, 98.0)] == embedded_spans(Risk([87.0], deaf, [(50.0, 60.0), (66.0, 80.0)]))
    assert [(69.0, 98.0)] == embedded_spans(Risk([87.0], deaf, [(50.0, 60.0), (72.0, 80.0)]))


def test_a_confirmation_came_some_time_between_two_looks() -> None:
    late = [Told({FIRST: 1.0}, (99.0, 107.0))]

    assert 1 == score(late, {}, [(90.0, 100.0)]).at_risk
    assert 0 == score(late, {}, [(90.0, 98.0)]).at_risk


def test_a_frame_is_read_as_points() -> None:
    body = (
        b'{"v":1,"seq":1,"boot":"x","ts":"1970-01-01T00:01:40Z","m":[{"k":"soil.moisture","d":20,"v":1.5}],"bat":3.6}'
    )

    assert {FIRST: 1.5, Point("a", "battery.voltage", None, 100): 3.6} == dict(values("a", body))


def test_the_stage_risks_what_production_risks() -> None:
    """Every line that decides what a crash costs is the one of deploy/mosquitto.conf."""
    production = (ROOT / "deploy" / "mosquitto.conf").read_text().splitlines()
    own = ("listener", "user", "allow_anonymous", "persistence_location", "log_dest")

    decisive = [line for line in stage.MOSQUITTO.splitlines() if not line.startswith(own)]

    assert [] == [line for line in decisive if line not in production]
