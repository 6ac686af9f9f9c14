"""Publishing, papers and the way into a recall on the pages, taps and typing as an officer does them, and what is in the house afterwards."""

import base64
from datetime import date, time
from hashlib import sha256

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.browsing import Open, words
from fixtures.lots import PNG, Goods, certify, open_recall, post
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

from nongso.papers import CertificateKind, CodeKind
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


def test_a_scan_of_a_certificate_is_kept_and_listed_with_its_fingerprint(
    open_app: Open, world: World, office: TestClient, goods: Goods
) -> None:
    held, scan = certify(office, goods), base64.b64decode(PNG)
    page = open_page(open_app(world.officer), "certificates", "file")
    page.selectbox(key="scan-certificate-0").set_value(held).run()
    page.file_uploader[0].set_value(("giay.png", scan, "image/png")).run()

    page.button(key="scan-save-0").click().run()

    assert [] == list(page.exception)
    digest = sha256(scan).hexdigest()
    assert digest == office.get("/api/v1/certificates").json()[0]["certificate"]["file_digest"]
    listed = words(open_page(open_app(world.officer), "certificates"))
    assert f"/paper/{digest}" in listed
    assert f"SHA-256 {digest[:12]}" in listed


def test_a_certificate_is_added_and_withdrawn(open_app: Open, world: World, office: TestClient, goods: Goods) -> None:
    page = open_page(open_app(world.officer), "certificates", "new")
    page.selectbox(key="certificate-kind-0").set_value(CertificateKind.VIETGAP)
    page.text_input(key="certificate-number-0").set_value("VG-26-0007")
    page.text_input(key="certificate-issuer-0").set_value("Trung tâm chứng nhận")
    page.selectbox(key="certificate-holder-0").set_value(goods.party_id)
    page.date_input(key="certificate-since-0").set_value(date(2026, 1, 1)).run()
    page.button(key="certificate-save-0").click().run()
    assert [] == list(page.exception)
    assert ["in_force"] == [each["validity"] for each in office.get("/api/v1/certificates").json()]

    made = office.get("/api/v1/certificates").json()[0]["certificate"]["id"]
    page = open_page(open_app(world.officer), "certificates", "withdraw")
    page.selectbox(key="certificate-chosen-0").set_value(made).run()
    page.button(key=f"withdraw-{made}-0").click().run()
    page.button(key=f"withdraw-{made}-sure-0").click().run()

    assert [] == list(page.exception)
    assert ["withdrawn"] == [each["validity"] for each in office.get("/api/v1/certificates").json()]


def test_a_code_over_its_yield_stands_on_the_days_page(
    open_app: Open, world: World, office: TestClient, goods: Goods
) -> None:
    """8000 m² at 0,12 t/ha carry 96 kg; the lot has 100 kg."""
    page = open_page(open_app(world.officer), "planting_codes", "new")
    page.text_input(key="code-code-0").set_value("VN-BTOR-0017")
    page.text_input(key="code-market-0").set_value("cn")
    page.selectbox(key="code-kind-0").set_value(CodeKind.AREA)
    page.selectbox(key="code-holder-0").set_value(goods.party_id)
    page.selectbox(key="code-crop-0").set_value("pomelo")
    page.multiselect(key="code-fields-0").set_value([world.field_id]).run()
    page.text_input(key="code-area-0").set_value("8000")
    page.text_input(key="code-ceiling-0").set_value("0,12").run()
    page.button(key="code-save-0").click().run()

    assert [] == list(page.exception)
    assert ["over"] == [each["level"] for each in office.get("/api/v1/planting-codes").json()]
    assert say("vi", "planting.budget.over") in words(open_page(open_app(world.officer), "planting_codes"))
    assert say("vi", "today.planting_codes.some", n=1) in words(open_page(open_app(world.officer), "today"))


def test_a_price_that_stands_is_kept_when_more_is_told(
    open_app: Open, world: World, office: TestClient, goods: Goods
) -> None:
    path = f"/api/v1/products/{goods.product_id}/offer"
    office.put(path, json={"low_vnd": 40000, "high_vnd": 55000})
    page = open_page(open_app(world.officer), "products", "offer")
    page.selectbox(key="offer-product-0").set_value(goods.product_id).run()
    page.text_input(key=f"offer-{goods.product_id}-zalo-0").set_value("0912 345 678").run()

    page.button(key=f"offer-{goods.product_id}-save-0").click().run()

    assert [] == list(page.exception)
    told = office.get(path).json()
    assert (40000, 55000, "0912345678") == (told["low_vnd"], told["high_vnd"], told["zalo"])


def test_a_party_has_a_gs1_prefix(open_app: Open, world: World, office: TestClient, goods: Goods) -> None:
    page = open_page(open_app(world.officer), "parties", "prefix")
    page.selectbox(key="prefix-party-0").set_value(goods.party_id).run()
    page.text_input(key=f"prefix-{goods.party_id}-0").set_value("9521234").run()

    page.button(key=f"prefix-{goods.party_id}-save-0").click().run()

    assert [] == list(page.exception)
    assert "9521234" == office.get(f"/api/v1/parties/{goods.party_id}/gs1-prefix").json()["prefix"]


def test_the_number_that_was_called_is_kept_where_the_register_has_none(
    open_app: Open, world: World, office: TestClient, goods: Goods
) -> None:
    party = next(each for each in office.get("/api/v1/parties").json() if each["id"] == goods.party_id)
    kept = ("kind", "name", "address", "phone_public", "unit_code", "unit_valid_from")
    office.put(f"/api/v1/parties/{goods.party_id}", json={**{name: party[name] for name in kept}, "phone": ""})
    made = open_recall(office, goods.lot_id)
    notice = office.get(f"/api/v1/recall-cases/{made}").json()["notices"][0]["notice"]["id"]
    app = open_app(world.officer)
    app.query_params["recall"] = str(made)
    page = open_page(app, "recalls")

    page.text_input(key=f"told-phone-{notice}-0").set_value("0909 123 456").run()
    page.button(key=f"told-{notice}-0").click().run()

    assert [] == list(page.exception)
    assert "0909 123 456" == office.get(f"/api/v1/recall-cases/{made}").json()["notices"][0]["notice"]["phone"]


def test_an_admin_forgets_a_household_after_a_second_tap_and_nobody_else_can(
    open_app: Open, world: World, office: TestClient
) -> None:
    unit = {"unit_code": "90001", "unit_valid_from": "2025-07-01"}
    who = post(office, "parties", kind="household", name="Hộ Tám Hiền", **unit)["id"]
    tabs = open_page(open_app(world.officer), "parties").get("button_group")[0]
    assert isinstance(tabs, ButtonGroup)
    assert say("vi", "parties.forget") not in tabs.options

    page = open_page(open_app(world.admin), "parties", "forget")
    page.selectbox(key="forget-party-0").set_value(who).run()
    page.button(key=f"forget-{who}-0").click().run()
    assert ["Hộ Tám Hiền"] == [each["name"] for each in office.get("/api/v1/parties").json()]
    page.button(key=f"forget-{who}-sure-0").click().run()

    assert [] == list(page.exception)
    assert [] == office.get("/api/v1/parties").json()


def test_an_admin_forgets_a_person_after_a_second_tap(open_app: Open, world: World, signed_in: As) -> None:
    admin, who = signed_in(world.admin), world.farmer.account_id
    page = open_page(open_app(world.admin), "people", "change")
    page.selectbox(key="account-chosen-0").set_value(who).run()
    page.button(key=f"account-forget-{who}-0").click().run()
    assert who in {each["id"] for each in admin.get("/api/v1/accounts").json()}

    page.button(key=f"account-forget-{who}-sure-0").click().run()

    assert [] == list(page.exception)
    assert who not in {each["id"] for each in admin.get("/api/v1/accounts").json()}
