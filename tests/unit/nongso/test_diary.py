"""The diary's rules at their boundaries: what an entry must say, waiting periods, closed fields."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from nongso.diary import (
    DayInFuture,
    Draft,
    FieldClosed,
    HarvestNotByWeight,
    Incomplete,
    Kind,
    Spray,
    TooEarly,
    Unit,
    check,
    check_harvest,
    decisive,
    find_closed,
    of_kind,
)

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)  # 10:45 in Vietnam
TODAY = date(2026, 11, 22)
SPRAYED = date(2026, 11, 1)


def draft(kind: Kind, **values: object) -> Draft:
    return Draft(**{"client_id": UUID(int=1), "field_id": 1, "kind": kind, "day": TODAY, **values})  # pyright: ignore[reportArgumentType]


def spray(day: date = SPRAYED, days: int = 7, hours: float = 0, at: time | None = None, product: str = "A") -> Spray:
    return Spray(product, day, at, days, hours)


@pytest.mark.parametrize(
    ("kind", "values", "missing"),
    [
        (Kind.SOW, {}, "product"),
        (Kind.FERTILISE, {"product": "NPK"}, "amount, unit"),
        (Kind.FERTILISE, {"product": "NPK", "amount": 25.0}, "unit"),
        (Kind.SOW, {"product": "OM 5451", "amount": 25.0}, "unit"),
        (Kind.SPRAY, {"product": "A", "amount": 25.0, "unit": Unit.ML}, "waiting_days, reentry_hours"),
        (Kind.IRRIGATE, {}, "volume_m3|minutes"),
        (Kind.HARVEST, {}, "amount, unit"),
        (Kind.OBSERVE, {}, "note|photo"),
        (Kind.COST, {"note": "công"}, "cost_vnd"),
        (Kind.VOID, {"note": "nhầm"}, "supersedes"),
    ],
)
def test_what_is_missing_is_named(kind: Kind, values: dict[str, object], missing: str) -> None:
    with pytest.raises(Incomplete) as refused:
        check(draft(kind, **values), NOW)

    assert missing == refused.value.values["missing"]


def test_a_waiting_period_of_no_days_is_said_not_missing() -> None:
    check(draft(Kind.SPRAY, product="A", amount=25.0, unit=Unit.ML, waiting_days=0, reentry_hours=0.0), NOW)


def test_nothing_was_done_tomorrow() -> None:
    with pytest.raises(DayInFuture):
        check(draft(Kind.OBSERVE, day=TODAY + timedelta(days=1), note="x"), NOW)


def test_a_harvest_is_weighed() -> None:
    with pytest.raises(HarvestNotByWeight):
        check(draft(Kind.HARVEST, amount=5.0, unit=Unit.L), NOW)


def test_what_was_typed_for_another_kind_does_not_count() -> None:
    kept = of_kind(draft(Kind.HARVEST, amount=80.0, product="A", waiting_days=7))

    assert (80.0, Unit.KG, "", None) == (kept.amount, kept.unit, kept.product, kept.waiting_days)


@pytest.mark.parametrize(
    ("days", "harvested_on", "kept"),
    [
        (7, date(2026, 10, 31), True),  # sprayed after the harvest
        (7, date(2026, 11, 1), False),
        (7, date(2026, 11, 7), False),
        (7, date(2026, 11, 8), True),
        (0, date(2026, 11, 1), True),
        (1, date(2026, 11, 1), False),
        (1, date(2026, 11, 2), True),
    ],
)
def test_waiting_period_to_the_day(days: int, harvested_on: date, kept: bool) -> None:
    def harvest() -> None:
        check_harvest([spray(days=days)], harvested_on, NOW)

    if kept:
        harvest()
    else:
        with pytest.raises(TooEarly) as refused:
            harvest()
        assert {"product": "A", "sprayed": SPRAYED, "days": days, "first": SPRAYED + timedelta(days=days)} == (
            refused.value.values
        )


def test_the_spray_not_waited_for_that_ends_last_decides() -> None:
    long, short, over = spray(days=30, product="dài"), spray(date(2026, 11, 10), 3), spray(date(2026, 11, 9), 1)

    assert long == decisive([short, long, over], date(2026, 11, 11))
    assert short == decisive([short, over], date(2026, 11, 20))
    assert None is decisive([], TODAY)


@pytest.mark.parametrize(
    ("at", "closed"),
    [
        (datetime(2026, 11, 22, 3, 44, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 22, 3, 45, tzinfo=UTC), False),
    ],
)
def test_closed_until_the_very_minute(at: datetime, closed: bool) -> None:
    sprayed = spray(date(2026, 11, 21), 0, 24, time(10, 45))

    assert closed == (find_closed([sprayed], at) is not None)


def test_a_spray_without_its_hour_closes_from_the_end_of_its_day() -> None:
    with pytest.raises(FieldClosed):
        check_harvest([spray(date(2026, 11, 21), 0, 12)], TODAY, NOW)


def test_a_harvest_late_on_an_opening_day_is_not_refused() -> None:
    check_harvest([spray(date(2026, 11, 20), 0, 12, time(23, 0))], date(2026, 11, 21), NOW)
