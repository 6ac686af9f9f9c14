"""Named groups of an office's devices: a batch, a canal, a school; a device may be in several."""

from collections.abc import Collection
from dataclasses import dataclass

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.text.sorting import sort_key


@dataclass(frozen=True, slots=True)
class DeviceGroup:
    id: int
    name: str
    device_ids: list[str]


def list_groups(conn: Connection, viewer: Viewer) -> list[DeviceGroup]:
    """The office's groups in Vietnamese order, with the devices in use."""
    return (
        conn.cursor(row_factory=class_row(DeviceGroup))
        .execute(
            """
            SELECT g.id, g.name, coalesce(array_agg(v.id ORDER BY v.id) FILTER (WHERE v.id IS NOT NULL), ARRAY[]::text[]) AS device_ids
              FROM device_group g
              LEFT JOIN device_group_member m ON m.group_id = g.id
              LEFT JOIN device v ON v.id = m.device_id AND v.revoked_at IS NULL
             WHERE g.office_id = %(office)s
             GROUP BY g.id
             ORDER BY g.name_sort, g.id
            """,
            {"office": viewer.office_id},
        )
        .fetchall()
    )


def put(conn: Connection, viewer: Viewer, device_id: str, names: Collection[str]) -> None:
    """Put a device in exactly these groups; a group that is new is made. Raises NotFound for another office's device."""
    known = conn.execute(
        "SELECT FROM device WHERE id = %(id)s AND office_id = %(office)s", {"id": device_id, "office": viewer.office_id}
    ).fetchone()
    if known is None:
        raise NotFound()
    ordered = sorted(set(names))
    conn.execute(
        """
        INSERT INTO device_group (office_id, name, name_sort)
        SELECT %(office)s, n.name, n.sort
          FROM unnest(%(names)s::text[], %(sorts)s::text[]) AS n (name, sort)
        ON CONFLICT (office_id, name) DO NOTHING
        """,
        {"office": viewer.office_id, "names": ordered, "sorts": [sort_key(name) for name in ordered]},
    )
    conn.execute("DELETE FROM device_group_member WHERE device_id = %(id)s", {"id": device_id})
    conn.execute(
        """
        INSERT INTO device_group_member (group_id, device_id)
        SELECT g.id, %(id)s
          FROM device_group g
         WHERE g.office_id = %(office)s
           AND g.name = ANY(%(names)s)
        """,
        {"id": device_id, "office": viewer.office_id, "names": ordered},
    )
