"""The full app as people see it: API and UI as processes over a database of their own, headless Chromium, axe-core on every screen."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from secrets import token_hex

import pytest
from conftest import free_port
from fixtures.api import World, insert_world
from fixtures.chromium import violations
from fixtures.furnished import furnish
from fixtures.waiting import LIMIT_S, wait_until
from playwright.sync_api import Browser, Page, expect

from nongso import store
from nongso.people import Viewer
from nongso.store import people, sessions
from nongso.tokens import token_hash
from ui import pages

SIZES = {"phone": (390, 844), "desk": (1280, 800)}
FORMS = [("phone", "vi"), ("desk", "en"), ("desk", "vi"), ("phone", "en")]
UNSCROLLED = 4_000  # pixels of height in which every page of the test stands whole
ZOOMED = (195, 422)
WEAK_LINK = {"offline": False, "latency": 150, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # bytes/s
LIMIT_MS = LIMIT_S * 1000
QUIET = "document.querySelectorAll('[data-testid=stSkeleton], [data-stale=true]').length === 0"
WIDEST = """Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll("[data-testid=stMain] *")]
    .filter(each => each.offsetParent !== null).map(each => Math.floor(each.getBoundingClientRect().right)))"""
LEFTOVERS = ("Search", "Upload", "Choose an option", "Press Enter", "Deploy", "Page not found", "Running", "per file")


@pytest.fixture(scope="module")
def conn(module_database: str) -> Iterator[store.Connection]:
    """Here what is written must be seen by other processes. All tests share it: they only look."""
    with store.connect(module_database) as connection:
        yield connection


@pytest.fixture(scope="module")
def world(conn: store.Connection) -> World:
    return insert_world(conn)


@dataclass(frozen=True, slots=True)
class Addresses:
    ui: str
    api: str


@pytest.fixture(scope="module")
def house(addresses: Addresses) -> str:
    """The full app's address."""
    return addresses.ui


@pytest.fixture(scope="module")
def addresses(
    conn: store.Connection, module_database: str, world: World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Addresses]:
    """API and UI running over a furnished database."""
    furnish(conn, world, datetime.now(UTC), days=8)
    conn.commit()
    api, ui = free_port(), free_port()
    environ = {
        **os.environ,
        "NONGSO_DATABASE_URL": module_database,
        "NONGSO_DATA_DIR": str(tmp_path_factory.mktemp("screens")),
        "NONGSO_API_PORT": str(api),
        "NONGSO_UI_PORT": str(ui),
    }
    with (
        started("api", environ, f"http://127.0.0.1:{api}/health/ready"),
        started("ui", environ, f"http://127.0.0.1:{ui}/_stcore/health"),
    ):
        yield Addresses(f"http://localhost:{ui}", f"http://localhost:{api}")


@contextmanager
def started(name: str, environ: dict[str, str], health: str) -> Iterator[None]:
    """A program of ours for as long as the block lasts."""
    process = subprocess.Popen([sys.executable, "-m", "nongso", name], env=environ)
    try:
        wait_until(lambda: answers(process, health))
        yield
    finally:
        process.terminate()
        process.wait(LIMIT_S)


def answers(process: subprocess.Popen[bytes], url: str) -> bool:
    """Whether a program is up. Fails at once when it has ended."""
    assert process.poll() is None, f"{process.args} ended"
    try:
        with urllib.request.urlopen(url, timeout=LIMIT_S) as response:
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
    width, height = {**SIZES, "zoomed": ZOOMED}[size]
    secret = f"browser-{token_hex(8)}"
    sessions.insert(conn, viewer.account_id, token_hash(secret), datetime.now(UTC))
    speak(conn, [viewer], "vi")
    context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
    context.set_default_timeout(LIMIT_MS)
    context.add_cookies([{"name": "ns_session", "value": secret, "url": house}])
    return context.new_page()


def settle(page: Page) -> None:
    """The page has its headline and nothing on it is still being drawn."""
    expect(page.locator("h1").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.wait_for_function(QUIET)


def test_first_screens_come_on_a_weak_link_and_how_fast(
    addresses: Addresses, world: World, conn: store.Connection, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    """The figures are printed and not judged: a busy machine would make them lie.

    The first test of the file: nobody has visited the programs yet. The next visitor's browser knows nothing either.
    """

    def visit(address: str, path: str, sentence: str, *, weak: bool) -> float:
        page = sign_in(conn, browser, address, world.farmer, "phone")
        return ready_s(page, f"{address}{path}", sentence, weak=weak)

    took = {
        "/m at 400 kbit/s, processor 4 times slower": visit(addresses.api, "/m", ".say", weak=True),
        "full app on localhost, first visit after its start": visit(addresses.ui, "", ".ns-say", weak=False),
        "full app on localhost, the next visitor": visit(addresses.ui, "", ".ns-say", weak=False),
    }

    with capsys.disabled():
        print("".join(f"\n  ready: {name}: {seconds:.1f} s" for name, seconds in took.items()))  # noqa: T201


def ready_s(page: Page, url: str, sentence: str, *, weak: bool) -> float:
    """Seconds from the request to the first verdict on the screen, with an empty cache."""
    if weak:
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", WEAK_LINK)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    began = time.monotonic()
    page.goto(url, wait_until="commit")
    expect(page.locator(sentence).first).to_be_visible()
    return time.monotonic() - began


def test_screens_are_whole_and_readable_by_all(
    house: str, world: World, conn: store.Connection, browser: Browser, folder: Path
) -> None:
    """Each screen in one of its four forms; in all four where somebody wants the pictures."""
    screens = all_screens(conn, world)
    viewers = {viewer for viewer, _ in screens.values()}
    found = {}
    for size, lang in product(SIZES, ("vi", "en")):
        people_here = {viewer: sign_in(conn, browser, house, viewer, size) for viewer in viewers}
        speak(conn, viewers, lang)
        for number, (name, (viewer, path)) in enumerate(screens.items()):
            if "NONGSO_SCREENSHOTS" not in os.environ and FORMS[number % len(FORMS)] != (size, lang):
                continue
            page = people_here[viewer]
            page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
            page.goto(house + path)
            settle(page)
            page.screenshot(path=folder / f"{name}-{size}-{lang}.png")
            moved = [] if page.url == house + path else [page.url]
            found[f"{name}-{size}-{lang}"] = faults(page, SIZES[size][0], lang) + moved
        for page in people_here.values():
            page.context.close()

    assert {} == {name: each for name, each in found.items() if each}


def all_screens(conn: store.Connection, world: World) -> dict[str, tuple[Viewer, str]]:
    """Every page of the farmer's and the officer's menu, and those that these open."""
    lot = conn.execute("SELECT max(id) FROM lot").fetchone()
    series = conn.execute("SELECT id FROM series WHERE property = 'water.salinity'").fetchone()
    assert lot is not None
    assert series is not None
    opened = {
        "field": f"/field?field={world.field_id}&series={series[0]}",
        "lot": f"/lot?lot={lot[0]}",
        "device": "/device?device=kenh-18",
        "doubts": f"/doubts?field={world.field_id}&series={series[0]}",
    }
    screens = {}
    for viewer in (world.farmer, world.officer):
        for page in pages.for_role(viewer.role):
            if page.group is not None or page.bar or page.name in opened:
                screens[f"{viewer.role}-{page.name}"] = viewer, opened.get(page.name, f"/{page.name}")
    return screens


def speak(conn: store.Connection, viewers: Iterable[Viewer], lang: str) -> None:
    for viewer in viewers:
        people.update_lang(conn, viewer, lang)
    conn.commit()


def faults(page: Page, width: int, lang: str) -> list[str]:
    """What a designer, a screen reader or a reader of the other language would stumble over."""
    wide = page.evaluate("document.documentElement.scrollWidth") > width
    foreign = [word for word in LEFTOVERS if lang == "vi" and word in page.locator("body").inner_text()]
    spoken = page.evaluate("document.documentElement.lang")
    # axe-core calls a control too small when the bar under the thumb covers part of it, which is an accident of scrolling.
    page.set_viewport_size({"width": width, "height": UNSCROLLED})
    settle(page)
    return [*violations(page), *foreign, *(["wide"] if wide else []), *([] if spoken == lang else [spoken])]


def test_a_farmers_pages_work_at_twice_the_size(
    house: str, world: World, conn: store.Connection, browser: Browser
) -> None:
    """A phone's page at 200 %: half as many pixels, nothing scrolls sideways or lies beyond the edge, where the app would hide it."""
    page = sign_in(conn, browser, house, world.farmer, "zoomed")
    widths = {}
    for name in ("home", "diary", "alerts", "doubts", "wishes", "devices", "more"):
        page.goto(f"{house}/{name}")
        settle(page)
        widths[name] = page.evaluate(WIDEST)

    assert {} == {name: width for name, width in widths.items() if width > ZOOMED[0]}


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


def test_somebody_without_a_cookie_is_led_to_the_sign_in_and_back(
    house: str, world: World, conn: store.Connection, browser: Browser
) -> None:
    speak(conn, [world.farmer], "vi")
    page = browser.new_context(locale="vi-VN").new_page()
    page.set_default_timeout(LIMIT_MS)
    page.goto(f"{house}/alerts")

    page.get_by_label("Tên đăng nhập").fill("farmer")
    page.get_by_label("Mật khẩu").fill("ruộng lúa ba tư")
    page.get_by_role("button", name="Vào").click()

    page.wait_for_url(f"{house}/alerts")
    expect(page.get_by_role("heading", level=1)).to_contain_text("cảnh báo đang mở")
