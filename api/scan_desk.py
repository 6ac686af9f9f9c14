"""Scans on their way into the store: many at a time and after the answers, so that no buyer waits for them."""

import asyncio
import logging

from starlette.concurrency import run_in_threadpool

from nongso import store
from nongso.errors import NongsoError
from nongso.store import scans
from nongso.store.scans import Scan

log = logging.getLogger(__name__)

PAUSE_S = 0.05  # between two writes: at 200 scans a second one transaction holds ten of them
MOST_WAITING = 10_000  # what comes on top while the database is away is counted and lost


class ScanDesk:
    """Owns the scans that wait. Lives on the event loop: only `write` is in a thread, and it is there once at a time."""

    def __init__(self, pool: store.Pool) -> None:
        self.pool = pool
        self.waiting: list[Scan] = []
        self.writing = False
        self.next_at = 0.0

    async def take(self, scan: Scan) -> None:
        """Keep a scan. Whoever finds nobody writing writes, until nothing waits."""
        if len(self.waiting) >= MOST_WAITING:
            log.warning("scan not recorded: %d wait already", MOST_WAITING)
            return
        self.waiting.append(scan)
        if self.writing:
            return
        self.writing = True
        try:
            while self.waiting:
                await asyncio.sleep(self.next_at - asyncio.get_running_loop().time())
                batch, self.waiting = self.waiting, []
                await run_in_threadpool(self.write, batch)
                self.next_at = asyncio.get_running_loop().time() + PAUSE_S
        finally:
            self.writing = False

    def write(self, batch: list[Scan]) -> None:
        """Scans that cannot be written are lost; the pages were not."""
        try:
            with store.connection(self.pool) as conn:
                scans.insert_scans(conn, batch)
        except NongsoError as fault:
            log.warning("%d scans not recorded: %s", len(batch), fault)
