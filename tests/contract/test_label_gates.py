"""What keeps labels from going onto goods, and that no reason talks a lapsed certificate or a recall away."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, OneConnection, World
from fixtures.lots import PNG, Goods, certify, open_recall, post

from nongso import store
from nongso.settings import Settings
from worker.press import press_next

Make = Callable[..., Goods]
Press = Callable[[int], int]
BECAUSE = {"incomplete_reason": "Khách chờ hàng"}
PLAIN = {"standard": "TCVN 12827:2023"}


@pytest.fixture
def officer(signed_in: As, world: World) -> TestClient:
    return signed_in(world.officer)


@pytest.fixture
def press(officer: TestClient, conn: store.Connection, settings: Settings, now: datetime) -> Press:
    """Two labels of a lot, pressed; the id of their batch."""

    def make(lot_id: int) -> int:
        batch = post(officer, f"lots/{lot_id}/label-batches", stock="a4-24", count=2)["id"]
        assert press_next(settings, cast(store.Pool, OneConnection(conn)), now)
        return batch

    return make


def activate(officer: TestClient, batch: int, lang: str = "vi", **body: Any) -> tuple[int, str, str]:
    headers = {"accept-language": lang}
    answer = officer.post(f"/api/v1/label-batches/{batch}/activate", json=body, headers=headers)
    problem = answer.json()
    return answer.status_code, problem.get("code", ""), problem.get("detail", "")


def photographed(officer: TestClient, goods: Goods) -> Goods:
    officer.put(f"/api/v1/products/{goods.product_id}/photo", json={"photo": PNG})
    return goods


def states(officer: TestClient, batch: int) -> set[str]:
    return {label["state"] for label in officer.get(f"/api/v1/label-batches/{batch}/labels").json()}


@pytest.mark.parametrize(
    "paper",
    [
        {"valid_to": "2026-11-21"},  # yesterday
        {"valid_from": "2026-11-23"},  # tomorrow
        {"kind": "globalgap"},
        {"product": "other"},
        None,
    ],
)
def test_goods_that_say_vietgap_want_a_certificate_that_stands_today_whatever_reason_is_given(
    officer: TestClient, make_goods: Make, press: Press, paper: dict[str, Any] | None
) -> None:
    goods = photographed(officer, make_goods())
    batch = press(goods.lot_id)
    if paper is not None and paper.pop("product", None):
        other = {"brand_id": goods.brand_id, "name": "Bưởi năm roi", "crop": "pomelo"}
        paper["product_id"] = post(officer, "products", **other)["id"]
    if paper is not None:
        certify(officer, goods, **paper)

    status, code, detail = activate(officer, batch, **BECAUSE)

    assert (409, True) == (status, code in ("label.certificate_missing", "label.certificate_lapsed"))
    assert "VietGAP" in detail
    assert {"printed"} == states(officer, batch)


def test_a_certificate_withdrawn_today_stands_no_more_and_its_successor_does(
    officer: TestClient, make_goods: Make, press: Press
) -> None:
    goods = photographed(officer, make_goods())
    batch, held = press(goods.lot_id), certify(officer, goods)
    officer.post(f"/api/v1/certificates/{held}/withdraw")

    refused, in_english = activate(officer, batch, **BECAUSE), activate(officer, batch, "en", **BECAUSE)
    certify(officer, goods, number="VG-26-0099", valid_from="2026-11-22", valid_to="2026-11-22")

    assert (409, "label.certificate_lapsed") == refused[:2]
    assert "giấy số VG-26-0007 của Hợp tác xã Cái Cối bị thu hồi" in refused[2]
    assert "certificate VG-26-0007 of Hợp tác xã Cái Cối is withdrawn" in in_english[2]
    assert 200 == activate(officer, batch)[0]
    assert {"active"} == states(officer, batch)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ({"product": {"name": "Bưởi Hữu Cơ"}}, "Hữu cơ"),
        ({"product": {"name_en": "Organic pomelo"}}, "Hữu cơ"),
        ({"product": {"standard": "GlobalG.A.P. v6"}}, "GlobalG.A.P."),
        ({"product": {"standard": "viet gap"}}, "VietGAP"),
        ({"brand": {"name": "Bưởi OCOP 4 sao"}}, "OCOP"),
    ],
)
def test_a_claim_is_found_in_every_word_that_buyers_read(
    officer: TestClient, make_goods: Make, press: Press, words: dict[str, Any], kind: str
) -> None:
    goods = make_goods(**{"product": PLAIN, **{name: {**PLAIN, **given} if name == "product" else given for name, given in words.items()}})  # fmt: skip

    status, code, detail = activate(officer, press(goods.lot_id), **BECAUSE)

    assert (409, "label.certificate_missing") == (status, code)
    assert kind in detail


def test_a_rating_of_the_product_that_ended_wants_a_reason(officer: TestClient, make_goods: Make, press: Press) -> None:
    """No word on the goods names it, so an officer may say why; buyers read on the page that it ended."""
    goods = photographed(officer, make_goods(product=PLAIN))
    ended = {"kind": "ocop", "stars": 4, "number": "1012/QĐ", "product_id": goods.product_id}
    certify(officer, goods, **ended, valid_to="2026-10-31")
    certify(officer, goods, kind="test_result", number="KN-1", product_id=goods.product_id, valid_to="2026-10-31")
    batch = press(goods.lot_id)

    refused = activate(officer, batch)

    assert (409, "label.lot_incomplete") == refused[:2]
    assert "giấy OCOP số 1012/QĐ (hết hiệu lực)" in refused[2]
    assert "KN-1" not in refused[2]
    assert 200 == activate(officer, batch, **BECAUSE)[0]


def test_a_lot_under_a_code_that_issued_more_than_grows_there_wants_a_reason(
    officer: TestClient, world: World, make_goods: Make, press: Press
) -> None:
    goods = photographed(officer, make_goods(product=PLAIN))
    area = {"code": "VN-BTOR-0017", "kind": "area", "holder_id": goods.party_id, "market": "CN", "crop": "pomelo"}
    yields = {"area_m2": 8000, "ceiling_kg_ha": 120, "field_ids": [world.field_id]}  # 96 kg, and 100 were issued
    post(officer, "planting-codes", **area, **yields)
    batch = press(goods.lot_id)

    refused, in_english = activate(officer, batch), activate(officer, batch, "en")

    assert (409, "label.lot_incomplete") == refused[:2]
    assert "mã vùng trồng VN-BTOR-0017 năm 2026 đã xuất quá sản lượng 4 kg" in refused[2]
    assert "4 kg more than grows there in 2026" in in_english[2]
    assert 200 == activate(officer, batch, **BECAUSE)[0]


def test_a_lot_of_goods_of_unknown_origin_wants_a_reason(
    officer: TestClient, make_goods: Make, press: Press, now: datetime
) -> None:
    """A partner poured something into the lot that nobody grew: the step is named."""
    goods = photographed(officer, make_goods(product=PLAIN))
    epc = officer.get(f"/api/v1/lots/{goods.lot_id}").json()["epc_class"]
    poured = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "TransformationEvent",
        "eventTime": "2026-11-20T08:00:00Z",
        "eventTimeZoneOffset": "+07:00",
        "inputQuantityList": [{"epcClass": "https://partner.example/t/LA-1", "quantity": 10, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": epc, "quantity": 10, "uom": "KGM"}],
    }
    assert 201 == officer.post("/epcis/events", json=poured).status_code
    batch = press(goods.lot_id)

    refused = activate(officer, batch)

    assert (409, "label.lot_incomplete") == refused[:2]
    assert "chưa ai ghi https://partner.example/t/LA-1 từ đâu mà có" in refused[2]
    assert 200 == activate(officer, batch, **BECAUSE)[0]


def test_a_lot_of_which_more_was_used_than_made_wants_a_reason(
    officer: TestClient, make_goods: Make, press: Press
) -> None:
    goods = photographed(officer, make_goods(product=PLAIN))
    epc = officer.get(f"/api/v1/lots/{goods.lot_id}").json()["epc_class"]
    used = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "TransformationEvent",
        "eventTime": "2026-11-20T08:00:00Z",
        "eventTimeZoneOffset": "+07:00",
        "inputQuantityList": [{"epcClass": epc, "quantity": 150, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": "https://partner.example/t/MUT", "quantity": 90, "uom": "KGM"}],
    }
    assert 201 == officer.post("/epcis/events", json=used).status_code

    status, code, detail = activate(officer, press(goods.lot_id))

    assert (409, "label.lot_incomplete") == (status, code)
    assert f"{goods.number} đã dùng nhiều hơn số đã làm ra" in detail


def test_a_lot_that_failed_its_last_inspection_wants_a_reason_until_it_passes(
    officer: TestClient, make_goods: Make, press: Press
) -> None:
    goods = photographed(officer, make_goods(product=PLAIN))
    for day, conformant in (("2026-11-20", True), ("2026-11-21", False)):
        examine(officer, goods.lot_id, goods, conformant=conformant, day=day)
    halves = {"inputs": [{"lot_id": goods.lot_id, "kg": 40}], "outputs": [{"kg": 20}, {"kg": 20}]}
    half = post(officer, "lot-changes", kind="split", producer_id=goods.party_id, **halves)[0]["id"]
    batch = press(half)

    refused = activate(officer, batch)

    assert (409, "label.lot_incomplete") == refused[:2]
    assert f"{goods.number} kiểm tra không đạt ngày 21/11/2026, chưa kiểm tra lại" in refused[2]
    examine(officer, half, goods, conformant=True)
    assert "kiểm tra không đạt" not in activate(officer, batch)[2]


def examine(officer: TestClient, lot_id: int, goods: Goods, **found: Any) -> None:
    path = f"/api/v1/lots/{lot_id}/inspections"
    assert officer.post(path, json={"inspector_id": goods.party_id, **found}).is_success


def second_lot(officer: TestClient, goods: Goods) -> int:
    ids = {"product_id": goods.product_id, "harvest_id": goods.harvest_id, "producer_id": goods.party_id}
    return post(officer, "lots", quantity_kg=10, packed_on="2026-11-19", **ids)["id"]


def move(officer: TestClient, batch: int, lot_id: int) -> tuple[int, str]:
    answer = officer.post(f"/api/v1/label-batches/{batch}/move", json={"lot_id": lot_id, "reason": "Dán nhầm"})
    return answer.status_code, answer.json().get("code", "")


def test_no_label_is_moved_out_of_a_recalled_lot_nor_into_one(
    officer: TestClient, make_goods: Make, press: Press
) -> None:
    """Else a recall could be washed off the goods that carry the label."""
    goods = photographed(officer, make_goods(product=PLAIN))
    batch, clean = press(goods.lot_id), second_lot(officer, goods)
    activate(officer, batch)
    case = open_recall(officer, goods.lot_id)

    assert (409, "lot.recalled") == move(officer, batch, clean)
    officer.post(f"/api/v1/recall-cases/{case}/close", json={"note": "Xong"})
    assert (409, "lot.recalled") == move(officer, batch, clean)
    officer.post(f"/api/v1/lots/{goods.lot_id}/recall/lift", json={"reason": "Mẫu đạt"})
    open_recall(officer, clean)
    assert (409, "lot.recalled") == move(officer, batch, clean)


def test_a_label_on_goods_is_moved_only_where_it_could_be_activated(
    officer: TestClient, make_goods: Make, press: Press
) -> None:
    """The certificate was withdrawn since: what is printed may be moved, what is on goods may not."""
    goods = photographed(officer, make_goods())
    held, batch, other = certify(officer, goods), press(goods.lot_id), second_lot(officer, goods)
    assert 200 == officer.post(f"/api/v1/label-batches/{batch}/activate", json={"last": 1}).status_code
    officer.post(f"/api/v1/certificates/{held}/withdraw")

    assert (409, "label.certificate_lapsed") == move(officer, batch, other)
    printed = {"first": 2, "last": 2, "lot_id": other, "reason": "Dán nhầm"}
    assert 200 == officer.post(f"/api/v1/label-batches/{batch}/move", json=printed).status_code


def test_every_lot_of_a_batch_is_looked_at(officer: TestClient, make_goods: Make, press: Press) -> None:
    """Labels moved to a recalled lot are not activated with the others of their sheet."""
    goods = photographed(officer, make_goods(product=PLAIN))
    batch = press(goods.lot_id)
    ids = {"product_id": goods.product_id, "harvest_id": goods.harvest_id, "producer_id": goods.party_id}
    other = post(officer, "lots", quantity_kg=10, packed_on="2026-11-19", **ids)["id"]
    post(officer, f"label-batches/{batch}/move", first=2, last=2, lot_id=other, reason="Dán nhầm")
    open_recall(officer, other)

    assert (409, "lot.recalled") == activate(officer, batch, **BECAUSE)[:2]
    assert {"printed"} == states(officer, batch)
    assert 200 == activate(officer, batch, first=1, last=1)[0]
