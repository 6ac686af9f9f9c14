"""The whole house in a browser, as its three people meet it: the demo runs, real recorded series are played in, and a phone looks.

NONGSO_SCREENSHOTS names a folder for the pictures; without it they go to the test's own folder.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from fixtures.chromium import violations
from fixtures.demo import Demo
from fixtures.waiting import LIMIT_S
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from nongso.clock import local_day
from nongso.embedded.postgres import Postgres

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
REAL = {
    "cookfarm": ("soil/cookfarm_daily_2011_2012.csv", "cookfarm-CAF003"),
    "apacpwq": ("water/apacpwq_15min_2012.csv", "apacpwq"),
    "faln_hourly": ("weather/faln_agrimet_hourly_2015_imperial.csv", "faln"),
}
REAL_FIELD = "Thửa số liệu thật"


@dataclass(frozen=True)
class House:
    """The running demo: its addresses and people."""

    demo: Demo
    ready: dict[str, Any]

    def person(self, role: str) -> dict[str, str]:
        return next(person for person in self.ready["people"] if person["role"] == role)

    def signed_in(self, browser: Browser, role: str, size: dict[str, int]) -> BrowserContext:
        context = browser.new_context(viewport={"width": size["width"], "height": size["height"]}, locale="vi-VN")
        context.set_default_timeout(LIMIT_S * 1000)
        person = self.person(role)
        body = {"login": person["login"], "password": person["password"]}
        assert context.request.post(f"{self.ready['api']}/api/v1/session", data=body).ok
        return context


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="nongso-house-"))
    folder.chmod(0o755)
    demo = Demo(folder)
    try:
        yield House(demo, dict(demo.start()))
    finally:
        with suppress(Exception):
            demo.stop()
        with suppress(Exception):
            Postgres(folder).stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def real_field(house: House, shared: Path, browser: Browser) -> str:
    """A field whose soil, water and weather are real recorded series, ending now, played in through the broker."""
    for name, (path, _) in REAL.items():
        words = ["replay", str(shared / "farm" / path), "--map", name, "--speed", "max", "--end-at", "now"]
        command = [sys.executable, "-m", "nongso", *words, "--tenant", "caicoi", "--register", "--json"]
        played = subprocess.run(
            command, env=house.demo.environ, capture_output=True, text=True, check=False, timeout=2 * LIMIT_S
        )
        assert 0 == played.returncode, played.stderr
    office = house.signed_in(browser, "admin", PHONE).request
    farm = office.get(f"{house.ready['api']}/api/v1/farms").json()[0]["id"]
    body = {"name": REAL_FIELD, "crop": "rice", "area_m2": 10000}
    field = office.post(f"{house.ready['api']}/api/v1/farms/{farm}/fields", data=body).json()["id"]
    since = (datetime.now(UTC) - timedelta(days=800)).isoformat()
    devices = {row["device"]["id"] for row in office.get(f"{house.ready['api']}/api/v1/devices").json()}
    for _, device in REAL.values():
        known = next(name for name in sorted(devices) if name.startswith(device))
        moved = office.put(
            f"{house.ready['api']}/api/v1/devices/{known}/fields", data={"field_ids": [field], "from_at": since}
        )
        assert moved.ok, moved.text()
    return REAL_FIELD


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("NONGSO_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def looked_at(page: Page, pictures: Path, name: str) -> None:
    """Keep a picture; axe-core finds nothing, nothing scrolls sideways."""
    page.wait_for_function("document.querySelectorAll('[data-stale=true], [data-testid=stSkeleton]').length === 0")
    page.screenshot(path=pictures / f"{name}.png", full_page=True)
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1]
    assert [] == violations(page)


def test_farmer_reads_a_verdict_on_real_data_on_the_first_screen(
    house: House, real_field: str, browser: Browser, pictures: Path
) -> None:
    page = house.signed_in(browser, "farmer", PHONE).new_page()
    page.goto(house.ready["ui"])

    expect(page.get_by_text(real_field).first).to_be_visible()

    looked_at(page, pictures, "farmer-home")


def test_the_light_page_says_the_same(house: House, real_field: str, browser: Browser, pictures: Path) -> None:
    context = house.signed_in(browser, "farmer", PHONE)
    page = context.new_page()
    page.goto(f"{house.ready['api']}/m")
    cards = context.request.get(f"{house.ready['api']}/api/v1/home").json()["cards"]

    said = [card["say"]["text"] for card in cards]

    for sentence in said:
        expect(page.get_by_text(sentence).first).to_be_visible()
    looked_at(page, pictures, "farmer-light")


def test_officer_prints_labels_that_open_the_lot(house: House, browser: Browser, pictures: Path) -> None:
    context = house.signed_in(browser, "officer", PHONE)
    api = house.ready["api"]
    lot = next(row for row in context.request.get(f"{api}/api/v1/lots").json() if row["recalled_at"] is None)
    sheet = context.request.post(f"{api}/api/v1/lots/{lot['id']}/labels", data={"stock": "a4-24", "count": 24})
    assert sheet.ok

    page_picture = pypdfium2.PdfDocument(BytesIO(sheet.body()))[0].render(scale=4).to_pil()
    codes = {code.text for code in zxingcpp.read_barcodes(page_picture) if code.format == zxingcpp.BarcodeFormat.QRCode}

    page_picture.convert("RGB").save(pictures / "label-sheet.png")
    assert 1 == len(codes)
    address = codes.pop()
    assert 200 == context.request.get(address.replace(address.split("/")[2], address.split("/")[2].lower())).status


def test_officer_finds_the_label_sheet_on_a_phone(house: House, browser: Browser, pictures: Path) -> None:
    context = house.signed_in(browser, "officer", PHONE)
    lots = context.request.get(f"{house.ready['api']}/api/v1/lots").json()
    lot = next(row["id"] for row in lots if row["gtin"] and row["recalled_at"] is None)
    page = context.new_page()
    page.goto(f"{house.ready['ui']}/lot?lot={lot}")

    expect(page.get_by_text("Bưởi da xanh Cái Cối").first).to_be_visible()

    looked_at(page, pictures, "officer-label-sheet")


def filmed(page: Page, pictures: Path, name: str) -> None:
    """Keep a picture; nothing scrolls sideways."""
    page.screenshot(path=pictures / f"{name}.png", full_page=True)
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1]


@dataclass
class Thumb:
    """A thumb on a page, filmed before each tap. What it did is counted by the browser, key strokes too, so nothing is done unseen."""

    page: Page
    pictures: Path
    done: list[str]

    @classmethod
    def on_a_phone(cls, context: BrowserContext, pictures: Path) -> "Thumb":
        done: list[str] = []

        def did(what: str) -> None:  # Playwright takes no built-in
            done.append(what)

        context.expose_function("did", did)
        for event in ("pointerdown", "keydown"):
            context.add_init_script(f"addEventListener('{event}', one => one.isTrusted && did(one.type), true)")
        return cls(context.new_page(), pictures, done)

    def on(self, what: Locator, name: str) -> None:
        expect(what).to_be_visible()
        filmed(self.page, self.pictures, name)
        what.click()


def test_from_a_harvest_to_printed_labels_in_six_taps(house: House, browser: Browser, pictures: Path) -> None:
    """From the page an officer sees after signing in to the PDF that goes to the printer: five taps, nothing typed."""
    context = house.signed_in(browser, "officer", PHONE)
    api = house.ready["api"]
    field = next(row for row in context.request.get(f"{api}/api/v1/fields").json() if row["crop"] == "pomelo")
    harvest = {"field_id": field["id"], "harvested_on": local_day(datetime.now(UTC)).isoformat(), "quantity_kg": 24}
    assert context.request.post(f"{api}/api/v1/harvests", data=harvest).ok
    thumb = Thumb.on_a_phone(context, pictures)
    page = thumb.page
    page.goto(house.ready["ui"])

    thumb.on(page.get_by_role("link", name="Khác", exact=True), "labels-1-day")
    harvests = page.locator("[data-testid=stMain]").get_by_role("link", name="Thu hoạch", exact=True).first
    thumb.on(harvests, "labels-2-more")
    row = page.get_by_role("link", name="Lập lô, in tem").filter(has_text=field["name"]).filter(has_text="24 kg").first
    thumb.on(row, "labels-3-harvests")
    thumb.on(page.get_by_role("button", name="Lập lô và in 21 tem"), "labels-4-proposed")
    with page.expect_download() as download:
        thumb.on(page.get_by_role("button", name="Tải tờ tem PDF"), "labels-5-printed")

    pdf = Path(download.value.path()).read_bytes()
    sheet = pypdfium2.PdfDocument(BytesIO(pdf))[0].render(scale=4).to_pil()
    sheet.convert("RGB").save(pictures / "labels-6-sheet.png")
    codes = {code.text for code in zxingcpp.read_barcodes(sheet) if code.format == zxingcpp.BarcodeFormat.QRCode}
    assert 5 * ["pointerdown"] == thumb.done
    assert 21 == len(codes)


def test_officer_starts_the_day(house: House, browser: Browser, pictures: Path) -> None:
    page = house.signed_in(browser, "officer", DESK).new_page()
    page.goto(house.ready["ui"])

    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    page.wait_for_load_state("networkidle")

    looked_at(page, pictures, "officer-today")


def test_buyer_sees_an_honest_page(house: House, browser: Browser, pictures: Path) -> None:
    page = browser.new_context(viewport=PHONE, locale="vi-VN", java_script_enabled=True).new_page()  # type: ignore[arg-type]
    page.goto(house.ready["label"])

    expect(page.get_by_role("heading", level=1)).to_have_text("Bưởi da xanh Cái Cối")

    assert 0 == page.locator("script").count()
    looked_at(page, pictures, "buyer")


def test_buyer_is_warned_of_a_recalled_lot(house: House, browser: Browser, pictures: Path) -> None:
    office = house.signed_in(browser, "officer", PHONE).request
    lots = office.get(f"{house.ready['api']}/api/v1/lots").json()
    recalled = next(row for row in lots if row["recalled_at"] is not None)
    page = browser.new_context(viewport=PHONE, locale="vi-VN").new_page()  # type: ignore[arg-type]

    page.goto(f"{house.ready['api']}/t/{recalled['code']}")

    expect(page.get_by_text("thu hồi").first).to_be_visible()
    looked_at(page, pictures, "buyer-recalled")


def test_the_demo_balances(house: House, real_field: str) -> None:
    """After everything above, the books recounted by the command a person would use."""
    command = [sys.executable, "-m", "nongso", "audit", "--json"]
    told = subprocess.run(
        command, env=house.demo.environ, capture_output=True, text=True, check=False, timeout=2 * LIMIT_S
    )

    assert 0 == told.returncode, told.stdout + told.stderr
    assert json.loads(told.stdout)
