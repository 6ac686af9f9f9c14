"""What a buyer reads of a lot's way: journeys in crates, sales, examinations, whom merged fruit came from, and what nobody recorded."""

import gzip
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.lots import PNG, Goods, post

UNIT = {"unit_code": "90001", "unit_valid_from": "2025-07-01"}
MOST_BYTES = 14 * 1024
UNKNOWN = "Bước chưa rõ"


@pytest.fixture
def office(signed_in: As, world: World) -> TestClient:
    return signed_in(world.officer)


@pytest.fixture
def shop(office: TestClient) -> int:
    return post(office, "parties", kind="company", name="Chợ Mười", **UNIT)["id"]


def story(client: TestClient, code: str, lang: str = "vi") -> list[str]:
    """The steps as they stand on the page, heading and line."""
    page = client.get(f"/t/{code}?lang={lang}", headers={"accept": "text/html"})
    assert len(gzip.compress(page.content)) <= MOST_BYTES
    assert "<script" not in page.text
    _, _, rest = page.text.partition('<ol class="story">')
    items = re.findall(r"<li[^>]*>\s*<h3>(.*?)</li>", rest.partition("</ol>")[0], re.S)
    return [re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", item)).strip() for item in items]


def has(steps: list[str], *words: str) -> bool:
    """The words stand at the beginning of steps, in this order."""
    at = iter(steps)
    return all(any(step.startswith(word) for step in at) for word in words)


def ship(office: TestClient, goods: Goods, shop: int, **what: Any) -> int:
    return post(office, "shipments", from_id=goods.party_id, to_id=shop, **what)["id"]


def test_sent_received_examined_and_sold_stand_in_order(
    office: TestClient, client: TestClient, goods: Goods, shop: int
) -> None:
    part = [{"lot_id": goods.lot_id, "kg": 40}]
    exam = {"inspector_id": shop, "conformant": True, "sample_kg": 1}
    assert 204 == office.post(f"/api/v1/lots/{goods.lot_id}/inspections", json=exam).status_code
    sent = ship(office, goods, shop, parts=part)
    assert 204 == office.post(f"/api/v1/shipments/{sent}/receive", json={}).status_code
    for _ in range(2):
        assert 204 == office.post("/api/v1/sales", json={"parts": [{"lot_id": goods.lot_id, "kg": 5}], "seller_id": shop}).status_code  # fmt: skip

    told = story(client, goods.code)

    assert has(told, "Thu hoạch", "Đóng gói", "Kiểm tra: đạt", "Gửi đi", "Nhận hàng", "Bán")
    assert "2 lần" in told[-1]
    assert not [step for step in told if UNKNOWN in step]
    page = client.get(f"/t/{goods.code}", headers={"accept": "text/html"}).text
    assert "Chợ Mười" not in page  # with whom goods are traded is theirs to tell
    assert has(story(client, goods.code, "en"), "Inspected: conforms", "Sent", "Received", "Sold")
    assert has(story(client, goods.code, "zh"), "检验：合格", "发货", "收货", "销售")


def test_a_failed_examination_is_the_first_thing_said_until_one_is_passed(
    office: TestClient, client: TestClient, goods: Goods, shop: int
) -> None:
    def examined(conformant: bool) -> str:
        exam = {"inspector_id": shop, "conformant": conformant, "sample_kg": 1}
        assert 204 == office.post(f"/api/v1/lots/{goods.lot_id}/inspections", json=exam).status_code
        return client.get(f"/t/{goods.code}", headers={"accept": "text/html"}).text

    failed, passed = examined(False), examined(True)

    assert "không đạt lần kiểm tra gần nhất" in failed
    assert "chưa ghi là thu hồi" in failed
    assert "không đạt lần kiểm tra gần nhất" not in passed
    assert "có trong sổ của" in passed


def test_a_journey_on_a_pallet_is_the_lots_while_it_was_on_it(
    office: TestClient, client: TestClient, goods: Goods, shop: int
) -> None:
    part = [{"lot_id": goods.lot_id, "kg": 40}]
    crate = post(office, "logistic-units", kind="crate", packer_id=goods.party_id, parts=part)
    pallet = post(office, "logistic-units", kind="pallet", packer_id=goods.party_id, unit_ids=[crate["id"]])
    sent = ship(office, goods, shop, unit_ids=[pallet["id"]])

    on_the_way = story(client, goods.code)
    office.post(f"/api/v1/shipments/{sent}/receive", json={})
    there = story(client, goods.code)
    for unit in (pallet, crate):
        assert 204 == office.post(f"/api/v1/logistic-units/{unit['id']}/unpack", json={}).status_code
    office.post("/api/v1/shipments", json={"from_id": shop, "to_id": goods.party_id, "unit_ids": [crate["id"]]})

    assert has(on_the_way, "Gửi đi", f"? {UNKNOWN}: hàng đã gửi, chưa ai ghi là đã nhận")
    assert has(there, "Gửi đi", "Nhận hàng")
    assert not [step for step in there if UNKNOWN in step]
    assert there == story(client, goods.code)  # the empty crate went back without it


def test_a_sale_at_a_place_where_the_goods_never_arrived_is_a_step_unknown(
    office: TestClient, client: TestClient, goods: Goods, shop: int
) -> None:
    sale = {"parts": [{"lot_id": goods.lot_id, "kg": 5}], "seller_id": shop}
    assert 204 == office.post("/api/v1/sales", json=sale).status_code

    assert has(story(client, goods.code), f"? {UNKNOWN}: hàng đã ở chỗ khác", "Bán") or has(
        story(client, goods.code), "Bán", f"? {UNKNOWN}: hàng đã ở chỗ khác"
    )
    assert any("环节不明" in step for step in story(client, goods.code, "zh"))
    assert any("Step unknown" in step for step in story(client, goods.code, "en"))


def test_a_sale_by_the_producer_leaves_no_question(office: TestClient, client: TestClient, goods: Goods) -> None:
    sale = {"parts": [{"lot_id": goods.lot_id, "kg": 5}], "seller_id": goods.party_id}
    assert 204 == office.post("/api/v1/sales", json=sale).status_code

    told = story(client, goods.code)

    assert has(told, "Bán")
    assert not [step for step in told if UNKNOWN in step]


@pytest.mark.parametrize(("lang", "words"), [("vi", "Từ 2 nơi"), ("en", "From 2 producers"), ("zh", "来自 2 处")])
def test_a_merged_lot_names_every_household_with_its_share(
    office: TestClient, client: TestClient, world: World, goods: Goods, lang: str, words: str
) -> None:
    other = post(office, "parties", kind="household", name="Hộ Tám Hiền", **UNIT)["id"]
    harvest = post(office, "harvests", field_id=world.field_id, harvested_on="2026-11-20", quantity_kg=100)["id"]
    ids = {"product_id": goods.product_id, "harvest_id": harvest, "producer_id": other}
    second = post(office, "lots", quantity_kg=100, **ids)["id"]
    inputs = [{"lot_id": goods.lot_id, "kg": 60}, {"lot_id": second, "kg": 20}]
    body = {"kind": "merge", "inputs": inputs, "outputs": [{"kg": 80}], "producer_id": goods.party_id}
    merged = post(office, "lot-changes", **body)[0]

    page = client.get(f"/t/{merged['code']}?lang={lang}", headers={"accept": "text/html"})
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page.text))

    assert words in text
    assert re.search(r"Hợp tác xã Cái Cối, Xã Cái Cối[^%]* 75 ?%", text)
    assert re.search(r"Hộ Tám Hiền, Xã Cái Cối[^%]* 25 ?%", text)
    assert len(gzip.compress(page.content)) <= MOST_BYTES
    if lang == "vi":
        assert "18/11/2026 – 20/11/2026" in text
        assert has(story(client, merged["code"]), "Thu hoạch 18/11", "Làm từ lô khác")
        assert has(story(client, goods.code), "Đưa vào lô khác")


def test_a_lot_of_forty_households_still_fits_a_page(
    office: TestClient, client: TestClient, world: World, goods: Goods
) -> None:
    harvest = post(office, "harvests", field_id=world.field_id, harvested_on="2026-11-20", quantity_kg=400)["id"]
    inputs = []
    for number in range(40):
        who = post(office, "parties", kind="household", name=f"Hộ Nguyễn Văn Số {number}", **UNIT)["id"]
        ids = {"product_id": goods.product_id, "harvest_id": harvest, "producer_id": who}
        inputs.append({"lot_id": post(office, "lots", quantity_kg=10, **ids)["id"], "kg": 10})
    body = {"kind": "merge", "inputs": inputs, "outputs": [{"kg": 400}], "producer_id": goods.party_id}
    merged = post(office, "lot-changes", **body)[0]

    page = client.get(f"/t/{merged['code']}", headers={"accept": "text/html"})

    assert len(gzip.compress(page.content)) <= MOST_BYTES
    assert "Từ 40 nơi" in page.text
    assert "và 32 nơi khác" in page.text


def test_the_portal_is_told_the_stages_of_trade_and_no_unknown_step(
    office: TestClient, goods: Goods, shop: int
) -> None:
    office.put(f"/api/v1/products/{goods.product_id}/photo", json={"photo": PNG})
    ship(office, goods, shop, parts=[{"lot_id": goods.lot_id, "kg": 40}])
    assert 204 == office.post(f"/api/v1/lots/{goods.lot_id}/publish").status_code

    stages = office.get(f"/api/v1/lots/{goods.lot_id}/portal-record").json()["stages"]

    assert "shipped" == stages[-1]
    assert not [stage for stage in stages if stage.startswith("unknown")]
