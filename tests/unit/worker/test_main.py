"""The worker's clock: what fails does not stop the rest, and a sign of life is left."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nongso import store
from worker.main import Job, is_alive, work

NOWHERE = "postgresql://nobody@/nothing?host=/nonexistent"


@pytest.fixture
def pool() -> store.Pool:
    """A pool that no job of these tests opens."""
    return store.Pool(NOWHERE, open=False)


def test_a_job_that_fails_does_not_stop_the_others(
    pool: store.Pool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[datetime] = []
    stopping = threading.Event()

    def fail(pool: store.Pool, now: datetime) -> None:
        raise ZeroDivisionError

    def finish(pool: store.Pool, now: datetime) -> None:
        done.append(now)
        stopping.set()

    work(pool, (Job("bad", 1, fail), Job("good", 1, finish)), tmp_path / "sign", stopping)

    assert UTC == done[0].tzinfo
    assert "event=worker.job_failed job=bad fault=ZeroDivisionError" in capsys.readouterr().err


def test_a_sign_of_life_grows_old(tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    before = is_alive(sign, 0.0)
    sign.touch()
    touched_s = sign.stat().st_mtime

    assert (False, True, False) == (before, is_alive(sign, touched_s + 59), is_alive(sign, touched_s + 61))
