"""Learns how often devices report, some devices a turn."""

from datetime import datetime

from nongso import store
from nongso.store import intervals

DEVICES = 100  # a turn: at five series and a thousand readings each, half a million index entries


def learn(pool: store.Pool, now: datetime) -> None:
    with store.connection(pool) as conn:
        intervals.learn(conn, DEVICES, now)
