"""Two secrets for one device for a while: the new one is valid at once, the old one until the new is used or its time is up.

Mosquitto knows one password a user, so each device has two user names (nongso.mosquitto.user_name) and its secrets take turns in them.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import Conflict, NotFound
from nongso.mosquitto import user_name
from nongso.store.connection import Connection


class NoRotation(Conflict):
    """The device has one secret only: there is nothing to finish."""

    code = "rotation.none"


@dataclass(frozen=True, slots=True)
class BrokerUser:
    """A line of the broker's password file, and the device whose topics it may use."""

    device_id: str
    tenant: str
    slot: str
    secret_hash: str


@dataclass(frozen=True, slots=True)
class Child:
    """A device that speaks through another, which may publish on its topics under each of its own user names."""

    gateway_id: str
    tenant: str
    device_id: str


def begin(conn: Connection, office_id: int, device_id: str, secret_hash: str, until: datetime) -> str:
    """Give a device a second secret beside its first; the user name it goes with. Again replaces the second. Raises NotFound."""
    row = conn.execute(
        """
        UPDATE device
           SET next_secret_hash = %(hash)s, next_secret_until = %(until)s
         WHERE id = %(id)s
           AND office_id = %(office)s
           AND revoked_at IS NULL
           AND secret_hash IS NOT NULL
        RETURNING CASE secret_slot WHEN 'a' THEN 'b' ELSE 'a' END
        """,
        {"hash": secret_hash, "until": until, "id": device_id, "office": office_id},
    ).fetchone()
    if row is None:
        raise NotFound()
    return user_name(device_id, row[0])


def finish(conn: Connection, office_id: int, device_id: str) -> None:
    """The second secret stands alone from now on. Raises NotFound for another office's device, NoRotation when there is only one."""
    known = conn.execute(
        "SELECT FROM device WHERE id = %(id)s AND office_id = %(office)s AND revoked_at IS NULL",
        {"id": device_id, "office": office_id},
    ).fetchone()
    if known is None:
        raise NotFound()
    if not use_next(conn, device_id):
        raise NoRotation()


def use_next(conn: Connection, device_id: str) -> bool:
    """The device was seen to use its second secret, so the first one ends. False when it has no second."""
    return (
        conn.execute(
            """
            UPDATE device
               SET secret_hash = next_secret_hash, secret_slot = CASE secret_slot WHEN 'a' THEN 'b' ELSE 'a' END,
                   next_secret_hash = NULL, next_secret_until = NULL
             WHERE id = %(id)s
               AND next_secret_hash IS NOT NULL
            """,
            {"id": device_id},
        ).rowcount
        > 0
    )


def end_due(conn: Connection, now: datetime) -> int:
    """Finish every rotation whose time is up, used or not: a rotation is an order, not a proposal. How many."""
    return conn.execute(
        """
        UPDATE device
           SET secret_hash = next_secret_hash, secret_slot = CASE secret_slot WHEN 'a' THEN 'b' ELSE 'a' END,
               next_secret_hash = NULL, next_secret_until = NULL
         WHERE next_secret_until <= %(now)s
        """,
        {"now": now},
    ).rowcount


def list_broker_users(conn: Connection) -> list[BrokerUser]:
    """Every live secret of every office, the second ones too."""
    return (
        conn.cursor(row_factory=class_row(BrokerUser))
        .execute(
            """
            SELECT v.id AS device_id, o.slug AS tenant, s.slot, s.secret_hash
              FROM device v
              JOIN office o ON o.id = v.office_id
             CROSS JOIN LATERAL (VALUES (v.secret_slot, v.secret_hash),
                                        (CASE v.secret_slot WHEN 'a' THEN 'b' ELSE 'a' END, v.next_secret_hash)) s (slot, secret_hash)
             WHERE v.revoked_at IS NULL
               AND s.secret_hash IS NOT NULL
             ORDER BY v.id, s.slot
            """
        )
        .fetchall()
    )


def list_children(conn: Connection) -> list[Child]:
    """Which devices speak through which."""
    return (
        conn.cursor(row_factory=class_row(Child))
        .execute(
            """
            SELECT v.gateway_id, o.slug AS tenant, v.id AS device_id
              FROM device v
              JOIN device g ON g.id = v.gateway_id AND g.revoked_at IS NULL AND g.office_id = v.office_id
              JOIN office o ON o.id = v.office_id
             WHERE v.revoked_at IS NULL
             ORDER BY v.gateway_id, v.id
            """
        )
        .fetchall()
    )
