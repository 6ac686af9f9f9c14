"""Drops readings that are older than the office keeps them."""

from datetime import datetime

from nongso import store
from nongso.journal import note
from nongso.store import retention


def drop_old(days: int, pool: store.Pool, now: datetime) -> None:
    """One run. Where a device could bring readings of that time until just now, the drop waits for the next run."""
    before = retention.horizon(now, days)
    with store.connection(pool) as conn:
        if retention.refuse_older(conn, before) or not retention.is_summed(conn, before):
            return
    total = 0
    while dropped := drop_some(pool, before, now):
        total += dropped
    if total:
        note("retention.dropped", readings=total, before=before.isoformat())


def drop_some(pool: store.Pool, before: datetime, now: datetime) -> int:
    with store.connection(pool) as conn:
        return retention.drop(conn, before, now)
