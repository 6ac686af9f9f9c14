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
    if part:
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


@pytest.mark.parametrize("part", ["history", "season", "modes", "new_zone", "new_source"])
def test_every_part_opens(open_app: Open, world: World, zone: int, part: str) -> None:
    assert [] == list(page(open_app(world.officer), part).exception)


def test_a_source_is_named_in_numbers_as_people_type_them(
    open_app: Open, world: World, signed_in: As, zone: int
) -> None:
    opened = page(open_app(world.farmer), "new_source")
    opened.selectbox(key="source-farm-0").set_value(world.farm_id)
    opened.text_input(key="source-name-0").set_value("Kênh Cái Cối")
    opened.selectbox(key="source-kind-0").set_value("canal")
    opened.text_input(key="source-capacity-0").set_value("7,5").run()
    opened.button(key="source-save-0").click().run()

    assert [] == list(opened.exception)
    sources = signed_in(world.farmer).get(f"/api/v1/farms/{world.farm_id}/water-sources").json()
    assert ("Kênh Cái Cối", 7.5, True) == tuple(sources[-1][name] for name in ("name", "capacity_m3_h", "is_saline"))
