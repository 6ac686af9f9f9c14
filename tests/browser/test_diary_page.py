"""The field diary on a phone: usable by thumb, and nothing written without a link is lost or stored twice."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import pytest
import uvicorn
from fastapi import FastAPI
from fixtures.api import World
from fixtures.chromium import violations
from fixtures.waiting import LIMIT_S
from playwright.sync_api import Browser, Page, expect

from api import deps
from nongso import store
from nongso.store import sessions
from nongso.tokens import token_hash

THUMB_PX = 48


@pytest.fixture
def address(app: FastAPI, conn: store.Connection, world: World, now: datetime) -> Iterator[str]:
    """The app in a thread of this process, with the farmer signed in."""
    sessions.insert(conn, world.farmer.account_id, token_hash("farmer's session"), now)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(LIMIT_S)


def opened(browser: Browser, address: str, *, width: int = 390, script: bool = True) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 844}, locale="vi-VN", java_script_enabled=script)
    context.add_cookies([{"name": deps.COOKIE, "value": "farmer's session", "url": address}])
    page = context.new_page()
    page.goto(f"{address}/m/diary")
    return page


def fill_spray(page: Page) -> None:
    page.get_by_text("Phun thuốc", exact=True).click()
    page.get_by_label("Tên giống, phân hoặc thuốc").fill("Regent")
    page.get_by_label("Lượng cả thửa").fill("1,5")
    page.get_by_label("Đơn vị").select_option("l")
    page.get_by_label("Cách ly mấy ngày").fill("7")
    page.get_by_label("Mấy giờ sau").fill("24")


@pytest.mark.parametrize("width", [390, 195])
def test_no_sideways_scrolling(browser: Browser, address: str, width: int) -> None:
    page = opened(browser, address, width=width)
    page.get_by_text("Phun thuốc", exact=True).click()

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_everything_to_touch_is_as_large_as_a_thumb(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    page.get_by_text("Phun thuốc", exact=True).click()

    heights = page.locator("a, button, select, label.pick, input:not([type=hidden]):not(.pick)").evaluate_all(
        "nodes => nodes.filter(node => node.offsetParent).map(node => node.getBoundingClientRect().height)"
    )

    assert min(heights) >= THUMB_PX


def test_accessible(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    page.get_by_text("Phun thuốc", exact=True).click()

    assert [] == violations(page)


def test_without_script_only_what_the_kind_asks_for_is_shown(browser: Browser, address: str) -> None:
    page = opened(browser, address, script=False)
    page.get_by_text("Tưới nước", exact=True).click()
    shown = page.get_by_label("Bao nhiêu m³ nước").is_visible(), page.get_by_label("Cách ly mấy ngày").is_visible()
    page.get_by_label("Bao nhiêu m³ nước").fill("12,5")

    page.get_by_role("button", name="Ghi vào nhật ký").click()

    assert (True, False) == shown
    expect(page.get_by_role("status")).to_contain_text("Tưới nước · 12,5 m³")


def test_written_without_a_link_is_sent_once_when_it_is_back(
    browser: Browser, address: str, conn: store.Connection
) -> None:
    page = opened(browser, address)
    page.context.set_offline(True)
    fill_spray(page)
    page.get_by_role("button", name="Ghi vào nhật ký").click()
    queue = page.locator("#queue")
    expect(queue).to_contain_text("Chưa gửi: đang chờ có mạng: Phun thuốc · Regent · 1,5 · l")

    page.context.set_offline(False)

    expect(queue).to_contain_text("Đã lưu: Phun thuốc · Regent · 1,5 l · cách ly 7 ngày")
    page.reload()
    expect(page.locator(".line")).to_have_count(1)
    expect(queue).to_be_hidden()
    assert (1,) == conn.execute("SELECT count(*) FROM diary_entry").fetchone()


def test_what_is_refused_says_why_and_stays_until_dropped(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    page.get_by_text("Chi phí", exact=True).click()

    page.get_by_role("button", name="Ghi vào nhật ký").click()

    queue = page.locator("#queue")
    expect(queue).to_contain_text("Không nhận: Chi phí")
    page.get_by_role("button", name="Bỏ khỏi máy").click()
    expect(queue).to_be_hidden()
