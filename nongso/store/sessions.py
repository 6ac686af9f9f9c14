"""Who is signed in: sessions and keys by their SHA-256, and the failed tries that slow a guesser down."""

from datetime import datetime, timedelta

from nongso.errors import TooMany
from nongso.people import Role, Viewer
from nongso.store.connection import Connection

LASTS = timedelta(days=30)  # fixed, not sliding: reading a page never writes
WINDOW = timedelta(minutes=15)
TRIES_BY_LOGIN, TRIES_BY_ADDRESS = 10, 40
SIGN_IN_LOCK = 7_163_210  # one queue for all sign-ins of all processes, held for a millisecond


class TooManySignIns(TooMany):
    """Locked for `wait_s` seconds: too many failed tries for this login or from this address."""

    code = "sign_in.too_many"


def insert(conn: Connection, account_id: int, token_hash: bytes, now: datetime) -> datetime:
    """Open a session; the instant it ends."""
    conn.execute(
        """
        INSERT INTO session (token_hash, account_id, created_at, expires_at)
        VALUES (%(hash)s, %(account)s, %(now)s, %(end)s)
        """,
        {"hash": token_hash, "account": account_id, "now": now, "end": now + LASTS},
    )
    return now + LASTS


def find_viewer(conn: Connection, token_hash: bytes, now: datetime) -> Viewer | None:
    """Whose live session this is."""
    row = conn.execute(
        """
        SELECT a.id, a.office_id, a.role, a.name, a.lang
          FROM session s
          JOIN account a ON a.id = s.account_id
         WHERE s.token_hash = %(hash)s
           AND s.expires_at > %(now)s
           AND a.disabled_at IS NULL
        """,
        {"hash": token_hash, "now": now},
    ).fetchone()
    return Viewer(row[0], row[1], Role(row[2]), row[3], row[4]) if row else None


def find_viewer_by_key(conn: Connection, key_hash: bytes) -> Viewer | None:
    """Whose live API key this is."""
    row = conn.execute(
        """
        SELECT a.id, a.office_id, a.role, a.name, a.lang
          FROM api_key k
          JOIN account a ON a.id = k.account_id
         WHERE k.key_hash = %(hash)s
           AND k.revoked_at IS NULL
           AND a.disabled_at IS NULL
        """,
        {"hash": key_hash},
    ).fetchone()
    return Viewer(row[0], row[1], Role(row[2]), row[3], row[4]) if row else None


def delete(conn: Connection, token_hash: bytes) -> None:
    """Sign out."""
    conn.execute("DELETE FROM session WHERE token_hash = %(hash)s", {"hash": token_hash})


def delete_of(conn: Connection, account_id: int) -> None:
    """Sign an account out everywhere."""
    conn.execute("DELETE FROM session WHERE account_id = %(account)s", {"account": account_id})


def delete_others(conn: Connection, account_id: int, token_hash: bytes) -> None:
    """Sign an account out everywhere but in this session."""
    conn.execute(
        "DELETE FROM session WHERE account_id = %(account)s AND token_hash <> %(hash)s",
        {"account": account_id, "hash": token_hash},
    )


def start_try(conn: Connection, login: str, address: str, now: datetime) -> None:
    """Count a try as failed before its password is looked at, so that many at once gain nothing. Raises TooManySignIns.

    Tries made while locked are not counted: waiting is enough to get in again.
    """
    conn.execute("SELECT pg_advisory_xact_lock(%(key)s)", {"key": SIGN_IN_LOCK})
    row = conn.execute(
        """
        SELECT (SELECT f.at FROM sign_in_failure f
                 WHERE f.login = %(login)s AND f.at > %(since)s
                 ORDER BY f.at DESC OFFSET %(login_tries)s LIMIT 1),
               (SELECT f.at FROM sign_in_failure f
                 WHERE f.address = %(address)s AND f.at > %(since)s
                 ORDER BY f.at DESC OFFSET %(address_tries)s LIMIT 1)
        """,
        {
            "login": login,
            "address": address,
            "since": now - WINDOW,
            "login_tries": TRIES_BY_LOGIN - 1,
            "address_tries": TRIES_BY_ADDRESS - 1,
        },
    ).fetchone()
    counted = [at for at in row or () if at is not None]
    if counted:
        wait = max(counted) + WINDOW - now
        raise TooManySignIns(wait_s=max(1, round(wait.total_seconds())), wait_min=-(-wait // timedelta(minutes=1)))
    conn.execute(
        "INSERT INTO sign_in_failure (login, address, at) VALUES (%(login)s, %(address)s, %(now)s)",
        {"login": login, "address": address, "now": now},
    )


def forget_tries(conn: Connection, login: str, address: str) -> None:
    """A right password clears what was held against this login from this address."""
    conn.execute(
        "DELETE FROM sign_in_failure WHERE login = %(login)s AND address = %(address)s",
        {"login": login, "address": address},
    )


def sweep(conn: Connection, now: datetime) -> int:
    """Remove ended sessions and tries that no longer count; how many rows went."""
    ended = conn.execute("DELETE FROM session WHERE expires_at <= %(now)s", {"now": now}).rowcount
    past = conn.execute("DELETE FROM sign_in_failure WHERE at <= %(since)s", {"since": now - WINDOW}).rowcount
    return ended + past
