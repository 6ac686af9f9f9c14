"""What valves and meters said of themselves: the readback that confirms an order, the flow of a run, the rain of the last hour."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row

from nongso.irrigation.flow import SETTLE, Meter
from nongso.irrigation.orders import Seen
from nongso.readings import UNFIT
from nongso.store.connection import Connection
from nongso.store.rainfall import between, told

SAID = ("valve.state", "water.flow", "water.pressure", "valve.current")
HOUR = timedelta(hours=1)
METER_BACK = timedelta(days=60)  # a meter that spoke before that has nothing to do with this watering


@dataclass(frozen=True, slots=True)
class Reading:
    """The newest fit reading of one property of a device; `heard_at` None where a newer one is unfit."""

    device_id: str
    property: str
    at: datetime
    value: float
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class Poured:
    """What a meter counted: m³ between two instants, and the mean flow in m³/h; None: it did not say."""

    volume_m3: float | None
    flow_m3_h: float | None


def list_said(conn: Connection, device_ids: Collection[str]) -> dict[tuple[str, str], Reading]:
    """The newest of valves and meters. Takes no viewer: whoever asks has seen the zones."""
    rows = (
        conn.cursor(row_factory=class_row(Reading))
        .execute(
            """
            SELECT s.device_id, s.property, l.fit_at AS at, l.fit_value AS value,
                   CASE WHEN l.fit_at = l.at THEN l.received_at END AS heard_at
              FROM series s
              JOIN latest l ON l.series_id = s.id
             WHERE s.device_id = ANY(%(devices)s)
               AND s.property = ANY(%(said)s)
               AND l.fit_at IS NOT NULL
             ORDER BY s.depth_cm NULLS LAST
            """,
            {"devices": list(device_ids), "said": list(SAID)},
        )
        .fetchall()
    )
    return {(row.device_id, row.property): row for row in rows}


def seen(said: dict[tuple[str, str], Reading], valve_id: str) -> Seen:
    """A valve's own word on its state."""
    state = said.get((valve_id, "valve.state"))
    return Seen() if state is None else Seen(state.value >= 0.5, state.at, state.heard_at)


def meter(said: dict[tuple[str, str], Reading], meter_id: str, valve_id: str) -> Meter:
    """Flow of the meter, current of the valve's coil."""
    flow, current = said.get((meter_id, "water.flow")), said.get((valve_id, "valve.current"))
    return Meter(
        flow.value if flow else None,
        flow.at if flow else None,
        current.value if current else None,
        current.at if current else None,
    )


def find_poured(conn: Connection, meter_id: str, opened_at: datetime, closed_at: datetime) -> Poured:
    """What went through a meter while a valve was open. Takes no viewer: whoever asks has seen the zone."""
    row = conn.execute(
        """
        SELECT (SELECT c.climbed + counted((SELECT b.value  -- what the meter stood at when the valve opened
                                              FROM calibrated_reading b
                                             WHERE b.series_id = s.id AND b.flags & %(unfit)s = 0
                                               AND b.at >= %(back)s AND b.at < %(opened)s
                                             ORDER BY b.at DESC
                                             LIMIT 1), c.first)
                  FROM series s
                 CROSS JOIN stretch(s.id, %(opened)s, %(after)s, %(unfit)s, %(opened)s, %(after)s) c
                  JOIN latest l ON l.series_id = s.id AND l.at >= %(closed)s  -- else the meter has not counted all of it yet
                 WHERE s.device_id = %(meter)s AND s.property = 'water.volume' AND s.depth_cm IS NULL),
               (SELECT c.mean
                  FROM series s, stretch(s.id, %(full)s, %(closed)s, %(unfit)s, %(full)s, %(closed)s) c
                 WHERE s.device_id = %(meter)s AND s.property = 'water.flow' AND s.depth_cm IS NULL)
        """,
        {
            "meter": meter_id,
            "back": opened_at - METER_BACK,
            "opened": opened_at,
            "full": opened_at + SETTLE,
            "closed": closed_at,
            "after": closed_at + timedelta(seconds=1),
            "unfit": int(UNFIT),
        },
        prepare=False,
    ).fetchone()
    return Poured(row[0], row[1]) if row else Poured(None, None)


def list_rain(conn: Connection, field_ids: Collection[int], now: datetime) -> dict[int, float]:
    """The rain of the last hour in mm on each field with a gauge, the wettest gauge's. Takes no viewer: whoever asks has seen the fields."""
    rows = conn.execute(
        told("""
        SELECT i.field_id, max(coalesce(rain.fallen, 0))
          FROM installation i
          JOIN series s ON s.device_id = i.device_id AND s.property IN ('rain.total', 'rain.amount')
         CROSS JOIN LATERAL (FALLEN) rain
         WHERE i.field_id = ANY(%(fields)s)
           AND i.from_at <= %(now)s
           AND (i.to_at IS NULL OR i.to_at > %(now)s)
         GROUP BY i.field_id
        """),
        {"fields": list(field_ids), "now": now, "unfit": int(UNFIT), **between(now - HOUR, now)},
        prepare=False,
    ).fetchall()
    return dict(rows)
