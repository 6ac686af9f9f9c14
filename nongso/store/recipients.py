"""How a person wants to be told, and the addresses they are reached at, in the order in which they are tried."""

from collections.abc import Sequence

from psycopg.rows import class_row

from nongso.alerting.routing import Wishes
from nongso.errors import NotFound
from nongso.store.connection import Connection
from nongso.store.notifications import DEFAULT_CAP, DEFAULT_LEAST

SHIPPED = Wishes(0, DEFAULT_LEAST, None, None, DEFAULT_CAP, None)


def find_wishes(conn: Connection, account_id: int) -> Wishes | None:
    """What the person asked for; None while they never did."""
    return (
        conn.cursor(row_factory=class_row(Wishes))
        .execute(
            """
            SELECT rung, least, quiet_from, quiet_to, daily_cap, digest_at
              FROM recipient
             WHERE account_id = %(account)s
            """,
            {"account": account_id},
        )
        .fetchone()
    )


def list_addresses(conn: Connection, account_id: int) -> list[str]:
    """With their secrets: only masked ones leave the house."""
    rows = conn.execute(
        "SELECT address FROM recipient_channel WHERE account_id = %(account)s ORDER BY position",
        {"account": account_id},
    ).fetchall()
    return [row[0] for row in rows]


def put(conn: Connection, account_id: int, office_id: int, wishes: Wishes, addresses: Sequence[str] | None) -> None:
    """Keep the wishes; new addresses replace all old ones, None keeps them. Raises NotFound for another office's account."""
    kept = conn.execute(
        """
        INSERT INTO recipient (account_id, rung, least, quiet_from, quiet_to, daily_cap, digest_at)
        SELECT a.id, %(rung)s, %(least)s, %(quiet_from)s, %(quiet_to)s, %(cap)s, %(digest)s
          FROM account a
         WHERE a.id = %(account)s AND a.office_id = %(office)s
        ON CONFLICT (account_id)
        DO UPDATE SET rung = EXCLUDED.rung, least = EXCLUDED.least, quiet_from = EXCLUDED.quiet_from,
                      quiet_to = EXCLUDED.quiet_to, daily_cap = EXCLUDED.daily_cap, digest_at = EXCLUDED.digest_at
        """,
        {
            "account": account_id,
            "office": office_id,
            "rung": wishes.rung,
            "least": wishes.least,
            "quiet_from": wishes.quiet_from,
            "quiet_to": wishes.quiet_to,
            "cap": wishes.daily_cap,
            "digest": wishes.digest_at,
        },
    )
    if kept.rowcount == 0:
        raise NotFound()
    if addresses is not None:
        _put_addresses(conn, account_id, addresses)


def _put_addresses(conn: Connection, account_id: int, addresses: Sequence[str]) -> None:
    conn.execute("DELETE FROM recipient_channel WHERE account_id = %(account)s", {"account": account_id})
    for position, address in enumerate(addresses):
        conn.execute(
            "INSERT INTO recipient_channel (account_id, position, address) VALUES (%(account)s, %(position)s, %(address)s)",
            {"account": account_id, "position": position, "address": address},
        )


def set_reply_hash(conn: Connection, account_id: int, reply_hash: bytes) -> None:
    """Where the person's answers come in from now on; an earlier address stops. Raises NotFound while they have no wishes."""
    changed = conn.execute(
        "UPDATE recipient SET reply_hash = %(reply)s WHERE account_id = %(account)s",
        {"account": account_id, "reply": reply_hash},
    )
    if changed.rowcount == 0:
        raise NotFound()
