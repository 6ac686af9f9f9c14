"""Waits of several collectors told as one story, and a silence that counts only while the database could be told."""

from datetime import UTC, datetime, timedelta

import pytest

from nongso.alerting.collecting import SILENT, Wait, is_silent, joined

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("waits", "expected"),
    [
        ([], []),
        ([Wait(at(0), at(5), 3), Wait(at(6), at(9), 4)], [Wait(at(0), at(5), 3), Wait(at(6), at(9), 4)]),
        ([Wait(at(4), at(9), 4), Wait(at(0), at(5), 3)], [Wait(at(0), at(9), 7)]),
        ([Wait(at(0), at(9), 3), Wait(at(1), at(2), 4)], [Wait(at(0), at(9), 7)]),
        ([Wait(at(0), None, 3), Wait(at(8), at(9), 4)], [Wait(at(0), None, 7)]),
        ([Wait(at(0), at(5), 3), Wait(at(5), None, 4)], [Wait(at(0), None, 7)]),
    ],
)
def test_waits_that_overlap_are_one(waits: list[Wait], expected: list[Wait]) -> None:
    assert expected == joined(waits)


@pytest.mark.parametrize(
    ("seen", "watched", "expected"),
    [(0, 0, False), (-6, -60, True), (-4, -60, False), (-60, -1, False), (-60, -6, True)],
)
def test_a_collector_is_silent_when_it_could_have_spoken(seen: int, watched: int, expected: bool) -> None:
    assert timedelta(minutes=5) == SILENT
    assert expected == is_silent(at(seen), at(watched), NOON)
