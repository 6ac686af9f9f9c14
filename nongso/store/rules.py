"""What the rules are fed with: places and their sensors, readings; what an office changed; where each track stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.alerting.rule import Setting
from nongso.alerting.scene import Place, Point, Sensor
from nongso.devices import Kind, silent_after
from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.readings import UNFIT, Flag
from nongso.store.connection import Connection
from nongso.store.fence import fence

ALARMS: Final = UNFIT | Flag.LATE  # what came late alarms nobody
HISTORY: Final = UNFIT

_SENSORS: Final = """
    SELECT d.id AS field_id, NULL AS target_device, f.office_id, d.crop, d.planted_on, d.boundary, d.soil, d.area_m2,
           s.id AS series_id, v.id AS device_id, v.kind AS device_kind, s.property, s.depth_cm,
           round(v.expected_interval_s * coalesce(n.ratio, 1))::int AS expected_interval_s, i.from_at, greatest(l.received_at, l.at) AS received_at
      FROM installation i
      JOIN field d ON d.id = i.field_id
      JOIN farm f ON f.id = d.farm_id
      JOIN device v ON v.id = i.device_id AND v.revoked_at IS NULL
      JOIN series s ON s.device_id = v.id
      JOIN latest l ON l.series_id = s.id
      LEFT JOIN learned_interval n ON n.series_id = s.id
     WHERE i.from_at <= %(now)s AND (i.to_at IS NULL OR i.to_at > %(now)s)
    UNION ALL
    SELECT NULL, v.id, v.office_id, '', NULL, NULL, NULL, NULL,
           s.id, v.id, v.kind, s.property, s.depth_cm, v.expected_interval_s, v.accept_from, greatest(l.received_at, l.at) AS received_at
      FROM device v
      JOIN series s ON s.device_id = v.id
      JOIN latest l ON l.series_id = s.id
     WHERE v.kind = %(canal)s AND v.revoked_at IS NULL
     ORDER BY field_id NULLS LAST, target_device, series_id
"""


@dataclass(frozen=True, slots=True)
class _Row:
    field_id: int | None
    target_device: str | None
    office_id: int
    crop: str
    planted_on: date | None
    boundary: list[list[float]] | None
    soil: str | None
    area_m2: float | None
    series_id: int
    device_id: str
    device_kind: str
    property: str
    depth_cm: int | None
    expected_interval_s: int
    from_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Watched:
    """A place with what its rules are fed from. `begins` says since when each series serves it; `point` is latitude and longitude; None: not drawn."""

    place: Place
    begins: Mapping[int, datetime]
    heard_at: datetime
    point: tuple[float, float] | None

    @property
    def latitude_deg(self) -> float | None:
        return self.point[0] if self.point else None


@dataclass(frozen=True, slots=True)
class StoredTrack:
    field_id: int | None
    device_id: str | None
    heard_at: datetime
    body: dict[str, Any]


def list_watched(conn: Connection, now: datetime) -> list[Watched]:
    """Every field with sensors and every canal station of every office, for the worker: nobody's view, so it never leaves the house."""
    rows = (
        conn.cursor(row_factory=class_row(_Row)).execute(_SENSORS, {"now": now, "canal": Kind.CANAL.value}).fetchall()
    )
    return [_watched(list(group)) for _, group in groupby(rows, lambda row: (row.field_id, row.target_device))]


def find_watched(conn: Connection, viewer: Viewer, field_id: int, now: datetime) -> Watched | None:
    """One field that the viewer sees; None while nothing serves it. Raises NotFound."""
    seen = conn.execute(
        """
        SELECT FROM field
         WHERE id = %(field)s
           AND farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
        """,
        {"field": field_id, **fence(viewer)},
    ).fetchone()
    if seen is None:
        raise NotFound()
    return next((each for each in list_watched(conn, now) if each.place.field_id == field_id), None)


def _watched(rows: list[_Row]) -> Watched:
    first = rows[0]
    sensors = tuple(
        Sensor(
            row.series_id,
            row.device_id,
            row.device_kind,
            row.property,
            row.depth_cm,
            silent_after(row.expected_interval_s),
        )
        for row in rows
    )
    place = Place(
        first.field_id,
        first.target_device,
        first.office_id,
        first.crop,
        first.planted_on,
        sensors,
        first.soil,
        first.area_m2,
    )
    return Watched(
        place,
        {row.series_id: row.from_at for row in rows},
        max(row.received_at for row in rows),
        (first.boundary[0][1], first.boundary[0][0]) if first.boundary else None,
    )


def list_points(
    conn: Connection, since: Mapping[int, datetime], until: datetime, against: Flag
) -> list[tuple[int, Point]]:
    """Readings of each series after its instant, up to `until`, without a flag in `against`: ALARMS or HISTORY."""
    rows = conn.execute(
        """
        SELECT r.series_id, r.at, r.value
          FROM unnest(%(series)s::int[], %(since)s::timestamptz[]) AS w (series_id, since)
          JOIN calibrated_reading r ON r.series_id = w.series_id AND r.at > w.since
         WHERE r.flags & %(against)s = 0
           AND r.at > %(earliest)s AND r.at <= %(until)s  -- given to the planner: of a hypertable the chunks of this time
        """,
        {
            "series": list(since),
            "since": list(since.values()),
            "earliest": min(since.values(), default=until),
            "until": until,
            "against": int(against),
        },
        prepare=False,
    ).fetchall()
    return [(series, Point(at, value)) for series, at, value in rows]


def list_tracks(conn: Connection) -> dict[tuple[int | None, str | None], StoredTrack]:
    """Where every place's rules stand."""
    rows = (
        conn.cursor(row_factory=class_row(StoredTrack))
        .execute("SELECT field_id, device_id, heard_at, body FROM rule_track")
        .fetchall()
    )
    return {(row.field_id, row.device_id): row for row in rows}


def put_track(conn: Connection, place: Place, heard_at: datetime, body: dict[str, Any]) -> None:
    conn.execute(
        """
        INSERT INTO rule_track (field_id, device_id, heard_at, body)
        VALUES (%(field)s, %(device)s, %(heard)s, %(body)s)
        ON CONFLICT ON CONSTRAINT rule_track_key
        DO UPDATE SET heard_at = EXCLUDED.heard_at, body = EXCLUDED.body
        """,
        {"field": place.field_id, "device": place.device_id, "heard": heard_at, "body": Jsonb(body)},
    )


@dataclass(frozen=True, slots=True)
class StoredSetting:
    """What an office changed of a rule, and who did."""

    id: int
    office_id: int
    rule: str
    crop: str | None
    stage: str | None
    field_id: int | None
    is_on: bool | None
    limits: dict[str, float]
    hold_s: int | None
    clear_s: int | None
    set_name: str
    set_at: datetime

    @property
    def setting(self) -> Setting:
        return Setting(
            self.rule,
            self.crop,
            self.stage,
            self.field_id,
            self.is_on,
            self.limits,
            None if self.hold_s is None else timedelta(seconds=self.hold_s),
            None if self.clear_s is None else timedelta(seconds=self.clear_s),
        )


_SETTINGS: Final = """
    SELECT r.id, r.office_id, r.rule, r.crop, r.stage, r.field_id, r.is_on, r.limits, r.hold_s, r.clear_s,
           a.name AS set_name, r.set_at
      FROM rule_setting r
      JOIN account a ON a.id = r.set_by
      LEFT JOIN field d ON d.id = r.field_id
"""


def list_all_settings(conn: Connection) -> dict[int, list[Setting]]:
    """What each office changed, for the worker."""
    rows = conn.cursor(row_factory=class_row(StoredSetting)).execute(_SETTINGS).fetchall()
    by_office: dict[int, list[Setting]] = {}
    for row in rows:
        by_office.setdefault(row.office_id, []).append(row.setting)
    return by_office


def list_settings(conn: Connection, viewer: Viewer) -> list[StoredSetting]:
    """What the viewer's office changed; of single fields, those the viewer sees."""
    return (
        conn.cursor(row_factory=class_row(StoredSetting))
        .execute(
            _SETTINGS
            + """
             WHERE r.office_id = %(office)s
               AND (r.field_id IS NULL OR d.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s)))
             ORDER BY r.rule, r.id
            """,
            fence(viewer),
        )
        .fetchall()
    )


def list_set(conn: Connection, viewer: Viewer) -> list[Setting]:
    """The same as the rules take it: what is in force beside what is shipped."""
    return [each.setting for each in list_settings(conn, viewer)]


def put_setting(conn: Connection, viewer: Viewer, setting: Setting, now: datetime) -> int:
    """Change a rule for all, a crop, a stage or a field of the viewer's office; the setting's id. Raises NotFound for another's field."""
    row = conn.execute(
        """
        INSERT INTO rule_setting (office_id, rule, crop, stage, field_id, is_on, limits, hold_s, clear_s, set_by, set_at)
        SELECT %(office)s, %(rule)s, %(crop)s, %(stage)s, %(field)s, %(is_on)s, %(limits)s, %(hold)s, %(clear)s, %(account)s, %(now)s
         WHERE %(field)s::int IS NULL
            OR EXISTS (SELECT FROM field d
                        WHERE d.id = %(field)s
                          AND d.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s)))
        ON CONFLICT ON CONSTRAINT rule_setting_key
        DO UPDATE SET is_on = EXCLUDED.is_on, limits = EXCLUDED.limits, hold_s = EXCLUDED.hold_s,
                      clear_s = EXCLUDED.clear_s, set_by = EXCLUDED.set_by, set_at = EXCLUDED.set_at
        RETURNING id
        """,
        {
            "rule": setting.rule,
            "crop": setting.crop,
            "stage": setting.stage,
            "field": setting.field_id,
            "is_on": setting.is_on,
            "limits": Jsonb(dict(setting.limits or {})),
            "hold": _seconds(setting.hold_for),
            "clear": _seconds(setting.clear_for),
            "now": now,
            **fence(viewer),
        },
    ).fetchone()
    if row is None:
        raise NotFound()
    return row[0]


def delete_setting(conn: Connection, viewer: Viewer, setting: Setting) -> None:
    """Back to what is shipped, for exactly what the setting names."""
    conn.execute(
        """
        DELETE FROM rule_setting
         WHERE office_id = %(office)s
           AND rule = %(rule)s
           AND crop IS NOT DISTINCT FROM %(crop)s::text
           AND stage IS NOT DISTINCT FROM %(stage)s::text
           AND field_id IS NOT DISTINCT FROM %(field)s::int
        """,
        {
            "office": viewer.office_id,
            "rule": setting.rule,
            "crop": setting.crop,
            "stage": setting.stage,
            "field": setting.field_id,
        },
    )


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else round(span.total_seconds())


def starts(watched: Watched, since: datetime) -> dict[int, datetime]:
    """From when each series is read: since the track's end, and never from before it served the place."""
    return {series: max(since, begins) for series, begins in watched.begins.items()}
