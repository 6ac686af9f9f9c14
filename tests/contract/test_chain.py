"""The chain after a harvest by its forms: what each step writes, what the graph tells of it, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.lots import HARVESTED, Goods, measure, open_recall, post

from nongso import store


@pytest.fixture
def office(signed_in: As, world: World) -> TestClient:
    return signed_in(world.officer)


@pytest.fixture
def buyer(office: TestClient) -> int:
    unit = {"unit_code": "90001", "unit_valid_from": "2025-07-01"}
    return post(office, "parties", kind="company", name="Siêu thị Bến Tre", phone="0912 000 222", **unit)["id"]


def lot_of(office: TestClient, lot_id: int) -> dict[str, Any]:
    return office.get(f"/api/v1/lots/{lot_id}").json()


def free(office: TestClient, lot_id: int) -> float:
    rows = office.get("/api/v1/lot-amounts").json()
    return next(row["free_kg"] for row in rows if row["lot_id"] == lot_id)


def split(office: TestClient, goods: Goods, taken: float, *given: float) -> list[dict[str, Any]]:
    return post(
        office,
        "lot-changes",
        kind="split",
        inputs=[{"lot_id": goods.lot_id, "kg": taken}],
        outputs=[{"kg": kg} for kg in given],
        producer_id=goods.party_id,
    )


def refusal(office: TestClient, path: str, **body: Any) -> str:
    answer = office.post(f"/api/v1/{path}", json=body)
    assert answer.is_client_error, answer.text
    return answer.json()["code"]


def things(office: TestClient, key: str, direction: str) -> set[str]:
    found = office.get("/api/v1/trace", params={"key": key, "direction": direction}).json()
    return {thing["key"] for thing in found["things"]}


def test_a_harvest_may_take_several_days(office: TestClient, world: World, goods: Goods) -> None:
    second = post(office, "harvests", field_id=world.field_id, harvested_on="2026-11-19", quantity_kg=80)["id"]

    assert (
        204 == office.post(f"/api/v1/lots/{goods.lot_id}/harvests", json={"harvest_id": second, "kg": 30}).status_code
    )

    steps = [event["body"]["bizStep"] for event in office.get(f"/api/v1/lots/{goods.lot_id}/events").json()]
    assert 2 == steps.count("creating_class_instance")
    assert (130, 130) == (lot_of(office, goods.lot_id)["quantity_kg"], free(office, goods.lot_id))
    left = {row["id"]: row["left_kg"] for row in office.get("/api/v1/harvests").json()}
    assert (320, 50) == (left[goods.harvest_id], left[second])


def test_goods_of_another_field_are_merged_not_added(office: TestClient, world: World, goods: Goods) -> None:
    other = post(office, "harvests", field_id=world.neighbours_field_id, harvested_on="2026-11-18", quantity_kg=80)

    assert "chain.other_field" == refusal(office, f"lots/{goods.lot_id}/harvests", harvest_id=other["id"], kg=30)


def test_growing_is_told_by_sensors_when_a_lot_is_made(
    conn: store.Connection, office: TestClient, world: World, make_goods: Callable[..., Goods]
) -> None:
    measure(conn, world, "water.salinity", {HARVESTED.replace(day=1): (0.5, 1.0, 1.5)})

    goods = make_goods()

    body = office.get(f"/api/v1/lots/{goods.lot_id}/events").json()[0]["body"]
    report = body["sensorElementList"][0]["sensorReport"][0]
    assert ("sensor_reporting", 0.5, 1.0, 1.5) == (
        body["bizStep"], report["minValue"], report["meanValue"], report["maxValue"]
    )  # fmt: skip
    link = body["sensorElementList"][0]["sensorMetadata"]["rawData"].partition("/api/v1")[2].partition("#")[0]
    assert ["2026-11-01"] == [day["day"] for day in office.get(f"/api/v1{link}").json()]


def test_a_split_and_a_merge_lead_back_to_the_field(office: TestClient, goods: Goods) -> None:
    first, second = split(office, goods, 100, 60, 38)
    merged = post(
        office,
        "lot-changes",
        kind="merge",
        inputs=[{"lot_id": first["id"], "kg": 50}, {"lot_id": second["id"], "kg": 38}],
        outputs=[{"kg": 87}],
        producer_id=goods.party_id,
    )[0]

    names = {each["epc_class"] for each in (first, second, merged)}
    assert names | {lot_of(office, goods.lot_id)["epc_class"]} == things(office, merged["epc_class"], "up")
    assert (0, 10, 0, 87) == tuple(
        free(office, each) for each in (goods.lot_id, first["id"], second["id"], merged["id"])
    )
    balance = office.get(f"/api/v1/trace/{merged['epc_class']}/balance").json()
    assert [2, 1] == [step["lost"] for step in balance["steps"]]
    assert lot_of(office, goods.lot_id)["best_before"] == merged["best_before"]


def test_the_nearest_things_come_first_and_the_totals_tell_of_all(office: TestClient, goods: Goods) -> None:
    first, second = split(office, goods, 100, 60, 38)
    key = lot_of(office, goods.lot_id)["epc_class"]

    found = office.get("/api/v1/trace", params={"key": key, "nearest": 2}).json()

    assert [("both", 0), ("down", 1)] == [(thing["side"], thing["distance"]) for thing in found["things"]]
    assert found["things"][1]["key"] in (first["epc_class"], second["epc_class"])
    assert 3 == found["totals"]["things"]
    assert {edge["thing"] for edge in found["edges"]} == {thing["key"] for thing in found["things"]}
    told = {event_id for thing in found["things"] for event_id in thing["event_ids"]}
    assert told == {step["event_id"] for step in found["steps"]}
    assert None not in [step["place_name"] for step in found["steps"] if step["place"]]


def test_no_more_is_made_of_a_lot_than_there_is(office: TestClient, goods: Goods) -> None:
    lot = [{"lot_id": goods.lot_id, "kg": 100.5}]

    assert "chain.not_enough_left" == refusal(
        office, "lot-changes", kind="split", inputs=lot, outputs=[{"kg": 1}], producer_id=goods.party_id
    )
    twice = [{"lot_id": goods.lot_id, "kg": 60}, {"lot_id": goods.lot_id, "kg": 60}]
    assert "chain.not_enough_left" == refusal(office, "sales", parts=twice, seller_id=goods.party_id)


def test_a_crate_on_a_pallet_is_sent_received_and_unpacked(office: TestClient, goods: Goods, buyer: int) -> None:
    office.put(f"/api/v1/parties/{goods.party_id}/gs1-prefix", json={"prefix": "9521234"})
    crate = post(
        office,
        "logistic-units",
        kind="crate",
        packer_id=goods.party_id,
        parts=[{"lot_id": goods.lot_id, "kg": 40}],
    )
    pallet = post(office, "logistic-units", kind="pallet", packer_id=goods.party_id, unit_ids=[crate["id"]])
    sent = post(office, "shipments", from_id=goods.party_id, to_id=buyer, unit_ids=[pallet["id"]], paper_no="PX 12/26")
    assert 204 == office.post(f"/api/v1/shipments/{sent['id']}/receive", json={}).status_code
    key = f"https://id.gs1.org/00/{pallet['code']}"
    lot = lot_of(office, goods.lot_id)["epc_class"]

    before = things(office, key, "up")
    for unit in (pallet, crate):
        assert 204 == office.post(f"/api/v1/logistic-units/{unit['id']}/unpack", json={}).status_code

    assert {key, f"https://id.gs1.org/00/{crate['code']}", lot} == before
    assert {key} == things(office, key, "up")
    assert 60 + 40 == free(office, goods.lot_id)
    assert "chain.not_inside" == refusal(office, f"logistic-units/{crate['id']}/unpack")
    assert "shipment.already_received" == refusal(office, f"shipments/{sent['id']}/receive")


def test_a_sample_is_used_up_and_the_rest_stays_fit(office: TestClient, goods: Goods, buyer: int) -> None:
    body = {"inspector_id": buyer, "conformant": True, "sample_kg": 2, "paper_no": "KN-7"}

    assert 204 == office.post(f"/api/v1/lots/{goods.lot_id}/inspections", json=body).status_code

    assert 98 == free(office, goods.lot_id)
    last = office.get(f"/api/v1/lots/{goods.lot_id}/events").json()[-1]["body"]
    assert ("inspecting", "conformant") == (last["bizStep"], last["disposition"])


@pytest.mark.parametrize("deed", ["sales", "shipments", "logistic-units", "lot-changes"])
def test_nothing_recalled_moves(office: TestClient, goods: Goods, buyer: int, deed: str) -> None:
    open_recall(office, goods.lot_id)
    part = [{"lot_id": goods.lot_id, "kg": 1}]
    bodies = {
        "sales": {"parts": part, "seller_id": buyer},
        "shipments": {"parts": part, "from_id": goods.party_id, "to_id": buyer},
        "logistic-units": {"parts": part, "kind": "crate", "packer_id": buyer},
        "lot-changes": {"kind": "split", "inputs": part, "outputs": [{"kg": 1}], "producer_id": buyer},
    }

    assert "lot.recalled" == refusal(office, deed, **bodies[deed])


def test_a_crate_with_something_recalled_in_it_is_not_sent(office: TestClient, goods: Goods, buyer: int) -> None:
    crate = post(office, "logistic-units", kind="crate", packer_id=buyer, parts=[{"lot_id": goods.lot_id, "kg": 40}])
    pallet = post(office, "logistic-units", kind="pallet", packer_id=buyer, unit_ids=[crate["id"]])
    open_recall(office, goods.lot_id)

    for unit in (crate, pallet):
        answer = refusal(office, "shipments", from_id=goods.party_id, to_id=buyer, unit_ids=[unit["id"]])
        assert "lot.recalled" == answer


def test_what_a_farmer_may_record_is_theirs(signed_in: As, world: World, goods: Goods) -> None:
    pack = f"/api/v1/lots/{goods.lot_id}/pack"

    assert 204 == signed_in(world.farmer).post(pack, json={"day": "2026-11-20"}).status_code
    assert 404 == signed_in(world.neighbour).post(pack, json={}).status_code
    assert "2026-11-20" == lot_of(signed_in(world.farmer), goods.lot_id)["packed_on"]
