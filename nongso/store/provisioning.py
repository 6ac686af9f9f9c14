"""Batch keys: a device that holds one fetches its own credential at its first start, so nobody has to type it in."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import Forbidden, NotFound
from nongso.people import Viewer
from nongso.store import devices
from nongso.store.connection import AlreadyThere, Connection
from nongso.store.devices import DeviceDraft


class KeyRefused(Forbidden):
    """No such key, or it is revoked, expired or used up: a device cannot do anything about either, so it is not told which."""

    code = "provision.key_refused"


@dataclass(frozen=True, slots=True)
class BatchKey:
    """A key as the office sees it: `used` of `most` devices have come."""

    id: int
    name: str
    kind: str
    expected_interval_s: int | None
    most: int
    used: int
    expires_at: datetime
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class BatchDraft:
    """What every device of the batch is; without an interval it is learned."""

    name: str
    kind: str
    expected_interval_s: int | None
    most: int
    expires_at: datetime
    key_hash: bytes


@dataclass(frozen=True, slots=True)
class _Batch:
    id: int
    office_id: int
    kind: str
    expected_interval_s: int | None
    is_open: bool


def list_keys(conn: Connection, viewer: Viewer) -> list[BatchKey]:
    """The office's keys, newest first; the keys themselves are not kept."""
    return (
        conn.cursor(row_factory=class_row(BatchKey))
        .execute(
            """
            SELECT id, name, kind, expected_interval_s, most, used, expires_at, created_at, revoked_at
              FROM provisioning_key
             WHERE office_id = %(office)s
             ORDER BY created_at DESC, id DESC
            """,
            {"office": viewer.office_id},
        )
        .fetchall()
    )


def insert_key(conn: Connection, viewer: Viewer, draft: BatchDraft, now: datetime) -> int:
    """The key's id."""
    row = conn.execute(
        """
        INSERT INTO provisioning_key (office_id, name, key_hash, kind, expected_interval_s, most, expires_at, created_by, created_at)
        VALUES (%(office)s, %(name)s, %(hash)s, %(kind)s, %(interval)s, %(most)s, %(end)s, %(by)s, %(now)s)
        RETURNING id
        """,
        {
            "office": viewer.office_id,
            "name": draft.name,
            "hash": draft.key_hash,
            "kind": draft.kind,
            "interval": draft.expected_interval_s,
            "most": draft.most,
            "end": draft.expires_at,
            "by": viewer.account_id,
            "now": now,
        },
    ).fetchone()
    assert row is not None
    return row[0]


def revoke_key(conn: Connection, viewer: Viewer, key_id: int, now: datetime) -> None:
    """No device comes in by it any more; those that came stay. Raises NotFound."""
    revoked = conn.execute(
        "UPDATE provisioning_key SET revoked_at = coalesce(revoked_at, %(now)s) WHERE id = %(id)s AND office_id = %(office)s",
        {"id": key_id, "office": viewer.office_id, "now": now},
    )
    if revoked.rowcount == 0:
        raise NotFound()


def register(conn: Connection, key_hash: bytes, device_id: str, name: str, secret_hash: str, now: datetime) -> int:
    """Register a device by its batch key; the office it now belongs to. Raises KeyRefused, or AlreadyThere.

    A device that lost its credential before it ever spoke may come again by the same key; that is not counted twice.
    """
    batch = _take(conn, key_hash, now)
    if _renew(conn, batch.id, device_id, secret_hash):
        return batch.office_id
    counted = conn.execute(
        "UPDATE provisioning_key SET used = used + 1 WHERE id = %(id)s AND used < most", {"id": batch.id}
    )
    if counted.rowcount == 0:
        raise KeyRefused()
    if conn.execute("SELECT FROM device WHERE id = %(id)s", {"id": device_id}).fetchone() is not None:
        raise AlreadyThere(what="device_pkey")
    draft = DeviceDraft(device_id, batch.kind, name, batch.expected_interval_s, secret_hash)
    devices.insert(conn, batch.office_id, draft, now)
    conn.execute("UPDATE device SET provisioned_by = %(key)s WHERE id = %(id)s", {"key": batch.id, "id": device_id})
    return batch.office_id


def _take(conn: Connection, key_hash: bytes, now: datetime) -> _Batch:
    """The batch of a key, held until the transaction ends, so that a count is never passed by two devices at once."""
    batch = (
        conn.cursor(row_factory=class_row(_Batch))
        .execute(
            """
            SELECT id, office_id, kind, expected_interval_s, revoked_at IS NULL AND expires_at > %(now)s AS is_open
              FROM provisioning_key
             WHERE key_hash = %(hash)s
               FOR UPDATE
            """,
            {"hash": key_hash, "now": now},
        )
        .fetchone()
    )
    if batch is None or not batch.is_open:
        raise KeyRefused()
    return batch


def _renew(conn: Connection, key_id: int, device_id: str, secret_hash: str) -> bool:
    return (
        conn.execute(
            """
            UPDATE device v
               SET secret_hash = %(hash)s
             WHERE v.id = %(id)s
               AND v.provisioned_by = %(key)s
               AND v.revoked_at IS NULL
               AND v.next_secret_hash IS NULL
               AND NOT EXISTS (SELECT FROM device_contact c WHERE c.device_id = v.id)
            """,
            {"hash": secret_hash, "id": device_id, "key": key_id},
        ).rowcount
        > 0
    )
