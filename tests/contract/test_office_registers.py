"""What an officer does from a brand to a printed label, and what is refused on the way."""

from collections.abc import Callable
from datetime import date
from typing import Any, LiteralString

import pypdfium2
import pytest
import zxingcpp
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.lots import GTIN, Goods, insert_goods, open_recall, post
from psycopg.errors import RestrictViolation

from nongso import store
from nongso.store import events, harvests, lots
from nongso.store.connection import AlreadyThere
from traceability import lot_events
from traceability.event_body import start_of

Make = Callable[..., Goods]


def refusal(client: TestClient, method: str, path: str, **body: Any) -> tuple[int, str]:
    answer = client.request(method, f"/api/v1/{path}", json=body)
    return answer.status_code, answer.json()["code"]


def lot_of(goods: Goods, **more: Any) -> dict[str, Any]:
    ids = {"product_id": goods.product_id, "harvest_id": goods.harvest_id, "producer_id": goods.party_id}
    return {**ids, "quantity_kg": 10, **more}


def test_lists_are_in_vietnamese_order_and_found_without_marks(signed_in: As, world: World) -> None:
    officer = signed_in(world.officer)
    for name in ("Ổi Xá Lị", "Đậu Nành", "Bưởi Năm Roi", "Dưa Hoàng Kim"):
        post(officer, "parties", kind="household", name=name, unit_code="90001", unit_valid_from="2025-07-01")

    names = [party["name"] for party in officer.get("/api/v1/parties").json()]
    found = [party["name"] for party in officer.get("/api/v1/parties?search=buoi nam").json()]

    assert ["Bưởi Năm Roi", "Dưa Hoàng Kim", "Đậu Nành", "Ổi Xá Lị"] == names
    assert ["Bưởi Năm Roi"] == found


def test_brand_is_told_with_its_standing_today(signed_in: As, world: World, make_goods: Make) -> None:
    make_goods(brand={"valid_to": "2026-11-21"})

    brand = signed_in(world.inspector).get("/api/v1/brands?search=4-2024").json()[0]

    assert ("expired", "collective", 1) == (brand["standing"], brand["brand"]["kind"], brand["brand"]["product_count"])


@pytest.mark.parametrize(
    ("gtin", "expected"),
    [("9520123456788", (201, None)), ("9520123456789", (400, "gs1.check_digit")), ("89312", (400, "gs1.length"))],
)
def test_gtin_is_checked_and_never_made_up(
    signed_in: As, world: World, make_goods: Make, gtin: str, expected: tuple[int, str | None]
) -> None:
    goods = make_goods(gtin=None)
    body = {"brand_id": goods.brand_id, "name": "Nước ép bưởi", "crop": "pomelo", "gtin": gtin}

    answer = signed_in(world.officer).post("/api/v1/products", json=body)

    assert expected == (answer.status_code, answer.json().get("code"))


def test_gtin_may_come_later_but_stays_once_lots_carry_it(signed_in: As, world: World, make_goods: Make) -> None:
    goods, officer = make_goods(gtin=None), signed_in(world.officer)
    body = {"brand_id": goods.brand_id, "name": "Bưởi", "crop": "pomelo"}
    path = f"products/{goods.product_id}"

    assert 204 == officer.put(f"/api/v1/{path}", json={**body, "gtin": GTIN}).status_code
    assert (409, "product.gtin_in_use") == refusal(officer, "PUT", path, **body, gtin="00012345678905")
    assert (409, "product.gtin_in_use") == refusal(officer, "PUT", path, **body)


def test_unknown_crop_is_refused(signed_in: As, world: World, goods: Goods) -> None:
    body = {"brand_id": goods.brand_id, "name": "Bưởi lạ", "crop": "grapefruitish"}

    assert (404, "agronomy.unknown_crop") == refusal(signed_in(world.officer), "POST", "products", **body)


def test_lot_is_proposed_and_made_with_its_story(
    signed_in: As, world: World, goods: Goods, conn: store.Connection
) -> None:
    path = f"/api/v1/harvests/{goods.harvest_id}/lot-proposal?product_id={goods.product_id}"
    proposal = signed_in(world.officer).get(path).json()
    lot = lots.get_lot(conn, world.officer, goods.lot_id)
    story = [event.body["bizStep"] for event in events.list_events(conn, world.officer, goods.lot_id)]

    assert {"number": "BC-261118-02", "left_kg": 320, "best_before": "2026-12-09"} == proposal
    assert ("BC-261118-01", date(2026, 12, 10)) == (lot.number, lot.best_before)
    assert ["creating_class_instance", "packing"] == story


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"quantity_kg": 321}, (409, "lot.more_than_left")),
        ({"number": "bc-261118-01"}, (409, "store.already_there")),
        ({"number": "LÔ 1"}, (400, "lot.bad_number")),
        ({"packed_on": "2026-11-17"}, (409, "lot.before_harvest")),
        ({"packed_on": "2026-11-23"}, (400, "lot.packed_in_future")),
        ({"best_before": "2026-11-17"}, (409, "lot.before_harvest")),
        ({"quantity_kg": 0}, (422, "invalid_fields")),
    ],
)
def test_lot_that_cannot_be_is_refused(
    signed_in: As, world: World, goods: Goods, more: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert expected == refusal(signed_in(world.officer), "POST", "lots", **lot_of(goods, **more))


def test_too_much_is_refused_with_what_is_left(signed_in: As, world: World, goods: Goods) -> None:
    answer = signed_in(world.officer).post("/api/v1/lots", json=lot_of(goods, quantity_kg=400))

    assert "Đợt thu hoạch này chỉ còn 320 kg chưa lập lô, không đủ 400 kg" == answer.json()["detail"]


def test_product_of_one_crop_does_not_come_from_a_field_of_another(signed_in: As, world: World, goods: Goods) -> None:
    officer = signed_in(world.officer)
    rice = post(officer, "products", brand_id=goods.brand_id, name="Gạo Cái Cối", crop="rice")["id"]

    assert (409, "lot.crop_differs") == refusal(officer, "POST", "lots", **{**lot_of(goods), "product_id": rice})


def test_nothing_of_another_office_goes_into_ours(
    signed_in: As, world: World, goods: Goods, conn: store.Connection, now: Any
) -> None:
    theirs = insert_goods(conn, world.stranger, world.strangers_field_id, None, now)
    officer = signed_in(world.officer)

    for name, foreign in (("product_id", theirs.product_id), ("harvest_id", theirs.harvest_id), ("producer_id", theirs.party_id)):  # fmt: skip
        assert (404, "not_found") == refusal(officer, "POST", "lots", **{**lot_of(goods), name: foreign})
    brand = {"name": "Lạ", "kind": "ordinary", "owner_id": theirs.party_id}
    product = {"name": "Lạ", "crop": "pomelo", "brand_id": theirs.brand_id}
    assert (404, "not_found") == refusal(officer, "POST", "brands", **brand)
    assert (404, "not_found") == refusal(officer, "POST", "products", **product)


def test_farmer_records_and_sees_their_own_harvests_and_lots_only(
    signed_in: As, world: World, goods: Goods, conn: store.Connection
) -> None:
    neighbour = signed_in(world.neighbour)
    harvest = {"harvested_on": "2026-11-20", "quantity_kg": 5}

    assert (
        201 == neighbour.post("/api/v1/harvests", json={**harvest, "field_id": world.neighbours_field_id}).status_code
    )
    assert (404, "not_found") == refusal(neighbour, "POST", "harvests", **harvest, field_id=world.field_id)
    assert ["Rau Láng"] == [each["field_name"] for each in neighbour.get("/api/v1/harvests").json()]
    assert [] == neighbour.get("/api/v1/lots").json()
    assert 404 == neighbour.get(f"/api/v1/lots/{goods.lot_id}").status_code
    assert [goods.number] == [lot.number for lot in lots.list_lots(conn, world.farmer)]


def test_harvest_of_tomorrow_is_refused_and_one_with_lots_stays(signed_in: As, world: World, goods: Goods) -> None:
    officer = signed_in(world.officer)
    tomorrow = {"field_id": world.field_id, "harvested_on": "2026-11-23", "quantity_kg": 5}

    assert (400, "harvest.in_future") == refusal(officer, "POST", "harvests", **tomorrow)
    assert (409, "store.still_used") == refusal(officer, "DELETE", f"harvests/{goods.harvest_id}")


def test_lifting_nothing_is_refused_and_a_second_recall_keeps_the_first(
    signed_in: As, world: World, goods: Goods
) -> None:
    officer, path = signed_in(world.officer), f"lots/{goods.lot_id}/recall/lift"

    assert (409, "lot.not_recalled") == refusal(officer, "POST", path, reason="Không rõ")
    open_recall(officer, goods.lot_id)
    open_recall(officer, goods.lot_id, reason="Lần hai")
    assert ["Dư lượng thuốc"] == [each["reason"] for each in officer.get("/api/v1/recalls").json()]


def test_recall_is_an_event_of_the_lots_story(signed_in: As, world: World, goods: Goods) -> None:
    open_recall(signed_in(world.officer), goods.lot_id)

    newest = signed_in(world.inspector).get(f"/api/v1/lots/{goods.lot_id}/events").json()[-1]

    assert {"set": ["recalled"]} == newest["body"]["persistentDisposition"]
    assert newest["event_id"].startswith("ni:///sha-256;")


@pytest.mark.parametrize("gtin", [GTIN, None])
def test_every_code_of_a_sheet_opens_the_passport(
    signed_in: As, world: World, client: TestClient, make_goods: Make, gtin: str | None
) -> None:
    goods = make_goods(gtin)
    body = {"stock": "a4-24", "count": 3}

    answer = signed_in(world.officer).post(f"/api/v1/lots/{goods.lot_id}/labels", json=body)
    printed = codes(answer.content)

    assert "application/pdf" == answer.headers["content-type"]
    assert 3 == len(printed)
    assert 1 == len(set(printed))
    assert printed[0].startswith("HTTP://LOCALHOST:8100/")
    path = printed[0].removeprefix("HTTP://LOCALHOST:8100")
    assert goods.number in client.get(path, headers={"accept": "text/html"}).text


def codes(pdf: bytes) -> list[str]:
    """What an independent reader finds on the first page, as printed at 300 dpi."""
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[0].render(scale=300 / 72, grayscale=True).to_numpy()
    return [code.text for code in zxingcpp.read_barcodes(image)]


def test_batch_is_on_record(signed_in: As, world: World, goods: Goods) -> None:
    officer, path = signed_in(world.officer), f"/api/v1/lots/{goods.lot_id}/labels"
    officer.post(path, json={"stock": "roll-50x30-203", "count": 2})

    batch = officer.get(path).json()[0]

    assert ("roll-50x30-203", 2, world.officer.account_id) == (batch["stock"], batch["count"], batch["printed_by"])
    assert 2 == officer.get(f"/api/v1/lots/{goods.lot_id}").json()["labels_printed"]


@pytest.mark.parametrize(
    ("brand", "expected"),
    [({"valid_to": "2026-11-21"}, "brand.expired"), ({"valid_from": "2026-11-23"}, "brand.not_yet")],
)
def test_brand_that_is_not_in_force_prints_nothing(
    signed_in: As, world: World, make_goods: Make, brand: dict[str, Any], expected: str
) -> None:
    path = f"lots/{make_goods(brand=brand).lot_id}/labels"

    assert (409, expected) == refusal(signed_in(world.officer), "POST", path, stock="a4-24", count=1)


def test_recalled_lot_prints_nothing(signed_in: As, world: World, goods: Goods) -> None:
    officer = signed_in(world.officer)
    open_recall(officer, goods.lot_id)

    assert (409, "lot.recalled") == refusal(officer, "POST", f"lots/{goods.lot_id}/labels", stock="a4-24", count=1)
    assert [] == officer.get(f"/api/v1/lots/{goods.lot_id}/labels").json()


@pytest.mark.parametrize(
    ("body", "status"), [({"stock": "a9", "count": 1}, 400), ({"stock": "a4-24", "count": 0}, 422)]
)
def test_sheet_that_cannot_be_is_refused(
    signed_in: As, world: World, goods: Goods, body: dict[str, Any], status: int
) -> None:
    answer = signed_in(world.officer).post(f"/api/v1/lots/{goods.lot_id}/labels", json=body)

    assert status == answer.status_code


def test_officer_sees_how_often_a_lot_was_looked_up(
    signed_in: As, world: World, client: TestClient, goods: Goods
) -> None:
    client.get(f"/t/{goods.code}")
    client.get(f"/t/{goods.code}")

    counts = signed_in(world.farmer).get(f"/api/v1/lots/{goods.lot_id}/scans").json()

    assert [("in_book", 2)] == [(count["verdict"], count["count"]) for count in counts]


def test_what_lots_hold_is_taken_from_the_harvest(conn: store.Connection, world: World, goods: Goods) -> None:
    assert 320 == harvests.get_harvest(conn, world.farmer, goods.harvest_id).left_kg


def test_event_that_says_the_same_again_is_refused(
    conn: store.Connection, world: World, goods: Goods, now: Any
) -> None:
    packed = lot_events.packed(lots.get_lot(conn, world.officer, goods.lot_id), start_of(date(2026, 11, 19)))

    with pytest.raises(AlreadyThere), store.transaction(conn):
        events.insert_event(conn, world.officer, goods.lot_id, packed, now)


@pytest.mark.parametrize("deed", ["UPDATE event SET event_time = now()", "DELETE FROM event"])
def test_event_cannot_be_changed(conn: store.Connection, goods: Goods, deed: LiteralString) -> None:
    with pytest.raises(RestrictViolation), conn.transaction():
        conn.execute(deed)
