"""Where a farm's water comes from, the pumps that lift it, and which devices may be named for it."""

from dataclasses import dataclass

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.fence import fence
from nongso.store.places import require_farm


@dataclass(frozen=True, slots=True)
class WaterSource:
    id: int
    farm_id: int
    name: str
    kind: str
    capacity_m3_h: float
    is_saline: bool
    min_level_m: float | None
    station_id: str | None
    master_valve_id: str | None
    price_vnd_m3: float


@dataclass(frozen=True, slots=True)
class SourceDraft:
    name: str
    kind: str
    capacity_m3_h: float
    is_saline: bool
    min_level_m: float | None
    station_id: str | None
    master_valve_id: str | None
    price_vnd_m3: float


@dataclass(frozen=True, slots=True)
class WaterPump:
    id: int
    source_id: int
    name: str
    zones_at_once: int
    min_kpa: float | None
    max_kpa: float | None
    price_vnd_hour: float


@dataclass(frozen=True, slots=True)
class PumpDraft:
    name: str
    zones_at_once: int
    min_kpa: float | None
    max_kpa: float | None
    price_vnd_hour: float


def require_devices(conn: Connection, viewer: Viewer, farm_id: int, device_ids: list[str]) -> None:
    """Raises NotFound unless each serves a field of the farm now; an office's own hands may name any device of the office."""
    row = conn.execute(
        """
        SELECT count(*)
          FROM unnest(%(devices)s::text[]) wanted (id)
          JOIN device v ON v.id = wanted.id AND v.revoked_at IS NULL AND v.office_id = %(office)s
         WHERE %(writes)s
            OR EXISTS (SELECT
                         FROM installation i
                         JOIN field d ON d.id = i.field_id
                        WHERE i.device_id = v.id
                          AND i.to_at IS NULL
                          AND d.farm_id = %(farm)s)
        """,
        {"devices": device_ids, "office": viewer.office_id, "writes": viewer.writes_office, "farm": farm_id},
    ).fetchone()
    if row is None or row[0] != len(device_ids):
        raise NotFound()


def list_sources(conn: Connection, viewer: Viewer, farm_id: int) -> list[WaterSource]:
    """Raises NotFound for a farm that is not the viewer's."""
    require_farm(conn, viewer, farm_id)
    return (
        conn.cursor(row_factory=class_row(WaterSource))
        .execute(
            """
            SELECT id, farm_id, name, kind, capacity_m3_h, is_saline, min_level_m, station_id, master_valve_id, price_vnd_m3
              FROM water_source
             WHERE farm_id = %(farm)s
             ORDER BY id
            """,
            {"farm": farm_id},
        )
        .fetchall()
    )


def insert_source(conn: Connection, viewer: Viewer, farm_id: int, draft: SourceDraft) -> int:
    """Its id. Raises NotFound for a farm or a device that is not the viewer's."""
    require_farm(conn, viewer, farm_id)
    require_devices(conn, viewer, farm_id, [each for each in (draft.station_id, draft.master_valve_id) if each])
    row = conn.execute(
        """
        INSERT INTO water_source (farm_id, name, kind, capacity_m3_h, is_saline, min_level_m, station_id, master_valve_id, price_vnd_m3)
        VALUES (%(farm)s, %(name)s, %(kind)s, %(capacity)s, %(saline)s, %(level)s, %(station)s, %(master)s, %(price)s)
        RETURNING id
        """,
        {"farm": farm_id, **_source_columns(draft)},
    ).fetchone()
    assert row is not None
    return row[0]


def update_source(conn: Connection, viewer: Viewer, source_id: int, draft: SourceDraft) -> None:
    """Raises NotFound."""
    farm_id = _farm_of_source(conn, viewer, source_id)
    require_devices(conn, viewer, farm_id, [each for each in (draft.station_id, draft.master_valve_id) if each])
    conn.execute(
        """
        UPDATE water_source
           SET name = %(name)s, kind = %(kind)s, capacity_m3_h = %(capacity)s, is_saline = %(saline)s, min_level_m = %(level)s,
               station_id = %(station)s, master_valve_id = %(master)s, price_vnd_m3 = %(price)s
         WHERE id = %(source)s
        """,
        {"source": source_id, **_source_columns(draft)},
    )


def _source_columns(draft: SourceDraft) -> dict[str, object]:
    return {
        "name": draft.name,
        "kind": draft.kind,
        "capacity": draft.capacity_m3_h,
        "saline": draft.is_saline,
        "level": draft.min_level_m,
        "station": draft.station_id,
        "master": draft.master_valve_id,
        "price": draft.price_vnd_m3,
    }


def list_pumps(conn: Connection, viewer: Viewer, source_id: int) -> list[WaterPump]:
    """Raises NotFound for a source that is not the viewer's."""
    _farm_of_source(conn, viewer, source_id)
    return (
        conn.cursor(row_factory=class_row(WaterPump))
        .execute(
            """
            SELECT id, source_id, name, zones_at_once, min_kpa, max_kpa, price_vnd_hour
              FROM water_pump
             WHERE source_id = %(source)s
             ORDER BY id
            """,
            {"source": source_id},
        )
        .fetchall()
    )


def insert_pump(conn: Connection, viewer: Viewer, source_id: int, draft: PumpDraft) -> int:
    """Its id. Raises NotFound for a source that is not the viewer's."""
    _farm_of_source(conn, viewer, source_id)
    row = conn.execute(
        """
        INSERT INTO water_pump (source_id, name, zones_at_once, min_kpa, max_kpa, price_vnd_hour)
        VALUES (%(source)s, %(name)s, %(zones)s, %(min_kpa)s, %(max_kpa)s, %(price)s)
        RETURNING id
        """,
        {
            "source": source_id,
            "name": draft.name,
            "zones": draft.zones_at_once,
            "min_kpa": draft.min_kpa,
            "max_kpa": draft.max_kpa,
            "price": draft.price_vnd_hour,
        },
    ).fetchone()
    assert row is not None
    return row[0]


def _farm_of_source(conn: Connection, viewer: Viewer, source_id: int) -> int:
    row = conn.execute(
        """
        SELECT farm_id
          FROM water_source
         WHERE id = %(source)s
           AND farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
        """,
        {"source": source_id, **fence(viewer)},
    ).fetchone()
    if row is None:
        raise NotFound()
    return row[0]
