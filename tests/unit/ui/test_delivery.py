"""What reaches a browser: our page around Streamlit's scripts, compressed once, and nothing for strangers."""

import re
import tomllib
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from nongso.look import tokens
from nongso.settings import Settings
from ui.delivery import LATE, STATIC, Delivery, compressed, warm_up

ROOT = Path(__file__).parents[3]
COOKIE = {"Cookie": "other=a b; ns_session=x"}
PAGE = {"Accept": "text/html,*/*", **COOKIE}


@pytest.fixture
def browser(tmp_path: Path) -> TestClient:
    settings = Settings.from_env({"NONGSO_DATA_DIR": str(tmp_path), "NONGSO_UI_URL": "http://testserver"})
    inner = PlainTextResponse("streamlit")
    return TestClient(Delivery(inner, settings), follow_redirects=False)


@pytest.mark.parametrize("path", ["/", "/devices"])
def test_a_page_is_in_vietnamese_from_its_first_byte(browser: TestClient, path: str) -> None:
    page = browser.get(path, headers=PAGE)

    assert 200 == page.status_code
    assert '<html lang="vi">' in page.text
    assert "<title>Nông Số</title>" in page.text
    assert "--leaf" in page.text
    assert "Streamlit</title>" not in page.text
    assert not re.search(r'rel="preload"[^>]*font', page.text)
    for part in LATE:
        assert re.search(rf'rel="modulepreload" crossorigin href="./static/js/{part}[.]', page.text), part


def test_what_a_first_screen_asks_for_is_packed_before_anybody_comes(tmp_path: Path) -> None:
    compressed.cache_clear()
    warm_up(Settings.from_env({"NONGSO_DATA_DIR": str(tmp_path)}))

    assert 50 < compressed.cache_info().currsize


def test_without_a_cookie_the_page_is_the_sign_in_and_comes_back(browser: TestClient) -> None:
    answer = browser.get("/field?field=3", headers={"Accept": "text/html"})

    assert 303 == answer.status_code
    assert answer.headers["location"].endswith("/sign-in?next=http%3A%2F%2Ftestserver%2Ffield%3Ffield%3D3")


def test_an_address_that_no_page_has_leads_to_the_front_page(browser: TestClient) -> None:
    answer = browser.get("/nothing", headers=PAGE)

    assert (303, "/") == (answer.status_code, answer.headers["location"])


def test_scripts_are_compressed_and_kept_for_ever(browser: TestClient) -> None:
    script = max((STATIC / "static" / "js").glob("index.*.js"), key=lambda file: file.stat().st_size)
    answer = browser.get(f"/static/js/{script.name}", headers={"Accept-Encoding": "gzip"})

    assert "gzip" == answer.headers["content-encoding"]
    assert "immutable" in answer.headers["cache-control"]
    assert script.read_bytes() == answer.content
    assert int(answer.headers["content-length"]) < script.stat().st_size / 2


def test_a_client_that_cannot_unpack_gets_it_plain(browser: TestClient) -> None:
    answer = browser.get("/fonts/BeVietnamPro-Regular.ttf", headers={"Accept-Encoding": "identity"})

    assert "content-encoding" not in answer.headers
    assert b"\x00\x01\x00\x00" == answer.content[:4]


@pytest.mark.parametrize("path", ["/fonts/../LICENSE", "/static/../index.html", "/fonts/%2e%2e/metadata.json"])
def test_nothing_outside_the_two_folders_is_ours_to_give(browser: TestClient, path: str) -> None:
    assert "streamlit" == browser.get(path).text


def test_a_page_of_another_site_opens_no_connection(browser: TestClient) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        browser.websocket_connect("/_stcore/stream", headers={"Origin": "https://elsewhere.example"}),
    ):
        pass

    assert 1008 == refused.value.code


def test_health_and_everything_else_is_streamlits_own(browser: TestClient) -> None:
    assert "streamlit" == browser.get("/_stcore/health").text


def test_colours_have_one_source() -> None:
    """Streamlit's theme uses no colour that is not among the house's tokens."""
    theme = tomllib.loads((ROOT / "ui" / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    used = {
        value for value in [*theme.values(), *theme["sidebar"].values()] if re.fullmatch(r"#[0-9a-f]{6}", str(value))
    }

    assert set() == {colour for colour in used if colour not in tokens()} - {"#ffffff"}
