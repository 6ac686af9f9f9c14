"""Keeps the sums of hours and days in step with the readings."""

from datetime import datetime

from nongso import store
from nongso.store import rollups

MARKS = 2_000


def run_once(pool: store.Pool) -> int:
    """One transaction's worth of marks; how many were worked off."""
    with store.connection(pool) as conn:
        return rollups.refresh(conn, MARKS)


def catch_up(pool: store.Pool, now: datetime) -> None:
    """Until no full load of marks is left."""
    while run_once(pool) == MARKS:
        pass
