"""Forgets what nobody can need any more."""

from datetime import datetime, timedelta

from nongso import store
from nongso.store import contacts, sessions

BOOT_KEPT = timedelta(days=90)  # longer than any device of ours keeps a reading


def forget_boots(pool: store.Pool, now: datetime) -> None:
    with store.connection(pool) as conn:
        contacts.forget_boots(conn, now - BOOT_KEPT)


def forget_sessions(pool: store.Pool, now: datetime) -> None:
    """Ended sessions, and failed sign-ins that no longer count."""
    with store.connection(pool) as conn:
        sessions.sweep(conn, now)
