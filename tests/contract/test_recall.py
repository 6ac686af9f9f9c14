"""A recall through its doors, after the goods were split, merged, put into crates, sent, unpacked and sent again: nothing slips through."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.lots import Goods, open_recall, post

FORM = {"accept": "text/html", "origin": "http://testserver", "content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def office(signed_in: As, world: World) -> TestClient:
    return signed_in(world.officer)


@pytest.fixture
def parties(office: TestClient) -> dict[str, int]:
    """A depot, two shops and one that never got anything."""
    unit = {"unit_code": "90001", "unit_valid_from": "2025-07-01"}
    names = ("Kho", "Chợ Một", "Chợ Hai", "Chợ Không")
    return {
        name: post(office, "parties", kind="company", name=name, phone="0912 000 222", **unit)["id"] for name in names
    }


def change(
    office: TestClient, goods: Goods, kind: str, inputs: dict[int, float], *outputs: float
) -> list[dict[str, Any]]:
    parts = [{"lot_id": lot_id, "kg": kg} for lot_id, kg in inputs.items()]
    made = [{"kg": kg} for kg in outputs]
    return post(office, "lot-changes", kind=kind, inputs=parts, outputs=made, producer_id=goods.party_id)


def other_lot(office: TestClient, goods: Goods) -> int:
    """A second lot of the same harvest, which is not at fault."""
    body = {"product_id": goods.product_id, "harvest_id": goods.harvest_id, "producer_id": goods.party_id}
    return post(office, "lots", quantity_kg=100, **body)["id"]


def send(office: TestClient, source: int, target: int, **what: Any) -> None:
    sent = post(office, "shipments", from_id=source, to_id=target, **what)
    assert 204 == office.post(f"/api/v1/shipments/{sent['id']}/receive", json={}).status_code


@pytest.fixture
def spread(office: TestClient, goods: Goods, parties: dict[str, int]) -> dict[str, Any]:
    """The faulty lot split, one half merged with good fruit, packed on a pallet, sent to a depot, unpacked there and sent on loose."""
    sound = other_lot(office, goods)
    first, second = change(office, goods, "split", {goods.lot_id: 100}, 60, 40)
    merged = change(office, goods, "merge", {first["id"]: 60, sound: 50}, 110)[0]
    crate = post(
        office, "logistic-units", kind="crate", packer_id=goods.party_id, parts=[{"lot_id": merged["id"], "kg": 80}]
    )
    pallet = post(office, "logistic-units", kind="pallet", packer_id=goods.party_id, unit_ids=[crate["id"]])
    send(office, goods.party_id, parties["Kho"], unit_ids=[pallet["id"]])
    for unit in (pallet, crate):
        assert 204 == office.post(f"/api/v1/logistic-units/{unit['id']}/unpack", json={}).status_code
    repacked = change(office, goods, "split", {merged["id"]: 50}, 50)[0]
    send(office, parties["Kho"], parties["Chợ Một"], parts=[{"lot_id": repacked["id"], "kg": 50}])
    send(office, parties["Kho"], parties["Chợ Hai"], unit_ids=[], parts=[{"lot_id": merged["id"], "kg": 20}])
    return {"sound": sound, "first": first, "second": second, "merged": merged, "repacked": repacked}


def recalled(office: TestClient) -> set[int]:
    return {lot["id"] for lot in office.get("/api/v1/lots").json() if lot["recalled_at"]}


def page_says_recalled(client: TestClient, code: str) -> bool:
    return "Đã thu hồi" in client.get(f"/t/{code}", headers={"accept": "text/html"}).text


def affected(goods: Goods, spread: dict[str, Any]) -> set[int]:
    return {goods.lot_id, *(spread[name]["id"] for name in ("first", "second", "merged", "repacked"))}


def test_the_dry_run_reaches_everything_and_changes_nothing(
    office: TestClient, goods: Goods, spread: dict[str, Any]
) -> None:
    found = office.get("/api/v1/recall-reach", params={"lot": goods.lot_id}).json()

    assert affected(goods, spread) == {thing["lot_id"] for thing in found["things"] if thing["lot_id"]}
    assert {"Kho": 10, "Chợ Một": 50, "Chợ Hai": 20} == {
        each["name"]: each["sent_kg"] for each in found["notices"] if each["direction"] == "down"
    }
    assert ["Hợp tác xã Cái Cối"] == [each["name"] for each in found["notices"] if each["direction"] == "up"]
    assert set() == recalled(office)


def test_nothing_slips_through(office: TestClient, client: TestClient, goods: Goods, spread: dict[str, Any]) -> None:
    assert not page_says_recalled(client, spread["repacked"]["code"])  # and the page is remembered now

    case = open_recall(office, goods.lot_id)

    assert affected(goods, spread) == recalled(office)
    assert all(page_says_recalled(client, spread[name]["code"]) for name in ("first", "second", "merged", "repacked"))
    things = office.get(f"/api/v1/recall-cases/{case}").json()["things"]
    assert len(things) == len(affected(goods, spread)) + 2  # the crate and the pallet that carried it
    for lot_id in affected(goods, spread):
        events = office.get(f"/api/v1/lots/{lot_id}/events").json()
        assert {"set": ["recalled"]} == events[-1]["body"]["persistentDisposition"]


def confirm(office: TestClient, lot_ids: list[int], digest: str | None, **more: Any) -> tuple[int, str]:
    body = {"lot_ids": lot_ids, "reason": "Dư lượng thuốc", **more} | ({} if digest is None else {"digest": digest})
    answer = office.post("/api/v1/recall-cases", json=body)
    return answer.status_code, answer.json()["code"]


def test_a_recall_begins_with_the_dry_run_of_the_very_goods(
    office: TestClient, goods: Goods, spread: dict[str, Any]
) -> None:
    """Without a digest, with a made-up one, with that of other lots or of another width: nothing is recalled."""
    asked = {"lot": spread["repacked"]["id"]}
    other = office.get("/api/v1/recall-reach", params=asked).json()["digest"]
    narrow = office.get("/api/v1/recall-reach", params={"lot": goods.lot_id}).json()["digest"]

    assert (422, "invalid_fields") == confirm(office, [goods.lot_id], None)
    assert (409, "recall.reach_changed") == confirm(office, [goods.lot_id], "0" * 64)
    assert (409, "recall.reach_changed") == confirm(office, [goods.lot_id], other)
    assert (409, "recall.reach_changed") == confirm(office, [spread["repacked"]["id"]], other, both_ways=True)
    assert (409, "recall.reach_changed") == confirm(office, [goods.lot_id, spread["sound"]], narrow)
    assert 404 == office.post(f"/api/v1/lots/{goods.lot_id}/recall", json={"reason": "Vội"}).status_code
    assert set() == recalled(office)
    assert [] == office.get("/api/v1/recall-cases").json()["cases"]


@pytest.mark.parametrize("step", ["sent", "split", "arrived"])
def test_goods_that_went_on_since_the_dry_run_are_looked_at_again(
    office: TestClient, goods: Goods, parties: dict[str, int], step: str
) -> None:
    part = [{"lot_id": goods.lot_id, "kg": 30}]
    seen = office.get("/api/v1/recall-reach", params={"lot": goods.lot_id}).json()["digest"]
    if step == "split":
        change(office, goods, "split", {goods.lot_id: 30}, 30)
    else:
        post(office, "shipments", from_id=goods.party_id, to_id=parties["Kho"], parts=part)
    if step == "arrived":
        send(office, goods.party_id, parties["Kho"], parts=part)

    assert (409, "recall.reach_changed") == confirm(office, [goods.lot_id], seen)
    assert set() == recalled(office)
    assert open_recall(office, goods.lot_id)


def test_good_fruit_of_the_same_harvest_is_reached_only_when_asked(
    office: TestClient, goods: Goods, spread: dict[str, Any]
) -> None:
    asked = {"lot": spread["repacked"]["id"], "both_ways": True}

    found = office.get("/api/v1/recall-reach", params=asked).json()

    assert {*affected(goods, spread), spread["sound"]} == {
        thing["lot_id"] for thing in found["things"] if thing["lot_id"]
    }


def test_goods_sent_after_the_recall_was_opened_come_to_light(
    office: TestClient, goods: Goods, parties: dict[str, int]
) -> None:
    """A partner tells us later of a journey before the recall: the case says so, and reaches it with one tap."""
    lot = office.get(f"/api/v1/lots/{goods.lot_id}").json()
    case = open_recall(office, goods.lot_id)
    late = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "TransformationEvent",
        "eventTime": "2026-11-20T08:00:00Z",
        "eventTimeZoneOffset": "+07:00",
        "bizStep": "creating_class_instance",
        "inputQuantityList": [{"epcClass": lot["epc_class"], "quantity": 10, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": "https://partner.example/t/NUOC-EP-1", "quantity": 8, "uom": "KGM"}],
    }
    assert 201 == office.post("/epcis/events", json=late).status_code

    assert ["https://partner.example/t/NUOC-EP-1"] == office.get(f"/api/v1/recall-cases/{case}").json()["undiscovered"]
    assert 204 == office.post(f"/api/v1/recall-cases/{case}/extend").status_code
    assert [] == office.get(f"/api/v1/recall-cases/{case}").json()["undiscovered"]


def notices(office: TestClient, case: int) -> dict[str, dict[str, Any]]:
    rows = office.get(f"/api/v1/recall-cases/{case}").json()["notices"]
    return {
        row["notice"]["name"]: {**row["notice"], "link": row["link"]}
        for row in rows
        if row["notice"]["direction"] == "down"
    }


def answer(client: TestClient, link: str, **form: str) -> tuple[int, str]:
    path = "/recall/" + link.rpartition("/")[2]
    page = client.post(path, data=form, headers=FORM)
    return page.status_code, page.text


def test_parties_are_told_and_answer_without_signing_in(
    office: TestClient, client: TestClient, goods: Goods, spread: dict[str, Any], now: datetime
) -> None:
    case = open_recall(office, goods.lot_id)
    told = notices(office, case)
    for each in office.get(f"/api/v1/recall-cases/{case}").json()["notices"]:
        path = f"/api/v1/recall-cases/{case}/notices/{each['notice']['id']}/told"
        assert 204 == office.post(path, json={}).status_code
    assert len({each["token"] for each in told.values()}) == 3
    assert all(len(each["token"]) >= 43 for each in told.values())

    page = client.get("/recall/" + told["Kho"]["token"]).text
    assert "Dư lượng thuốc" in page
    assert "<script" not in page
    assert 200 == answer(client, told["Kho"]["link"], held="10", answered_by="Chị Kho")[0]
    assert 200 == answer(client, told["Chợ Một"]["link"], held="12,5", sold="17.5", answered_by="Anh Một")[0]
    assert 409 == answer(client, told["Kho"]["link"], held="1", answered_by="Kẻ khác")[0]

    state = office.get(f"/api/v1/recall-cases/{case}").json()
    assert (80, 40, 0.5) == (state["effect"]["sent_kg"], state["effect"]["accounted_kg"], state["share"])
    assert (now, None) == (datetime.fromisoformat(state["told_all_at"]), state["answered_all_at"])
    assert now + timedelta(hours=24) == datetime.fromisoformat(state["due_at"])
    assert 10 == notices(office, case)["Kho"]["held_kg"]


@pytest.mark.parametrize(
    "form",
    [
        {"held": "mười", "answered_by": "A"},
        {"held": "-3", "answered_by": "A"},
        {"held": "1.234", "answered_by": "A"},
        {"held": "3"},
    ],
)
def test_an_answer_that_cannot_be_read_is_asked_for_again(
    office: TestClient, client: TestClient, goods: Goods, spread: dict[str, Any], form: dict[str, str]
) -> None:
    case = open_recall(office, goods.lot_id)

    status, page = answer(client, notices(office, case)["Kho"]["link"], **form)

    assert (400, True) == (status, 'role="alert"' in page)
    assert notices(office, case)["Kho"]["answered_at"] is None


def test_a_guessed_link_opens_nothing(client: TestClient) -> None:
    assert 404 == client.get("/recall/r-" + "A" * 43).status_code


def test_a_case_is_closed_when_all_have_answered_or_it_is_said_why_not(
    office: TestClient, client: TestClient, goods: Goods, spread: dict[str, Any]
) -> None:
    case = open_recall(office, goods.lot_id)
    path = f"/api/v1/recall-cases/{case}"
    for kind, kg in (("destroy", 60), ("other_use", 30), ("re_export", 6), ("fix", 4)):
        body = {"lot_id": goods.lot_id, "kind": kind, "kg": kg}
        assert 204 == office.post(f"{path}/treatments", json=body).status_code
    more = office.post(f"{path}/treatments", json={"lot_id": goods.lot_id, "kind": "fix", "kg": 1})
    outside = office.post(f"{path}/treatments", json={"lot_id": spread["sound"], "kind": "fix", "kg": 1})
    early = office.post(f"{path}/close", json={})

    assert ("recall.more_than_lot", 404, "recall.not_answered") == (
        more.json()["code"], outside.status_code, early.json()["code"]
    )  # fmt: skip
    assert 204 == office.post(f"{path}/close", json={"note": "Chợ Hai đã đóng cửa"}).status_code
    assert 409 == office.post(f"{path}/extend").status_code
    assert affected(goods, spread) == recalled(office)
    report = client.get(f"/recall-report/{case}")
    assert 401 == report.status_code
    paper = re.sub(r"\s+", " ", office.get(f"/recall-report/{case}", headers={"accept": "text/html"}).text)
    assert "tiêu huỷ: 60 kg" in paper
    assert "trong 24 giờ" in paper


def test_a_drill_looks_and_recalls_nothing(
    office: TestClient, client: TestClient, goods: Goods, spread: dict[str, Any]
) -> None:
    before = office.get("/api/v1/recall-cases").json()["drill_due_by"]

    case = open_recall(office, goods.lot_id, reason="Diễn tập quý 4", drill=True)

    assert set() == recalled(office)
    assert not page_says_recalled(client, spread["repacked"]["code"])
    state = office.get(f"/api/v1/recall-cases/{case}").json()
    assert affected(goods, spread) == {thing["lot_id"] for thing in state["things"] if thing["lot_id"]}
    assert ("2026-12-31", "2027-03-31") == (before, office.get("/api/v1/recall-cases").json()["drill_due_by"])
    steps = [
        event["body"]
        for lot_id in affected(goods, spread)
        for event in office.get(f"/api/v1/lots/{lot_id}/events").json()
    ]
    assert not [body for body in steps if "persistentDisposition" in body]
    link = notices(office, case)["Kho"]["link"]
    assert "diễn tập" in client.get("/recall/" + link.rpartition("/")[2]).text


def test_a_late_decision_is_told_as_late(office: TestClient, goods: Goods, now: datetime) -> None:
    found_at = (now - timedelta(hours=30)).isoformat()
    case = open_recall(office, goods.lot_id, found_at=found_at)

    assert "quá 24 giờ" in office.get(f"/recall-report/{case}", headers={"accept": "text/html"}).text
