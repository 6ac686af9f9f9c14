"""The full app as people see it: API and UI as processes over a database of their own, headless Chromium, axe-core on every screen."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import free_port
from fixtures.api import World
from fixtures.chromium import violations
from fixtures.furnished import furnish
from playwright.sync_api import Browser, Page, expect

from nongso import store
from nongso.people import Viewer
from nongso.store import sessions
from nongso.tokens import token_hash

SIZES = {"phone": (390, 844), "desk": (1280, 800)}
READY_S = 60
QUIET = "document.querySelectorAll('[data-testid=stSkeleton], [data-stale=true]').length === 0"
LEFTOVERS = ("Search", "Upload", "Choose an option", "Press Enter", "Deploy", "Page not found", "Running", "per file")


@pytest.fixture
def conn(scratch_database: str) -> Iterator[store.Connection]:
    """Here what is written must be seen by other processes."""
    with store.connect(scratch_database) as connection:
        yield connection


@pytest.fixture
def house(conn: store.Connection, scratch_database: str, world: World, tmp_path: Path) -> Iterator[str]:
    """API and UI running over a furnished database; the UI's address."""
    furnish(conn, world, datetime.now(UTC), days=8)
    conn.commit()
    api, ui = free_port(), free_port()
    environ = {
        **os.environ,
        "NONGSO_DATABASE_URL": scratch_database,
        "NONGSO_DATA_DIR": str(tmp_path),
        "NONGSO_API_PORT": str(api),
        "NONGSO_UI_PORT": str(ui),
    }
    with (
        started("api", environ, f"http://127.0.0.1:{api}/health/ready"),
        started("ui", environ, f"http://127.0.0.1:{ui}/_stcore/health"),
    ):
        yield f"http://localhost:{ui}"


@contextmanager
def started(name: str, environ: dict[str, str], health: str) -> Iterator[None]:
    """A program of ours for as long as the block lasts."""
    process = subprocess.Popen([sys.executable, "-m", "nongso", name], env=environ)
    try:
        deadline = time.monotonic() + READY_S
        while not answers(health):
            assert process.poll() is None, f"{name} ended"
            assert time.monotonic() < deadline, f"{name} does not answer"
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(15)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the pictures go: NONGSO_SCREENSHOTS, else a folder that nobody keeps."""
    chosen = Path(os.environ.get("NONGSO_SCREENSHOTS") or tmp_path / "screens")
    chosen.mkdir(parents=True, exist_ok=True)
    return chosen


def sign_in(conn: store.Connection, browser: Browser, house: str, viewer: Viewer, size: str) -> Page:
    width, height = SIZES[size]
    secret = f"browser-of-{viewer.account_id}-{size}"
    sessions.insert(conn, viewer.account_id, token_hash(secret), datetime.now(UTC))
    conn.commit()
    context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
    context.add_cookies([{"name": "ns_session", "value": secret, "url": house}])
    return context.new_page()


def settle(page: Page) -> None:
    """The page has its headline and nothing on it is still being drawn."""
    expect(page.locator("h1").first).to_be_visible(timeout=20_000)
    page.wait_for_load_state("networkidle")
    page.wait_for_function(QUIET)


def test_screens_are_whole_readable_by_all_and_in_vietnamese(
    house: str, world: World, conn: store.Connection, browser: Browser, folder: Path
) -> None:
    lot = conn.execute("SELECT max(id) FROM lot").fetchone()
    series = conn.execute("SELECT id FROM series WHERE property = 'water.salinity'").fetchone()
    assert lot is not None
    assert series is not None
    screens = {
        "farmer-home": (world.farmer, "/"),
        "farmer-field": (world.farmer, f"/field?field={world.field_id}&series={series[0]}"),
        "farmer-alerts": (world.farmer, "/alerts"),
        "officer-today": (world.officer, "/today"),
        "officer-devices": (world.officer, "/devices"),
        "officer-lots": (world.officer, "/lots"),
        "officer-lot": (world.officer, f"/lot?lot={lot[0]}"),
        "officer-places": (world.officer, "/places"),
    }
    found = {}
    for size in SIZES:
        pages = {viewer: sign_in(conn, browser, house, viewer, size) for viewer in (world.farmer, world.officer)}
        for name, (viewer, path) in screens.items():
            page = pages[viewer]
            page.goto(house + path)
            settle(page)
            page.screenshot(path=folder / f"{name}-{size}.png")
            moved = [] if page.url == house + path else [page.url]
            found[f"{name}-{size}"] = faults(page, SIZES[size][0]) + moved

    assert {} == {name: each for name, each in found.items() if each}


def faults(page: Page, width: int) -> list[str]:
    """What a designer, a screen reader or a Vietnamese reader would stumble over."""
    wide = page.evaluate("document.documentElement.scrollWidth") > width
    english = [word for word in LEFTOVERS if word in page.locator("body").inner_text()]
    lang = page.evaluate("document.documentElement.lang")
    return [*violations(page), *english, *(["wide"] if wide else []), *([] if lang == "vi" else [lang])]


def test_a_number_opens_its_chart_and_the_bar_leads_back(
    house: str, world: World, conn: store.Connection, browser: Browser
) -> None:
    page = sign_in(conn, browser, house, world.farmer, "phone")
    page.goto(house)
    settle(page)

    page.get_by_role("button", name="Độ mặn kênh").click()

    expect(page.get_by_role("heading", name="Vườn bưởi Cái Cối")).to_be_visible()
    expect(
        page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").first
    ).to_be_visible()
    page.locator(".st-key-bar").get_by_text("Ruộng", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("cần làm ngay")


def test_somebody_without_a_cookie_is_led_to_the_sign_in_and_back(house: str, world: World, browser: Browser) -> None:
    page = browser.new_context(locale="vi-VN").new_page()
    page.goto(f"{house}/alerts")

    page.get_by_label("Tên đăng nhập").fill("farmer")
    page.get_by_label("Mật khẩu").fill("ruộng lúa ba tư")
    page.get_by_role("button", name="Vào").click()

    page.wait_for_url(f"{house}/alerts")
    expect(page.get_by_role("heading", level=1)).to_contain_text("cảnh báo đang mở")
