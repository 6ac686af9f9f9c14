"""The register of devices: who may speak, how often they should, and which fields they serve from one day to another."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.fence import fence
from nongso.text.sorting import sort_key

USUAL_INTERVAL_S = 900  # expected of a device until its own habit is known


@dataclass(frozen=True, slots=True)
class Device:
    """A registered device. `field_ids` are those it serves now and the viewer sees; battery_* are the newest, with their time."""

    id: str
    kind: str
    name: str
    expected_interval_s: int
    registered_at: datetime
    revoked_at: datetime | None
    heard_at: datetime | None
    online: bool | None
    battery_v: float | None
    battery_percent: float | None
    battery_at: datetime | None
    field_ids: list[int]


@dataclass(frozen=True, slots=True)
class DeviceDraft:
    """What an officer registers; `secret_hash` comes from nongso.mosquitto. Without an interval it is learned from what comes."""

    id: str
    kind: str
    name: str
    expected_interval_s: int | None
    secret_hash: str


def list_devices(conn: Connection, viewer: Viewer) -> list[Device]:
    """Office roles see all devices of their office, a farmer those that serve their fields now."""
    return (
        conn.cursor(row_factory=class_row(Device))
        .execute(
            """
            SELECT v.id, v.kind, v.name, v.expected_interval_s, v.registered_at, v.revoked_at,
                   spoke_at(c.heard_at, c.skew_s) AS heard_at, c.online, volt.value AS battery_v, percent.value AS battery_percent,
                   greatest(volt.at, percent.at) AS battery_at, coalesce(serves.ids, ARRAY[]::int[]) AS field_ids
              FROM device v
              LEFT JOIN device_contact c ON c.device_id = v.id
              LEFT JOIN (series sv JOIN latest volt ON volt.series_id = sv.id)
                     ON sv.device_id = v.id AND sv.property = 'battery.voltage' AND sv.depth_cm IS NULL
              LEFT JOIN (series sp JOIN latest percent ON percent.series_id = sp.id)
                     ON sp.device_id = v.id AND sp.property = 'battery.level' AND sp.depth_cm IS NULL
              LEFT JOIN LATERAL (SELECT array_agg(d.id ORDER BY d.id) AS ids
                                   FROM installation i
                                   JOIN field d ON d.id = i.field_id
                                  WHERE i.device_id = v.id
                                    AND i.to_at IS NULL
                                    AND d.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
                                ) serves ON true
             WHERE v.office_id = %(office)s
               AND (%(sees_office)s OR serves.ids IS NOT NULL)
             ORDER BY v.revoked_at IS NOT NULL, v.name_sort, v.id
            """,
            fence(viewer),
        )
        .fetchall()
    )


def insert(conn: Connection, office_id: int, draft: DeviceDraft, accept_from: datetime) -> None:
    """Register a device. Observations older than `accept_from` will be set aside. Raises AlreadyThere, in whichever office."""
    conn.execute(
        """
        INSERT INTO device (id, office_id, kind, name, name_sort, expected_interval_s, interval_source, secret_hash, accept_from)
        VALUES (%(id)s, %(office)s, %(kind)s, %(name)s, %(sort)s, coalesce(%(interval)s, %(usual)s),
                CASE WHEN %(interval)s::int IS NULL THEN 'learned' ELSE 'configured' END, %(hash)s, %(accept_from)s)
        """,
        {
            "id": draft.id,
            "office": office_id,
            "kind": draft.kind,
            "name": draft.name,
            "sort": sort_key(draft.name),
            "interval": draft.expected_interval_s,
            "usual": USUAL_INTERVAL_S,
            "hash": draft.secret_hash,
            "accept_from": accept_from,
        },
    )


def update_secret(conn: Connection, office_id: int, device_id: str, secret_hash: str) -> None:
    """Give a device another secret, at once and instead of all others. Raises NotFound for one that is revoked or another office's."""
    changed = conn.execute(
        """
        UPDATE device
           SET secret_hash = %(hash)s, secret_slot = 'a', next_secret_hash = NULL, next_secret_until = NULL
         WHERE id = %(id)s
           AND office_id = %(office)s
           AND revoked_at IS NULL
        """,
        {"hash": secret_hash, "id": device_id, "office": office_id},
    )
    if changed.rowcount == 0:
        raise NotFound()


def revoke(conn: Connection, office_id: int, device_id: str, now: datetime) -> None:
    """End a device: its secret, its installations and the alerts on it. Raises NotFound for another office's; again changes nothing."""
    changed = conn.execute(
        """
        UPDATE device
           SET revoked_at = coalesce(revoked_at, %(now)s), secret_hash = NULL, next_secret_hash = NULL, next_secret_until = NULL
         WHERE id = %(id)s
           AND office_id = %(office)s
        """,
        {"id": device_id, "office": office_id, "now": now},
    )
    if changed.rowcount == 0:
        raise NotFound()
    _end_installations(conn, device_id, now)
    conn.execute(
        "UPDATE alert SET closed_at = greatest(%(now)s, opened_at) WHERE device_id = %(id)s AND closed_at IS NULL",
        {"id": device_id, "now": now},
    )


def move(conn: Connection, viewer: Viewer, device_id: str, field_ids: list[int], from_at: datetime) -> None:
    """From `from_at` on the device serves exactly these fields. Raises NotFound for a device or field the viewer does not see."""
    row = conn.execute(
        "SELECT id FROM device WHERE id = %(id)s AND office_id = %(office)s AND revoked_at IS NULL FOR UPDATE",
        {"id": device_id, "office": viewer.office_id},
    ).fetchone()
    if row is None:
        raise NotFound()
    _end_installations(conn, device_id, from_at)
    placed = conn.execute(
        """
        INSERT INTO installation (device_id, field_id, from_at)
        SELECT %(device)s, d.id, %(from)s
          FROM field d
         WHERE d.id = ANY(%(fields)s)
           AND d.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
        """,
        {"device": device_id, "fields": field_ids, "from": from_at, **fence(viewer)},
    )
    if placed.rowcount != len(set(field_ids)):
        raise NotFound()


def _end_installations(conn: Connection, device_id: str, at: datetime) -> None:
    """What is recorded beyond `at` ends there, in the past too; what had not begun by then never was."""
    conn.execute(
        "DELETE FROM installation WHERE device_id = %(id)s AND from_at >= %(at)s",
        {"id": device_id, "at": at},
    )
    conn.execute(
        "UPDATE installation SET to_at = %(at)s WHERE device_id = %(id)s AND (to_at IS NULL OR to_at > %(at)s)",
        {"id": device_id, "at": at},
    )
