"""Devices as other systems call them: the name there, the codec of their frames, what their fields mean, their secrets."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.errors import NotFound
from nongso.store.connection import Connection
from nongso.store.contacts import Registered

Meaning = Mapping[str, str | int | None]
Map = Mapping[str, Meaning | None]  # of a device's fields; None leaves one out on purpose


@dataclass(frozen=True, slots=True)
class Sender:
    """A registered device and how its messages elsewhere are read."""

    device: Registered
    external_id: str | None
    codec: str | None
    fields: Map


@dataclass(frozen=True, slots=True)
class Secret:
    """What a device proves itself with; it may have no secret at all, and two while it changes over (see `rotations`)."""

    device_id: str
    tenant: str
    secret_hash: str | None
    next_secret_hash: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """What `link` changes; None leaves it as it is."""

    external_id: str | None
    codec: str | None
    fields: Map | None


def list_senders(conn: Connection, names: Collection[str]) -> list[Sender]:
    """The devices of any office that are called so, by their id or by their name elsewhere."""
    rows = conn.execute(
        """
        SELECT d.id, d.office_id, o.slug, (extract(epoch FROM d.accept_from) * 1000000)::bigint, d.revoked_at IS NOT NULL,
               d.external_id, d.codec, d.fields
          FROM device d
          JOIN office o ON o.id = d.office_id
         WHERE d.id = ANY(%(names)s) OR d.external_id = ANY(%(names)s)
         ORDER BY d.id
        """,
        {"names": list(names)},
    ).fetchall()
    return [Sender(Registered(*row[:5]), row[5], row[6], row[7] or {}) for row in rows]


def find_secret(conn: Connection, device_id: str) -> Secret | None:
    """None for a device that is not registered, or revoked."""
    with conn.cursor(row_factory=class_row(Secret)) as cursor:
        return cursor.execute(
            """
            SELECT d.id AS device_id, o.slug AS tenant, d.secret_hash, d.next_secret_hash
              FROM device d
              JOIN office o ON o.id = d.office_id
             WHERE d.id = %(id)s
               AND d.revoked_at IS NULL
            """,
            {"id": device_id},
        ).fetchone()


def link(conn: Connection, device_id: str, change: Link) -> int:
    """Say how a device is called and read elsewhere; its office. Raises NotFound, AlreadyThere for a name the office has given."""
    row = conn.execute(
        """
        UPDATE device
           SET external_id = coalesce(%(external)s, external_id),
               codec = coalesce(%(codec)s, codec),
               fields = coalesce(%(fields)s, fields)
         WHERE id = %(id)s
        RETURNING office_id
        """,
        {
            "id": device_id,
            "external": change.external_id,
            "codec": change.codec,
            "fields": None if change.fields is None else Jsonb(change.fields),
        },
    ).fetchone()
    if row is None:
        raise NotFound()
    return row[0]
