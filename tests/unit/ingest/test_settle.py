"""The pure parts of settling: which numbers are safe, which letters are the same."""

import pytest

from ingest.settle import ranges


@pytest.mark.parametrize(
    ("low", "seqs", "expected"),
    [
        (1, [1, 2, 3], "{[0,4)}"),
        (1, [3, 1, 3, 7], "{[0,2),[3,4),[7,8)}"),
        (1, [2], "{[0,1),[2,3)}"),
        (5, [5, 3, 9], "{[0,6),[9,10)}"),
    ],
)
def test_ranges_of_safe_messages(low: int, seqs: list[int], expected: str) -> None:
    assert expected == ranges(low, seqs)
