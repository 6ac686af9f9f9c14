"""Forecasts of an office's places. Weather is nobody's secret within an office; which fields stand there is asked elsewhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from psycopg.rows import class_row

from nongso.forecast import Forecast, ForecastDay, ForecastHour, Source
from nongso.store.connection import Connection

KEPT = timedelta(days=40)  # a dry run over a month looks at what had been told then
GRID_DEG = 0.1  # eleven kilometres: forecasts are no finer


@dataclass(frozen=True, slots=True)
class Cell:
    """A place of an office to fetch a forecast for, and when the newest fetched one came."""

    office_id: int
    latitude: float
    longitude: float
    received_at: datetime | None

    @property
    def place(self) -> tuple[int, float, float]:
        return self.office_id, self.latitude, self.longitude


@dataclass(frozen=True, slots=True)
class _Run:
    id: int
    source: str
    issued_at: datetime
    expires_at: datetime
    latitude: float
    longitude: float


def insert(conn: Connection, office_id: int, forecast: Forecast, now: datetime) -> bool:
    """Keep a forecast; False when this run of the source is there already."""
    row = conn.execute(
        """
        INSERT INTO forecast (office_id, source, latitude, longitude, issued_at, expires_at, received_at)
        VALUES (%(office)s, %(source)s, %(latitude)s, %(longitude)s, %(issued)s, %(expires)s, %(now)s)
        ON CONFLICT ON CONSTRAINT forecast_once DO NOTHING
        RETURNING id
        """,
        {
            "office": office_id,
            "source": forecast.source.value,
            "latitude": forecast.latitude,
            "longitude": forecast.longitude,
            "issued": forecast.issued_at,
            "expires": forecast.expires_at,
            "now": now,
        },
    ).fetchone()
    if row is None:
        return False
    with conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO forecast_hour (forecast_id, at, temperature_c, dew_point_c, humidity, rain_mm, wind_ms, radiation_w)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                (row[0], h.at, h.temperature_c, h.dew_point_c, h.humidity, h.rain_mm, h.wind_ms, h.radiation_w)
                for h in forecast.hours
            ],
        )
        cursor.executemany(
            """
            INSERT INTO forecast_day (forecast_id, day, t_min_c, t_max_c, rain_mm, wind_ms, et0_mm)
            VALUES (%s, %s, %s, %s, %s, %s, %s)
            """,
            [(row[0], d.day, d.t_min_c, d.t_max_c, d.rain_mm, d.wind_ms, d.et0_mm) for d in forecast.days],
        )
    return True


def list_holding(conn: Connection, office_id: int, since: datetime, until: datetime) -> list[Forecast]:
    """The office's forecasts that held at some moment of [since, until], oldest first."""
    runs = (
        conn.cursor(row_factory=class_row(_Run))
        .execute(
            """
            SELECT id, source, issued_at, expires_at, latitude, longitude
              FROM forecast
             WHERE office_id = %(office)s
               AND expires_at > %(since)s
               AND issued_at <= %(until)s
             ORDER BY issued_at, id
            """,
            {"office": office_id, "since": since, "until": until},
        )
        .fetchall()
    )
    return _whole(conn, runs)


def list_standing(conn: Connection, office_id: int, now: datetime) -> list[Forecast]:
    """The newest forecast of each place of the office that has not expired."""
    runs = (
        conn.cursor(row_factory=class_row(_Run))
        .execute(
            """
            SELECT DISTINCT ON (latitude, longitude) id, source, issued_at, expires_at, latitude, longitude
              FROM forecast
             WHERE office_id = %(office)s
               AND issued_at <= %(now)s
               AND expires_at > %(now)s
             ORDER BY latitude, longitude, issued_at DESC, id DESC
            """,
            {"office": office_id, "now": now},
        )
        .fetchall()
    )
    return _whole(conn, runs)


def _whole(conn: Connection, runs: list[_Run]) -> list[Forecast]:
    ids = [run.id for run in runs]
    if not ids:
        return []
    hours = conn.execute(
        """
        SELECT forecast_id, at, temperature_c, dew_point_c, humidity, rain_mm, wind_ms, radiation_w
          FROM forecast_hour
         WHERE forecast_id = ANY(%(ids)s)
         ORDER BY forecast_id, at
        """,
        {"ids": ids},
    ).fetchall()
    days = conn.execute(
        """
        SELECT forecast_id, day, t_min_c, t_max_c, rain_mm, wind_ms, et0_mm
          FROM forecast_day
         WHERE forecast_id = ANY(%(ids)s)
         ORDER BY forecast_id, day
        """,
        {"ids": ids},
    ).fetchall()
    hours_of = {key: tuple(ForecastHour(*row[1:]) for row in rows) for key, rows in groupby(hours, lambda row: row[0])}
    days_of = {key: tuple(ForecastDay(*row[1:]) for row in rows) for key, rows in groupby(days, lambda row: row[0])}
    return [
        Forecast(
            Source(run.source),
            run.issued_at,
            run.expires_at,
            run.latitude,
            run.longitude,
            hours_of.get(run.id, ()),
            days_of.get(run.id, ()),
        )
        for run in runs
    ]


def list_cells(conn: Connection) -> list[Cell]:
    """Where every office's drawn fields stand, on a grid; for the worker that fetches: nobody's view, so it never leaves the house."""
    return (
        conn.cursor(row_factory=class_row(Cell))
        .execute(
            """
            WITH cell AS (
                SELECT DISTINCT f.office_id,
                       round((d.boundary->0->>1)::numeric / %(grid)s) * %(grid)s AS latitude,
                       round((d.boundary->0->>0)::numeric / %(grid)s) * %(grid)s AS longitude
                  FROM field d
                  JOIN farm f ON f.id = d.farm_id
                 WHERE d.boundary IS NOT NULL
            )
            SELECT c.office_id, c.latitude::float8 AS latitude, c.longitude::float8 AS longitude,
                   (SELECT max(r.received_at)
                      FROM forecast r
                     WHERE r.office_id = c.office_id
                       AND r.source <> 'file'
                       AND r.latitude = c.latitude::float8
                       AND r.longitude = c.longitude::float8) AS received_at
              FROM cell c
             ORDER BY c.office_id, c.latitude, c.longitude
            """,
            {"grid": GRID_DEG},
        )
        .fetchall()
    )


def delete_old(conn: Connection, now: datetime) -> int:
    """Forget forecasts that ended long ago; how many."""
    return conn.execute("DELETE FROM forecast WHERE expires_at < %(end)s", {"end": now - KEPT}).rowcount
