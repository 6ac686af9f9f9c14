"""Stickers on devices: whoever holds one may say, once, at which field the device stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection

LASTS = timedelta(days=365)  # a batch may lie in a store for a season
MOST_WRONG = 10  # wrong codes after which a sticker is dead: 50 random bits are then still unguessed


class Standing(StrEnum):
    """What a sticker is good for; each has a sentence `claim.<standing>`."""

    GOOD = "good"
    WRONG = "wrong"  # the code is not this device's, or there is no such device here
    USED = "used"
    EXPIRED = "expired"
    DEAD = "dead"  # too many wrong codes


@dataclass(frozen=True, slots=True)
class Stuck:
    """A device as its sticker names it."""

    device_id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class _Claim:
    device_id: str
    kind: str
    name: str
    fits: bool
    failed: int
    expires_at: datetime
    claimed_at: datetime | None


def insert_codes(conn: Connection, office_id: int, hashes: Mapping[str, bytes], now: datetime) -> list[Stuck]:
    """New one-time codes for devices, by their SHA-256; earlier stickers of these devices are dead. Raises NotFound, and then none is new."""
    rows = (
        conn.cursor(row_factory=class_row(Stuck))
        .execute(
            """
            WITH stuck AS (
                INSERT INTO device_claim (device_id, code_hash, made_at, expires_at)
                SELECT v.id, h.hash, %(now)s, %(end)s
                  FROM unnest(%(ids)s::text[], %(hashes)s::bytea[]) AS h (id, hash)
                  JOIN device v ON v.id = h.id
                 WHERE v.office_id = %(office)s
                   AND v.revoked_at IS NULL
                ON CONFLICT (device_id) DO UPDATE
                   SET code_hash = excluded.code_hash, made_at = excluded.made_at, expires_at = excluded.expires_at,
                       failed = 0, claimed_at = NULL, claimed_by = NULL
                RETURNING device_id
            )
            SELECT v.id AS device_id, v.kind, v.name
              FROM device v
              JOIN stuck s ON s.device_id = v.id
             ORDER BY v.name_sort, v.id
            """,
            {
                "ids": list(hashes),
                "hashes": list(hashes.values()),
                "office": office_id,
                "now": now,
                "end": now + LASTS,
            },
        )
        .fetchall()
    )
    if len(rows) != len(hashes):
        raise NotFound()
    return rows


def look(
    conn: Connection, office_id: int, device_id: str, code_hash: bytes, now: datetime
) -> tuple[Standing, Stuck | None]:
    """What the sticker is good for, and its device when the code is right. A wrong code is counted: let this transaction commit."""
    claim = (
        conn.cursor(row_factory=class_row(_Claim))
        .execute(
            """
            SELECT v.id AS device_id, v.kind, v.name, c.code_hash = %(hash)s AS fits, c.failed, c.expires_at, c.claimed_at
              FROM device_claim c
              JOIN device v ON v.id = c.device_id
             WHERE c.device_id = %(id)s
               AND v.office_id = %(office)s
               AND v.revoked_at IS NULL
               FOR UPDATE OF c
            """,
            {"id": device_id, "office": office_id, "hash": code_hash},
        )
        .fetchone()
    )
    if claim is None:
        return Standing.WRONG, None
    if claim.failed >= MOST_WRONG:
        return Standing.DEAD, None
    if not claim.fits:
        conn.execute("UPDATE device_claim SET failed = failed + 1 WHERE device_id = %(id)s", {"id": device_id})
        return Standing.WRONG, None
    return _standing(claim, now), Stuck(claim.device_id, claim.kind, claim.name)


def _standing(claim: _Claim, now: datetime) -> Standing:
    if claim.claimed_at is not None:
        return Standing.USED
    return Standing.GOOD if now < claim.expires_at else Standing.EXPIRED


def use(conn: Connection, viewer: Viewer, device_id: str, now: datetime) -> None:
    """The sticker has done its work. Call it after `look` said GOOD, in the same transaction."""
    conn.execute(
        "UPDATE device_claim SET claimed_at = %(now)s, claimed_by = %(by)s WHERE device_id = %(id)s",
        {"id": device_id, "now": now, "by": viewer.account_id},
    )
