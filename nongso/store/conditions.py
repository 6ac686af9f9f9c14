"""The newest of everything that serves a field, and the readings behind a chart: what a viewer may see of them, and no more.

A device can be moved, so a series belongs to a field only from one installation's beginning to its end.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Final

from psycopg.rows import class_row

from nongso.charts import Bucket
from nongso.clock import LOCAL
from nongso.conditions import Conditions, Observation
from nongso.devices import EXPECTED, Kind
from nongso.errors import NotFound
from nongso.forecast import nearest, standing
from nongso.people import Viewer
from nongso.readings import UNFIT
from nongso.store import forecasts, rainfall
from nongso.store.connection import Connection
from nongso.store.fence import fence

CLOCK_AHEAD = timedelta(minutes=5)  # how far ahead of us a reading may be observed

# One row for each series of each device that serves the field now; a device that never spoke has one row without a series.
# Raw readings are asked for between given instants only, and the statement is planned anew each time, as nongso.store.rainfall says.
_NEWEST: Final = rainfall.told("""
    SELECT d.id AS field_id, d.farm_id, f.name AS farm_name, d.name, d.crop, d.planted_on, d.area_m2, d.soil,
           (d.boundary->0->>1)::float8 AS latitude, (d.boundary->0->>0)::float8 AS longitude,
           v.id AS device_id, v.name AS device_name, v.kind AS device_kind,
           round(v.expected_interval_s * coalesce(n.ratio, 1))::int AS expected_interval_s,
           i.from_at AS serves_since, s.property, s.id AS series_id, s.depth_cm,
           CASE WHEN l.at >= i.from_at THEN l.at END AS at,
           CASE WHEN l.fit_at >= i.from_at THEN l.fit_at END AS fit_at,
           CASE WHEN l.fit_at >= i.from_at THEN l.fit_value END AS fit_value,
           today.max AS highest_today,
           rain.fallen AS fallen_24h_mm
      FROM field d
      JOIN farm f ON f.id = d.farm_id
      LEFT JOIN installation i ON i.field_id = d.id AND i.from_at <= %(now)s AND (i.to_at IS NULL OR i.to_at > %(now)s)
      LEFT JOIN device v ON v.id = i.device_id AND v.revoked_at IS NULL
      LEFT JOIN series s ON s.device_id = v.id
      LEFT JOIN latest l ON l.series_id = s.id
      LEFT JOIN learned_interval n ON n.series_id = s.id
      LEFT JOIN LATERAL (SELECT max(r.value) AS max
                           FROM calibrated_reading r
                          WHERE s.property = 'air.temperature'
                            AND r.series_id = s.id AND r.at >= i.from_at AND r.flags & %(unfit)s = 0
                            AND r.at >= %(midnight)s AND r.at < %(soon)s) today ON true
      LEFT JOIN LATERAL (FALLEN) rain ON true
""")
_ORDER: Final = " ORDER BY f.name_sort, f.id, d.name_sort, d.id, v.name_sort, v.id, s.property, s.depth_cm"


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of _NEWEST: the field's columns, then the observation's (NULL for a field that nothing serves)."""

    field_id: int
    farm_id: int
    farm_name: str
    name: str
    crop: str
    planted_on: date | None
    area_m2: float | None
    soil: str | None
    latitude: float | None
    longitude: float | None
    device_id: str | None
    device_name: str
    device_kind: str
    expected_interval_s: int
    serves_since: datetime
    property: str | None
    series_id: int | None
    depth_cm: int | None
    at: datetime | None
    fit_at: datetime | None
    fit_value: float | None
    highest_today: float | None
    fallen_24h_mm: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """A line of a chart; `kind` is gauge, counter or state."""

    id: int
    device_id: str
    device_name: str
    property: str
    depth_cm: int | None
    kind: str
    expected_interval_s: int


def list_conditions(conn: Connection, viewer: Viewer, now: datetime) -> list[Conditions]:
    """All fields the viewer sees, in Vietnamese order of farm and field."""
    rows = (
        conn.cursor(row_factory=class_row(_Row))
        .execute(
            # An array: asked first, so that what is summed for each field is summed for these farms only.
            _NEWEST
            + " WHERE d.farm_id = ANY (ARRAY(SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s)))"
            + _ORDER,
            {**_moments(now), **fence(viewer)},
            prepare=False,
        )
        .fetchall()
    )
    return _with_forecasts(conn, viewer, _grouped(rows), now)


def get_conditions(conn: Connection, viewer: Viewer, field_id: int, now: datetime) -> Conditions:
    """One field. Raises NotFound when the viewer sees no such field."""
    rows = (
        conn.cursor(row_factory=class_row(_Row))
        .execute(
            _NEWEST
            + """
             WHERE d.id = %(field)s
               AND f.id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
            """
            + _ORDER,
            {"field": field_id, **_moments(now), **fence(viewer)},
            prepare=False,
        )
        .fetchall()
    )
    if not rows:
        raise NotFound()
    return _with_forecasts(conn, viewer, _grouped(rows), now)[0]


def _with_forecasts(conn: Connection, viewer: Viewer, fields: list[Conditions], now: datetime) -> list[Conditions]:
    """Each field with the forecast of the point nearest to it."""
    told = forecasts.list_standing(conn, viewer.office_id, now)
    return [replace(field, forecast=standing(nearest(told, field.point), now)) for field in fields] if told else fields


def list_for_rules(conn: Connection, field_ids: Collection[int], now: datetime) -> list[Conditions]:
    """Fields of whatever office, for the worker that decides: nobody's view, so it never leaves the house."""
    rows = (
        conn.cursor(row_factory=class_row(_Row))
        .execute(
            _NEWEST + " WHERE d.id = ANY(%(fields)s)" + _ORDER,
            {**_moments(now), "fields": list(field_ids)},
            prepare=False,
        )
        .fetchall()
    )
    return _grouped(rows)


def _moments(now: datetime) -> dict[str, object]:
    midnight = now.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    soon = now + CLOCK_AHEAD
    rain = rainfall.between(now - timedelta(days=1), soon)
    return {"now": now, "soon": soon, "midnight": midnight, "unfit": int(UNFIT), **rain}


def _grouped(rows: list[_Row]) -> list[Conditions]:
    return [_field(list(group)) for _, group in groupby(rows, attrgetter("field_id"))]


def _field(rows: list[_Row]) -> Conditions:
    first = rows[0]
    return Conditions(
        first.field_id,
        first.farm_id,
        first.farm_name,
        first.name,
        first.crop,
        first.planted_on,
        first.area_m2,
        tuple(observation for row in rows for observation in _observations(row)),
        first.soil,
        None if first.latitude is None or first.longitude is None else (first.latitude, first.longitude),
    )


def _observations(row: _Row) -> Iterable[Observation]:
    """The row's observation; for a device that never spoke, what its kind is expected to report, as unknown."""
    if row.device_id is None:
        return
    observation = Observation(
        row.device_id,
        row.device_name,
        row.device_kind,
        row.expected_interval_s,
        row.serves_since,
        row.property or "",
        row.series_id,
        row.depth_cm,
        row.at,
        row.fit_at,
        row.fit_value,
        row.highest_today,
        row.fallen_24h_mm,
    )
    if row.property is not None:
        yield observation
        return
    kind = Kind(row.device_kind) if row.device_kind in set(Kind) else Kind.OTHER
    for expected in EXPECTED.get(kind, ()):
        yield replace(observation, property=expected)


def list_series(conn: Connection, viewer: Viewer, field_id: int) -> list[Series]:
    """The series of all devices that serve or served a field the viewer sees."""
    return (
        conn.cursor(row_factory=class_row(Series))
        .execute(
            """
            SELECT s.id, s.device_id, v.name AS device_name, s.property, s.depth_cm, s.kind, v.expected_interval_s
              FROM series s
              JOIN device v ON v.id = s.device_id
             WHERE EXISTS (SELECT
                             FROM installation i
                             JOIN field d ON d.id = i.field_id
                            WHERE i.device_id = s.device_id
                              AND d.id = %(field)s
                              AND d.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s)))
             ORDER BY s.property, s.depth_cm, v.name_sort, s.id
            """,
            {"field": field_id, **fence(viewer)},
        )
        .fetchall()
    )


def get_series(conn: Connection, viewer: Viewer, series_id: int) -> Series:
    """A series of a device that serves or served a field the viewer sees, or of any device of their office. Raises NotFound."""
    series = (
        conn.cursor(row_factory=class_row(Series))
        .execute(
            """
            SELECT s.id, s.device_id, v.name AS device_name, s.property, s.depth_cm, s.kind, v.expected_interval_s
              FROM series s
              JOIN device v ON v.id = s.device_id
             WHERE s.id = %(series)s
               AND EXISTS (SELECT FROM series_seen(%(series)s, %(office)s, %(account)s, %(sees_office)s) seen)
            """,
            {"series": series_id, **fence(viewer)},
        )
        .fetchone()
    )
    if series is None:
        raise NotFound()
    return series


def list_readings(
    conn: Connection,
    viewer: Viewer,
    series_id: int,
    from_at: datetime,
    to_at: datetime,
    limit: int,
    field_id: int | None = None,
) -> list[Bucket]:
    """Readings of [from_at, to_at) in order of time, at most `limit`; with `field_id` only while the series was measured at that field."""
    return (
        conn.cursor(row_factory=class_row(Bucket))
        .execute(
            """
            WITH seen AS MATERIALIZED (  -- once, not for every point
                SELECT s.from_at, s.to_at FROM series_seen(%(series)s, %(office)s, %(account)s, %(sees_office)s) s
            )
            SELECT r.at, 1 AS count, (r.flags & %(unfit)s <> 0)::int AS unfit,
                   r.value AS min, r.value AS mean, r.value AS max, NULL AS rise
              FROM calibrated_reading r
             WHERE r.series_id = %(series)s
               AND r.at >= %(from)s
               AND r.at < %(to)s
               AND EXISTS (SELECT FROM seen
                            WHERE r.at >= seen.from_at AND r.at < seen.to_at)
               AND (%(field)s::int IS NULL
                    OR EXISTS (SELECT FROM field_served(%(series)s, %(field)s) served WHERE r.at >= served.from_at AND r.at < served.to_at))
             ORDER BY r.at
             LIMIT %(limit)s
            """,
            {
                "series": series_id,
                "from": from_at,
                "to": to_at,
                "limit": limit,
                "field": field_id,
                "unfit": int(UNFIT),
                **fence(viewer),
            },
            prepare=False,
        )
        .fetchall()
    )


def list_hours(
    conn: Connection,
    viewer: Viewer,
    series_id: int,
    from_at: datetime,
    to_at: datetime,
    limit: int,
    field_id: int | None = None,
) -> list[Bucket]:
    """Whole hours of [from_at, to_at) that have readings; with `field_id` only those wholly measured at that field."""
    return (
        conn.cursor(row_factory=class_row(Bucket))
        .execute(
            """
            WITH seen AS MATERIALIZED (  -- once, not for every point
                SELECT s.from_at, s.to_at FROM series_seen(%(series)s, %(office)s, %(account)s, %(sees_office)s) s
            )
            SELECT h.hour AS at, h.count, h.unfit, h.min, h.mean, h.max, h.rise
              FROM reading_hour h
             WHERE h.series_id = %(series)s
               AND h.hour >= %(from)s
               AND h.hour < %(to)s
               AND EXISTS (SELECT FROM seen
                            WHERE h.hour >= seen.from_at AND h.hour + interval '1 hour' <= seen.to_at)
               AND (%(field)s::int IS NULL
                    OR EXISTS (SELECT FROM field_served(%(series)s, %(field)s) served WHERE h.hour >= served.from_at AND h.hour + interval '1 hour' <= served.to_at))
             ORDER BY h.hour
             LIMIT %(limit)s
            """,
            {"series": series_id, "from": from_at, "to": to_at, "limit": limit, "field": field_id, **fence(viewer)},
            prepare=False,
        )
        .fetchall()
    )


def list_days(
    conn: Connection,
    viewer: Viewer,
    series_id: int,
    from_at: datetime,
    to_at: datetime,
    limit: int,
    field_id: int | None = None,
) -> list[Bucket]:
    """Whole local days of [from_at, to_at) that have readings, `at` a day's local midnight; with `field_id` as list_hours."""
    return (
        conn.cursor(row_factory=class_row(Bucket))
        .execute(
            """
            WITH seen AS MATERIALIZED (  -- once, not for every point
                SELECT s.from_at, s.to_at FROM series_seen(%(series)s, %(office)s, %(account)s, %(sees_office)s) s
            )
            SELECT b.at, b.count, b.unfit, b.min, b.mean, b.max, b.rise
              FROM (SELECT r.day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' AS at,
                           r.count, r.unfit, r.min, r.mean, r.max, r.rise
                      FROM reading_day r
                     WHERE r.series_id = %(series)s
                       AND r.day >= (%(from)s AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
                       AND r.day <= (%(to)s AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) b
             WHERE b.at >= %(from)s
               AND b.at < %(to)s
               AND EXISTS (SELECT FROM seen
                            WHERE b.at >= seen.from_at AND b.at + interval '1 day' <= seen.to_at)
               AND (%(field)s::int IS NULL
                    OR EXISTS (SELECT FROM field_served(%(series)s, %(field)s) served WHERE b.at >= served.from_at AND b.at + interval '1 day' <= served.to_at))
             ORDER BY b.at
             LIMIT %(limit)s
            """,
            {"series": series_id, "from": from_at, "to": to_at, "limit": limit, "field": field_id, **fence(viewer)},
            prepare=False,
        )
        .fetchall()
    )
