"""Labels with serials: asked for, pressed, activated, sold, spoiled, counted; what is refused on the way, and a press that dies."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pypdfium2
import pytest
import zxingcpp
from fastapi.testclient import TestClient
from fixtures.api import As, OneConnection, World
from fixtures.label_calls import insert_batch, release
from fixtures.lots import GTIN, PNG, Goods, certify, open_recall, post

from nongso import store
from nongso.errors import NongsoError
from nongso.settings import Settings
from nongso.store import label_states, serial_batches
from nongso.store.connection import AlreadyThere
from nongso.store.label_states import Span
from nongso.store.serial_batches import LEASE, BatchDraft
from traceability.labels import sheet
from worker.press import Lease, LeaseLost, press_next

Make = Callable[..., Goods]
ALL = Span(0, 1, 5000)
BECAUSE = {"incomplete_reason": "Chưa chụp được ảnh"}


@pytest.fixture
def pool(conn: store.Connection) -> store.Pool:
    return cast(store.Pool, OneConnection(conn))


@pytest.fixture
def officer(signed_in: As, world: World) -> TestClient:
    return signed_in(world.officer)


@pytest.fixture
def printed(officer: TestClient, goods: Goods, pool: store.Pool, settings: Settings, now: datetime) -> int:
    """A batch of 25 labels of the lot, pressed; the product says VietGAP and its producer has the certificate."""
    certify(officer, goods)
    batch = post(officer, f"lots/{goods.lot_id}/label-batches", stock="a4-24", count=25, bars=True)["id"]
    assert press_next(settings, pool, now)
    return batch


def refusal(client: TestClient, path: str, **body: Any) -> tuple[int, str]:
    answer = client.post(f"/api/v1/{path}", json=body)
    return answer.status_code, answer.json()["code"]


def codes(pdf: bytes) -> list[str]:
    """What an independent reader finds on the pages, as printed at 300 dpi."""
    with pypdfium2.PdfDocument(pdf) as document:
        images = [page.render(scale=300 / 72, grayscale=True).to_numpy() for page in document]
    return [code.text for image in images for code in zxingcpp.read_barcodes(image)]


def states(client: TestClient, batch: int) -> list[str]:
    return [label["state"] for label in client.get(f"/api/v1/label-batches/{batch}/labels").json()]


def test_a_batch_waits_then_is_pressed_with_every_code_its_own(
    officer: TestClient, goods: Goods, pool: store.Pool, settings: Settings, now: datetime
) -> None:
    batch = post(officer, f"lots/{goods.lot_id}/label-batches", stock="a4-24", count=25, bars=True)["id"]
    path = f"/api/v1/label-batches/{batch}"
    before, sheet_before = officer.get(path).json(), officer.get(f"{path}/sheet.pdf")

    pressed, nothing_left = press_next(settings, pool, now), press_next(settings, pool, now)

    after, serials = officer.get(path).json(), [row["serial"] for row in officer.get(f"{path}/labels").json()]
    found = codes(officer.get(f"{path}/sheet.pdf").content)
    assert ("waiting", 25, 404) == (before["state"], before["allocated"], sheet_before.status_code)
    assert (True, False) == (pressed, nothing_left)
    assert ("printed", 25, 25, 0) == (after["state"], after["done"], after["printed"], after["allocated"])
    assert {f"HTTP://LOCALHOST:8100/01/{GTIN}/21/{serial}" for serial in serials} == {
        code for code in found if code != GTIN[1:]
    }
    assert 25 == found.count(GTIN[1:])
    assert 25 == officer.get(f"/api/v1/lots/{goods.lot_id}").json()["labels_printed"]


def test_serials_are_random_and_never_in_sequence(printed: int, officer: TestClient) -> None:
    serials = [row["serial"] for row in officer.get(f"/api/v1/label-batches/{printed}/labels").json()]

    assert 25 == len(set(serials))
    assert serials != sorted(serials)
    assert all(len(serial) == 10 and set(serial) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for serial in serials)


def test_a_producer_without_gtin_gets_codes_of_ours(
    officer: TestClient, make_goods: Make, pool: store.Pool, settings: Settings, now: datetime
) -> None:
    goods = make_goods(gtin=None)
    batch = post(officer, f"lots/{goods.lot_id}/label-batches", stock="roll-50x30-203", count=2)["id"]
    press_next(settings, pool, now)

    found = codes(officer.get(f"/api/v1/label-batches/{batch}/sheet.pdf").content)

    assert 2 == len(set(found))
    assert all(code.startswith("HTTP://LOCALHOST:8100/T/") and len(code) == len("HTTP://LOCALHOST:8100/T/") + 11 for code in found)  # fmt: skip


def test_old_labels_and_old_names_live_on_when_a_gtin_comes(
    officer: TestClient, client: TestClient, make_goods: Make, pool: store.Pool, settings: Settings, now: datetime
) -> None:
    goods = make_goods(gtin=None, product={"standard": ""})
    batch = post(officer, f"lots/{goods.lot_id}/label-batches", stock="roll-50x30-203", count=2)["id"]
    press_next(settings, pool, now)
    post(officer, f"label-batches/{batch}/activate", **BECAUSE)
    product = {"brand_id": goods.brand_id, "name": "Bưởi da xanh Cái Cối", "crop": "pomelo", "gtin": GTIN}
    assert officer.put(f"/api/v1/products/{goods.product_id}", json=product).is_success

    post(officer, f"label-batches/{batch}/sell")
    sheet = officer.post(f"/api/v1/lots/{goods.lot_id}/labels", json={"stock": "a4-8", "count": 1})

    events = officer.get(f"/api/v1/lots/{goods.lot_id}/events").json()
    active, sold = (sorted(row["body"]["epcList"]) for row in events if "epcList" in row["body"])
    old, new = f"/t/{goods.code}", f"/01/{GTIN}/10/{goods.number}"
    serial = codes(officer.get(f"/api/v1/label-batches/{batch}/sheet.pdf").content)[0]
    assert active == sold
    assert {f"HTTP://LOCALHOST:8100/T/{goods.code}"} == set(codes(sheet.content))
    for path in (old, new, serial.removeprefix("HTTP://LOCALHOST:8100")):
        assert 200 == client.get(path, headers={"accept": "text/html"}).status_code
    told = [officer.get("/api/v1/trace", params={"key": "http://localhost:8100" + path}).json() for path in (old, new)]
    assert [f"http://localhost:8100{old}"] * 2 == [each["key"] for each in told]
    linked = client.get(f"{new}?linkType=gs1:epcis").headers["location"].removeprefix("http://localhost:8100")
    assert officer.get(linked.partition("?")[0]).json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_single_codes_come_in_an_archive_with_their_table(printed: int, officer: TestClient, kind: str) -> None:
    answer = officer.get(f"/api/v1/label-batches/{printed}/codes.zip", params={"kind": kind})

    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        names, table = bundle.namelist(), bundle.read("labels.csv").decode().splitlines()
    assert 26 == len(names)
    assert 26 == len(table)
    assert sum(name.endswith(f".{kind}") for name in names) == 25


def test_the_budget_of_a_lot_is_its_weight_and_two_in_a_hundred(
    officer: TestClient, goods: Goods, conn: store.Connection
) -> None:
    unknown = officer.get(f"/api/v1/lots/{goods.lot_id}/label-budget").json()
    officer.put(f"/api/v1/products/{goods.product_id}/net", json={"net_kg": 10})
    path = f"lots/{goods.lot_id}/label-batches"

    post(officer, path, stock="a4-24", count=11)
    over = refusal(officer, path, stock="a4-24", count=1)
    known = officer.get(f"/api/v1/lots/{goods.lot_id}/label-budget").json()
    post(officer, path, stock="a4-24", count=1, over_reason="Bưởi nhỏ, nhiều trái hơn")

    assert {"budget": None, "issued": 0} == unknown
    assert (409, "label.over_budget") == over
    assert {"budget": 11, "issued": 11} == known


def test_labels_of_a_lot_without_serial_have_the_same_budget(officer: TestClient, goods: Goods) -> None:
    officer.put(f"/api/v1/products/{goods.product_id}/net", json={"net_kg": 10})
    path = f"lots/{goods.lot_id}/labels"

    within = officer.post(f"/api/v1/{path}", json={"stock": "a4-24", "count": 11})
    over = refusal(officer, path, stock="a4-24", count=1)
    because = {"stock": "a4-24", "count": 1, "over_reason": "Tem rách"}
    reasoned = officer.post(f"/api/v1/{path}", json=because)

    assert (200, (409, "label.over_budget"), 200) == (within.status_code, over, reasoned.status_code)
    assert [1, 11] == [batch["count"] for batch in officer.get(f"/api/v1/{path}").json()]


def test_a_lot_is_not_held_while_its_sheet_is_pressed(
    officer: TestClient, goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pressing takes seconds, and a recall must be public within one."""
    order = list[str]()
    held, pressed = label_states.lock_lot, sheet.render
    monkeypatch.setattr(label_states, "lock_lot", lambda *given: (order.append("held"), held(*given))[1])
    monkeypatch.setattr(sheet, "render", lambda *given, **named: (order.append("pressed"), pressed(*given, **named))[1])

    officer.post(f"/api/v1/lots/{goods.lot_id}/labels", json={"stock": "a4-24", "count": 1})

    assert ["pressed", "held"] == order


def test_spoiled_labels_give_their_place_in_the_budget_back(officer: TestClient, goods: Goods, printed: int) -> None:
    post(officer, f"label-batches/{printed}/void", first=1, last=5, reason="Kẹt giấy")

    assert 20 == officer.get(f"/api/v1/lots/{goods.lot_id}/label-budget").json()["issued"]


def test_labels_go_from_printed_to_active_to_sold_and_each_step_is_an_event(
    officer: TestClient, goods: Goods, printed: int
) -> None:
    path = f"label-batches/{printed}"
    active = post(officer, f"{path}/activate", first=1, last=20, **BECAUSE)
    sold = post(officer, f"{path}/sell", first=1, last=4)
    void = post(officer, f"{path}/void", first=20, last=21, reason="Rách")

    steps = [row["body"]["bizStep"] for row in officer.get(f"/api/v1/lots/{goods.lot_id}/events").json()][-3:]
    withdrawn = officer.get(f"/api/v1/lots/{goods.lot_id}/events").json()[-1]["body"]["epcList"]
    assert [20, 4, 2] == [active["count"], sold["count"], void["count"]]
    assert {"commissioning", "retail_selling", "decommissioning"} == set(steps)
    assert ["sold"] * 4 + ["active"] * 15 + ["void"] * 2 + ["printed"] * 4 == states(officer, printed)
    assert 1 == len(withdrawn)  # the 21st was never on any goods


def test_what_is_void_stays_void(officer: TestClient, printed: int) -> None:
    post(officer, f"label-batches/{printed}/void", reason="Cháy kho")

    assert (409, "label.nothing_to_change") == refusal(officer, f"label-batches/{printed}/activate", **BECAUSE)


def test_nothing_is_sold_before_it_is_active(officer: TestClient, printed: int) -> None:
    assert (409, "label.nothing_to_change") == refusal(officer, f"label-batches/{printed}/sell")


def test_missing_data_keep_labels_from_being_activated_unless_somebody_says_why(
    officer: TestClient, goods: Goods, printed: int
) -> None:
    refused = officer.post(f"/api/v1/label-batches/{printed}/activate", json={})
    officer.put(f"/api/v1/products/{goods.product_id}/photo", json={"photo": PNG})
    complete = officer.post(f"/api/v1/label-batches/{printed}/activate", json={})

    assert (409, "label.lot_incomplete") == (refused.status_code, refused.json()["code"])
    assert "ảnh sản phẩm" in refused.json()["detail"]
    assert 25 == complete.json()["count"]


def test_a_recalled_lot_gives_out_no_sheet_and_activates_nothing(
    officer: TestClient, goods: Goods, printed: int
) -> None:
    open_recall(officer, goods.lot_id)

    assert (409, "lot.recalled") == refusal(officer, f"label-batches/{printed}/activate", **BECAUSE)
    assert 409 == officer.get(f"/api/v1/label-batches/{printed}/sheet.pdf").status_code


def test_an_expired_brand_activates_nothing(officer: TestClient, goods: Goods, printed: int) -> None:
    party = {"name": "Bưởi Cái Cối", "kind": "collective", "owner_id": goods.party_id}
    officer.put(
        f"/api/v1/brands/{goods.brand_id}", json={**party, "valid_from": "2024-03-12", "valid_to": "2026-11-21"}
    )

    assert (409, "brand.expired") == refusal(officer, f"label-batches/{printed}/activate", **BECAUSE)


def test_labels_of_the_wrong_lot_are_moved_and_never_to_another_product(
    officer: TestClient, make_goods: Make, pool: store.Pool, settings: Settings, now: datetime, world: World
) -> None:
    goods = make_goods()
    batch = post(officer, f"lots/{goods.lot_id}/label-batches", stock="a4-24", count=4)["id"]
    press_next(settings, pool, now)
    lot = {"harvest_id": goods.harvest_id, "producer_id": goods.party_id, "quantity_kg": 50}
    right = post(officer, "lots", product_id=goods.product_id, **lot)
    other = post(officer, "products", brand_id=goods.brand_id, name="Bưởi năm roi", crop="pomelo")["id"]
    wrong = post(officer, "lots", product_id=other, **lot)

    moved = post(officer, f"label-batches/{batch}/move", first=1, last=3, lot_id=right["id"], reason="In nhầm lô")
    refused = refusal(officer, f"label-batches/{batch}/move", lot_id=wrong["id"], reason="In nhầm lô")

    lots = [row["lot_number"] for row in officer.get(f"/api/v1/label-batches/{batch}/labels").json()]
    assert 3 == moved["count"]
    assert [right["number"]] * 3 + [goods.number] == lots
    assert (400, "label.other_product") == refused


def test_the_books_of_a_batch_balance_until_the_shelf_says_otherwise(officer: TestClient, printed: int) -> None:
    path = f"label-batches/{printed}"
    post(officer, f"{path}/activate", last=10, **BECAUSE)
    post(officer, f"{path}/sell", last=3)
    post(officer, f"{path}/void", first=11, last=12, reason="Kẹt giấy")
    before = officer.get(f"/api/v1/{path}/reconciliation").json()
    found = post(officer, f"{path}/count", counted=13)
    lost = post(officer, f"{path}/count", counted=11, note="Thiếu hai tem")

    expected = {"printed": 25, "active": 7, "sold": 3, "void": 2, "suspect": 0, "unused": 13}
    assert {**expected, "counted": None, "missing": None, "balances": True} == before
    assert {**expected, "counted": 13, "missing": 0, "balances": True} == found
    assert {**expected, "counted": 11, "missing": 2, "balances": False} == lost


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"stock": "a9", "count": 1}, (400, "label.unknown_stock")),
        ({"stock": "a4-65", "count": 1, "bars": True}, (400, "label.no_room_for_ean")),
    ],
)
def test_what_cannot_be_printed_is_told_before_the_wait(
    officer: TestClient, goods: Goods, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert expected == refusal(officer, f"lots/{goods.lot_id}/label-batches", **body)
    assert [] == officer.get("/api/v1/label-batches").json()


def test_a_press_that_died_loses_its_batch_to_the_next(
    conn: store.Connection, world: World, goods: Goods, pool: store.Pool, settings: Settings, now: datetime
) -> None:
    insert_batch(conn, world.officer, goods.lot_id, now)
    dead = serial_batches.take_job(conn, now)
    assert dead is not None
    before = serial_batches.list_serials(conn, dead.id)
    too_early = serial_batches.take_job(conn, now + LEASE)

    pressed = press_next(settings, pool, now + LEASE + timedelta(seconds=1))

    assert (None, True) == (too_early, pressed)
    assert not serial_batches.finish(conn, dead, b"%PDF", dead.heard_at, now)
    assert before == serial_batches.list_serials(conn, dead.id)
    with pytest.raises(LeaseLost):
        Lease(pool, dead, dead.heard_at).tell(20, 40)


def test_progress_stands_on_record_while_the_press_works(
    conn: store.Connection, world: World, goods: Goods, pool: store.Pool, now: datetime
) -> None:
    insert_batch(conn, world.officer, goods.lot_id, now, count=45)
    job = serial_batches.take_job(conn, now)
    assert job is not None
    lease, told = Lease(pool, job, job.heard_at), []

    for done in range(1, 46):
        lease.tell(done, 45)
        told.append(serial_batches.get_batch(conn, world.officer, job.id).done)

    assert [0] * 19 + [20] * 20 + [40] * 6 == told


def test_a_sheet_that_cannot_be_printed_is_held_back_and_its_serials_are_void(
    conn: store.Connection, world: World, goods: Goods, pool: store.Pool, settings: Settings, now: datetime
) -> None:
    draft = BatchDraft(goods.lot_id, "a4-65", 2, bars=True, lang="vi", over_reason="")
    batch = serial_batches.insert_batch(conn, world.officer, draft, ["0123456789", "ABCDEFGHJK"], now)

    press_next(settings, pool, now)

    told = serial_batches.get_batch(conn, world.officer, batch)
    assert ("failed", 2) == (told.state, told.void)
    assert {"code": "label.no_room_for_ean", "values": {"stock": "a4-65"}} == told.fault


def test_a_serial_exists_once(conn: store.Connection, world: World, goods: Goods, now: datetime) -> None:
    draft = BatchDraft(goods.lot_id, "a4-24", 1, bars=False, lang="vi", over_reason="")
    serial_batches.insert_batch(conn, world.officer, draft, ["0123456789"], now)

    with pytest.raises(AlreadyThere), store.transaction(conn):
        serial_batches.insert_batch(conn, world.officer, draft, ["0123456789"], now)


def test_sheets_are_forgotten_after_some_weeks_and_serials_are_not(
    conn: store.Connection, world: World, goods: Goods, now: datetime
) -> None:
    insert_batch(conn, world.officer, goods.lot_id, now)
    job = release(conn, now)

    serial_batches.forget_sheets(conn, now)
    kept = serial_batches.get_batch(conn, world.officer, job.id).has_sheet
    serial_batches.forget_sheets(conn, now + timedelta(days=1))
    gone = serial_batches.get_batch(conn, world.officer, job.id)

    assert (True, False, 3) == (kept, gone.has_sheet, gone.printed)


def test_nobody_changes_labels_across_the_fence(
    conn: store.Connection, world: World, goods: Goods, now: datetime
) -> None:
    insert_batch(conn, world.officer, goods.lot_id, now)
    span = replace(ALL, batch_id=release(conn, now).id)

    assert [] == label_states.change(conn, world.stranger, span, label_states.LabelState.VOID, now, "x")
    assert 0 == label_states.move(conn, world.stranger, span, goods.lot_id)
    assert [] == label_states.list_labels(conn, world.stranger, span)
    assert [] == label_states.list_counts(conn, world.stranger, span.batch_id)
    with pytest.raises(NongsoError):
        serial_batches.get_sheet(conn, world.stranger, span.batch_id)
