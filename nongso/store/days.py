"""Whole local days and hours of a place's weather, and what it was watered: what rules over days look at."""

from datetime import date, datetime, timedelta
from typing import Final

from nongso.agronomy.coffee_rust import RustHour
from nongso.alerting.arming import with_et0, with_rust
from nongso.alerting.scene import Day, Place
from nongso.store.connection import Connection
from nongso.store.rules import Watched

RUST_DAYS = timedelta(days=40)

WEATHER: Final = ("air.", "rain.", "wind.speed", "solar.irradiance")


def list_days(conn: Connection, place: Place, first: date, last: date) -> list[Day]:
    """The whole local days of [first, last] at a place's weather sensors, and its watering by the diary; what was not measured is None."""
    keys = {s.series_id: s.property for s in place.sensors if s.property.startswith(WEATHER)}
    rows = conn.execute(
        """
        SELECT r.day,
               min(r.min) FILTER (WHERE s.property = 'air.temperature') AS t_min_c,
               avg(r.mean) FILTER (WHERE s.property = 'air.temperature') AS t_mean_c,
               max(r.max) FILTER (WHERE s.property = 'air.temperature') AS t_max_c,
               avg(r.mean) FILTER (WHERE s.property = 'air.humidity') AS rh_mean,
               max(CASE s.property WHEN 'rain.total' THEN r.rise
                                   WHEN 'rain.amount' THEN r.mean * (r.count - r.unfit) END) AS rain_mm,
               (SELECT count(DISTINCT h.hour) FILTER (WHERE h.mean >= 90)
                  FROM reading_hour h
                 WHERE h.series_id = ANY(%(humid)s)
                   AND h.hour >= r.day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
                   AND h.hour < (r.day + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')::int AS humid_hours,
               (SELECT count(DISTINCT h.hour)
                  FROM reading_hour h
                 WHERE h.series_id = ANY(%(humid)s)
                   AND h.hour >= r.day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
                   AND h.hour < (r.day + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')::int AS hours,
               min(r.min) FILTER (WHERE s.property = 'air.humidity') AS rh_min,
               max(r.max) FILTER (WHERE s.property = 'air.humidity') AS rh_max,
               avg(r.mean) FILTER (WHERE s.property = 'wind.speed') AS wind_ms,
               avg(r.mean) FILTER (WHERE s.property = 'solar.irradiance') AS radiation_w,
               (SELECT CASE WHEN count(*) = 0 THEN 0
                            WHEN count(*) = count(e.volume_m3) THEN sum(e.volume_m3) * 1000 / %(area)s::float8 END
                  FROM diary_entry e
                 WHERE e.field_id = %(field)s
                   AND e.kind = 'irrigate'
                   AND e.day = r.day
                   AND NOT EXISTS (SELECT FROM diary_entry n WHERE n.supersedes = e.id)) AS irrigation_mm
          FROM reading_day r
          JOIN series s ON s.id = r.series_id
         WHERE r.series_id = ANY(%(series)s) AND r.day BETWEEN %(first)s AND %(last)s
         GROUP BY r.day
         ORDER BY r.day
        """,
        {
            "series": list(keys),
            "humid": [series for series, key in keys.items() if key == "air.humidity"],
            "first": first,
            "last": last,
            "field": place.field_id,
            "area": place.area_m2,
        },
    )
    names = [column.name for column in rows.description or ()]
    return [Day(**dict(zip(names, row, strict=True))) for row in rows.fetchall()]


def list_rust_hours(conn: Connection, place: Place, first: date, last: date) -> list[tuple[datetime, RustHour]]:
    """Hours of [first, last] as coffee rust sees them: temperature, humidity and rain at a place's sensors."""
    series = [s.series_id for s in place.sensors if s.property.startswith(("air.", "rain."))]
    rows = conn.execute(
        """
        SELECT h.hour,
               avg(h.mean) FILTER (WHERE s.property = 'air.temperature'),
               avg(h.mean) FILTER (WHERE s.property = 'air.dew_point'),
               avg(h.mean) FILTER (WHERE s.property = 'air.humidity'),
               max(CASE s.property WHEN 'rain.total' THEN h.rise
                                   WHEN 'rain.amount' THEN h.mean * (h.count - h.unfit) END)
          FROM reading_hour h
          JOIN series s ON s.id = h.series_id
         WHERE h.series_id = ANY(%(series)s)
           AND h.hour >= %(first)s::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
           AND h.hour < (%(last)s::date + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
         GROUP BY h.hour
         ORDER BY h.hour
        """,
        {"series": series, "first": first, "last": last},
    ).fetchall()
    return [(at, RustHour(t, dew, rh, rain)) for at, t, dew, rh, rain in rows]


def whole_days(conn: Connection, watched: Watched, first: date, last: date) -> list[Day]:
    """The days with their evapotranspiration and, for coffee, its rust."""
    days = with_et0(list_days(conn, watched.place, first, last), watched.latitude_deg)
    if not watched.place.crop.startswith("coffee"):
        return days
    return with_rust(days, list_rust_hours(conn, watched.place, last - RUST_DAYS, last))
