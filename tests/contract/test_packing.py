"""A farmer packs what they grew, on a phone without script; the office sees it, and nobody packs what is not theirs."""

import re
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.lots import Goods, insert_goods, open_recall, post

from nongso import store

HTML = {"accept": "text/html"}
FORM = {"accept": "text/html", "origin": "http://testserver", "content-type": "application/x-www-form-urlencoded"}


def send(client: TestClient, **form: str) -> tuple[int, str]:
    answer = client.post("/m/pack", data={"packed_on": "2026-11-22", **form}, headers=FORM)
    if answer.status_code == 303:
        answer = client.get(answer.headers["location"], headers=HTML)
    return answer.status_code, re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.text))


def test_a_farmer_packs_a_harvest_as_the_last_lot_was_and_the_office_sees_it(
    signed_in: As, world: World, goods: Goods, client: TestClient
) -> None:
    farmer = signed_in(world.farmer)
    before = farmer.get("/m/pack", headers=HTML).text
    status, said = send(farmer, harvest_id=str(goods.harvest_id), kg="12,5")

    lot = signed_in(world.officer).get("/api/v1/lots").json()[0]

    assert "Còn 320 kg trong 420 kg chưa đóng gói" in before
    assert "<script" not in before
    assert (200, True) == (status, "Cán bộ đã thấy lô này" in said)  # the form leads to the page that says it back
    assert (12.5, "2026-11-22", goods.product_id, goods.party_id) == (
        lot["quantity_kg"], lot["packed_on"], lot["product_id"], lot["producer_id"]
    )  # fmt: skip
    events = [row["body"]["bizStep"] for row in signed_in(world.officer).get(f"/api/v1/lots/{lot['id']}/events").json()]
    assert {"creating_class_instance", "packing"} <= set(events)
    assert "Đóng gói" in client.get(f"/t/{lot['code']}", headers=HTML).text


def test_a_lot_that_the_office_made_is_recorded_as_packed(signed_in: As, world: World, goods: Goods) -> None:
    ids = {"product_id": goods.product_id, "harvest_id": goods.harvest_id, "producer_id": goods.party_id}
    lot = post(signed_in(world.officer), "lots", quantity_kg=20, **ids)["id"]

    status, said = send(signed_in(world.farmer), lot_id=str(lot), packed_on="2026-11-21")

    assert (200, True) == (status, "đóng gói ngày 21/11/2026" in said)
    assert "2026-11-21" == signed_in(world.officer).get(f"/api/v1/lots/{lot}").json()["packed_on"]


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"kg": "321"}, 409, "chỉ còn 320 kg"),
        ({"kg": "1.234"}, 400, "1.234"),
        ({"kg": "-5"}, 422, "Hãy ghi số kg"),
        ({"kg": "muời"}, 400, "muời"),
        ({"kg": ""}, 400, ""),
        ({"kg": "5", "packed_on": "2026-11-23"}, 400, "chưa tới"),
        ({"kg": "5", "packed_on": "2026-11-17"}, 409, "theo sau ngày thu hoạch"),
        ({"kg": "5", "packed_on": "hôm nay"}, 422, "Hãy ghi số kg"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    signed_in: As, world: World, goods: Goods, form: dict[str, str], status: int, words: str
) -> None:
    farmer = signed_in(world.farmer)
    answer = farmer.post(
        "/m/pack", data={"packed_on": "2026-11-22", "harvest_id": str(goods.harvest_id), **form}, headers=FORM
    )

    assert status == answer.status_code
    assert words in answer.text
    assert 'role="alert"' in answer.text
    assert f'value="{form["kg"]}"' in answer.text
    assert 1 == len(signed_in(world.officer).get("/api/v1/lots").json())


def test_nobody_packs_across_a_fence(
    signed_in: As, world: World, goods: Goods, conn: store.Connection, now: datetime
) -> None:
    theirs = insert_goods(conn, world.stranger, world.strangers_field_id, None, now)
    tried = [
        (who, way, send(signed_in(who), **form)[0])
        for who in (world.farmer, world.neighbour)
        for way, form in {
            "harvest": {"harvest_id": str(theirs.harvest_id), "kg": "1"},
            "lot": {"lot_id": str(theirs.lot_id)},
        }.items()
    ]
    ours = send(signed_in(world.neighbour), harvest_id=str(goods.harvest_id), kg="1")[0]
    direct = signed_in(world.neighbour).post(f"/api/v1/harvests/{goods.harvest_id}/pack", json={"kg": 1}).status_code
    inspector = send(signed_in(world.inspector), harvest_id=str(goods.harvest_id), kg="1")[0]

    assert {404} == {status for _, _, status in tried}
    assert (404, 404, 403) == (ours, direct, inspector)


def test_the_first_lot_of_a_farm_is_the_offices(
    signed_in: As, world: World, conn: store.Connection, now: datetime
) -> None:
    harvest = post(
        signed_in(world.farmer), "harvests", field_id=world.field_id, harvested_on="2026-11-20", quantity_kg=50
    )["id"]
    farmer = signed_in(world.farmer)

    page = farmer.get("/m/pack", headers=HTML).text
    answer = farmer.post(f"/api/v1/harvests/{harvest}/pack", json={"kg": 5})

    assert "Hãy gọi cán bộ lập lô đầu tiên" in page
    assert (409, "lot.nothing_before") == (answer.status_code, answer.json()["code"])


def test_a_recalled_lot_is_not_packed(signed_in: As, world: World, goods: Goods) -> None:
    ids = {"product_id": goods.product_id, "harvest_id": goods.harvest_id, "producer_id": goods.party_id}
    lot = post(signed_in(world.officer), "lots", quantity_kg=20, **ids)["id"]
    open_recall(signed_in(world.officer), lot)

    assert 409 == send(signed_in(world.farmer), lot_id=str(lot))[0]


def test_what_a_form_begins_with_is_never_more_than_is_left(signed_in: As, world: World, goods: Goods) -> None:
    """407.5 kg would be told as 408 by a page that rounds: then the first tap would be refused."""
    farmer = signed_in(world.farmer)
    assert farmer.post(f"/api/v1/harvests/{goods.harvest_id}/pack", json={"kg": 12.377}).is_success
    begun = re.findall(r'name="kg" value="([^"]*)"', farmer.get("/m/pack?lang=vi", headers=HTML).text)

    assert ["307,62"] == begun
    assert 200 == send(farmer, harvest_id=str(goods.harvest_id), kg=begun[0])[0]


def test_two_taps_make_two_lots_and_never_more_than_was_harvested(signed_in: As, world: World, goods: Goods) -> None:
    farmer = signed_in(world.farmer)
    statuses = [send(farmer, harvest_id=str(goods.harvest_id), kg="200")[0] for _ in range(2)]

    assert [200, 409] == statuses
