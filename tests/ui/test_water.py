"""The page on watering: what people tap, and what is asked of the valve afterwards."""

from datetime import datetime

import pytest
from fixtures.api import As, World
from fixtures.browsing import Open, words
from fixtures.farm import observe, place_device
from fixtures.water import insert_zone
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

from nongso import store
from nongso.irrigation.zone import Mode
from nongso.store import irrigation_runs
from nongso.text import say
from ui import pages


@pytest.fixture
def zone(conn: store.Connection, world: World, now: datetime) -> int:
    """A zone whose valve just said closed."""
    place_device(conn, world.admin, "van-1", "valve", [world.field_id], now)
    observe(conn, "van-1", "valve.state", (now, 0.0))
    return insert_zone(conn, world.admin, world.farm_id, world.field_id, "van-1", now, mode=Mode.MANUAL)


def page(app: AppTest, part: str = "") -> AppTest:
    app.run()
    app.switch_page(pages.file_of("water"))
    app.run()
    if part in ("zones", "pumps", "sources"):
        group(app, 0).set_value("setup").run()
        group(app, 1).set_value(part).run()
    elif part:
        group(app, 0).set_value(part).run()
    return app


def group(app: AppTest, place: int) -> ButtonGroup:
    found = app.get("button_group")[place]
    assert isinstance(found, ButtonGroup)
    return found


def test_water_is_started_with_a_tap_on_a_time_and_stopped_with_one(
    open_app: Open, world: World, conn: store.Connection, zone: int
) -> None:
    opened = page(open_app(world.farmer))
    assert say("vi", "irrigation.state.closed") in words(opened)
    group(opened, 1).set_value(20).run()
    opened.button(key=f"start-{zone}-0").click().run()

    assert [] == list(opened.exception)
    [live] = irrigation_runs.list_live(conn, [zone])
    assert (1200, world.farmer.account_id) == (live.run.seconds, live.account_id)
    assert say("vi", "irrigation.state.opening") in words(opened)
    opened.button(key=f"stop-{zone}").click().run()
    [live] = irrigation_runs.list_live(conn, [zone])
    assert "stopped" == live.run.stop
    assert say("vi", "irrigation.state.closing") in words(opened)


def test_a_valve_that_fell_silent_is_never_shown_as_closed(
    open_app: Open, world: World, conn: store.Connection, zone: int
) -> None:
    conn.execute("UPDATE latest SET received_at = received_at - interval '3 hours'")
    opened = page(open_app(world.farmer))

    assert say("vi", "irrigation.state.unknown") in words(opened)
    assert say("vi", "irrigation.state.closed") not in words(opened)
    assert say("vi", "irrigation.go_look") in words(opened)


@pytest.mark.parametrize("part", ["history", "season", "modes", "zones", "pumps", "sources"])
def test_every_part_opens(open_app: Open, world: World, zone: int, part: str) -> None:
    assert [] == list(page(open_app(world.officer), part).exception)


@pytest.fixture
def master(conn: store.Connection, world: World, now: datetime) -> str:
    """A valve that waters no zone."""
    place_device(conn, world.admin, "van-tong", "valve", [world.field_id], now)
    return "van-tong"


def test_a_source_is_named_in_numbers_as_people_type_them(
    open_app: Open, world: World, signed_in: As, zone: int, master: str
) -> None:
    """The farmer's only farm is chosen already; a zone's own valve is not offered as the master valve."""
    opened = page(open_app(world.farmer), "sources")
    assert [say("vi", "ui.none"), f"Máy {master}"] == opened.selectbox(key="source-0-master-0").options
    opened.text_input(key="source-0-name-0").set_value("Kênh Cái Cối")
    opened.selectbox(key="source-0-kind-0").set_value("canal")
    opened.selectbox(key="source-0-master-0").set_value(master)
    opened.text_input(key="source-0-level-0").set_value("-0,3")
    opened.text_input(key="source-0-price-0").set_value("1.500")
    opened.text_input(key="source-0-capacity-0").set_value("7,5").run()
    opened.button(key="source-0-save-0").click().run()

    assert [] == list(opened.exception)
    made = signed_in(world.farmer).get(f"/api/v1/farms/{world.farm_id}/water-sources").json()[-1]
    told = ("name", "capacity_m3_h", "is_saline", "master_valve_id", "min_level_m", "price_vnd_m3")
    assert ("Kênh Cái Cối", 7.5, True, master, -0.3, 1500.0) == tuple(made[name] for name in told)


def test_what_was_said_of_a_source_begins_the_form_and_can_be_taken_back(
    open_app: Open, world: World, signed_in: As, zone: int, master: str
) -> None:
    farmer, path = signed_in(world.farmer), f"/api/v1/farms/{world.farm_id}/water-sources"
    [known] = farmer.get(path).json()
    body = {name: value for name, value in known.items() if name not in ("id", "farm_id")}
    changed = {**body, "capacity_m3_h": 7.5, "master_valve_id": master}
    assert 204 == farmer.put(f"/api/v1/water-sources/{known['id']}", json=changed).status_code
    mine = f"source-{known['id']}"
    opened = page(open_app(world.farmer), "sources")
    opened.selectbox(key=f"source-which-{world.farm_id}-0").set_value(known["id"]).run()

    assert "7,5" == opened.text_input(key=f"{mine}-capacity-0").value
    assert master == opened.selectbox(key=f"{mine}-master-0").value
    opened.selectbox(key=f"{mine}-master-0").set_value("").run()
    opened.button(key=f"{mine}-save-0").click().run()
    [after] = farmer.get(path).json()
    assert (None, 7.5) == (after["master_valve_id"], after["capacity_m3_h"])


def test_a_pump_is_set_up_with_its_switch_and_its_pressure(
    open_app: Open, world: World, signed_in: As, zone: int, master: str
) -> None:
    farmer = signed_in(world.farmer)
    [source] = farmer.get(f"/api/v1/farms/{world.farm_id}/water-sources").json()
    opened = page(open_app(world.farmer), "pumps")
    opened.text_input(key="pump-0-name-0").set_value("Bơm dầu")
    opened.text_input(key="pump-0-zones-0").set_value("2")
    opened.selectbox(key="pump-0-switch-0").set_value(master)
    opened.text_input(key="pump-0-min-kpa-0").set_value("350,5")
    opened.text_input(key="pump-0-max-kpa-0").set_value("100").run()
    opened.button(key="pump-0-save-0").click().run()
    assert "Áp lực thấp nhất (350 kPa) phải dưới áp lực cao nhất (100 kPa)." in words(opened)

    opened.text_input(key="pump-0-max-kpa-0").set_value("500").run()
    opened.button(key="pump-0-save-0").click().run()
    made = farmer.get(f"/api/v1/water-sources/{source['id']}/pumps").json()[-1]
    assert ("Bơm dầu", 2, 350.5, 500.0, master) == tuple(
        made[name] for name in ("name", "zones_at_once", "min_kpa", "max_kpa", "switch_id")
    )


def test_a_new_zone_begins_with_its_fields_own_soil_and_careful_caps(
    open_app: Open, world: World, conn: store.Connection, signed_in: As, zone: int, master: str
) -> None:
    """Clay of FAO-56 Table 19: 36 and 22 % by volume."""
    conn.execute("UPDATE field SET soil = 'clay' WHERE id = %s", (world.field_id,))
    [source] = signed_in(world.farmer).get(f"/api/v1/farms/{world.farm_id}/water-sources").json()
    opened = page(open_app(world.farmer), "zones")
    assert say("vi", "water.soil_of_field", soil="Đất sét") in words(opened)
    assert ("36", "22") == tuple(opened.text_input(key=f"zone-0-{name}-0").value for name in ("capacity", "wilting"))
    assert ("120", "20") == tuple(opened.text_input(key=f"zone-0-{name}-0").value for name in ("run-min", "run-mm"))
    opened.text_input(key="zone-0-name-0").set_value("Khu B")
    opened.selectbox(key="zone-0-valve-0").set_value(master)
    opened.selectbox(key="zone-0-meter-0").set_value("van-1")
    opened.selectbox(key="zone-0-source-0").set_value(source["id"])
    opened.selectbox(key="zone-0-method-0").set_value("drip")
    opened.text_input(key="zone-0-area-0").set_value("1200,5")
    opened.text_input(key="zone-0-run-mm-0").set_value("40")
    opened.text_input(key="zone-0-flow-0").set_value("7,5").run()
    opened.button(key="zone-0-save-0").click().run()
    assert "Một lần tưới (40 mm) không được nhiều hơn cả ngày (30 mm)." in words(opened)

    opened.text_input(key="zone-0-run-mm-0").set_value("12,5").run()
    opened.button(key="zone-0-save-0").click().run()
    assert [] == list(opened.exception)
    [made] = [each for each in signed_in(world.farmer).get("/api/v1/irrigation").json() if each["name"] == "Khu B"]
    setup = signed_in(world.farmer).get(f"/api/v1/irrigation/zones/{made['id']}/setup").json()
    told = ("valve_id", "meter_id", "area_m2", "field_capacity", "wilting_point", "max_run_mm", "max_day_mm")
    assert (master, "van-1", 1200.5, 36.0, 22.0, 12.5, 30.0) == tuple(setup[name] for name in told)


def test_a_zone_that_is_set_up_anew_keeps_what_was_not_touched(
    open_app: Open, world: World, signed_in: As, zone: int
) -> None:
    path = f"/api/v1/irrigation/zones/{zone}/setup"
    before = signed_in(world.farmer).get(path).json()
    opened = page(open_app(world.farmer), "zones")
    opened.selectbox(key=f"zone-which-{world.field_id}-0").set_value(zone).run()
    opened.text_input(key=f"zone-{zone}-pause-0").set_value("45").run()
    opened.button(key=f"zone-{zone}-save-0").click().run()

    assert [] == list(opened.exception)
    assert {**before, "min_pause_min": 45.0} == signed_in(world.farmer).get(path).json()
