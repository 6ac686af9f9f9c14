"""Keeps the sums of hours and days in step with the readings."""

import time
from datetime import datetime

from nongso import store
from nongso.store import rollups

MARKS = 10_000
TURN_S = 10.0  # then alerts have their turn, though a year of late readings still waits


def run_once(pool: store.Pool) -> int:
    """One transaction's worth of marks; how many were worked off."""
    with store.connection(pool) as conn:
        return rollups.refresh(conn, MARKS)


def catch_up(pool: store.Pool, now: datetime) -> None:
    """Until less than a full load of marks was left, or the turn is over."""
    until = time.monotonic() + TURN_S
    while run_once(pool) >= MARKS and time.monotonic() < until:
        pass
