"""The farmer's light page in a real browser: styled under its own policy, thumb-sized, and usable at 200 % zoom."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fixtures.api import PASSWORD, World
from fixtures.chromium import violations
from fixtures.farm import heard, observe, place_device
from fixtures.lots import insert_goods
from fixtures.waiting import LIMIT_S
from playwright.sync_api import Browser, Page

from api import deps
from nongso import store
from nongso.store import sessions
from nongso.tokens import token_hash

PHONE, ZOOMED = {"width": 390, "height": 844}, {"width": 195, "height": 422}
THUMB_PX = 48


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """The app in a thread of this process; its socket listens already, so a first request waits instead of failing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(LIMIT_S)


@pytest.fixture
def farm(conn: store.Connection, world: World, now: datetime) -> World:
    """Salt in the canal, moist soil, a hot day, a silent rain gauge."""
    for device, kind, property_, value, age_min in (
        ("KENH", "canal", "water.salinity", 2.4, 5),
        ("DAT", "soil", "soil.moisture", 30.2, 8),
        ("TRAM", "weather", "air.temperature", 33.1, 6),
        ("MUA", "weather", "rain.total", 812.0, 120),
    ):
        place_device(conn, world.admin, device, kind, [world.field_id], now)
        heard(conn, device, now - timedelta(minutes=age_min))
        observe(conn, device, property_, (now - timedelta(minutes=age_min), value))
    sessions.insert(conn, world.farmer.account_id, token_hash("farmer's session"), now)
    return world


def opened(browser: Browser, address: str, path: str, size: dict[str, int]) -> Page:
    """The page of the signed-in farmer at a size; a broken policy or a failed request is an error."""
    context = browser.new_context(viewport={"width": size["width"], "height": size["height"]}, locale="vi-VN")
    context.add_cookies([{"name": deps.COOKIE, "value": "farmer's session", "url": address}])
    page = context.new_page()
    page.on("console", lambda message: pytest.fail(message.text))
    page.goto(address + path)
    return page


def test_style_is_allowed_by_the_policy(browser: Browser, address: str, farm: World) -> None:
    page = opened(browser, address, "/m", PHONE)

    assert "rgb(31, 111, 67)" == page.locator("nav .btn.main").evaluate(
        "node => getComputedStyle(node).backgroundColor"
    )


@pytest.mark.parametrize("path", ["/m", "/m?lang=en", "/sign-in?next=/m"])
def test_everything_to_touch_is_as_large_as_a_thumb(browser: Browser, address: str, farm: World, path: str) -> None:
    page = opened(browser, address, path, PHONE)

    heights = page.locator("a, button, input:not([type=hidden])").evaluate_all(
        "nodes => nodes.map(node => node.getBoundingClientRect().height)"
    )

    assert min(heights) >= THUMB_PX


@pytest.mark.parametrize("path", ["/m", "/m?lang=en", "/sign-in?next=/m"])
def test_no_sideways_scrolling_at_twice_the_size(browser: Browser, address: str, farm: World, path: str) -> None:
    page = opened(browser, address, path, ZOOMED)

    assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"]


def test_first_sentence_is_seen_without_scrolling(browser: Browser, address: str, farm: World) -> None:
    page = opened(browser, address, "/m", PHONE)

    box = page.get_by_text("Không lấy nước, không tưới.").bounding_box()

    assert box is not None
    assert box["y"] + box["height"] < PHONE["height"] / 3


def test_signing_in_by_thumb_leads_to_the_page_and_out_again(browser: Browser, address: str, farm: World) -> None:
    page = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN").new_page()
    page.goto(f"{address}/m")
    page.get_by_label("Tên đăng nhập").fill("farmer")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Vào").click()
    seen = page.get_by_role("heading", level=1).inner_text()

    page.get_by_role("button", name="Đăng xuất").click()

    assert "Một thửa ruộng của bác" == seen
    assert "Đăng nhập" == page.get_by_role("heading", level=1).inner_text()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_harvest_is_packed_with_a_thumb(
    browser: Browser, address: str, farm: World, conn: store.Connection, now: datetime, lang: str
) -> None:
    insert_goods(conn, farm.admin, farm.field_id, "09520123456788", now)
    page = opened(browser, address, f"/m?lang={lang}", PHONE)
    keep(page, f"light_{lang}")
    page.get_by_role("link", name={"vi": "Đóng gói", "en": "Pack"}[lang], exact=True).click()
    keep(page, f"pack_{lang}")
    assert [] == violations(page)
    assert PHONE["width"] == page.evaluate("document.documentElement.scrollWidth")
    heights = page.locator("button, input:not([type=hidden])").evaluate_all("all => all.map(each => each.offsetHeight)")
    assert min(heights) >= THUMB_PX

    page.locator("input[name=kg]").first.fill("12,5")
    page.locator("form button").first.click()

    assert "12,5" in page.inner_text("[role=status]") or "12.5" in page.inner_text("[role=status]")
    keep(page, f"packed_{lang}")
    page.set_viewport_size({"width": ZOOMED["width"], "height": ZOOMED["height"]})
    assert ZOOMED["width"] == page.evaluate("document.documentElement.scrollWidth")


def keep(page: Page, name: str) -> None:
    """A picture for whoever asked for pictures."""
    folder = os.environ.get("NONGSO_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")
