"""Where a farm's water comes from, the pumps that lift it, and which devices may be named for it."""

from dataclasses import dataclass

from psycopg.rows import class_row

from nongso.errors import Conflict, NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.fence import fence
from nongso.store.places import require_farm


class ServesAZone(Conflict):
    """`device` is a zone's own valve: it cannot also shut off the water before valves."""

    code = "irrigation.serves_a_zone"


class ShutsTheWater(Conflict):
    """`device` is a master valve or a pump's switch: it cannot also be a zone's own valve."""

    code = "irrigation.shuts_the_water"


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
    switch_id: str | None


@dataclass(frozen=True, slots=True)
class PumpDraft:
    """`switch_id` is what the house may switch it off by; None: only people do."""

    name: str
    zones_at_once: int
    min_kpa: float | None
    max_kpa: float | None
    price_vnd_hour: float
    switch_id: str | None = None


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
    """Its id. Raises NotFound for a farm or a device that is not the viewer's, ServesAZone."""
    require_farm(conn, viewer, farm_id)
    require_devices(conn, viewer, farm_id, [draft.station_id] if draft.station_id else [])
    _require_shutters(conn, viewer, farm_id, draft.master_valve_id)
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
    """Raises NotFound, ServesAZone."""
    farm_id = _farm_of_source(conn, viewer, source_id)
    require_devices(conn, viewer, farm_id, [draft.station_id] if draft.station_id else [])
    _require_shutters(conn, viewer, farm_id, draft.master_valve_id)
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
            SELECT id, source_id, name, zones_at_once, min_kpa, max_kpa, price_vnd_hour, switch_id
              FROM water_pump
             WHERE source_id = %(source)s
             ORDER BY id
            """,
            {"source": source_id},
        )
        .fetchall()
    )


def insert_pump(conn: Connection, viewer: Viewer, source_id: int, draft: PumpDraft) -> int:
    """Its id. Raises NotFound for a source or a switch that is not the viewer's, ServesAZone."""
    _require_shutters(conn, viewer, _farm_of_source(conn, viewer, source_id), draft.switch_id)
    row = conn.execute(
        """
        INSERT INTO water_pump (source_id, name, zones_at_once, min_kpa, max_kpa, price_vnd_hour, switch_id)
        VALUES (%(source)s, %(name)s, %(zones)s, %(min_kpa)s, %(max_kpa)s, %(price)s, %(switch)s)
        RETURNING id
        """,
        {"source": source_id, **_pump_columns(draft)},
    ).fetchone()
    assert row is not None
    return row[0]


def update_pump(conn: Connection, viewer: Viewer, pump_id: int, draft: PumpDraft) -> None:
    """Raises NotFound, ServesAZone."""
    _require_shutters(conn, viewer, _farm_of_pump(conn, viewer, pump_id), draft.switch_id)
    conn.execute(
        """
        UPDATE water_pump
           SET name = %(name)s, zones_at_once = %(zones)s, min_kpa = %(min_kpa)s, max_kpa = %(max_kpa)s,
               price_vnd_hour = %(price)s, switch_id = %(switch)s
         WHERE id = %(pump)s
        """,
        {"pump": pump_id, **_pump_columns(draft)},
    )


def _pump_columns(draft: PumpDraft) -> dict[str, object]:
    return {
        "name": draft.name,
        "zones": draft.zones_at_once,
        "min_kpa": draft.min_kpa,
        "max_kpa": draft.max_kpa,
        "price": draft.price_vnd_hour,
        "switch": draft.switch_id,
    }


def _require_shutters(conn: Connection, viewer: Viewer, farm_id: int, *device_ids: str | None) -> None:
    """What shuts the water off before valves is the farm's, and no zone's own valve. Raises NotFound, ServesAZone."""
    named = [each for each in device_ids if each]
    require_devices(conn, viewer, farm_id, named)
    row = conn.execute(
        "SELECT valve_id FROM irrigation_zone WHERE valve_id = ANY(%(named)s) AND removed_at IS NULL", {"named": named}
    ).fetchone()
    if row is not None:
        raise ServesAZone(device=row[0])


def shuts_water(conn: Connection, device_id: str) -> bool:
    """Whether the device is a master valve or a pump's switch. Takes no viewer: whoever asks has seen the device."""
    row = conn.execute(
        """
        SELECT EXISTS (SELECT FROM water_source WHERE master_valve_id = %(device)s)
            OR EXISTS (SELECT FROM water_pump WHERE switch_id = %(device)s)
        """,
        {"device": device_id},
    ).fetchone()
    return row is not None and row[0]


def _farm_of_pump(conn: Connection, viewer: Viewer, pump_id: int) -> int:
    row = conn.execute("SELECT source_id FROM water_pump WHERE id = %(pump)s", {"pump": pump_id}).fetchone()
    if row is None:
        raise NotFound()
    return _farm_of_source(conn, viewer, row[0])


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
