"""The diary through its doors: sent twice stored once, waiting periods, the store of inputs, corrections, the table, the page."""

import re
from datetime import datetime
from uuid import uuid4

import psycopg
import pytest
from fixtures.api import As, World
from fixtures.lots import PNG, Goods, post
from httpx2 import Response

from nongso import store
from nongso.people import Viewer

HTML = {"accept": "text/html", "origin": "http://testserver", "content-type": "application/x-www-form-urlencoded"}
LARGEST_BYTES = 30 * 1024
SPRAY = {
    "kind": "spray",
    "day": "2026-11-15",
    "product": "Regent",
    "amount": "25,5",
    "unit": "ml",
    "waiting_days": "7",
    "reentry_hours": "24",
}


def write(signed_in: As, viewer: Viewer, field_id: int, **values: object) -> Response:
    body = {"client_id": str(uuid4()), "field_id": field_id, **values}
    return signed_in(viewer).post("/api/v1/diary", json=body)


def test_typed_numbers_are_said_back(signed_in: As, world: World) -> None:
    answer = write(signed_in, world.farmer, world.field_id, **SPRAY)

    assert answer.json()["said"] == (
        "Phun thuốc · Regent · 25,5 ml · cách ly 7 ngày, thu hoạch được từ 22/11/2026"
        " · sau 24 giờ mới vào ruộng: từ 23:59 16/11/2026 · Vườn bưởi Cái Cối · 15/11/2026"
    )


@pytest.mark.parametrize("nothing", [None, ""])
def test_what_is_left_out_may_be_said_to_be_nothing(signed_in: As, world: World, nothing: str | None) -> None:
    empty = dict.fromkeys(("amount", "waiting_days", "reentry_hours", "cost_vnd", "supersedes"), nothing)

    answer = write(signed_in, world.farmer, world.field_id, kind="observe", day="2026-11-20", note="Lá xanh", **empty)

    assert 201 == answer.status_code


def test_a_number_with_two_readings_is_refused(signed_in: As, world: World) -> None:
    answer = write(signed_in, world.farmer, world.field_id, **{**SPRAY, "amount": "1.234"})

    assert (400, "bad_number") == (answer.status_code, answer.json()["code"])


def test_sent_twice_is_stored_once_with_the_same_answer(signed_in: As, world: World) -> None:
    body = {**SPRAY, "client_id": str(uuid4())}

    first = write(signed_in, world.farmer, world.field_id, **body)
    second = write(signed_in, world.farmer, world.field_id, **body)

    assert (201, first.json()) == (second.status_code, second.json())
    assert 1 == len(signed_in(world.farmer).get("/api/v1/diary").json())


def test_neighbours_and_strangers_fields_do_not_exist(signed_in: As, world: World) -> None:
    for field_id in (world.neighbours_field_id, world.strangers_field_id):
        assert 404 == write(signed_in, world.farmer, field_id, kind="observe", day="2026-11-20", note="x").status_code
    write(signed_in, world.officer, world.neighbours_field_id, kind="observe", day="2026-11-20", note="x")

    assert [] == signed_in(world.farmer).get("/api/v1/diary").json()
    assert 1 == len(signed_in(world.inspector).get("/api/v1/diary").json())


@pytest.mark.parametrize("table", ["diary_entry", "input_receipt"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET day = day", "DELETE FROM {}"])
def test_what_is_written_stays(conn: store.Connection, signed_in: As, world: World, table: str, deed: str) -> None:
    write(signed_in, world.farmer, world.field_id, **SPRAY)
    receive(signed_in, world, "1")

    with pytest.raises(psycopg.errors.RestrictViolation):
        conn.execute(deed.format(table).encode())


def receive(signed_in: As, world: World, amount: str) -> Response:
    body = {"client_id": str(uuid4()), "day": "2026-11-01", "product": "REGENT", "amount": amount, "unit": "l"}
    return signed_in(world.farmer).post(f"/api/v1/farms/{world.farm_id}/inputs", json=body)


def test_stock_falls_when_used_and_says_so_below_nothing(signed_in: As, world: World) -> None:
    receive(signed_in, world, "0,03")

    first = write(signed_in, world.farmer, world.field_id, **SPRAY).json()
    second = write(signed_in, world.farmer, world.field_id, **SPRAY).json()

    stock = signed_in(world.farmer).get(f"/api/v1/farms/{world.farm_id}/inputs").json()
    assert [("l", -0.021)] == [(each["unit"], round(each["left_over"], 6)) for each in stock]
    assert [] == first["notices"]
    assert "đã dùng nhiều hơn đã nhập 0,021 l" in second["notices"][0]


def test_a_correction_takes_the_place_of_a_line_once(signed_in: As, world: World) -> None:
    wrong = write(signed_in, world.farmer, world.field_id, **SPRAY).json()["id"]

    right = write(signed_in, world.farmer, world.field_id, **{**SPRAY, "amount": 20}, supersedes=wrong)
    again = write(signed_in, world.farmer, world.field_id, **{**SPRAY, "amount": 21}, supersedes=wrong)
    elsewhere = write(signed_in, world.officer, world.neighbours_field_id, **SPRAY, supersedes=right.json()["id"])

    lines = signed_in(world.farmer).get("/api/v1/diary").json()
    assert [(20, None), (25.5, right.json()["id"])] == [(each["amount"], each["superseded_by"]) for each in lines]
    assert (409, 409) == (again.status_code, elsewhere.status_code)
    assert "diary.wrong_correction" == elsewhere.json()["code"]


@pytest.mark.parametrize(("day", "status"), [("2026-11-21", 409), ("2026-11-22", 201)])
def test_harvest_waits_to_the_day_by_both_doors(signed_in: As, world: World, day: str, status: int) -> None:
    write(signed_in, world.farmer, world.field_id, **SPRAY)
    harvest = {"field_id": world.field_id, "harvested_on": day, "quantity_kg": 80}

    for role in (world.farmer, world.officer):
        assert status == signed_in(role).post("/api/v1/harvests", json=harvest).status_code
    answer = write(signed_in, world.farmer, world.field_id, kind="harvest", day=day, amount="80")

    assert status == answer.status_code
    if status == 409:
        assert answer.json()["detail"] == (
            "Chưa hết thời gian cách ly: đã phun Regent ngày 15/11/2026, cách ly 7 ngày, thu hoạch được từ 22/11/2026"
        )


def test_only_the_office_may_give_a_reason(signed_in: As, world: World) -> None:
    write(signed_in, world.farmer, world.field_id, **SPRAY)
    body = {"kind": "harvest", "day": "2026-11-20", "amount": 80, "waiting_reason": "Mẫu thử đạt"}

    assert 409 == write(signed_in, world.farmer, world.field_id, **body).status_code
    assert 201 == write(signed_in, world.officer, world.field_id, **body).status_code


def test_a_harvest_taken_back_is_gone_from_what_lots_are_made_of(signed_in: As, world: World) -> None:
    entry = write(signed_in, world.farmer, world.field_id, kind="harvest", day="2026-11-20", amount="80").json()["id"]
    before = signed_in(world.farmer).get("/api/v1/harvests").json()

    write(signed_in, world.farmer, world.field_id, kind="void", day="2026-11-22", note="nhầm thửa", supersedes=entry)

    assert [80] == [each["quantity_kg"] for each in before]
    assert [] == signed_in(world.farmer).get("/api/v1/harvests").json()


def test_lot_and_passport_say_not_kept_with_the_reason(signed_in: As, world: World, goods: Goods) -> None:
    """The spray came into the diary after the harvest of 18 November did."""
    page = signed_in(None).get(f"/t/{goods.code}", headers=HTML).text
    write(signed_in, world.farmer, world.field_id, **SPRAY)
    lot = {"product_id": goods.product_id, "harvest_id": goods.harvest_id, "producer_id": goods.party_id}
    officer = signed_in(world.officer)

    refused = officer.post("/api/v1/lots", json={**lot, "quantity_kg": 10})
    made = post(officer, "lots", **lot, quantity_kg=10, waiting_reason="Mẫu thử đạt")

    after = signed_in(None).get(f"/t/{made['code']}", headers=HTML).text
    assert (409, "diary.too_early") == (refused.status_code, refused.json()["code"])
    assert "cách ly" not in page
    assert "Phun lần cuối 15/11/2026, cách ly 7 ngày: chưa đủ, phải chờ đến 22/11/2026." in after
    assert "Mẫu thử đạt" in after


def test_passport_says_kept(signed_in: As, world: World, goods: Goods) -> None:
    write(signed_in, world.farmer, world.field_id, **{**SPRAY, "day": "2026-11-11"})

    page = signed_in(None).get(f"/t/{goods.code}", headers=HTML).text

    assert "Phun lần cuối 11/11/2026, cách ly 7 ngày: đã đủ." in page


def test_photo_becomes_a_small_webp(signed_in: As, world: World) -> None:
    entry = write(signed_in, world.farmer, world.field_id, kind="observe", day="2026-11-20", photo=PNG).json()["id"]

    photo = signed_in(world.inspector).get(f"/api/v1/diary/{entry}/photo")

    assert ("image/webp", b"WEBP") == (photo.headers["content-type"], photo.content[8:12])


def test_table_holds_every_line_and_no_formula(signed_in: As, world: World) -> None:
    write(signed_in, world.farmer, world.field_id, **SPRAY)
    write(signed_in, world.farmer, world.field_id, kind="observe", day="2026-11-20", note="=1+1")

    table = signed_in(world.farmer).get(f"/api/v1/farms/{world.farm_id}/diary.csv").text.splitlines()

    assert table[0].startswith("\ufeffNgày,Giờ,")
    assert "2026-11-15,,Hộ Ba Tư,Vườn bưởi Cái Cối," in table[1]
    assert ",Regent,25.5,ml," in table[1]
    assert ",'=1+1," in table[2]


def test_page_writes_without_script(signed_in: As, world: World) -> None:
    farmer = signed_in(world.farmer)
    form = {"client_id": str(uuid4()), "field_id": str(world.field_id), **SPRAY}

    answer = farmer.post("/m/diary", data=form, headers=HTML)
    page = farmer.get(answer.headers["location"], headers=HTML).text

    assert 303 == answer.status_code
    assert "✓ Đã lưu" in page
    assert "Kho đang âm" in page
    assert "Phun thuốc · Regent · 25,5 ml · cách ly 7 ngày, thu hoạch được từ 22/11/2026" in page


def test_page_keeps_what_was_typed_and_names_what_is_missing(signed_in: As, world: World) -> None:
    form = {"client_id": str(uuid4()), "field_id": str(world.field_id), **SPRAY, "waiting_days": "", "product": "<b>"}

    answer = signed_in(world.farmer).post("/m/diary", data=form, headers=HTML)

    assert 400 == answer.status_code
    assert "Còn thiếu: Cách ly mấy ngày" in answer.text
    assert 'name="product" value="&lt;b&gt;"' in answer.text


def test_page_is_two_taps_from_the_first_small_and_its_script_named(signed_in: As, world: World, now: datetime) -> None:
    for _ in range(12):
        write(signed_in, world.farmer, world.field_id, **SPRAY)
    farmer = signed_in(world.farmer)

    page = farmer.get("/m/diary", headers=HTML)

    assert 'href="/m/diary' in farmer.get("/m", headers=HTML).text
    assert len(page.content) <= LARGEST_BYTES
    assert re.search(
        r"; script-src 'sha256-[A-Za-z0-9+/=]+'; connect-src 'self'$", page.headers["content-security-policy"]
    )
    assert not re.search(r"\son\w+=|javascript:|style=|type=.number", page.text)


def test_inspector_looks_and_does_not_write(signed_in: As, world: World) -> None:
    page = signed_in(world.inspector).get("/m/diary", headers=HTML).text

    assert "chỉ xem" in page
    assert 'id="entry"' not in page
