"""Gateways: which devices speak through which, and who heard whom over the air."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Heard:
    """The newest time a gateway heard a device; rssi in dBm, snr in dB."""

    gateway_id: str
    device_id: str
    device_name: str
    heard_at: datetime
    rssi: float | None
    snr: float | None


def list_heard(conn: Connection, viewer: Viewer) -> list[Heard]:
    """Who heard whom in the viewer's office, by gateway, the best heard first."""
    return (
        conn.cursor(row_factory=class_row(Heard))
        .execute(
            """
            SELECT g.gateway_id, g.device_id, v.name AS device_name, g.heard_at, g.rssi, g.snr
              FROM gateway_heard g
              JOIN device v ON v.id = g.device_id
             WHERE v.office_id = %(office)s
             ORDER BY g.gateway_id, g.rssi DESC NULLS LAST, v.name_sort, v.id
            """,
            {"office": viewer.office_id},
        )
        .fetchall()
    )


def set_gateway(conn: Connection, viewer: Viewer, device_id: str, gateway_id: str | None) -> None:
    """Say through which device of the office another speaks; None: by itself. Raises NotFound, or Refused for its own gateway."""
    changed = conn.execute(
        """
        UPDATE device v
           SET gateway_id = %(gateway)s
         WHERE v.id = %(id)s
           AND v.office_id = %(office)s
           AND v.revoked_at IS NULL
           AND (%(gateway)s::text IS NULL
                OR EXISTS (SELECT FROM device g WHERE g.id = %(gateway)s AND g.office_id = %(office)s AND g.revoked_at IS NULL))
        """,
        {"id": device_id, "gateway": gateway_id, "office": viewer.office_id},
    )
    if changed.rowcount == 0:
        raise NotFound()
