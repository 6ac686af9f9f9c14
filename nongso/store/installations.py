"""Where a device stood, from one day to another."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.fence import fence


@dataclass(frozen=True, slots=True)
class Installation:
    """A device served a field from `from_at` until `to_at`, not included; None: it still does."""

    field_id: int
    field_name: str
    farm_name: str
    from_at: datetime
    to_at: datetime | None


def list_installations(conn: Connection, viewer: Viewer, device_id: str) -> list[Installation]:
    """A device's past and present at the fields the viewer sees, the newest first."""
    return (
        conn.cursor(row_factory=class_row(Installation))
        .execute(
            """
            SELECT d.id AS field_id, d.name AS field_name, f.name AS farm_name, i.from_at, i.to_at
              FROM installation i
              JOIN field d ON d.id = i.field_id
              JOIN farm f ON f.id = d.farm_id
             WHERE i.device_id = %(device)s
               AND f.id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
             ORDER BY i.from_at DESC, d.name_sort, d.id
            """,
            {"device": device_id, **fence(viewer)},
        )
        .fetchall()
    )
