"""Accounts and their keys, fenced by office: who may sign in, as what, and with which programs."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Role, Viewer
from nongso.store import log_leaves
from nongso.store.connection import Connection
from nongso.text.sorting import sort_key


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the office. `farm_ids` are the farms a farmer is a member of."""

    id: int
    login: str
    name: str
    role: str
    lang: str
    created_at: datetime
    disabled_at: datetime | None
    farm_ids: list[int]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is held against."""

    viewer: Viewer
    password_hash: str


@dataclass(frozen=True, slots=True)
class ApiKey:
    id: int
    account_id: int
    name: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """`login` is lower case; `password_hash` comes from nongso.passwords."""

    login: str
    name: str
    role: Role
    lang: str
    password_hash: str


def insert(conn: Connection, office_id: int, account: NewAccount) -> int:
    """The new account's id. Raises AlreadyThere for a login in use, in whichever office."""
    row = conn.execute(
        """
        INSERT INTO account (office_id, login, name, role, password_hash, lang)
        VALUES (%(office)s, %(login)s, %(name)s, %(role)s, %(hash)s, %(lang)s)
        RETURNING id
        """,
        {
            "office": office_id,
            "login": account.login,
            "name": account.name,
            "role": account.role,
            "hash": account.password_hash,
            "lang": account.lang,
        },
    ).fetchone()
    assert row is not None
    return row[0]


def find_credentials(conn: Connection, login: str) -> Credentials | None:
    """The live account of a login. Knows no viewer: this is how somebody becomes one."""
    row = conn.execute(
        """
        SELECT id, office_id, role, name, lang, password_hash
          FROM account
         WHERE login = %(login)s
           AND disabled_at IS NULL
        """,
        {"login": login},
    ).fetchone()
    return Credentials(Viewer(row[0], row[1], Role(row[2]), row[3], row[4]), row[5]) if row else None


def list_accounts(conn: Connection, viewer: Viewer) -> list[Account]:
    """All accounts of the viewer's office, but those erased, in Vietnamese order of their names."""
    accounts = (
        conn.cursor(row_factory=class_row(Account))
        .execute(
            """
            SELECT a.id, a.login, a.name, a.role, a.lang, a.created_at, a.disabled_at,
                   ARRAY(SELECT m.farm_id FROM farm_member m WHERE m.account_id = a.id ORDER BY m.farm_id) AS farm_ids
              FROM account a
             WHERE a.office_id = %(office)s
               AND a.erased_at IS NULL
            """,
            {"office": viewer.office_id},
        )
        .fetchall()
    )
    return sorted(accounts, key=lambda account: sort_key(account.name))


def get_login(conn: Connection, viewer: Viewer, account_id: int) -> str:
    """The login of an account of the viewer's office. Raises NotFound."""
    row = conn.execute(
        "SELECT login FROM account WHERE id = %(id)s AND office_id = %(office)s",
        {"id": account_id, "office": viewer.office_id},
    ).fetchone()
    if row is None:
        raise NotFound()
    return row[0]


def update_disabled(conn: Connection, viewer: Viewer, account_id: int, disabled_at: datetime | None) -> None:
    """Close an account, or open it again with None. Raises NotFound."""
    changed = conn.execute(
        "UPDATE account SET disabled_at = %(at)s WHERE id = %(id)s AND office_id = %(office)s AND erased_at IS NULL",
        {"at": disabled_at, "id": account_id, "office": viewer.office_id},
    )
    if changed.rowcount == 0:
        raise NotFound()


def update_password(conn: Connection, viewer: Viewer, account_id: int, password_hash: str) -> None:
    """Set another password for an account of the viewer's office. Raises NotFound."""
    changed = conn.execute(
        "UPDATE account SET password_hash = %(hash)s WHERE id = %(id)s AND office_id = %(office)s AND erased_at IS NULL",
        {"hash": password_hash, "id": account_id, "office": viewer.office_id},
    )
    if changed.rowcount == 0:
        raise NotFound()


def update_lang(conn: Connection, viewer: Viewer, lang: str) -> None:
    """The viewer's own language from now on."""
    conn.execute("UPDATE account SET lang = %(lang)s WHERE id = %(id)s", {"lang": lang, "id": viewer.account_id})


def insert_key(conn: Connection, viewer: Viewer, name: str, key_hash: bytes) -> int:
    """A key that may do what the viewer may do; its id."""
    row = conn.execute(
        "INSERT INTO api_key (account_id, name, key_hash) VALUES (%(account)s, %(name)s, %(hash)s) RETURNING id",
        {"account": viewer.account_id, "name": name, "hash": key_hash},
    ).fetchone()
    assert row is not None
    return row[0]


def list_keys(conn: Connection, viewer: Viewer) -> list[ApiKey]:
    """The viewer's own keys, newest first."""
    return (
        conn.cursor(row_factory=class_row(ApiKey))
        .execute(
            """
            SELECT id, account_id, name, created_at, revoked_at
              FROM api_key
             WHERE account_id = %(account)s
             ORDER BY id DESC
            """,
            {"account": viewer.account_id},
        )
        .fetchall()
    )


def revoke_key(conn: Connection, viewer: Viewer, key_id: int, now: datetime) -> None:
    """End one of the viewer's own keys, or as an admin any key of the office; again changes nothing. Raises NotFound."""
    changed = conn.execute(
        """
        UPDATE api_key k
           SET revoked_at = coalesce(k.revoked_at, %(now)s)
          FROM account a
         WHERE k.id = %(id)s
           AND a.id = k.account_id
           AND a.office_id = %(office)s
           AND (a.id = %(account)s OR %(is_admin)s)
        """,
        {
            "now": now,
            "id": key_id,
            "office": viewer.office_id,
            "account": viewer.account_id,
            "is_admin": viewer.role is Role.ADMIN,
        },
    )
    if changed.rowcount == 0:
        raise NotFound()


def erase(conn: Connection, viewer: Viewer, account_id: int, now: datetime) -> None:
    """Forget who an account of the viewer's office was: name, login, password, keys, sessions, ways to reach them, and the openings that
    tell in the tamper-evident log what they recorded. Raises NotFound, also for one that was erased already.

    The row stays without a person in it, because deeds refer to it; it can never be opened again.
    """
    row = conn.execute(
        """
        UPDATE account a
           SET login = 'erased-' || a.id, name = '#' || a.id, password_hash = '', erased_at = %(now)s,
               disabled_at = coalesce(a.disabled_at, %(now)s)
          FROM account old
         WHERE old.id = a.id
           AND a.id = %(id)s
           AND a.office_id = %(office)s
           AND a.erased_at IS NULL
        RETURNING old.login
        """,
        {"id": account_id, "office": viewer.office_id, "now": now},
    ).fetchone()
    if row is None:
        raise NotFound()
    conn.execute("DELETE FROM sign_in_failure WHERE login = %(login)s", {"login": row[0]})
    conn.execute("DELETE FROM session WHERE account_id = %(id)s", {"id": account_id})
    conn.execute("DELETE FROM api_key WHERE account_id = %(id)s", {"id": account_id})
    conn.execute("DELETE FROM farm_member WHERE account_id = %(id)s", {"id": account_id})
    conn.execute("DELETE FROM recipient_channel WHERE account_id = %(id)s", {"id": account_id})
    conn.execute("DELETE FROM recipient WHERE account_id = %(id)s", {"id": account_id})
    log_leaves.erase_covers(conn, account_id)


def find_id(conn: Connection, viewer: Viewer, login: str) -> int | None:
    """The account of a login in the viewer's office."""
    row = conn.execute(
        "SELECT id FROM account WHERE login = %(login)s AND office_id = %(office)s",
        {"login": login, "office": viewer.office_id},
    ).fetchone()
    return row[0] if row else None
