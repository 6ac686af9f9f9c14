"""How often one sender may ask."""

import pytest

from ingest.http_faults import TooOften
from ingest.http_pace import BURST, RATE, Pace


def test_a_burst_is_free_then_the_rate_holds_and_neighbours_are_not_concerned() -> None:
    now = 1_000.0
    pace = Pace(lambda: now)
    for _ in range(int(BURST)):
        pace.spend("wild")

    with pytest.raises(TooOften) as fault:
        pace.spend("wild")
    pace.spend("calm")
    now += 1.0
    for _ in range(int(RATE)):
        pace.spend("wild")

    assert {"wait_s": 1} == fault.value.values
    with pytest.raises(TooOften):
        pace.spend("wild")


def test_senders_with_a_full_bucket_are_forgotten() -> None:
    now = 1_000.0
    pace = Pace(lambda: now)
    for place in range(20_000):
        now += 0.001
        pace.spend(f"device-{place}")

    assert len(pace._buckets) <= 10_000
