"""Labels and cases in the full app, taps and typing as an officer does them, and what is in the house afterwards."""

from datetime import datetime

import pytest
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
def farm(conn: store.Connection, world: World, now: datetime) -> World:
    furnish(conn, world, now, days=2)
    return world


def open_one(app: AppTest, name: str, number: int) -> AppTest:
    app.query_params[name if name != "press" else "harvest"] = str(number)
    app.run()
    app.switch_page(pages.file_of(name))
    return app.run()


def test_an_officer_goes_from_a_harvest_to_a_batch_with_everything_proposed(
    open_app: Open, farm: World, signed_in: As
) -> None:
    harvest = signed_in(farm.officer).get("/api/v1/harvests").json()[0]["id"]
    page = open_one(open_app(farm.officer), "press", harvest)
    product = signed_in(farm.officer).get("/api/v1/products").json()[0]["id"]
    page.text_input(key=f"press-{harvest}-{product}-net-0").set_value("10").run()

    page.button(key=f"press-{harvest}-{product}-make-0").click().run()

    assert [] == list(page.exception)
    batch = signed_in(farm.officer).get("/api/v1/label-batches").json()[0]
    assert ("waiting", 31, "a4-24") == (batch["state"], batch["count"], batch["stock"])  # 300 kg of 10 kg and 2 %


def test_an_officer_activates_the_labels_and_counts_the_shelf(open_app: Open, farm: World, signed_in: As) -> None:
    officer = signed_in(farm.officer)
    first = officer.get("/api/v1/label-batches").json()[0]
    batch, lot = first["id"], officer.get(f"/api/v1/lots/{first['lot_id']}").json()
    page = open_one(open_app(farm.officer), "batch", batch)
    page.text_input(key=f"incomplete-reason-{batch}-0").set_value("Chưa chụp ảnh").run()
    page.button(key=f"activate-{batch}-0").click().run()
    assert ["VietGAP"] == [word for each in page.error for word in ("VietGAP",) if word in each.value]
    paper = {"kind": "vietgap", "number": "VG-1", "issuer": "VinaCert", "holder_id": lot["producer_id"]}
    post(officer, "certificates", **paper, valid_from="2026-01-01")
    page.button(key=f"activate-{batch}-0").click().run()
    page.text_input(key=f"counted-{batch}-1").set_value("0").run()
    page.button(key=f"count-{batch}-1").click().run()

    assert [] == list(page.exception)
    books = officer.get(f"/api/v1/label-batches/{batch}/reconciliation").json()
    assert (41, 0, 0, True) == (books["active"], books["unused"], books["counted"], books["balances"])
    assert "Khớp" in words(page)


def test_an_officer_closes_a_case(open_app: Open, farm: World, signed_in: As) -> None:
    officer = signed_in(farm.officer)
    case = officer.get("/api/v1/cases").json()[0]["id"]
    page = open_one(open_app(farm.officer), "case", case)
    page.selectbox(key=f"outcome-{case}-0").set_value("false_alarm")
    page.text_input(key=f"case-note-{case}-0").set_value("Bài báo mạng").run()
    page.button(key=f"close-{case}-0").click().run()

    assert [] == list(page.exception)
    told = officer.get(f"/api/v1/cases/{case}").json()["case"]
    assert ("false_alarm", "Bài báo mạng") == (told["outcome"], told["note"])


def test_labels_of_the_wrong_lot_are_moved_after_a_second_tap_and_codes_are_taken(
    open_app: Open, farm: World, signed_in: As
) -> None:
    officer = signed_in(farm.officer)
    first = officer.get("/api/v1/label-batches").json()[0]
    batch, lot = first["id"], officer.get(f"/api/v1/lots/{first['lot_id']}").json()
    harvest = next(each for each in officer.get("/api/v1/harvests").json() if each["left_kg"] > 5)
    ids = {"product_id": lot["product_id"], "producer_id": lot["producer_id"], "harvest_id": harvest["id"]}
    right = post(officer, "lots", quantity_kg=5, **ids)
    paper = {"kind": "vietgap", "number": "VG-1", "issuer": "VinaCert", "holder_id": lot["producer_id"]}
    post(officer, "certificates", **paper, valid_from="2026-01-01")  # some of the labels are on goods already
    page = open_one(open_app(farm.officer), "batch", batch)
    page.selectbox(key=f"move-to-{batch}-0").set_value(right["id"]).run()
    page.text_input(key=f"move-reason-{batch}-0").set_value("In nhầm lô").run()
    page.button(key=f"move-{batch}-0").click().run()
    page.button(key=f"move-{batch}-sure-0").click().run()

    assert [] == list(page.exception)
    assert [] == [each.value for each in page.error]
    assert {right["number"]} == {
        each["lot_number"] for each in officer.get(f"/api/v1/label-batches/{batch}/labels").json()
    }
    page.button_group(key=f"codes-{batch}-1").set_value("svg").run()
    assert [] == list(page.exception)
    assert say("vi", "labels.take_codes", kind="SVG") in [each.proto.label for each in page.get("download_button")]


def test_an_office_sets_from_where_on_scans_become_a_case(open_app: Open, farm: World, signed_in: As) -> None:
    officer = signed_in(farm.officer)
    app = open_app(farm.officer)
    app.run()
    app.switch_page(pages.file_of("cases"))
    page = app.run()
    tabs = page.get("button_group")[0]
    assert isinstance(tabs, ButtonGroup)
    tabs.set_value("limits").run()
    page.text_input(key="limit-far_km-0").set_value("không").run()
    page.button(key="limits-save-0").click().run()
    assert 150 == officer.get("/api/v1/scan-limits").json()["far_km"]

    page.text_input(key="limit-far_km-0").set_value("80").run()
    page.button(key="limits-save-0").click().run()

    assert [] == list(page.exception)
    assert (80, 3) == tuple(officer.get("/api/v1/scan-limits").json()[name] for name in ("far_km", "points"))
