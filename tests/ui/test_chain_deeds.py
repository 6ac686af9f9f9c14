"""The chain and its recall on the pages, taps and typing as an officer does them, and what is in the house afterwards."""

from datetime import date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.browsing import Open, words
from fixtures.furnished import furnish
from fixtures.lots import post
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

from nongso import store
from nongso.text import say
from ui import pages


@pytest.fixture
def office(conn: store.Connection, world: World, now: datetime, signed_in: As) -> TestClient:
    furnish(conn, world, now, days=2)
    return signed_in(world.officer)


@pytest.fixture
def lot(office: TestClient) -> dict[str, Any]:
    """A lot of 40 kg made through the API, so that its events are there."""
    harvest = office.get("/api/v1/harvests").json()[0]
    product = office.get("/api/v1/products").json()[0]
    party = office.get("/api/v1/parties").json()[0]["id"]
    ids = {"product_id": product["id"], "harvest_id": harvest["id"], "producer_id": party}
    made = post(office, "lots", quantity_kg=min(40, harvest["left_kg"]), **ids)
    return {**made, "party": party}


def open_page(app: AppTest, name: str, part: str = "") -> AppTest:
    app.run()
    app.switch_page(pages.file_of(name))
    app.run()
    if part:
        tabs = app.get("button_group")[0]
        assert isinstance(tabs, ButtonGroup)
        tabs.set_value(part).run()
    return app


def test_a_crate_is_packed_in_a_few_taps(open_app: Open, world: World, office: TestClient, lot: dict[str, Any]) -> None:
    page = open_page(open_app(world.officer), "steps", "new")
    page.selectbox(key="step-deed-0").set_value("crate").run()
    page.multiselect(key="crate-lots-0").set_value([lot["id"]]).run()
    page.text_input(key=f"crate-kg-{lot['id']}-0").set_value("12,5")
    page.selectbox(key="crate-packer-0").set_value(lot["party"]).run()

    page.button(key="crate-save-0").click().run()

    assert [] == list(page.exception)
    assert [12.5] == [view["contents"][0]["kg"] for view in office.get("/api/v1/logistic-units").json()]
    assert say("vi", "step.done.crate") in words(page)


def test_the_way_of_a_lot_shows_amounts_and_steps(
    open_app: Open, world: World, office: TestClient, lot: dict[str, Any]
) -> None:
    key = office.get(f"/api/v1/lots/{lot['id']}").json()["epc_class"]
    page = open_page(open_app(world.inspector), "trace")

    page.selectbox(key="trace-key-0").set_value(key).run()

    assert [] == list(page.exception)
    assert say("vi", "trace.step.creating_class_instance") in words(page)
    assert "Vườn" in words(page)  # where it happened, by its name
    page.date_input(key="trace-day-0").set_value(date(2020, 1, 1)).run()
    assert say("vi", "trace.nothing") in words(page)


def test_a_recall_shows_its_dry_run_and_takes_a_second_tap(
    open_app: Open, world: World, office: TestClient, lot: dict[str, Any]
) -> None:
    page = open_page(open_app(world.officer), "recalls", "new")
    page.multiselect(key="recall-lots-0").set_value([lot["id"]]).run()
    page.selectbox(key="recall-kind-0").set_value("voluntary")
    page.text_input(key="recall-reason-0").set_value("Dư lượng thuốc").run()
    assert say("vi", "recalls.dry_run") in words(page)

    page.button(key="recall-open-0").click().run()
    assert office.get(f"/api/v1/lots/{lot['id']}").json()["recalled_at"] is None
    page.button(key="recall-open-sure-0").click().run()

    assert [] == list(page.exception)
    assert "Dư lượng thuốc" == office.get(f"/api/v1/lots/{lot['id']}").json()["recall_reason"]
    assert say("vi", "recalls.not_told") in words(page)
    case = office.get("/api/v1/recall-cases").json()["cases"][0]["id"]
    first = office.get(f"/api/v1/recall-cases/{case}").json()["notices"][0]["notice"]["id"]
    page.button(key=f"told-{first}-1").click().run()
    assert [] == list(page.exception)
    assert office.get(f"/api/v1/recall-cases/{case}").json()["told_all_at"] is not None


def test_a_recall_of_goods_that_went_on_between_the_taps_is_shown_anew(
    open_app: Open, world: World, office: TestClient, lot: dict[str, Any]
) -> None:
    """The officer confirms what they saw; a crate packed meanwhile is shown first."""
    page = open_page(open_app(world.officer), "recalls", "new")
    page.multiselect(key="recall-lots-0").set_value([lot["id"]]).run()
    page.selectbox(key="recall-kind-0").set_value("voluntary")
    page.text_input(key="recall-reason-0").set_value("Dư lượng thuốc").run()
    page.button(key="recall-open-0").click().run()
    part = [{"lot_id": lot["id"], "kg": 5}]
    crate = post(office, "logistic-units", kind="crate", packer_id=lot["party"], parts=part)
    page.button(key="recall-open-sure-0").click().run()

    assert office.get(f"/api/v1/lots/{lot['id']}").json()["recalled_at"] is None
    assert crate["code"] in words(page)
    assert [say("vi", "error.recall.reach_changed", things=2, parties=1)] == [each.value for each in page.error]
    page.button(key="recall-open-sure-0").click().run()
    assert [] == list(page.exception)
    assert "Dư lượng thuốc" == office.get(f"/api/v1/lots/{lot['id']}").json()["recall_reason"]
