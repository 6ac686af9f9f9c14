"""Watering as processes: the simulator's valve, a real broker and database, collector and worker that are killed under it."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from fixtures.collector import House, house, kill
from fixtures.waiting import wait_until
from fixtures.water import insert_zone

from nongso import store
from nongso.clock import utc_now
from nongso.irrigation.run import Origin
from nongso.people import Role, Viewer
from nongso.store import admin_units, devices, irrigation_orders, irrigation_runs, people, places
from nongso.store.admin_units import AdminUnit
from nongso.store.devices import DeviceDraft
from nongso.store.irrigation_runs import RunDraft
from nongso.store.people import NewAccount
from nongso.store.places import FieldDraft

VALVE = "van-1"
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
[[device]]
id = "van-1"
kind = "valve"
name = "Van"
field = "vuon"
"""


class Farm:
    """The house with one zone; whoever asks for water is its farmer."""

    def __init__(self, servers: House) -> None:
        self.servers = servers
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

    def simulate(self) -> None:
        """The valve, on the air once it has spoken."""
        words = ("--plan", str(self.plan), "--history", "0m", "--live", "--state", str(self.servers.folder / "sim"))
        self.servers.start("simulate", "--broker", self.servers.broker.url, *words)

    def ask(self, seconds: int) -> int:
        with store.connect(self.servers.postgres.url) as conn:
            draft = RunDraft(self.zone, VALVE, Origin.PERSON, self.viewer.account_id, seconds)
            return irrigation_runs.insert_run(conn, draft, utc_now())

    def stop(self, run_id: int) -> None:
        with store.connect(self.servers.postgres.url) as conn:
            detail = {"reason": "stopped"}
            irrigation_runs.insert_event(conn, self.zone, "stop", utc_now(), run_id=run_id, detail=detail)

    def kinds(self, run_id: int) -> list[str]:
        with store.connect(self.servers.postgres.url) as conn:
            rows = conn.execute("SELECT kind FROM irrigation_event WHERE run_id = %s ORDER BY id", (run_id,))
            return [row[0] for row in rows]

    def outcome(self, run_id: int) -> str | None:
        with store.connect(self.servers.postgres.url) as conn:
            row = conn.execute("SELECT outcome FROM irrigation_result WHERE run_id = %s", (run_id,)).fetchone()
            return row[0] if row else None

    def is_swept(self) -> bool:
        with store.connect(self.servers.postgres.url) as conn:
            newest = irrigation_orders.find_newest_sweep(conn)
            live = irrigation_runs.list_live(conn, [self.zone])
            return newest is not None and newest.done_at is not None and not live


def founded(conn: store.Connection) -> Viewer:
    admin_units.insert_unit(conn, AdminUnit("90001", UNIT_FROM, None, "Xã Cái Cối", "xã", None, None, ""))
    office = places.insert_office(conn, "caicoi", "Phòng Kinh tế", "", "90001", UNIT_FROM)
    account = people.insert(conn, office, NewAccount("canbo", "Cán bộ", Role.ADMIN, "vi", "x"))
    return Viewer(account, office, Role.ADMIN, "Cán bộ")


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    with house() as opened:
        yield Farm(opened)


def test_water_runs_confirmed_survives_the_death_of_the_house_and_stops_when_asked(farm: Farm) -> None:
    """One story, because starting the house costs seconds: a sweep, a run stopped by hand, a run through kill -9 of both programs."""
    servers = farm.servers
    collector = servers.collect()
    farm.simulate()
    worker = servers.start("worker")
    wait_until(farm.is_swept, LIMIT_S)

    first = farm.ask(3600)
    wait_until(lambda: "confirmed" in farm.kinds(first), LIMIT_S)
    farm.stop(first)
    wait_until(lambda: farm.outcome(first), LIMIT_S)
    assert "stopped" == farm.outcome(first)
    assert ["requested", "sent"] == farm.kinds(first)[:2]
    assert "closed" in farm.kinds(first)

    second = farm.ask(15)
    wait_until(lambda: "confirmed" in farm.kinds(second), LIMIT_S)
    kill(collector)
    kill(worker)
    servers.collect()
    servers.start("worker")
    wait_until(lambda: farm.outcome(second), LIMIT_S)
    assert farm.outcome(second) in ("done", "lease")
    wait_until(farm.is_swept, LIMIT_S)
    assert [(0.0,)] == servers.rows(
        b"SELECT l.value FROM latest l JOIN series s ON s.id = l.series_id WHERE s.property = 'valve.state'"
    )
