"""Presses label sheets in the background: one batch at a time, progress on record, every code read back before the sheet is released."""

from dataclasses import dataclass
from datetime import datetime

from nongso import store
from nongso.clock import utc_now
from nongso.errors import InvalidInput, NongsoError
from nongso.journal import note
from nongso.settings import Settings
from nongso.store import serial_batches
from nongso.store.serial_batches import PressJob
from traceability.labels import serials, sheet
from traceability.labels.foot import foot
from traceability.labels.stock import get_stock
from traceability.labels.verify import Unreadable

EVERY = 20  # labels between two signs of life


class LeaseLost(NongsoError):
    """Another press has taken the batch over: this one lets go of it."""

    code = "label.lease_lost"


@dataclass(slots=True)
class Lease:
    """Owns the claim of this press to a batch: says how far it is, and notices when the batch is no longer its own."""

    pool: store.Pool
    job: PressJob
    heard_at: datetime

    def tell(self, done: int, total: int) -> None:
        if done % EVERY == 0 and done < total:
            now = utc_now()
            with store.connection(self.pool) as conn:
                if not serial_batches.hear(conn, self.job, done, self.heard_at, now):
                    raise LeaseLost()
            self.heard_at = now


def press_next(settings: Settings, pool: store.Pool, now: datetime) -> bool:
    """Press the oldest batch that waits; False when there is none. A sheet that cannot be printed well is held back with its reason."""
    with store.connection(pool) as conn:
        job = serial_batches.take_job(conn, now)
        if job is None:
            return False
        minted = serial_batches.list_serials(conn, job.id)
    lease = Lease(pool, job, job.heard_at)
    try:
        labels = list(serials.labels_of(job, minted, settings.public_url))
        pdf = sheet.render(labels, get_stock(job.stock), lease.tell, job.lang, foot(settings, job.lang))
    except LeaseLost:
        note("press.lease_lost", batch=job.id)
        return True
    except (InvalidInput, Unreadable) as fault:
        with store.connection(pool) as conn:
            serial_batches.fail(conn, job, fault.code, fault.values, utc_now())
        note("press.held_back", batch=job.id, fault=fault)
        return True
    with store.connection(pool) as conn:
        released = serial_batches.finish(conn, job, pdf, lease.heard_at, utc_now())
    note("press.released" if released else "press.lease_lost", batch=job.id, labels=job.count, bytes=len(pdf))
    return True
