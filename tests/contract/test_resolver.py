"""The resolver: who asks for links gets them, who asks for a type is sent there, and a browser gets the page."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.lots import GTIN, Goods

from traceability.gs1.compression import compress
from traceability.gs1.link import parse

HOST = "http://localhost:8100"
VOC = "https://gs1.org/voc/"
LINKSET = {"accept": "application/linkset+json"}
BROWSER = {"accept": "text/html,*/*;q=0.8"}
SSCC = "/00/095060000134352004"


def contexts(client: TestClient, path: str) -> dict[str, dict[str, Any]]:
    """The linkset by anchor."""
    answer = client.get(path, headers=LINKSET)
    assert (200, "application/linkset+json") == (answer.status_code, answer.headers["content-type"])
    return {level["anchor"].removeprefix(HOST): level for level in answer.json()["linkset"]}


def give(client: TestClient, identifier: str, kind: str, href: str, **more: Any) -> int:
    """A link of the office; its id."""
    body = {"identifier": f"https://id.gs1.org{identifier}", "link_type": kind, "href": href, "title": "Tên", **more}
    answer = client.post("/api/v1/links", json=body)
    assert 201 == answer.status_code, answer.text
    return answer.json()["id"]


@pytest.fixture
def officer(signed_in: As, world: World) -> TestClient:
    return signed_in(world.officer)


def test_a_program_is_sent_to_the_page_and_told_where_the_linkset_is(client: TestClient, goods: Goods) -> None:
    answer = client.get(f"/01/{GTIN}/10/{goods.number}?x=1&y=%20a")

    assert 307 == answer.status_code
    assert f"{HOST}/p/{GTIN}/10/{goods.number}?x=1&y=%20a" == answer.headers["location"]
    assert 'rel="linkset"' in answer.headers["link"]
    assert 200 == client.get(answer.headers["location"].removeprefix(HOST)).status_code


def test_a_browser_gets_the_page_at_once(client: TestClient, goods: Goods) -> None:
    answer = client.get(f"/01/{GTIN}/10/{goods.number}", headers=BROWSER)

    assert (200, "text/html; charset=utf-8") == (answer.status_code, answer.headers["content-type"])


def test_a_linkset_has_every_level_and_one_default_each(client: TestClient, goods: Goods) -> None:
    levels = contexts(client, f"/01/{GTIN}/10/{goods.number}/21/S1")

    assert [f"/01/{GTIN}/10/{goods.number}", f"/01/{GTIN}"] == list(levels)
    for level in levels.values():
        (default,) = level[f"{VOC}defaultLink"]
        assert {"href", "title"} == set(default)
    assert {f"{VOC}{kind}" for kind in ("pip", "traceability", "recallStatus", "epcis")} < set(
        levels[f"/01/{GTIN}/10/{goods.number}"]
    )


@pytest.mark.parametrize("query", ["linkType=linkset", "linkType=all"])
def test_the_linkset_can_be_asked_for_by_name(client: TestClient, goods: Goods, query: str) -> None:
    answer = client.get(f"/01/{GTIN}?{query}", headers=BROWSER)

    assert (200, "application/linkset+json") == (answer.status_code, answer.headers["content-type"])
    assert "json-ld#context" in answer.headers["link"]


@pytest.mark.parametrize("path", ["/01/{gtin}/10/KHONG-CO", "/01/{gtin}/21/S1", "/01/{gtin}/22/V/10/X/21/S"])
def test_an_unknown_lot_or_serial_leads_to_the_product(client: TestClient, goods: Goods, path: str) -> None:
    answer = client.get(path.format(gtin=GTIN))

    assert (307, f"{HOST}/p/{GTIN}") == (answer.status_code, answer.headers["location"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/01/{gtin}/", 307),
        ("/01/9520123456788", 307),
        ("/01/09520123456789", 400),
        ("/01/{gtin}/99/1", 400),
        ("/01/{gtin}/21/S/10/L", 400),
        ("/01/{gtin}?17=991332", 400),
        ("/01/{gtin}?999=1", 400),
        ("/01/00012345678905", 404),
        ("/414/9506000134376", 404),
        ("/01/{gtin}?linkType=gs1:recipeInfo", 404),
        ("/01/{gtin}?linkType=recipe", 400),
    ],
)
def test_wrong_is_400_unknown_is_404(client: TestClient, goods: Goods, path: str, status: int) -> None:
    """And a page of another site may read why."""
    answer = client.get(path.format(gtin=GTIN))

    assert (status, "*") == (answer.status_code, answer.headers["access-control-allow-origin"])


def test_head_is_as_get_without_a_body(client: TestClient, goods: Goods) -> None:
    got, headed = client.get(f"/01/{GTIN}"), client.head(f"/01/{GTIN}")

    assert (got.status_code, got.headers["location"], b"") == (
        headed.status_code,
        headed.headers["location"],
        headed.content,
    )


@pytest.mark.parametrize("path", [f"/01/{GTIN}", SSCC, "/414/9506000134376/254/x", "/t/ABC", "/T/ABC", "/AQSXJbZT4oUC"])
def test_options_tells_methods_origins_and_the_linkset(client: TestClient, path: str) -> None:
    answer = client.options(path)

    assert (204, "*") == (answer.status_code, answer.headers["access-control-allow-origin"])
    assert "HEAD" in answer.headers["allow"]
    assert f'<{HOST}{path}?linkType=linkset>; rel="linkset"' in answer.headers["link"]


def test_the_resolver_describes_itself(client: TestClient) -> None:
    path = "/.well-known/gs1resolver"
    told = client.get(path).json()

    assert [200, 204] == [client.head(path).status_code, client.options(path).status_code]
    assert (HOST, ["00", "01", "414", "417", "8004"]) == (told["resolverRoot"], told["supportedPrimaryKeys"])


def test_a_compressed_link_is_unfolded(client: TestClient, goods: Goods) -> None:
    plain = f"{HOST}/01/{GTIN}/10/{goods.number}"

    answer = client.get(compress(parse(plain), HOST).removeprefix(HOST))

    assert (307, plain, f'<{plain}>; rel="owl:sameAs"') == (
        answer.status_code,
        answer.headers["location"],
        answer.headers["link"],
    )


@pytest.mark.parametrize("path", ["/favicon.ico", "/robots.txt", "/zzzzzzzzzzzzzz", "/index"])
def test_other_words_at_the_root_are_not_found(client: TestClient, path: str) -> None:
    assert 404 == client.get(path).status_code


def test_an_offices_link_is_followed_by_type_and_language(
    client: TestClient, officer: TestClient, goods: Goods
) -> None:
    give(officer, f"/01/{GTIN}", "gs1:recipeInfo", "https://bep.example/vi", langs=["vi"])
    give(officer, f"/01/{GTIN}", "gs1:recipeInfo", "https://bep.example/en?a=1", langs=["en"])

    vi = client.get(f"/01/{GTIN}?linkType=gs1:recipeInfo")
    en = client.get(
        f"/01/{GTIN}/10/{goods.number}?linkType={VOC}recipeInfo", headers={"accept-language": "fr, en;q=0.5, vi;q=0.1"}
    )

    assert "https://bep.example/vi?linkType=gs1:recipeInfo" == vi.headers["location"]
    assert f"https://bep.example/en?a=1&linkType={VOC}recipeInfo" == en.headers["location"]


def test_several_that_fit_equally_are_offered(client: TestClient, officer: TestClient, goods: Goods) -> None:
    give(officer, f"/01/{GTIN}", "gs1:hasRetailers", "https://cho.example/1")
    give(officer, f"/01/{GTIN}", "gs1:hasRetailers", "https://cho.example/2", contexts=["VN"])

    several = client.get(f"/01/{GTIN}?linkType=gs1:hasRetailers")
    one = client.get(f"/01/{GTIN}?linkType=gs1:hasRetailers&context=VN")

    assert (300, 2) == (several.status_code, len(several.json()["linkset"][0][f"{VOC}hasRetailers"]))
    assert (307, "https://cho.example/2") == (one.status_code, one.headers["location"].partition("?")[0])


def test_any_key_resolves_and_its_first_link_is_the_default(client: TestClient, officer: TestClient) -> None:
    give(officer, SSCC, "gs1:traceability", "https://kho.example/pallet")

    assert "https://kho.example/pallet" == client.get(SSCC).headers["location"]
    assert [f"{VOC}traceability", f"{VOC}defaultLink"] == [
        key for key in contexts(client, SSCC)[SSCC] if key.startswith("http")
    ]


def test_the_houses_default_cannot_be_led_elsewhere(client: TestClient, officer: TestClient, goods: Goods) -> None:
    give(officer, f"/01/{GTIN}", "gs1:defaultLink", "https://elsewhere.example/")

    assert f"{HOST}/p/{GTIN}" == client.get(f"/01/{GTIN}").headers["location"]


def test_an_identifier_of_another_office_takes_no_links(
    officer: TestClient, signed_in: As, world: World, goods: Goods
) -> None:
    give(officer, SSCC, "gs1:traceability", "https://kho.example/pallet")
    stranger = signed_in(world.stranger)

    for identifier in (SSCC, f"/01/{GTIN}/10/X"):
        body = {
            "identifier": f"https://id.gs1.org{identifier}",
            "link_type": "gs1:pip",
            "href": "https://x.example",
            "title": "X",
        }
        answer = stranger.post("/api/v1/links", json=body)
        assert (409, "resolver.foreign") == (answer.status_code, answer.json()["code"])


def test_links_are_changed_and_taken_away(client: TestClient, officer: TestClient) -> None:
    link_id = give(officer, SSCC, "gs1:pip", "https://a.example/")
    body = {
        "identifier": f"https://id.gs1.org{SSCC}",
        "link_type": "gs1:pip",
        "href": "https://b.example/",
        "title": "B",
    }

    assert 204 == officer.put(f"/api/v1/links/{link_id}", json=body).status_code
    assert "https://b.example/" == client.get(SSCC).headers["location"]
    assert 204 == officer.delete(f"/api/v1/links/{link_id}").status_code
    assert (404, []) == (client.get(SSCC).status_code, officer.get("/api/v1/links").json())


@pytest.mark.parametrize("href", ["javascript:alert(1)", "ftp://x", "https://x y", "https://x\nLocation: y"])
def test_a_target_is_a_web_address(officer: TestClient, href: str) -> None:
    body = {"identifier": f"https://id.gs1.org{SSCC}", "link_type": "gs1:pip", "href": href, "title": "X"}

    assert 422 == officer.post("/api/v1/links", json=body).status_code


def test_a_short_code_has_a_linkset_and_stays_a_page(client: TestClient, goods: Goods) -> None:
    levels = contexts(client, f"/t/{goods.code}")

    assert [f"/t/{goods.code}"] == list(levels)
    assert 307 == client.get(f"/t/{goods.code}?linkType=gs1:pip").status_code
    assert 200 == client.get(f"/t/{goods.code}").status_code
