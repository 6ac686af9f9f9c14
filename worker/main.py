"""`nongso worker`: runs the house's jobs by the clock, one after another, and says that it is alive."""

import argparse
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from nongso import store
from nongso.clock import utc_now
from nongso.commands.database import database_url
from nongso.erasures import list_file
from nongso.journal import note
from nongso.settings import Settings
from traceability.log.house import open_log
from worker import (
    alerts,
    broker_files,
    collectors,
    forecasts,
    intervals,
    label_scans,
    notifications,
    press,
    retention,
    rollups,
    tamper_log,
    upkeep,
    webhooks,
)
from worker.watering import Watering

PRESS_POLL_S = 0.5
ALIVE_S = 60  # a sign of life older than this is none
JOIN_S = 10  # the log may be killed at any moment; this is only for tidiness


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every `every_s` seconds. It gets the pool and the time; what it raises is noted, the others go on."""

    name: str
    every_s: float
    run: Callable[[store.Pool, datetime], object]


JOBS = (
    Job("rollups", 2, rollups.catch_up),
    Job("alerts", 30, alerts.run_once),
    Job("notifications", 10, notifications.run_once),
    Job("intervals", 60, intervals.learn),
    Job("end_rotations", 60, upkeep.end_rotations),
    Job("forget_boots", 3600, upkeep.forget_boots),
    Job("forget_forecasts", 3600, forecasts.forget),
    Job("forget_sessions", 3600, upkeep.forget_sessions),
    Job("label_scans", 5, label_scans.judge_new),
    Job("forget_visitors", 3600, label_scans.forget),
    Job("forget_sheets", 3600, upkeep.forget_sheets),
    Job("forget_collectors", 3600, upkeep.forget_collectors),
)


WATER = Job("water", 2, Watering().run_once)
WEBHOOKS = Job("webhooks", 2, webhooks.deliver)


def worker(argv: list[str]) -> int:
    """Run until SIGTERM or SIGINT. With --check: 0 when another worker of this data folder is alive, else 1."""
    parser = argparse.ArgumentParser(prog="nongso worker")
    parser.add_argument("--check", action="store_true", help="only say by the exit code whether the worker is alive")
    chosen = parser.parse_args(argv)
    settings = Settings.from_env(os.environ)
    sign = settings.data_dir / "worker.alive"
    if chosen.check:
        return 0 if is_alive(sign, time.time()) else 1
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    jobs, log_jobs = jobs_for(settings), log_jobs_for(settings)
    note("worker.started", jobs=len(jobs) + len(log_jobs))
    with store.open_pool(database_url(settings), size=5) as pool:
        pressing = threading.Thread(target=press_on, args=(pool, settings, stopping), name="press")
        pressing.start()
        beside = (pool, log_jobs, sign.with_name("worker-log.alive"), stopping)
        logging = threading.Thread(target=work, args=beside, name="log", daemon=True)
        if log_jobs:
            logging.start()
        # On a thread of its own: rules over a month of readings must not hold up a valve that should close.
        own_sign = sign.with_name("water.alive")
        water = threading.Thread(target=work, args=(pool, [WATER], own_sign, stopping), name="water")
        water.start()
        # Other people's servers, which may take the longest time they are given: no alert waits for them.
        told = (pool, [WEBHOOKS], sign.with_name("webhooks.alive"), stopping)
        telling = threading.Thread(target=work, args=told, name="webhooks", daemon=True)
        telling.start()
        work(pool, jobs, sign, stopping)
        water.join()
        pressing.join()
        telling.join(1)  # what it was telling is told again by the next worker
        if log_jobs:
            logging.join(JOIN_S)
    note("worker.stopped")
    return 0


def log_jobs_for(settings: Settings) -> Sequence[Job]:
    """What keeps and checks the tamper-evident log, beside the others: a witness that does not answer must hold up no alert."""
    house = open_log(settings)
    if house is None:
        return ()
    return (
        Job("log", 5, tamper_log.Keeper(house).run),
        Job("log_monitor", 60, tamper_log.Monitor(house).run),
    )


def jobs_for(settings: Settings) -> Sequence[Job]:
    """The house's jobs; each of the others where the settings give it something to do."""
    jobs = [*JOBS, Job("collectors", 10, collectors.Watch().run)]
    jobs.append(Job("erasures", 60, partial(upkeep.keep_erasures, list_file(settings))))
    if settings.broker_auth_dir is not None:
        jobs.append(Job("broker_files", 2, partial(broker_files.write, settings)))
    if settings.forecast_url is not None:
        jobs.append(Job("forecasts", 60, forecasts.Fetcher(settings.forecast_url).run))
    if settings.log_key is not None:
        jobs.append(Job("log_late", 60, tamper_log.tell_late))
    if settings.retention_days is not None:
        jobs.append(Job("retention", 3600, partial(retention.drop_old, settings.retention_days)))
    return jobs


def work(pool: store.Pool, jobs: Sequence[Job], sign: Path, stopping: threading.Event) -> None:
    """Each job when it is due, until told to stop."""
    due = dict.fromkeys((job.name for job in jobs), 0.0)
    sign.parent.mkdir(parents=True, exist_ok=True)
    while not stopping.is_set():
        for job in jobs:
            if time.monotonic() >= due[job.name] and not stopping.is_set():
                attempt(job, pool, utc_now())
                due[job.name] = time.monotonic() + job.every_s
                sign.touch()
        stopping.wait(max(0.05, min(due.values()) - time.monotonic()))


def press_on(pool: store.Pool, settings: Settings, stopping: threading.Event) -> None:
    """Label sheets have a thread of their own: one takes seconds, and an alert must not wait for it. The one in the press is finished first."""
    job = Job("press", PRESS_POLL_S, partial(press.press_next, settings))
    while not stopping.is_set():
        attempt(job, pool, utc_now())
        stopping.wait(job.every_s)


def attempt(job: Job, pool: store.Pool, now: datetime) -> bool:
    """Run a job; False when it failed, which is noted and must not stop the others."""
    try:
        job.run(pool, now)
    except Exception as fault:
        note("worker.job_failed", job=job.name, fault=type(fault).__name__, reason=fault)
        return False
    return True


def is_alive(sign: Path, now_s: float) -> bool:
    return sign.exists() and now_s - sign.stat().st_mtime < ALIVE_S
