"""Warnings for everybody: of a unit and of the units below it. They name the unit, never a farm, a field or a person."""

from datetime import datetime, timedelta
from typing import Final

from psycopg.rows import class_row

from nongso.alerting.public import CATEGORIES, PublicWarning
from nongso.errors import NotFound
from nongso.store.connection import Connection

KEPT = timedelta(days=2)  # how long a feed still says that something is over
SHOWN = 100

# One warning of a rule in a unit: the worst of those that last, however many farms measured it.
_WARNINGS: Final = """
    SELECT DISTINCT ON (a.rule, u.code, a.closed_at IS NULL)
           a.id, a.rule, a.severity, a.details, a.opened_at, a.seen_at, a.closed_at,
           u.code AS unit_code, u.name AS unit_name, o.slug AS office_slug, o.name AS office_name
      FROM alert a
      LEFT JOIN field d ON d.id = a.field_id
      LEFT JOIN farm f ON f.id = d.farm_id
      LEFT JOIN device v ON v.id = a.device_id
      JOIN office o ON o.id = coalesce(f.office_id, v.office_id)
      JOIN admin_unit u ON u.code = coalesce(f.unit_code, o.unit_code)
                       AND u.valid_from = coalesce(f.unit_valid_from, o.unit_valid_from)
"""


def list_public(conn: Connection, unit_code: str, now: datetime) -> list[PublicWarning]:
    """Those that last, and those that ended lately, newest first."""
    found = (
        conn.cursor(row_factory=class_row(PublicWarning))
        .execute(
            _WARNINGS
            + """
             WHERE a.rule = ANY(%(rules)s)
               AND (a.closed_at IS NULL OR a.closed_at > %(since)s)
               AND %(unit)s IN (u.code, u.parent_code)
             ORDER BY a.rule, u.code, a.closed_at IS NULL, a.severity DESC, a.opened_at DESC
             LIMIT %(limit)s
            """,
            {"rules": list(CATEGORIES), "since": now - KEPT, "unit": unit_code, "limit": SHOWN},
        )
        .fetchall()
    )
    return sorted(found, key=lambda each: each.updated_at, reverse=True)


def get_public(conn: Connection, alert_id: int) -> PublicWarning:
    """One warning. Raises NotFound for what is not for everybody."""
    found = (
        conn.cursor(row_factory=class_row(PublicWarning))
        .execute(
            _WARNINGS + " WHERE a.id = %(id)s AND a.rule = ANY(%(rules)s)",
            {"id": alert_id, "rules": list(CATEGORIES)},
        )
        .fetchone()
    )
    if found is None:
        raise NotFound()
    return found


def get_unit_name(conn: Connection, unit_code: str) -> str:
    """What the unit of this code is called now. Raises NotFound."""
    row = conn.execute(
        "SELECT name FROM admin_unit WHERE code = %(code)s ORDER BY valid_from DESC LIMIT 1", {"code": unit_code}
    ).fetchone()
    if row is None:
        raise NotFound()
    return row[0]
