"""Rules of the chain: what may become of lots, how much, and in which order."""

from datetime import UTC, date, datetime, timedelta

import pytest

from nongso.chain import (
    BeforeBeginning,
    Change,
    MoreOutThanIn,
    NotEnoughLeft,
    StepInFuture,
    Weighed,
    WrongChange,
    check_change,
    check_free,
    step_time,
)
from nongso.clock import local_day

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def of(*amounts: float, product: int = 1) -> list[Weighed]:
    return [Weighed(product, kg) for kg in amounts]


@pytest.mark.parametrize(
    ("kind", "inputs", "outputs"),
    [
        (Change.MERGE, of(60, 40), of(99.5)),
        (Change.SPLIT, of(100), of(60, 40)),
        (Change.SPLIT, of(100), of(30)),
        (Change.PROCESS, of(100), of(40, product=2)),
        (Change.PROCESS, of(100), of(130, product=2)),
    ],
)
def test_what_may_become_of_lots(kind: Change, inputs: list[Weighed], outputs: list[Weighed]) -> None:
    check_change(kind, inputs, outputs)


@pytest.mark.parametrize(
    ("kind", "inputs", "outputs", "refusal"),
    [
        (Change.MERGE, of(60), of(60), WrongChange),
        (Change.MERGE, of(60, 40), of(50, 50), WrongChange),
        (Change.MERGE, of(60) + of(40, product=2), of(100), WrongChange),
        (Change.SPLIT, of(60, 40), of(50, 50), WrongChange),
        (Change.SPLIT, of(60), of(30, product=2), WrongChange),
        (Change.MERGE, of(60, 40), of(100.001), MoreOutThanIn),
        (Change.SPLIT, of(100), of(60, 40.01), MoreOutThanIn),
    ],
)
def test_what_may_not(kind: Change, inputs: list[Weighed], outputs: list[Weighed], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_change(kind, inputs, outputs)


def test_no_more_is_used_than_there_is() -> None:
    check_free("L-1", 40.0, 39.9999)
    with pytest.raises(NotEnoughLeft):
        check_free("L-1", 40.1, 40.0)


def test_today_is_now_and_an_earlier_day_its_noon() -> None:
    assert NOW == step_time(None, None, None, NOW)
    assert NOW == step_time(TODAY, None, None, NOW)
    assert datetime(2026, 11, 20, 5, tzinfo=UTC) == step_time(date(2026, 11, 20), None, None, NOW)


def test_steps_of_a_day_keep_the_order_they_were_recorded_in() -> None:
    day = date(2026, 11, 20)
    first = step_time(day, None, None, NOW)
    second = step_time(day, None, first, NOW)

    assert first < second
    assert day == local_day(second)
    assert NOW < step_time(None, None, NOW, NOW)


def test_something_recorded_of_a_later_day_does_not_move_an_earlier_one() -> None:
    assert datetime(2026, 11, 20, 5, tzinfo=UTC) == step_time(date(2026, 11, 20), None, NOW, NOW)


def test_no_step_tomorrow_and_none_before_the_harvest() -> None:
    with pytest.raises(StepInFuture):
        step_time(TODAY + timedelta(days=1), None, None, NOW)
    with pytest.raises(BeforeBeginning):
        step_time(date(2026, 11, 17), date(2026, 11, 18), None, NOW)
