"""A buyer's way to certainty: passport, "tải bằng chứng", the page that checks it, the network switched off; and a file somebody meddled with."""

import base64
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from fixtures.browsing import served
from fixtures.chromium import violations
from fixtures.lots import Goods
from fixtures.tamper_log import LOG, WITNESS, house_log, one_pool, witness_on_loopback
from playwright.sync_api import Browser, Page, ViewportSize, expect

from nongso import store
from nongso.settings import Settings
from worker.tamper_log import Keeper, Monitor

PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def kept(conn: store.Connection, goods: Goods, settings: Settings, tmp_path: Path, now: datetime) -> Goods:
    """A lot whose events are in the log, cosigned."""
    with witness_on_loopback(tmp_path / "state") as witness:
        house = house_log(settings.log_dir, witness)
        Keeper(house).run(one_pool(conn), now)
        Monitor(house).run(one_pool(conn), now)
    return goods


@pytest.fixture
def page(browser: Browser, app: FastAPI) -> Iterator[Page]:
    """A phone on the real API over loopback: a browser's downloads go past any network that a test pretends."""
    with served(app) as url:
        context = browser.new_context(viewport=PHONE, locale="vi-VN", base_url=url, accept_downloads=True)
        page = context.new_page()
        page.on("console", lambda message: pytest.fail(message.text))
        yield page
        context.close()


def downloaded(page: Page, kept: Goods, lang: str = "vi") -> str:
    """The proof of the lot's newest event, as the button on the buyer's page gives it."""
    page.goto(f"/t/{kept.code}?lang={lang}")
    with page.expect_download() as caught:
        page.locator("#proof a[download]").last.click()
    assert caught.value.suggested_filename == "example.vn-log-1.tlog-proof"
    return caught.value.path().read_text(encoding="utf-8")


def check(page: Page, proof: str, name: str = "tai-ve.tlog-proof") -> None:
    page.set_input_files("#file", {"name": name, "mimeType": "text/plain", "buffer": proof.encode()})
    page.click("button.main")


def verifier(page: Page, words: str = "Cách kiểm tra") -> None:
    """From the passport to the checking page, and then off the network."""
    page.get_by_role("link", name=words).click()
    expect(page.locator("#log")).to_have_value(str(LOG.verifier))
    page.context.set_offline(True)


def meddled(proof: str, what: str) -> str:
    """The file with one thing changed: a record that says another weight, a longer log, a path, a witness's signature."""
    lines = proof.split("\n")
    at = next(place for place, line in enumerate(lines) if line.startswith("extra "))
    record = json.loads(base64.b64decode(lines[at][6:]))
    if what == "record":
        record["event"]["quantityList"][0]["quantity"] = 999
        lines[at] = "extra " + base64.b64encode(json.dumps(record).encode()).decode()
    elif what == "size":
        place = lines.index(LOG.name)
        lines[place + 1] = str(int(lines[place + 1]) + 1)
    elif what == "path":
        place = next(place for place, line in enumerate(lines) if line.startswith("index ")) + 1
        lines[place] = base64.b64encode(bytes(32)).decode()
    elif what == "witness":
        place = next(place for place, line in enumerate(lines) if line.startswith(f"— {WITNESS.name}"))
        head, _, signature = lines[place].rpartition(" ")
        raw = bytearray(base64.b64decode(signature))
        raw[-1] ^= 1
        lines[place] = f"{head} {base64.b64encode(raw).decode()}"
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("lang", "way", "said"),
    [("vi", "Cách kiểm tra", "CÒN NGUYÊN"), ("en", "How to check", "UNALTERED"), ("zh", "如何核查", "核查通过")],
)
def test_a_buyer_checks_what_they_downloaded_without_a_network(
    page: Page, kept: Goods, lang: str, way: str, said: str
) -> None:
    proof = downloaded(page, kept, lang)
    verifier(page, way)

    check(page, proof)

    expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.locator("#verdict")).to_have_class("good")
    expect(page.locator("#verdict")).to_contain_text(said)
    expect(page.locator("#verdict")).to_contain_text(f'"lot":{kept.lot_id}')
    expect(page.locator("#verdict")).to_contain_text(WITNESS.name)
    assert [] == violations(page)
    assert 390 == page.evaluate("document.documentElement.scrollWidth")
    keep(page, f"verify_{lang}")


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("record", "Bản ghi không nằm ở vị trí 1 của sổ"),
        ("path", "Bản ghi không nằm ở vị trí 1 của sổ"),
        ("size", f"Chữ ký mang tên {LOG.name} là giả, hoặc nội dung đã bị sửa"),
        ("witness", f"Chữ ký mang tên {WITNESS.name} là giả, hoặc nội dung đã bị sửa"),
    ],
)
def test_a_meddled_file_is_refused_and_it_says_which_part(page: Page, kept: Goods, what: str, told: str) -> None:
    proof = downloaded(page, kept)
    verifier(page)

    check(page, meddled(proof, what))

    expect(page.locator("#verdict")).to_have_class("act")
    expect(page.locator("#verdict")).to_contain_text("BẰNG CHỨNG KHÔNG KHỚP")
    expect(page.locator("#verdict")).to_contain_text(told)
    keep(page, f"verify_{what}")
    check(page, proof)
    expect(page.locator("#verdict")).to_have_class("good")


def test_the_page_of_the_log_is_whole_on_a_phone_in_chinese(page: Page, kept: Goods) -> None:
    page.goto(f"/t/{kept.code}?lang=zh")
    page.get_by_role("link", name="查看日志").click()

    expect(page.locator("h1")).to_have_text("防篡改日志")
    assert [] == violations(page)
    assert 390 == page.evaluate("document.documentElement.scrollWidth")
    keep(page, "log_zh")


def keep(page: Page, name: str) -> None:
    """A picture for whoever asked for pictures."""
    folder = os.environ.get("NONGSO_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
