"""Publishing, papers and the way into a recall on the pages, taps and typing as an officer does them, and what is in the house afterwards."""

from datetime import date, time

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.browsing import Open, words
from fixtures.lots import PNG, Goods
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

from nongso.text import say
from ui import pages


@pytest.fixture
def office(world: World, signed_in: As) -> TestClient:
    return signed_in(world.officer)


def open_page(app: AppTest, name: str, part: str = "") -> AppTest:
    app.run()
    app.switch_page(pages.file_of(name))
    app.run()
    if part:
        tabs = app.get("button_group")[0]
        assert isinstance(tabs, ButtonGroup)
        tabs.set_value(part).run()
    return app


def buttons(page: AppTest) -> set[str | None]:
    return {button.key for button in page.button}


def test_a_lot_is_published_once_nothing_is_missing(
    open_app: Open, world: World, office: TestClient, goods: Goods
) -> None:
    app = open_app(world.officer)
    app.query_params["lot"] = str(goods.lot_id)
    page = open_page(app, "lot")
    assert say("vi", "publish.known", n=9, all=10) in words(page)
    assert f"publish-{goods.lot_id}-0" not in buttons(page)
    assert "products" in " ".join(link.proto.page for link in page.get("page_link"))

    office.put(f"/api/v1/products/{goods.product_id}/photo", json={"photo": PNG})
    page.run()
    page.button(key=f"publish-{goods.lot_id}-0").click().run()
    page.button(key=f"publish-{goods.lot_id}-sure-0").click().run()

    assert [] == list(page.exception)
    assert say("vi", "publish.done", number=goods.number) in words(page)
    assert office.get(f"/api/v1/lots/{goods.lot_id}/completeness").json()["published_at"]
    assert 1 == len(page.get("download_button"))


def test_a_lots_recall_goes_through_the_dry_run(open_app: Open, world: World, office: TestClient, goods: Goods) -> None:
    app = open_app(world.officer)
    app.query_params["lot"] = str(goods.lot_id)
    ways = [link.proto.query_string for link in open_page(app, "lot").get("page_link")]
    assert f"lot={goods.lot_id}" in ways

    page = open_page(app, "recalls")
    assert say("vi", "recalls.dry_run") in words(page)
    page.selectbox(key="recall-kind-0").set_value("voluntary")
    page.date_input(key="recall-found-on-0").set_value(date(2026, 11, 20))
    page.time_input(key="recall-found-time-0").set_value(time(8, 30))
    page.text_input(key="recall-reason-0").set_value("Dư lượng thuốc").run()
    page.button(key="recall-open-0").click().run()
    page.button(key="recall-open-sure-0").click().run()

    assert [] == list(page.exception)
    found = office.get("/api/v1/recall-cases").json()["cases"]
    assert ["2026-11-20T01:30:00Z"] == [case["found_at"].replace("+00:00", "Z") for case in found]
