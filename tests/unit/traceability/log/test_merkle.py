"""The conventions of size zero, and refusals that vectors do not reach."""

import pytest

from traceability.log.merkle import (
    EMPTY_ROOT,
    ConsistencyRefused,
    InclusionRefused,
    NotInTree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

LEAF = leaf_hash(b"one")


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert tree_root([]) == EMPTY_ROOT


def test_the_root_of_one_leaf_is_the_leaf() -> None:
    assert tree_root([LEAF]) == LEAF


def test_every_tree_follows_from_the_empty_one_without_a_proof() -> None:
    verify_consistency(0, 1, EMPTY_ROOT, LEAF, ())
    verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, ())


@pytest.mark.parametrize(
    ("old", "new", "old_root", "new_root"),
    [
        (0, 1, LEAF, LEAF),  # what is said to be empty is not
        (0, 0, EMPTY_ROOT, LEAF),
        (1, 1, LEAF, EMPTY_ROOT),
        (2, 1, LEAF, LEAF),
        (0, 1, EMPTY_ROOT, b""),
        (-1, 1, EMPTY_ROOT, LEAF),
    ],
)
def test_trees_that_do_not_follow_are_refused(old: int, new: int, old_root: bytes, new_root: bytes) -> None:
    with pytest.raises(ConsistencyRefused):
        verify_consistency(old, new, old_root, new_root, ())


def test_nothing_is_included_in_the_empty_tree() -> None:
    with pytest.raises(InclusionRefused):
        verify_inclusion(0, 0, LEAF, (), EMPTY_ROOT)


def test_a_short_hash_is_refused_even_where_it_would_match() -> None:
    with pytest.raises(InclusionRefused):
        verify_inclusion(0, 1, b"", (), b"")


def test_no_proof_is_made_for_what_is_not_in_the_tree() -> None:
    with pytest.raises(NotInTree):
        inclusion_proof(3, 3, lambda level, index: LEAF)
    with pytest.raises(NotInTree):
        consistency_proof(4, 3, lambda level, index: LEAF)
