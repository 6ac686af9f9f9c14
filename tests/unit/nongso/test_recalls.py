"""Rules of a recall: the clock, what counts as accounted for, when a drill is due."""

from datetime import UTC, date, datetime

import pytest

from nongso.recalls import Answer, Effect, FoundLater, check_found, drill_due_by, due_at, effect

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)


def test_the_24_hours_count_from_when_the_fault_was_established() -> None:
    assert datetime(2026, 11, 23, 3, 45, tzinfo=UTC) == due_at(NOW)


def test_a_fault_is_not_established_tomorrow() -> None:
    check_found(NOW, NOW)
    with pytest.raises(FoundLater):
        check_found(due_at(NOW), NOW)


def test_effectiveness_is_by_weight_and_nobody_accounts_for_more_than_they_got() -> None:
    answers = [Answer(100, 60), Answer(50, 80), Answer(50, None), Answer(None, 10)]

    assert Effect(200, 110, 4, 3, 1) == effect(answers)
    assert 0.55 == effect(answers).share


def test_where_nothing_was_sent_there_is_no_share() -> None:
    assert effect([]).share is None


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (None, date(2026, 12, 31)),
        (date(2026, 9, 30), date(2026, 12, 31)),
        (date(2026, 10, 1), date(2027, 3, 31)),
        (date(2026, 11, 22), date(2027, 3, 31)),
    ],
)
def test_a_drill_is_due_once_a_quarter(last: date | None, due: date) -> None:
    assert due == drill_due_by(last, date(2026, 11, 22))
