"""The buyer's page in a real browser at a phone's width: styled under its own policy, nothing sideways, nothing that axe-core finds."""

import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.chromium import violations
from fixtures.lots import GTIN, MONTH, PNG, Goods, certify, measure, open_recall, post
from playwright.sync_api import Browser, Page, Route

from nongso import store

HOST = "http://localhost:8100"
MOST_BYTES = 14 * 1024  # one window of TCP
PHONE, ZOOMED = {"width": 390, "height": 844}, {"width": 195, "height": 422}
STATES = (
    "merged",
    "merged_en",
    "known",
    "known_en",
    "known_zh",
    "recalled",
    "lifted",
    "expired",
    "product",
    "unknown",
    "malformed",
    "ask",
)
Opened = Callable[[str, str], Page]


@pytest.fixture
def page(browser: Browser, client: TestClient) -> Iterator[Page]:
    """A phone whose network is the API in process; whatever the browser complains about fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
    page = context.new_page()
    page.on("console", lambda message: pytest.fail(message.text) if "status of 40" not in message.text else None)
    page.route(f"{HOST}/**", lambda route: answer(route, client))
    yield page
    context.close()


def answer(route: Route, client: TestClient) -> None:
    """The answer with its own headers, the policy among them; it comes unpacked."""
    came = client.get(route.request.url.removeprefix(HOST), headers={"accept": "text/html"})
    headers = {
        name: value for name, value in came.headers.items() if name not in ("content-encoding", "content-length")
    }
    route.fulfill(status=came.status_code, headers=headers, body=came.content)


def path_of(state: str, officer: TestClient, goods: Goods) -> str:
    """Bring the lot into a state; the address that shows it."""
    lot = f"/api/v1/lots/{goods.lot_id}"
    if state in ("recalled", "lifted"):
        open_recall(officer, goods.lot_id, reason="Mẫu kiểm ngày 20/11 có dư lượng thuốc vượt mức cho phép")
    if state == "lifted":
        officer.post(f"{lot}/recall/lift", json={"reason": "Hai mẫu thử lại đều đạt"})
    if state == "expired":
        brand = {"name": "Bưởi Cái Cối", "kind": "collective", "owner_id": goods.party_id, "valid_to": "2026-10-31"}
        officer.put(f"/api/v1/brands/{goods.brand_id}", json=brand)
    paths = {f"known_{lang}": f"/t/{goods.code}?lang={lang}" for lang in ("en", "zh")}
    paths |= {"product": f"/01/{GTIN}", "unknown": "/t/00000000000"}
    if state.startswith("merged"):
        paths[state] = merge(officer, goods) + ("?lang=en" if state == "merged_en" else "")
    return {**paths, "malformed": "/01/123", "ask": "/t"}.get(state, f"/t/{goods.code}")


@pytest.mark.parametrize("state", STATES)
def test_page_is_whole_on_a_phone(
    state: str, page: Page, client: TestClient, signed_in: As, world: World, goods: Goods, conn: store.Connection
) -> None:
    measure(conn, world, "water.salinity", {day: (0.2, 0.5, 0.9) for day in MONTH if day not in MONTH[11:15]})
    path = path_of(state, signed_in(world.officer), goods)
    page.goto(HOST + path)
    keep(page, state)
    weight = len(gzip.compress(client.get(path, headers={"accept": "text/html"}).content))
    print(f"{state}: {weight:,} bytes")  # noqa: T201 - `pytest -s` shows what each page weighs

    assert weight <= MOST_BYTES
    assert 0 == page.locator("script, link, iframe, object, embed").count() - page.locator("link[rel=icon]").count()
    assert "rgb(255, 255, 255)" == page.eval_on_selector("main", "main => getComputedStyle(main).backgroundColor")
    assert [] == violations(page)
    assert PHONE["width"] == sideways(page)
    page.set_viewport_size({"width": ZOOMED["width"], "height": ZOOMED["height"]})
    assert ZOOMED["width"] == sideways(page)


def test_typed_code_opens_its_passport(page: Page, goods: Goods) -> None:
    page.goto(f"{HOST}/t")
    page.get_by_label("Mã tem").fill(goods.code.lower())
    page.get_by_role("button", name="Xem").click()

    assert goods.number in page.inner_text("main")


def merge(officer: TestClient, goods: Goods) -> str:
    """A lot of three producers with a scanned certificate, examined, sent in a crate and not received; the path of its page."""
    unit = {"unit_code": "90001", "unit_valid_from": "2025-07-01"}
    field = officer.get(f"/api/v1/lots/{goods.lot_id}").json()["field_id"]
    inputs = [{"lot_id": goods.lot_id, "kg": 40}]
    for name, kg in (("Hộ Nguyễn Thị Tám Hiền", 35), ("Hộ Trần Văn Út", 1)):
        who = post(officer, "parties", kind="household", name=name, **unit)["id"]
        harvest = post(officer, "harvests", field_id=field, harvested_on="2026-11-20", quantity_kg=kg)["id"]
        ids = {"product_id": goods.product_id, "harvest_id": harvest, "producer_id": who}
        inputs.append({"lot_id": post(officer, "lots", quantity_kg=kg, **ids)["id"], "kg": kg})
    body = {"kind": "merge", "inputs": inputs, "outputs": [{"kg": 76}], "producer_id": goods.party_id}
    merged = post(officer, "lot-changes", **body)[0]
    shop = post(officer, "parties", kind="company", name="Chợ Mười", **unit)["id"]
    officer.post(f"/api/v1/lots/{merged['id']}/inspections", json={"inspector_id": shop, "conformant": True})
    part = [{"lot_id": merged["id"], "kg": 50}]
    crate = post(officer, "logistic-units", kind="crate", packer_id=goods.party_id, parts=part)["id"]
    post(officer, "shipments", from_id=goods.party_id, to_id=shop, unit_ids=[crate])
    post(officer, f"certificates/{certify(officer, goods)}/files", file=PNG)
    return f"/t/{merged['code']}"


def sideways(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


def keep(page: Page, state: str) -> None:
    """A picture for whoever asked for pictures."""
    folder = os.environ.get("NONGSO_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"passport_{state}.png", full_page=True)
