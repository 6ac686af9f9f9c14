"""Scans are written many at a time, each once, and a store that is away costs them and nothing else."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from threading import Thread

import pytest

from api.scan_desk import MOST_WAITING, ScanDesk
from nongso import store
from nongso.store.scans import Scan


def scan(now: datetime, number: int) -> Scan:
    return Scan(now, None, f"verdict-{number}", "vi")


def run(work: Coroutine[None, None, None]) -> None:
    """In a loop of its own: in the test's thread Playwright's loop may be running."""
    thread = Thread(target=asyncio.run, args=(work,))
    thread.start()
    thread.join()


async def take_all(desk: ScanDesk, scans: list[Scan]) -> None:
    await asyncio.gather(*(desk.take(each) for each in scans))


def test_scans_at_once_are_written_once_each_in_few_transactions(scratch_database: str, now: datetime) -> None:
    pool = store.open_pool(scratch_database, 1)

    run(take_all(ScanDesk(pool), [scan(now, number) for number in range(100)]))

    with store.connection(pool) as conn:
        kept = conn.execute("SELECT count(*), count(DISTINCT verdict), count(DISTINCT xmin::text) FROM scan").fetchone()
    assert (100, 100, 1) == kept
    pool.close()


def test_scans_are_lost_and_nothing_else_while_the_store_is_away(
    scratch_database: str, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    pool = store.open_pool(scratch_database, 1)
    desk = ScanDesk(pool)
    pool.close()

    run(take_all(desk, [scan(now, number) for number in range(3)]))

    assert ["3 scans not recorded"] == [record.getMessage().partition(":")[0] for record in caplog.records]
    assert not desk.waiting
    assert not desk.writing


def test_what_waits_is_bounded(scratch_database: str, now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    pool = store.open_pool(scratch_database, 1)
    desk = ScanDesk(pool)
    desk.waiting = [scan(now, 0)] * MOST_WAITING

    run(desk.take(scan(now, 1)))

    assert MOST_WAITING == len(desk.waiting)
    assert caplog.records
    pool.close()
