"""What a collector tells of itself: that it is alive, and when readings waited in it. Kept here for as long as the database is away."""

import time
from dataclasses import replace
from datetime import UTC, datetime

from ingest.backlog import Backlog, faults, is_level
from nongso import store
from nongso.alerting.collecting import Wait
from nongso.store import collectors

TELL_S = 10.0


class Bulletin:
    """Used by the writer's thread. `wait` is what nobody could be told of yet, or what still lasts."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.wait: Wait | None = None
        self._is_level = False
        self._due = 0.0

    def look(self, backlog: Backlog, now_us: int) -> None:
        """Called with every turn of the writer. What begins and what ends is due at once."""
        waiting = backlog.spooled + backlog.aside
        self._is_level = is_level(backlog)
        if faults(backlog, now_us):
            since = moment(now_us if backlog.oldest_us is None else min(backlog.oldest_us, now_us))
            before = self.wait or Wait(since, None, 0)
            if self.wait is None or before.to_at is not None:
                self._due = 0.0
            self.wait = Wait(min(since, before.from_at), None, max(waiting, before.most))
        elif self.wait is not None and self.wait.to_at is None:
            to_at = moment(now_us) if self._is_level else None
            self.wait = replace(self.wait, to_at=to_at, most=max(waiting, self.wait.most))
            self._due = 0.0 if to_at else self._due

    def is_due(self) -> bool:
        return time.monotonic() >= self._due

    def tell(self, conn: store.Connection, now: datetime) -> None:
        """Write it down. Raises StoreAway, and then tells it the next time."""
        wait = self.wait
        with store.transaction(conn):
            collectors.be_seen(conn, self._name, now)
            if wait is not None:
                collectors.hold_backlog(conn, self._name, wait)
            if self._is_level:
                collectors.end_backlog(conn, self._name, (wait.to_at if wait else None) or now)
        self.wait = None if wait is not None and wait.to_at is not None else wait
        self._due = time.monotonic() + TELL_S


def moment(us: int) -> datetime:
    return datetime.fromtimestamp(us / 1e6, UTC)
