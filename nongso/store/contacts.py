"""What the collector knows of devices: who is registered, who was heard, which of their messages are safe here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from psycopg.rows import class_row

from nongso.store import arrays
from nongso.store.connection import Connection
from nongso.store.intake import Counts


@dataclass(frozen=True, slots=True)
class Registered:
    """A device as the registry has it. `tenant` is the slug of the office it belongs to."""

    device_id: str
    office_id: int
    tenant: str
    accept_from_us: int  # microseconds since 1970 UTC
    revoked: bool


class Contact(NamedTuple):
    """A device was heard: its newest message and what became of its items. Times in microseconds since 1970 UTC."""

    device_id: str
    heard_us: int
    boot: str | None
    seq: int | None
    skew_s: float | None
    received: int
    stored: int
    duplicate: int
    conflict: int
    rejected: int


class Heard(NamedTuple):
    """Messages of one boot that are about to be safe; `ranges` is an int8multirange as text, `[1,low)` included."""

    device_id: str
    boot: str
    ranges: str
    heard_us: int


class Mark(NamedTuple):
    """Everything of `boot` up to `seq` is safe here."""

    device_id: str
    boot: str
    seq: int


def list_registered(conn: Connection, device_ids: Collection[str]) -> list[Registered]:
    with conn.cursor(row_factory=class_row(Registered)) as cursor:
        return cursor.execute(
            """
            SELECT d.id AS device_id, d.office_id, o.slug AS tenant,
                   (extract(epoch FROM d.accept_from) * 1000000)::bigint AS accept_from_us, d.revoked_at IS NOT NULL AS revoked
              FROM device d
              JOIN office o ON o.id = d.office_id
             WHERE d.id = ANY(%(ids)s)
            """,
            {"ids": list(device_ids)},
        ).fetchall()


def office_ids(conn: Connection) -> dict[str, int]:
    """The offices by their slug, so that a message nobody can place at least reaches the office it was sent to."""
    return dict(conn.execute("SELECT slug, id FROM office").fetchall())


def hear(conn: Connection, contacts: Sequence[Contact]) -> None:
    """Note that devices spoke; one entry a device. An older message that comes late does not turn the newest back."""
    if not contacts:
        return
    devices, heard, boots, seqs, skews, *counts = map(list, zip(*sorted(contacts), strict=True))
    conn.execute(
        """
        INSERT INTO device_contact AS c (device_id, heard_at, boot, seq, skew_s, received, stored, duplicate, conflict, rejected)
        SELECT h.device_id, timestamptz 'epoch' + h.heard_us * interval '1 microsecond', nullif(h.boot, ''), h.seq, h.skew_s,
               h.received, h.stored, h.duplicate, h.conflict, h.rejected
          FROM unnest(%(devices)s::text[], %(heard)s::bigint[], %(boots)s::text[], %(seqs)s::bigint[], %(skews)s::float8[],
                      %(received)s::bigint[], %(stored)s::bigint[], %(duplicate)s::bigint[], %(conflict)s::bigint[], %(rejected)s::bigint[])
               AS h (device_id, heard_us, boot, seq, skew_s, received, stored, duplicate, conflict, rejected)
        ON CONFLICT (device_id) DO UPDATE
           SET heard_at  = greatest(c.heard_at, excluded.heard_at),
               boot      = CASE WHEN excluded.heard_at >= c.heard_at THEN coalesce(excluded.boot, c.boot) ELSE c.boot END,
               seq       = CASE WHEN excluded.heard_at >= c.heard_at THEN coalesce(excluded.seq, c.seq) ELSE c.seq END,
               skew_s    = CASE WHEN excluded.heard_at >= c.heard_at THEN coalesce(excluded.skew_s, c.skew_s) ELSE c.skew_s END,
               received  = c.received  + excluded.received,
               stored    = c.stored    + excluded.stored,
               duplicate = c.duplicate + excluded.duplicate,
               conflict  = c.conflict  + excluded.conflict,
               rejected  = c.rejected  + excluded.rejected
        """,
        {
            "devices": arrays.texts(devices),
            "heard": arrays.int8s(heard),
            "boots": arrays.texts([boot or "" for boot in boots]),  # no boot has an empty name
            "seqs": seqs,
            "skews": skews,
            **dict(
                zip(("received", "stored", "duplicate", "conflict", "rejected"), map(arrays.int8s, counts), strict=True)
            ),
        },
    )


def set_online(conn: Connection, states: dict[str, bool]) -> None:
    """What births and last wills say. A device that was never heard stays unknown: a will is not its voice."""
    conn.execute(
        """
        UPDATE device_contact c
           SET online = s.online
          FROM unnest(%(devices)s::text[], %(states)s::boolean[]) AS s (device_id, online)
         WHERE c.device_id = s.device_id AND c.online IS DISTINCT FROM s.online
        """,
        {"devices": list(states), "states": list(states.values())},
    )


def seen_before(conn: Connection, messages: Sequence[tuple[str, str, int]]) -> list[int]:
    """The positions of (device, boot, seq) that were safe here before."""
    devices, boots, seqs = map(list, zip(*messages, strict=True))
    found = conn.execute(
        """
        SELECT m.position - 1
          FROM unnest(%(devices)s::text[], %(boots)s::text[], %(seqs)s::bigint[]) WITH ORDINALITY AS m (device_id, boot, seq, position)
          JOIN device_boot b USING (device_id, boot)
         WHERE b.seen @> m.seq
        """,
        {"devices": arrays.texts(devices), "boots": arrays.texts(boots), "seqs": arrays.int8s(seqs)},
    ).fetchall()
    return [position for (position,) in found]


def keep_seen(conn: Connection, heard: Sequence[Heard]) -> list[Mark]:
    """Add messages to what is safe of their boots, one entry a boot; how far each device may now forget."""
    if not heard:
        return []
    devices, boots, ranges, times = map(list, zip(*sorted(heard), strict=True))
    rows = conn.execute(
        """
        INSERT INTO device_boot AS b (device_id, boot, seen, heard_at)
        SELECT h.device_id, h.boot, h.ranges::int8multirange, timestamptz 'epoch' + h.heard_us * interval '1 microsecond'
          FROM unnest(%(devices)s::text[], %(boots)s::text[], %(ranges)s::text[], %(times)s::bigint[])
               AS h (device_id, boot, ranges, heard_us)
        ON CONFLICT (device_id, boot) DO UPDATE
           SET seen     = b.seen + excluded.seen,
               heard_at = greatest(b.heard_at, excluded.heard_at)
        RETURNING device_id, boot, (SELECT upper(r) - 1 FROM unnest(seen) r LIMIT 1)
        """,
        {
            "devices": arrays.texts(devices),
            "boots": arrays.texts(boots),
            "ranges": arrays.texts(ranges),
            "times": arrays.int8s(times),
        },
    ).fetchall()
    return [Mark(*row) for row in rows]


def list_marks(conn: Connection, boot: str, device_ids: Collection[str]) -> list[Mark]:
    """How far each of these devices may forget of `boot`; nothing for a device that was not heard with it."""
    rows = conn.execute(
        """
        SELECT b.device_id, b.boot, (SELECT upper(r) - 1 FROM unnest(b.seen) r LIMIT 1)
          FROM device_boot b
         WHERE b.boot = %(boot)s AND b.device_id = ANY(%(ids)s)
        """,
        {"boot": boot, "ids": list(device_ids)},
    ).fetchall()
    return [Mark(*row) for row in rows]


def sum_books(conn: Connection, device_ids: Collection[str]) -> Counts:
    """The books of these devices together."""
    with conn.cursor(row_factory=class_row(Counts)) as cursor:
        found = cursor.execute(
            """
            SELECT coalesce(sum(c.received), 0)::bigint  AS received,
                   coalesce(sum(c.stored), 0)::bigint    AS stored,
                   coalesce(sum(c.duplicate), 0)::bigint AS duplicate,
                   coalesce(sum(c.conflict), 0)::bigint  AS conflict,
                   coalesce(sum(c.rejected), 0)::bigint  AS rejected
              FROM device_contact c
             WHERE c.device_id = ANY(%(ids)s)
            """,
            {"ids": list(device_ids)},
        ).fetchone()
    assert found is not None  # an aggregate without GROUP BY always has its row
    return found


def forget_boots(conn: Connection, before: datetime) -> int:
    """Drop what was kept of boots that have not spoken since `before`; how many."""
    return conn.execute("DELETE FROM device_boot WHERE heard_at < %(before)s", {"before": before}).rowcount
