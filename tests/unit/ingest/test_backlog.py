"""When a collector calls for somebody: half of what may wait, or a reading that is unwritten for ten minutes."""

import json
from dataclasses import replace

import pytest

from ingest.backlog import Backlog, Fault, faults
from ingest.watchtower import health

NOW_US = 1_795_319_100_000_000
CALM = Backlog(spooled=49, spool_limit=100, oldest_us=NOW_US - 599_000_000, aside=9, aside_limit=20)


@pytest.mark.parametrize(
    ("backlog", "expected"),
    [
        (CALM, ()),
        (Backlog(0, 100, None, 0, 20), ()),
        (replace(CALM, spooled=50), (Fault.SPOOL_HIGH,)),
        (replace(CALM, aside=10), (Fault.SIDING_HIGH,)),
        (replace(CALM, oldest_us=NOW_US - 600_000_000), (Fault.UNWRITTEN_OLD,)),
        (replace(CALM, oldest_us=NOW_US + 5), ()),
    ],
)
def test_what_is_wrong(backlog: Backlog, expected: tuple[Fault, ...]) -> None:
    assert expected == faults(backlog, NOW_US)


def test_health_says_what_is_wrong_and_is_an_error_then() -> None:
    calm, (status, body) = health(CALM, NOW_US)[0], health(replace(CALM, spooled=70), NOW_US)

    assert ("200 OK", "503 Service Unavailable") == (calm, status)
    assert {"ok": False, "faults": ["spool_high"], "spooled": 70, "oldest_unwritten_s": 599, "aside": 9} == json.loads(
        body
    )
