"""Where water comes from and which valve serves which zone, as people set it up."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.irrigation.zone import Caps, Method, Mode, Pump, Source, SourceKind, Zone
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.fence import fence
from nongso.store.places import get_field
from nongso.store.water_sources import ShutsTheWater, require_devices, shuts_water
from nongso.text.sorting import sort_key

_PLAN: Final = """
    SELECT id, field_id, field_name, crop, planted_on, farm_id, farm_name, office_id, tenant, name, valve_id, valve_name,
           valve_interval_s, meter_id, method, area_m2, flow_m3_h, field_capacity, wilting_point, max_run_min, max_day_min,
           max_run_mm, max_day_mm, min_pause_min, mode, mode_by, mode_at, created_at, source_id, source_name, source_kind,
           capacity_m3_h, is_saline, min_level_m, station_id, master_valve_id, price_vnd_m3, pump_id, pump_name,
           zones_at_once, min_kpa, max_kpa, price_vnd_hour, pump_switch_id
      FROM irrigation_plan
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """A zone in use with its field, source and pump, as the store knows it; `zone` is what rules see of it."""

    id: int
    field_id: int
    field_name: str
    crop: str
    planted_on: date | None
    farm_id: int
    farm_name: str
    office_id: int
    tenant: str
    name: str
    valve_id: str
    valve_name: str
    valve_interval_s: int
    meter_id: str
    method: str
    area_m2: float
    flow_m3_h: float
    field_capacity: float
    wilting_point: float
    max_run_min: float
    max_day_min: float
    max_run_mm: float
    max_day_mm: float
    min_pause_min: float
    mode: str
    mode_by: int
    mode_at: datetime
    created_at: datetime
    source_id: int
    source_name: str
    source_kind: str
    capacity_m3_h: float
    is_saline: bool
    min_level_m: float | None
    station_id: str | None
    master_valve_id: str | None
    price_vnd_m3: float
    pump_id: int | None
    pump_name: str | None
    zones_at_once: int | None
    min_kpa: float | None
    max_kpa: float | None
    price_vnd_hour: float
    pump_switch_id: str | None

    @property
    def upstream(self) -> tuple[str, ...]:
        """What can shut the water off before the zone's valve."""
        return tuple(each for each in (self.master_valve_id, self.pump_switch_id) if each is not None)

    @property
    def zone(self) -> Zone:
        return Zone(
            self.id,
            self.field_id,
            self.crop,
            self.planted_on,
            self.valve_id,
            Method(self.method),
            self.area_m2,
            self.flow_m3_h,
            self.field_capacity,
            self.wilting_point,
            Caps(self.max_run_min, self.max_day_min, self.max_run_mm, self.max_day_mm, self.min_pause_min),
            Mode(self.mode),
            self.created_at,
            self._source,
            self._pump,
        )

    @property
    def _source(self) -> Source:
        return Source(
            self.source_id,
            SourceKind(self.source_kind),
            self.capacity_m3_h,
            self.is_saline,
            self.min_level_m,
            self.station_id,
            self.master_valve_id,
            self.price_vnd_m3,
        )

    @property
    def _pump(self) -> Pump | None:
        if self.pump_id is None:
            return None
        return Pump(self.pump_id, self.zones_at_once or 1, self.min_kpa, self.max_kpa, self.price_vnd_hour)


@dataclass(frozen=True, slots=True)
class ZoneDraft:
    """What somebody says of a zone; water contents in % by volume."""

    name: str
    valve_id: str
    meter_id: str
    source_id: int
    pump_id: int | None
    method: str
    area_m2: float
    flow_m3_h: float
    field_capacity: float
    wilting_point: float
    caps: Caps


def list_plans(conn: Connection, viewer: Viewer) -> list[Plan]:
    """The zones of the fields the viewer sees."""
    return (
        conn.cursor(row_factory=class_row(Plan))
        .execute(
            _PLAN
            + """
             WHERE farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
             ORDER BY farm_name, field_name, name_sort, id
            """,
            fence(viewer),
        )
        .fetchall()
    )


def get_plan(conn: Connection, viewer: Viewer, zone_id: int) -> Plan:
    """Raises NotFound when there is none, or none for this viewer."""
    plan = (
        conn.cursor(row_factory=class_row(Plan))
        .execute(
            _PLAN
            + """
             WHERE id = %(zone)s
               AND farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
            """,
            {"zone": zone_id, **fence(viewer)},
        )
        .fetchone()
    )
    if plan is None:
        raise NotFound()
    return plan


def list_all_plans(conn: Connection) -> list[Plan]:
    """Every zone of every office, for the worker: nobody's view, so it never leaves the house."""
    return conn.cursor(row_factory=class_row(Plan)).execute(_PLAN + " ORDER BY id").fetchall()


def insert_zone(conn: Connection, viewer: Viewer, field_id: int, draft: ZoneDraft, now: datetime) -> int:
    """A zone that only advises at first; its id. Raises NotFound for a field, device, source or pump that is not the viewer's."""
    farm_id = get_field(conn, viewer, field_id).farm_id
    _require_parts(conn, viewer, farm_id, draft)
    row = conn.execute(
        """
        INSERT INTO irrigation_zone (field_id, name, name_sort, valve_id, meter_id, source_id, pump_id, method, area_m2,
                                     flow_m3_h, field_capacity, wilting_point, max_run_min, max_day_min, max_run_mm,
                                     max_day_mm, min_pause_min, created_at)
        VALUES (%(field)s, %(name)s, %(sort)s, %(valve)s, %(meter)s, %(source)s, %(pump)s, %(method)s, %(area_m2)s,
                %(flow)s, %(capacity)s, %(wilting)s, %(run_min)s, %(day_min)s, %(run_mm)s, %(day_mm)s, %(pause)s, %(now)s)
        RETURNING id
        """,
        {"field": field_id, "now": now, **_columns(draft)},
    ).fetchone()
    assert row is not None
    insert_mode(conn, viewer, row[0], Mode.ADVISE, now)
    return row[0]


def update_zone(conn: Connection, viewer: Viewer, zone_id: int, draft: ZoneDraft) -> None:
    """Say anew what a zone is; its mode and its past stay. Raises NotFound."""
    _require_parts(conn, viewer, get_plan(conn, viewer, zone_id).farm_id, draft)
    conn.execute(
        """
        UPDATE irrigation_zone
           SET name = %(name)s, name_sort = %(sort)s, valve_id = %(valve)s, meter_id = %(meter)s, source_id = %(source)s,
               pump_id = %(pump)s, method = %(method)s, area_m2 = %(area_m2)s, flow_m3_h = %(flow)s,
               field_capacity = %(capacity)s, wilting_point = %(wilting)s, max_run_min = %(run_min)s,
               max_day_min = %(day_min)s, max_run_mm = %(run_mm)s, max_day_mm = %(day_mm)s, min_pause_min = %(pause)s
         WHERE id = %(zone)s
        """,
        {"zone": zone_id, **_columns(draft)},
    )


def remove_zone(conn: Connection, viewer: Viewer, zone_id: int, now: datetime) -> None:
    """Out of use; what it did stays readable. Raises NotFound."""
    get_plan(conn, viewer, zone_id)
    conn.execute("UPDATE irrigation_zone SET removed_at = %(now)s WHERE id = %(zone)s", {"now": now, "zone": zone_id})


def insert_mode(conn: Connection, viewer: Viewer, zone_id: int, mode: Mode, now: datetime) -> None:
    """From now on. Takes the viewer as the one who decided: the caller has seen the zone."""
    conn.execute(
        "INSERT INTO irrigation_mode (zone_id, mode, account_id, at) VALUES (%(zone)s, %(mode)s, %(account)s, %(now)s)",
        {"zone": zone_id, "mode": mode, "account": viewer.account_id, "now": now},
    )


def _columns(draft: ZoneDraft) -> dict[str, object]:
    return {
        "name": draft.name,
        "sort": sort_key(draft.name),
        "valve": draft.valve_id,
        "meter": draft.meter_id,
        "source": draft.source_id,
        "pump": draft.pump_id,
        "method": draft.method,
        "area_m2": draft.area_m2,
        "flow": draft.flow_m3_h,
        "capacity": draft.field_capacity,
        "wilting": draft.wilting_point,
        "run_min": draft.caps.run_min,
        "day_min": draft.caps.day_min,
        "run_mm": draft.caps.run_mm,
        "day_mm": draft.caps.day_mm,
        "pause": draft.caps.pause_min,
    }


def _require_parts(conn: Connection, viewer: Viewer, farm_id: int, draft: ZoneDraft) -> None:
    """A zone is made of its own farm's water and of devices that serve it."""
    require_devices(conn, viewer, farm_id, sorted({draft.valve_id, draft.meter_id}))
    if shuts_water(conn, draft.valve_id):
        raise ShutsTheWater(device=draft.valve_id)
    row = conn.execute(
        """
        SELECT EXISTS (SELECT FROM water_source s WHERE s.id = %(source)s AND s.farm_id = %(farm)s)
               AND (%(pump)s::int IS NULL OR EXISTS (SELECT FROM water_pump p WHERE p.id = %(pump)s AND p.source_id = %(source)s))
        """,
        {"source": draft.source_id, "pump": draft.pump_id, "farm": farm_id},
    ).fetchone()
    if row is None or not row[0]:
        raise NotFound()
