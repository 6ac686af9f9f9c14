"""Rules of a lot, without a store."""

from datetime import date

import pytest

from nongso import lots
from nongso.lots import Datum

HARVESTED = date(2026, 11, 18)
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("product", "taken", "expected"),
    [
        ("Bưởi da xanh", [], "BX-261118-01"),
        ("Bưởi da xanh", ["BX-261118-01", "bx-261118-02"], "BX-261118-03"),
        ("Bưởi da xanh", ["BX-261118-02"], "BX-261118-01"),
        ("Đậu", [], "D-261118-01"),
        ("Gạo ST25", [], "GS-261118-01"),
        ("茶", [], "L-261118-01"),
    ],
)
def test_proposed_number_says_product_and_day_and_is_free(product: str, taken: list[str], expected: str) -> None:
    proposed = lots.propose_number(product, HARVESTED, taken)

    assert expected == proposed
    assert proposed == lots.check_number(proposed)


@pytest.mark.parametrize("number", ["", "-1", "A" * 21, "A/B", "lô 1", "A\n", "Đ1", "A%2F"])
def test_number_that_would_not_survive_an_address_is_refused(number: str) -> None:
    with pytest.raises(lots.BadLotNumber):
        lots.check_number(number)


def test_best_before_counts_from_packing_else_from_harvest() -> None:
    assert date(2026, 12, 10) == lots.best_before(date(2026, 11, 19), HARVESTED, 21)
    assert date(2026, 12, 9) == lots.best_before(None, HARVESTED, 21)
    assert lots.best_before(date(2026, 11, 19), HARVESTED, None) is None


def test_lot_takes_no_more_than_is_left() -> None:
    lots.check_quantity(0.3, 0.1 + 0.2)
    with pytest.raises(lots.MoreThanLeft) as refused:
        lots.check_quantity(100, 20)

    assert {"asked_kg": 100, "left_kg": 20} == refused.value.values


def test_days_come_in_order() -> None:
    lots.check_days(HARVESTED, HARVESTED, date(2026, 12, 1), TODAY)
    with pytest.raises(lots.BeforeHarvest):
        lots.check_days(HARVESTED, date(2026, 11, 17), None, TODAY)
    with pytest.raises(lots.BeforeHarvest):
        lots.check_days(HARVESTED, date(2026, 11, 20), date(2026, 11, 19), TODAY)
    with pytest.raises(lots.PackedInFuture):
        lots.check_days(HARVESTED, date(2026, 11, 23), None, TODAY)


def test_ratoon_is_the_same_crop_and_rice_is_no_pomelo() -> None:
    lots.check_crop("banana", "banana_ratoon")
    with pytest.raises(lots.CropDiffers):
        lots.check_crop("pomelo", "rice")


def test_what_is_asked_if_any_is_never_missing() -> None:
    owed = set(Datum) - {Datum.BRAND, Datum.SHELF_LIFE}

    assert owed == set(lots.missing_data(frozenset()))
    assert () == lots.missing_data(owed)
