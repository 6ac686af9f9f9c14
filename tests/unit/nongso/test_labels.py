"""Labels' rules: what may become of one, how many a lot can use, when the books of a batch agree."""

import pytest

from nongso.labels import (
    MAY_BECOME,
    LabelState,
    OverBudget,
    Reconciliation,
    Tally,
    budget,
    check_budget,
    reconcile,
    sources_of,
)


@pytest.mark.parametrize(
    ("lot_kg", "net_kg", "expected"),
    [(100, None, None), (100, 1, 102), (100, 10, 11), (420, 1.2, 357), (1, 1, 2), (0.5, 1, 1)],
)
def test_a_lot_uses_its_weight_by_that_of_a_piece_and_two_in_a_hundred(
    lot_kg: float, net_kg: float | None, expected: int | None
) -> None:
    assert expected == budget(lot_kg, net_kg)


def test_the_last_label_of_the_budget_is_given_and_one_more_needs_a_reason() -> None:
    check_budget(2, 100, 102, "")
    check_budget(3, 100, 102, "Trái nhỏ")
    check_budget(1_000_000, 0, None, "")
    with pytest.raises(OverBudget) as refused:
        check_budget(3, 100, 102, "")

    assert {"asked": 3, "left": 2, "budget": 102} == refused.value.values


def test_void_is_the_end_and_nothing_is_active_that_was_not_printed() -> None:
    assert frozenset() == MAY_BECOME[LabelState.VOID]
    assert ("printed",) == sources_of(LabelState.ACTIVE)
    assert ("active",) == sources_of(LabelState.SOLD)
    assert set(LabelState) == set(MAY_BECOME)


def test_books_agree_only_when_every_printed_label_is_somewhere() -> None:
    tally = Tally(allocated=0, printed=4, active=3, sold=2, void=1, suspect=0)

    assert Reconciliation(10, 3, 0, 2, 1, 4, None, None, balances=True) == reconcile(10, tally, None, None)
    assert not reconcile(11, tally, None, None).balances
    assert not reconcile(10, tally, 3, 4).balances
    assert -1 == reconcile(10, tally, 5, 4).missing
