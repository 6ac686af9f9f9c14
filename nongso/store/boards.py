"""What a public board shows of a unit and those below it: weather and canal stations only, without their names; never a farm's soil or water."""

from datetime import datetime, timedelta

from psycopg.rows import class_row

from nongso.board import Reading
from nongso.forecast import Forecast
from nongso.readings import UNFIT
from nongso.store import forecasts, rainfall
from nongso.store.connection import Connection

SHOWN = ("air.temperature", "wind.speed", "rain.total", "rain.amount", "water.salinity", "water.ec")


def list_readings(conn: Connection, unit_code: str, now: datetime) -> list[Reading]:
    """The newest fit reading of every weather and canal station in the unit; rain of the last 24 hours as `rain.total`."""
    return (
        conn.cursor(row_factory=class_row(Reading))
        .execute(
            rainfall.told(
                """
            SELECT DISTINCT ON (s.id)
                   CASE s.property WHEN 'rain.amount' THEN 'rain.total' ELSE s.property END AS property,
                   v.expected_interval_s, l.fit_at AS at,
                   CASE WHEN s.property IN ('rain.total', 'rain.amount') THEN coalesce(rain.fallen, 0) ELSE l.fit_value END AS value
              FROM device v
              JOIN office o ON o.id = v.office_id
              LEFT JOIN installation i ON i.device_id = v.id AND i.from_at <= %(now)s AND (i.to_at IS NULL OR i.to_at > %(now)s)
              LEFT JOIN field d ON d.id = i.field_id
              LEFT JOIN farm f ON f.id = d.farm_id
              JOIN admin_unit u ON u.code = coalesce(f.unit_code, o.unit_code)
                               AND u.valid_from = coalesce(f.unit_valid_from, o.unit_valid_from)
              JOIN series s ON s.device_id = v.id AND s.property = ANY(%(shown)s)
              JOIN latest l ON l.series_id = s.id
              LEFT JOIN LATERAL (FALLEN) rain ON true
             WHERE v.revoked_at IS NULL
               AND v.kind IN ('weather', 'canal')
               AND (v.kind = 'canal' OR s.property NOT LIKE 'water.%%')
               AND l.fit_at IS NOT NULL
               AND l.fit_at <= %(now)s
               AND %(unit)s IN (u.code, u.parent_code)
             ORDER BY s.id
            """
            ),
            {
                "now": now,
                "unfit": int(UNFIT),
                "shown": list(SHOWN),
                "unit": unit_code,
                **rainfall.between(now - timedelta(days=1), now),
            },
            prepare=False,
        )
        .fetchall()
    )


def find_forecast(conn: Connection, unit_code: str, now: datetime) -> Forecast | None:
    """The newest forecast that stands for an office of the unit."""
    offices = conn.execute(
        "SELECT id FROM office WHERE unit_code = %(unit)s ORDER BY id", {"unit": unit_code}
    ).fetchall()
    told = [each for row in offices for each in forecasts.list_standing(conn, row[0], now)]
    return max(told, key=lambda each: each.issued_at, default=None)
