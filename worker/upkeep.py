"""Forgets what nobody can need any more."""

from datetime import datetime, timedelta
from pathlib import Path

from nongso import erasures, store
from nongso.journal import note
from nongso.store import collectors, contacts, rotations, serial_batches, sessions

BOOT_KEPT = timedelta(days=90)  # longer than any device of ours keeps a reading

SHEET_KEPT = timedelta(days=30)

COLLECTOR_KEPT = timedelta(days=30)


def forget_boots(pool: store.Pool, now: datetime) -> None:
    with store.connection(pool) as conn:
        contacts.forget_boots(conn, now - BOOT_KEPT)


def forget_sessions(pool: store.Pool, now: datetime) -> None:
    """Ended sessions, and failed sign-ins that no longer count."""
    with store.connection(pool) as conn:
        sessions.sweep(conn, now)


def end_rotations(pool: store.Pool, now: datetime) -> None:
    """The old secret of a device ends when its time is up."""
    with store.connection(pool) as conn:
        rotations.end_due(conn, now)


def forget_sheets(pool: store.Pool, now: datetime) -> None:
    """PDFs of labels that were printed long ago; the serials stay."""
    with store.connection(pool) as conn:
        serial_batches.forget_sheets(conn, now - SHEET_KEPT)


def forget_collectors(pool: store.Pool, now: datetime) -> None:
    """Those that somebody took away; what still waits in one of them stays an alert until then."""
    with store.connection(pool) as conn:
        collectors.forget(conn, now - COLLECTOR_KEPT)


def keep_erasures(file: Path, pool: store.Pool, now: datetime) -> None:
    """The list of those who were forgotten, outside the database: whoever an older back-up brought back is forgotten again."""
    with store.connection(pool) as conn:
        applied = erasures.keep(conn, file, now)
    for one in applied.again:
        note("erasures.again", kind=one.kind, id=one.id)
