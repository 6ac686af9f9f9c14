"""What the holder of one labelled piece is told, what their scan leaves behind, what staff are told, and what a buyer may say."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from fixtures.api import As, OneConnection, World
from fixtures.label_calls import insert_batch, release
from fixtures.lots import GTIN, Goods, open_recall, post

from api.visitors import area, channel
from nongso import store
from nongso.errors import NotFound
from nongso.label_scans import CaseKind, Channel, Limits, coarse
from nongso.labels import LabelState
from nongso.store import label_cases, label_scans, label_states, serial_batches
from nongso.store.label_cases import CaseDraft
from nongso.store.label_scans import KEPT, LabelScan
from nongso.store.label_states import Span
from traceability.labels.serials import code_of
from worker.label_scans import forget, judge_new

Make = Callable[..., Goods]
SAIGON, HA_NOI = coarse(10.78, 106.7), coarse(21.03, 105.85)
FORM = {"origin": "http://testserver", "content-type": "application/x-www-form-urlencoded", "accept": "text/html"}


@pytest.fixture
def client(client: TestClient) -> TestClient:
    """A phone's browser."""
    client.headers["accept"] = "text/html,application/xhtml+xml,*/*;q=0.8"
    return client


@pytest.fixture
def pool(conn: store.Connection) -> store.Pool:
    return cast(store.Pool, OneConnection(conn))


@pytest.fixture
def serials(conn: store.Connection, world: World, goods: Goods, now: datetime) -> list[str]:
    """Five labels of the lot, printed: the first four active, of those the second sold, the third void."""
    insert_batch(conn, world.officer, goods.lot_id, now, count=5)
    batch = release(conn, now).id
    label_states.change(conn, world.officer, Span(batch, 1, 4), LabelState.ACTIVE, now)
    label_states.change(conn, world.officer, Span(batch, 2, 2), LabelState.SOLD, now)
    label_states.change(conn, world.officer, Span(batch, 3, 3), LabelState.VOID, now, "Rách")
    return serial_batches.list_serials(conn, batch)


def see(
    conn: store.Connection, goods: Goods, serial: str, at: datetime, visitor: str, area: tuple[float, float] | None
) -> None:
    scan = LabelScan(at, serial, goods.product_id, goods.lot_id, "unit", visitor, area, Channel.CODE)
    label_scans.insert_scan(conn, scan)


def copy(conn: store.Connection, goods: Goods, serial: str, now: datetime) -> None:
    """Six days in two towns at once."""
    for day in range(6):
        for town in (SAIGON, HA_NOI):
            see(conn, goods, serial, now - timedelta(days=6 - day), f"{day} {town}", town)


def verdict(client: TestClient, serial: str, status: int = 200) -> tuple[str, str]:
    """The tone and the sentence of a label's page."""
    answer = client.get(f"/01/{GTIN}/21/{serial}")
    assert status == answer.status_code, answer.text
    tone, said = re.findall(r'class="v (\w+)".*?class="said">([^<]+)<', answer.text, re.DOTALL)[0]
    return tone, said


def test_each_state_says_what_the_house_knows_and_never_that_goods_are_genuine(
    client: TestClient, goods: Goods, serials: list[str]
) -> None:
    told = [verdict(client, serial) for serial in serials]

    office = "Phòng Kinh tế xã Cái Cối"
    assert [
        ("good", f"Tem do {office} cấp cho lô {goods.number}"),
        ("watch", "Hàng mang tem này đã ghi là bán rồi"),
        ("watch", "Tem này đã bị huỷ"),
        ("good", f"Tem do {office} cấp cho lô {goods.number}"),
        ("watch", "Tem này chưa được kích hoạt"),
    ] == told
    assert not re.search("chính hãng|hàng thật|genuine", client.get(f"/01/{GTIN}/21/{serials[0]}").text)


def test_the_first_who_looks_is_told_so_and_the_second_how_many_came_before(
    client: TestClient, serials: list[str]
) -> None:
    path = f"/01/{GTIN}/21/{serials[0]}"
    first = client.get(path, headers={"user-agent": "one"}).text
    again = client.get(path, headers={"user-agent": "one"}).text
    client.get(path, headers={"user-agent": "two"})
    third = client.get(path, headers={"user-agent": "three"}).text

    assert "lần đầu có người xem" in first
    assert "Đã có 1 lượt người xem" in again
    assert "Đã có 2 lượt người xem" in third


@pytest.mark.parametrize(
    "path", ["/01/{gtin}/21/{serial}", "/01/{gtin}/10/{lot}/21/{serial}", "/t/{code}", "/T/{code}"]
)
def test_every_way_to_a_label_opens_the_same_page(
    client: TestClient, goods: Goods, serials: list[str], path: str
) -> None:
    names = {"gtin": GTIN, "lot": goods.number, "serial": serials[0], "code": code_of(serials[0])}

    assert f"cấp cho lô {goods.number}" in client.get(path.format(**names)).text


def test_a_serial_nobody_issued_is_red_and_names_only_the_product(client: TestClient, serials: list[str]) -> None:
    answer = client.get(f"/01/{GTIN}/21/0000000000")

    assert ("act", "Không ai cấp tem mang số này") == verdict(client, "0000000000", 404)
    assert "Bưởi da xanh Cái Cối" in answer.text
    assert "18/11/2026" not in answer.text


def test_a_serial_under_another_products_number_is_a_ghost(
    client: TestClient, signed_in: As, world: World, goods: Goods, serials: list[str]
) -> None:
    body = {"brand_id": goods.brand_id, "name": "Bưởi năm roi", "gtin": "09521234543213", "crop": "pomelo"}
    post(signed_in(world.officer), "products", **body)

    assert 404 == client.get(f"/01/09521234543213/21/{serials[0]}").status_code


def test_a_recall_turns_every_label_of_the_lot_red_at_the_next_look(
    client: TestClient, signed_in: As, world: World, goods: Goods, serials: list[str]
) -> None:
    before = verdict(client, serials[0])[0]
    open_recall(signed_in(world.officer), goods.lot_id)

    assert "good" == before
    assert [("act", "Đã thu hồi: đừng ăn, đừng bán")] * 5 == [verdict(client, serial) for serial in serials]


def test_a_moved_label_shows_the_lot_it_stands_for_now(
    client: TestClient, conn: store.Connection, signed_in: As, world: World, goods: Goods, serials: list[str]
) -> None:
    lot = {"harvest_id": goods.harvest_id, "producer_id": goods.party_id, "quantity_kg": 50}
    right = post(signed_in(world.officer), "lots", product_id=goods.product_id, **lot)
    batch = serial_batches.list_batches(conn, world.officer)[0].id
    label_states.move(conn, world.officer, Span(batch, 1, 1), right["id"])

    assert right["number"] in verdict(client, serials[0])[1]


def test_a_scan_keeps_no_address_and_is_somebody_else_tomorrow(
    client: TestClient, conn: store.Connection, pool: store.Pool, serials: list[str], now: datetime
) -> None:
    phone = {"user-agent": "a phone of somebody"}
    client.get(f"/01/{GTIN}/21/{serials[0]}", headers=phone)
    client.head(f"/01/{GTIN}/21/{serials[0]}", headers=phone)
    today = conn.execute("SELECT visitor FROM label_scan").fetchall()
    tomorrow = label_scans.pseudonym(conn, "testclient a phone of somebody", now + timedelta(days=1))

    rows = conn.execute("SELECT to_jsonb(s)::text FROM label_scan s").fetchall()
    assert 1 == len(rows)
    assert not re.search("phone|testclient", rows[0][0])
    assert today[0][0] != tomorrow

    forget(pool, now + timedelta(days=2))
    assert [] == conn.execute("SELECT day FROM scan_salt WHERE day <= %s", (now.date(),)).fetchall()


def test_after_a_season_nothing_is_left_of_visitors_but_their_number(
    conn: store.Connection, pool: store.Pool, goods: Goods, serials: list[str], now: datetime
) -> None:
    see(conn, goods, serials[0], now - KEPT - timedelta(minutes=1), "a", SAIGON)
    see(conn, goods, serials[0], now, "b", SAIGON)

    forget(pool, now)

    rows = conn.execute("SELECT visitor, area_lat FROM label_scan ORDER BY at").fetchall()
    facts = label_scans.find_label(conn, serials[0])
    assert [(None, None), ("b", SAIGON[0])] == rows
    assert facts is not None
    assert 2 == facts.scan_count


def test_a_copied_label_becomes_suspect_with_a_case_and_a_false_alarm_is_taken_back(
    client: TestClient, conn: store.Connection, pool: store.Pool, signed_in: As, world: World, goods: Goods,
    serials: list[str], now: datetime,
) -> None:  # fmt: skip
    copy(conn, goods, serials[0], now)
    judge_new(pool, now)
    officer = signed_in(world.officer)
    case = officer.get("/api/v1/cases").json()[0]
    view = officer.get(f"/api/v1/cases/{case['id']}").json()
    suspected = verdict(client, serials[0])
    post_204(officer, f"cases/{case['id']}/assign", account_id=world.admin.account_id)
    post_204(officer, f"cases/{case['id']}/close", outcome="false_alarm", note="Bài báo mạng")
    conn.execute("UPDATE scan_judged SET scan_id = 0")
    judge_new(pool, now)

    assert ("clone", serials[0], goods.number) == (case["kind"], case["serial"], case["lot_number"])
    assert "places" in {sign["kind"] for sign in case["evidence"]["signs"]}
    assert (12, {SAIGON[0], HA_NOI[0]}) == (
        sum(day["people"] for day in view["days"]),
        {day["area_lat"] for day in view["days"]},
    )
    assert ("watch", "Mã tem này hiện ra ở nhiều nơi: hãy xem kỹ tem") == suspected
    assert "good" == verdict(client, serials[0])[0]
    assert ["false_alarm"] == [row["outcome"] for row in officer.get("/api/v1/cases").json()]


def post_204(client: TestClient, path: str, **body: object) -> None:
    assert 204 == client.post(f"/api/v1/{path}", json=body).status_code


def test_labels_that_are_looked_at_as_labels_are_open_no_case(
    conn: store.Connection, pool: store.Pool, world: World, goods: Goods, serials: list[str], now: datetime
) -> None:
    for number in range(40):
        see(conn, goods, serials[0], now - timedelta(hours=number * 4), f"v{number}", SAIGON)

    judge_new(pool, now)

    assert [] == label_cases.list_cases(conn, world.officer)


def test_goods_far_from_where_the_lot_is_seen_are_a_case_and_no_warning_to_the_buyer(
    client: TestClient, conn: store.Connection, pool: store.Pool, world: World, goods: Goods, now: datetime
) -> None:
    insert_batch(conn, world.officer, goods.lot_id, now, count=6)
    batch = release(conn, now).id
    label_states.change(conn, world.officer, Span(batch, 1, 6), LabelState.ACTIVE, now)
    stray, *others = serial_batches.list_serials(conn, batch)
    for serial in others:
        see(conn, goods, serial, now - timedelta(days=1), serial, SAIGON)
    for number in range(6):
        see(conn, goods, stray, now - timedelta(hours=number), f"x{number}", HA_NOI)

    judge_new(pool, now)

    assert [("diversion", stray)] == [(case.kind, case.serial) for case in label_cases.list_cases(conn, world.officer)]
    assert "good" == verdict(client, stray)[0]


def test_serials_nobody_issued_open_one_case_for_a_product(
    client: TestClient, conn: store.Connection, pool: store.Pool, world: World, goods: Goods, now: datetime
) -> None:
    for number in range(4):
        client.get(f"/01/{GTIN}/21/000000000{number}", headers={"user-agent": f"phone {number}"})
        judge_new(pool, now)

    cases = label_cases.list_cases(conn, world.officer)

    assert ["ghost"] == [case.kind for case in cases]
    assert {"people": 4, "serials": [f"000000000{number}" for number in range(4)]} == cases[0].evidence


def test_an_office_sets_its_own_limits(conn: store.Connection, world: World) -> None:
    label_scans.put_limits(conn, world.officer, Limits(far_km=400))
    label_scans.put_limits(conn, world.officer, Limits(far_km=500))

    assert 500 == label_scans.get_limits(conn, world.office_id).far_km
    assert Limits() == label_scans.get_limits(conn, world.stranger.office_id)


def test_a_buyer_reports_and_staff_read_it(
    client: TestClient, signed_in: As, world: World, goods: Goods, serials: list[str]
) -> None:
    code = code_of(serials[0])
    form = client.get(f"/report/{code}").text
    words = {"kind": "label", "words": "Tem bị bóc\n<b>dán lại</b>", "contact": "0912 345 678"}
    done = client.post(f"/report/{code}", data=words, headers=FORM)
    officer = signed_in(world.officer)
    case = officer.get("/api/v1/cases").json()[0]

    report = officer.get(f"/api/v1/cases/{case['id']}").json()["reports"][0]
    assert goods.number in form
    assert "Đã gửi lời báo" in done.text
    assert ("clone", serials[0]) == (case["kind"], case["serial"])
    assert ("Tem bị bóc <b>dán lại</b>", "0912 345 678") == (report["words"], report["contact"])


@pytest.mark.parametrize(
    "body", [{}, {"kind": "label"}, {"kind": "x", "words": "y"}, {"kind": "goods", "words": " \x00 "}]
)
def test_an_empty_report_is_handed_back(client: TestClient, goods: Goods, body: dict[str, str]) -> None:
    answer = client.post(f"/report/{goods.code}", data=body, headers=FORM)

    assert 400 == answer.status_code
    assert "Hãy chọn điều không đúng" in answer.text


def test_nobody_reports_without_end(client: TestClient, goods: Goods) -> None:
    words = {"kind": "goods", "words": "Hỏng"}

    answers = [client.post(f"/report/{goods.code}", data=words, headers=FORM).status_code for _ in range(6)]

    assert [200] * 5 + [429] == answers


def test_a_report_about_nothing_of_ours_is_not_here(client: TestClient, goods: Goods) -> None:
    assert 404 == client.get("/report/00000000000").status_code
    assert 400 == client.get("/report/xyz").status_code


def test_contacts_go_a_season_after_the_case_was_closed(
    client: TestClient,
    conn: store.Connection,
    pool: store.Pool,
    signed_in: As,
    world: World,
    goods: Goods,
    now: datetime,
) -> None:
    client.post(f"/report/{goods.code}", data={"kind": "goods", "words": "Hỏng", "contact": "0912"}, headers=FORM)
    case = label_cases.list_cases(conn, world.officer)[0].id
    post_204(signed_in(world.officer), f"cases/{case}/close", outcome="confirmed", note="Đã đổi hàng")

    forget(pool, now + KEPT - timedelta(minutes=1))
    before = label_cases.list_reports(conn, world.officer, case)[0].contact
    forget(pool, now + KEPT + timedelta(minutes=1))

    assert ("0912", "") == (before, label_cases.list_reports(conn, world.officer, case)[0].contact)


def test_a_case_is_closed_once_and_given_only_to_staff(
    conn: store.Connection, world: World, goods: Goods, now: datetime
) -> None:
    draft = CaseDraft(world.office_id, CaseKind.QUALITY, goods.product_id, goods.lot_id, "", {})
    case = label_cases.open_case(conn, draft, now)
    label_cases.close(conn, world.officer, case, label_cases.Outcome.UNCLEAR, "x", now)

    with pytest.raises(label_cases.CaseClosed):
        label_cases.close(conn, world.officer, case, label_cases.Outcome.UNCLEAR, "x", now)
    with pytest.raises(label_cases.CaseClosed):
        label_cases.assign(conn, world.officer, case, world.admin.account_id, now)
    with pytest.raises(NotFound):
        label_cases.assign(conn, world.officer, case, world.farmer.account_id, now)
    assert case != label_cases.open_case(conn, draft, now)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, Channel.CODE),
        ({"referer": "http://testserver/t"}, Channel.TYPED),
        ({"referer": "https://l.example/post/1"}, Channel.LINK),
        ({"sec-fetch-site": "cross-site"}, Channel.LINK),
        ({"sec-fetch-site": "none"}, Channel.CODE),
    ],
)
def test_who_follows_a_link_holds_no_label(headers: dict[str, str], expected: Channel) -> None:
    assert expected == channel(request(headers))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("10.78,106.7", (10.75, 106.75)),
        ("-0.1, 0.1", (-0.25, 0.25)),
        ("", None),
        ("10", None),
        ("nan,1", None),
        ("91,0", None),
        ("x,y", None),
        ("1,2,3", None),
    ],
)
def test_an_area_is_a_coarse_square_or_nothing(value: str, expected: tuple[float, float] | None) -> None:
    assert expected == area(request({"x-area": value}), "x-area")
    assert area(request({"x-area": value}), None) is None


def request(headers: dict[str, str]) -> Request:
    raw = [(b"host", b"testserver"), *((name.encode(), value.encode()) for name, value in headers.items())]
    return Request({"type": "http", "headers": raw})
