"""Watering as processes: the simulator's valves, a real broker and database, collector and worker that are killed under them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from fixtures.collector import House, house, kill
from fixtures.gateways import Gateway, serving
from fixtures.waiting import wait_until
from fixtures.water import SETTLED, insert_zone, source_draft, zone_draft

from nongso import store
from nongso.alerting.routing import Wishes
from nongso.clock import utc_now
from nongso.irrigation.orders import Origin
from nongso.irrigation.zone import Mode
from nongso.people import Role, Viewer
from nongso.store import (
    admin_units,
    devices,
    irrigation_orders,
    irrigation_runs,
    irrigation_zones,
    people,
    places,
    recipients,
    water_sources,
)
from nongso.store.admin_units import AdminUnit
from nongso.store.devices import DeviceDraft
from nongso.store.irrigation_runs import RunDraft
from nongso.store.people import NewAccount
from nongso.store.places import FieldDraft
from nongso.store.water_sources import PumpDraft

VALVE = "van-1"
JAMMED, MASTER, SWITCH = "van-2", "van-tong", "bom"
UNIT_FROM = date(2025, 7, 1)
LIMIT_S = 300  # an order unheard is said three times, 30 s apart, before the house gives up
PLAN = """\
tenant = "caicoi"
[place]
latitude = 10.24
longitude = 106.37
elevation_m = 2.0
[canal]
distance_km = 52.0
[[field]]
slug = "vuon"
name = "Vườn"
crop = "pomelo"
area_m2 = 5200.0
boundary = [[106.37, 10.24], [106.371, 10.24], [106.371, 10.241], [106.37, 10.24]]
field_capacity = 0.36
wilting_point = 0.20
saturation = 0.48
crop_factor = 0.70
wetness = 0.85
watering = { rate_mm_h = 6.0, depth_mm = 18.0, salinity_limit = 1.0, below_moisture = 29.0 }
[[field]]
slug = "rau"
name = "Rau"
crop = "leaf_vegetable"
area_m2 = 5200.0
boundary = [[106.38, 10.24], [106.381, 10.24], [106.381, 10.241], [106.38, 10.24]]
field_capacity = 0.36
wilting_point = 0.20
saturation = 0.48
crop_factor = 0.70
wetness = 0.85
watering = { rate_mm_h = 6.0, depth_mm = 18.0, salinity_limit = 1.0, below_moisture = 29.0 }
[[device]]
id = "van-1"
kind = "valve"
name = "Van"
field = "vuon"
[[device]]
id = "van-2"
kind = "valve"
name = "Van kẹt"
field = "rau"
faults = [{ kind = "jammed", from_h = 0.0 }]
[[device]]
id = "van-tong"
kind = "valve"
name = "Van tổng"
field = "rau"
master = true
[[device]]
id = "bom"
kind = "valve"
name = "Công tắc bơm"
field = "rau"
master = true
"""
SHUT = b"SELECT r.device_id FROM irrigation_run r JOIN irrigation_result e ON e.run_id = r.id WHERE e.outcome = 'cut' ORDER BY 1"
STATES = b"SELECT s.device_id, l.value FROM latest l JOIN series s ON s.id = l.series_id WHERE s.property = 'valve.state' ORDER BY 1"


class Farm:
    """The house with two zones, one of a valve that will not close behind a master valve and a pump with a switch; their farmer has a phone."""

    def __init__(self, servers: House, phone: Gateway) -> None:
        self.servers, self.phone = servers, phone
        servers.environ["NONGSO_WEBHOOK_PRIVATE_HOSTS"] = "127.0.0.1"
        self.plan = servers.folder / "plan.toml"
        self.plan.write_text(PLAN)
        with store.connect(servers.postgres.url) as conn:
            self.viewer = founded(conn)
            farm = places.insert_farm(conn, self.viewer, "Hộ Ba Tư", "90001", UNIT_FROM)
            field = places.insert_field(conn, self.viewer, farm, FieldDraft("Vườn", "pomelo", None, 5200.0, None))
            since = utc_now() - timedelta(days=30)
            devices.insert(conn, self.viewer.office_id, DeviceDraft(VALVE, "valve", "Van", 600, "$7$hash"), since)
            devices.move(conn, self.viewer, VALVE, [field], since)
            self.zone = insert_zone(conn, self.viewer, farm, field, VALVE, utc_now())
            self.garden = self._piped(conn, farm, since)
            farmer = people.insert(conn, self.viewer.office_id, NewAccount("batu", "Ba Tư", Role.FARMER, "vi", "x"))
            places.insert_member(conn, self.viewer, farm, farmer)
            recipients.put(conn, farmer, self.viewer.office_id, Wishes(0, 1, None, None, 20, None), [phone.address])

    def _piped(self, conn: store.Connection, farm: int, since: datetime) -> int:
        """The zone of the valve that jams."""
        field = places.insert_field(conn, self.viewer, farm, FieldDraft("Rau", "leaf_vegetable", None, 5200.0, None))
        for device in (JAMMED, MASTER, SWITCH):
            devices.insert(conn, self.viewer.office_id, DeviceDraft(device, "valve", device, 600, "$7$hash"), since)
            devices.move(conn, self.viewer, device, [field], since)
        well = replace(source_draft("Giếng vườn rau"), master_valve_id=MASTER)
        source = water_sources.insert_source(conn, self.viewer, farm, well)
        pump = water_sources.insert_pump(
            conn, self.viewer, source, PumpDraft("Bơm 2", 1, None, None, 0.0, switch_id=SWITCH)
        )
        since = utc_now() - SETTLED
        zone = irrigation_zones.insert_zone(
            conn, self.viewer, field, zone_draft(JAMMED, source, pump, "Vườn rau"), since
        )
        irrigation_zones.insert_mode(conn, self.viewer, zone, Mode.MANUAL, since)
        return zone

    def simulate(self) -> None:
        """The valves, on the air once they have spoken."""
        words = ("--plan", str(self.plan), "--history", "0m", "--live", "--state", str(self.servers.folder / "sim"))
        self.servers.start("simulate", "--broker", self.servers.broker.url, *words)

    def ask(self, seconds: int, zone: int, valve: str) -> int:
        with store.connect(self.servers.postgres.url) as conn:
            draft = RunDraft(zone, valve, Origin.PERSON, self.viewer.account_id, seconds)
            return irrigation_runs.insert_run(conn, draft, utc_now())

    def stop(self, run_id: int, zone: int) -> None:
        with store.connect(self.servers.postgres.url) as conn:
            detail = {"reason": "stopped"}
            irrigation_runs.insert_event(conn, zone, "stop", utc_now(), run_id=run_id, detail=detail)

    def opened(self, seconds: int, zone: int, valve: str) -> int:
        """A run whose water a reading has confirmed."""
        run_id = self.ask(seconds, zone, valve)
        wait_until(lambda: "confirmed" in self.kinds(run_id), LIMIT_S)
        return run_id

    def kinds(self, run_id: int) -> list[str]:
        with store.connect(self.servers.postgres.url) as conn:
            rows = conn.execute("SELECT kind FROM irrigation_event WHERE run_id = %s ORDER BY id", (run_id,))
            return [row[0] for row in rows]

    def outcome(self, run_id: int) -> str | None:
        with store.connect(self.servers.postgres.url) as conn:
            row = conn.execute("SELECT outcome FROM irrigation_result WHERE run_id = %s", (run_id,)).fetchone()
            return row[0] if row else None

    def is_swept(self, *zones: int) -> bool:
        """Whether the house has looked at all valves, and nothing runs in these zones."""
        with store.connect(self.servers.postgres.url) as conn:
            newest = irrigation_orders.find_newest_sweep(conn)
            live = irrigation_runs.list_live(conn, zones)
            return newest is not None and newest.done_at is not None and not live


def founded(conn: store.Connection) -> Viewer:
    admin_units.insert_unit(conn, AdminUnit("90001", UNIT_FROM, None, "Xã Cái Cối", "xã", None, None, ""))
    office = places.insert_office(conn, "caicoi", "Phòng Kinh tế", "", "90001", UNIT_FROM)
    account = people.insert(conn, office, NewAccount("canbo", "Cán bộ", Role.ADMIN, "vi", "x"))
    return Viewer(account, office, Role.ADMIN, "Cán bộ")


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    with serving(Gateway(200)) as phone, house() as opened:
        yield Farm(opened, phone)


def test_water_runs_confirmed_survives_the_death_of_the_house_and_is_cut_off_where_a_valve_jams(farm: Farm) -> None:
    """One story, because starting the house costs seconds: a sweep, a run stopped by hand, a run through kill -9 of both programs.

    Meanwhile a second valve does not close: four tries later, the house's death between them, master valve and pump are off and the farmer's phone rings.
    """
    servers = farm.servers
    collector = servers.collect()
    farm.simulate()
    worker = servers.start("worker")
    wait_until(lambda: farm.is_swept(farm.zone, farm.garden), LIMIT_S)
    jammed = farm.opened(3600, farm.garden, JAMMED)
    farm.stop(jammed, farm.garden)

    first = farm.opened(3600, farm.zone, VALVE)
    farm.stop(first, farm.zone)
    wait_until(lambda: farm.outcome(first), LIMIT_S)
    assert "stopped" == farm.outcome(first)
    assert ["requested", "sent"] == farm.kinds(first)[:2]
    assert "closed" in farm.kinds(first)

    second = farm.opened(15, farm.zone, VALVE)
    kill(collector)
    kill(worker)
    servers.collect()
    servers.start("worker")
    wait_until(lambda: farm.outcome(second), LIMIT_S)
    assert farm.outcome(second) in ("done", "lease")
    wait_until(lambda: farm.is_swept(farm.zone), LIMIT_S)

    wait_until(lambda: len(servers.rows(SHUT)) == 2, LIMIT_S)
    assert [(SWITCH,), (MASTER,)] == servers.rows(SHUT)
    assert [(SWITCH, 0.0), (VALVE, 0.0), (JAMMED, 1.0), (MASTER, 0.0)] == servers.rows(STATES)
    assert (["cut"], None) == ([kind for kind in farm.kinds(jammed) if kind == "cut"], farm.outcome(jammed))
    wait_until(
        lambda: any("Vườn rau: van KHÔNG xác nhận đã đóng" in each["message"] for each in farm.phone.got), LIMIT_S
    )
    wait_until(
        lambda: any("Vườn rau: đã ra lệnh khoá nước từ nguồn" in each["message"] for each in farm.phone.got), LIMIT_S
    )
