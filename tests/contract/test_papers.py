"""Certificates, prices and the ten data on the buyer's page, publishing, and the yield budget of a planting-area code."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.lots import PNG, Goods, open_recall, post


@pytest.fixture
def office(signed_in: As, world: World) -> TestClient:
    return signed_in(world.officer)


def certificate(goods: Goods, **more: Any) -> dict[str, Any]:
    body = {
        "kind": "vietgap",
        "number": "VG-26-0007",
        "issuer": "Trung tâm chứng nhận",
        "holder_id": goods.party_id,
        "valid_from": "2026-01-01",
        "valid_to": "2026-11-30",
    }
    return {**body, **more}


def page(client: TestClient, goods: Goods) -> str:
    return client.get(f"/t/{goods.code}", headers={"accept": "text/html"}).text


def test_a_certificate_stands_on_the_page_with_issuer_and_validity(
    office: TestClient, client: TestClient, goods: Goods
) -> None:
    made = post(office, "certificates", **certificate(goods))
    assert "còn hiệu lực (01/01/2026 – 30/11/2026)" in page(client, goods)
    assert "nơi cấp: Trung tâm chứng nhận" in page(client, goods)

    assert 204 == office.post(f"/api/v1/certificates/{made['id']}/withdraw").status_code

    assert "bị thu hồi</b> (01/01/2026" in page(client, goods)


def test_ocop_stars_belong_to_ocop_only(office: TestClient, client: TestClient, goods: Goods) -> None:
    ocop = certificate(goods, kind="ocop", stars=4, number="1012/QĐ-UBND", product_id=goods.product_id)

    assert 201 == office.post("/api/v1/certificates", json=ocop).status_code
    assert "★★★★" in page(client, goods)
    assert 400 == office.post("/api/v1/certificates", json=certificate(goods, stars=4)).status_code


def test_a_certificate_in_force_on_the_day_stands_in_the_harvests_event(
    office: TestClient, world: World, goods: Goods
) -> None:
    held = post(office, "certificates", **certificate(goods))["id"]
    post(office, "certificates", **certificate(goods, number="cũ", valid_to="2026-11-01"))

    ids = {"product_id": goods.product_id, "harvest_id": goods.harvest_id, "producer_id": goods.party_id}
    lot = post(office, "lots", quantity_kg=10, **ids)["id"]

    events = [event["body"] for event in office.get(f"/api/v1/lots/{lot}/events").json()]
    found = next(body["certificationInfo"] for body in events if "certificationInfo" in body)
    assert [str(held)] == [address.rpartition("/")[2] for address in ([found] if isinstance(found, str) else found)]


def test_price_and_order_stand_on_the_page_unless_recalled(
    office: TestClient, client: TestClient, goods: Goods
) -> None:
    offer = {"low_vnd": 40000, "high_vnd": 55000, "zalo": "0912345678", "order_url": "https://shop.example/buoi"}
    assert 204 == office.put(f"/api/v1/products/{goods.product_id}/offer", json=offer).status_code
    assert "40.000 đến 55.000 đồng/kg" in page(client, goods)

    open_recall(office, goods.lot_id)

    assert "đồng/kg" not in page(client, goods)
    assert "<script" not in page(client, goods)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://x y", "ftp://x.example/"])
def test_an_order_address_is_a_web_address(office: TestClient, goods: Goods, url: str) -> None:
    assert 422 == office.put(f"/api/v1/products/{goods.product_id}/offer", json={"order_url": url}).status_code


def test_a_lot_is_published_only_with_all_ten_data(office: TestClient, client: TestClient, goods: Goods) -> None:
    path = f"/api/v1/lots/{goods.lot_id}"
    state = office.get(f"{path}/completeness").json()
    assert [("image", "products")] == [(each["datum"], each["page"]) for each in state["data"] if not each["known"]]
    refused = office.post(f"{path}/publish")
    assert (409, "lot.incomplete") == (refused.status_code, refused.json()["code"])
    assert "ảnh sản phẩm" in refused.json()["detail"]
    assert 409 == office.get(f"{path}/portal-record").status_code

    office.put(f"/api/v1/products/{goods.product_id}/photo", json={"photo": PNG})
    assert 204 == office.post(f"{path}/publish").status_code

    record = office.get(f"{path}/portal-record").json()
    owed = (
        "product_name",
        "image",
        "producer_name",
        "producer_address",
        "stages",
        "times",
        "trace_code",
        "brand",
        "standards",
    )
    assert all(record[name] for name in owed)
    assert ("nongso-portal-record/1", "2026-12-10", False) == (
        record["format"], record["best_before"], record["recalled"]
    )  # fmt: skip
    assert "Đã công bố" in page(client, goods)


def test_a_code_that_issues_more_than_grows_there_is_found(office: TestClient, world: World, goods: Goods) -> None:
    body = {
        "code": "VN-BTOR-0017",
        "kind": "area",
        "holder_id": goods.party_id,
        "market": "CN",
        "crop": "pomelo",
        "area_m2": 8000,
        "ceiling_kg_ha": 130,
        "field_ids": [world.field_id],
    }
    code = post(office, "planting-codes", **body)["id"]
    first = office.get("/api/v1/planting-codes").json()[0]
    ids = {"product_id": goods.product_id, "harvest_id": goods.harvest_id, "producer_id": goods.party_id}
    post(office, "lots", quantity_kg=10, **ids)

    second = office.get("/api/v1/planting-codes").json()[0]

    assert ("nearly", 4) == (first["level"], first["left_kg"])
    assert ("over", -6) == (second["level"], second["left_kg"])
    assert 404 == office.put(f"/api/v1/planting-codes/{code + 1}", json=body).status_code
    assert (
        404
        == office.put(
            f"/api/v1/planting-codes/{code}", json={**body, "field_ids": [world.strangers_field_id]}
        ).status_code
    )
    assert 422 == office.post("/api/v1/planting-codes", json={**body, "code": "X", "area_m2": None}).status_code
