"""The buyer's page: every state says what it is in words, in both languages, without script and within one TCP window."""

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.lots import GTIN, MONTH, PNG, Goods, measure, open_recall

from nongso import store
from nongso.agronomy.crop_table import get_crop
from nongso.store import admin_units, passports
from nongso.store.admin_units import AdminUnit, Succession
from nongso.text.format import number

MOST_BYTES = 14 * 1024
Make = Callable[..., Goods]


@pytest.fixture
def client(client: TestClient) -> TestClient:
    """A phone's browser; what a program is told at the same address stands in test_resolver.py."""
    client.headers["accept"] = "text/html,application/xhtml+xml,*/*;q=0.8"
    return client


def page(client: TestClient, path: str, status: int = 200) -> str:
    """The page's text as a phone gets it, after what holds for every page of the buyer."""
    answer = client.get(path, headers={"accept": "text/html"})
    assert status == answer.status_code, answer.text
    assert len(gzip.compress(answer.content)) <= MOST_BYTES
    assert "<script" not in answer.text
    assert "javascript:" not in answer.text
    assert "style=" not in answer.text
    assert "no-store" == answer.headers["cache-control"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return answer.text


def recall(signed_in: As, world: World, goods: Goods) -> None:
    open_recall(signed_in(world.officer), goods.lot_id)


def test_known_lot_says_who_recorded_it_and_never_that_it_is_genuine(client: TestClient, goods: Goods) -> None:
    text = page(client, f"/01/{GTIN}/10/{goods.number}")

    assert "Lô hàng có trong sổ của Phòng Kinh tế xã Cái Cối" in text
    for fact in ("Bưởi da xanh Cái Cối", "4-2024-01234", "còn hiệu lực đến 12/03/2034", "Hợp tác xã Cái Cối", "Ấp 3",
                 "Xã Cái Cối", "18/11/2026", "4 ngày trước", "19/11/2026", "10/12/2026", goods.number, "VietGAP"):  # fmt: skip
        assert fact in text
    assert not re.search("chính hãng|hàng thật|genuine", text)


def test_the_short_code_opens_the_same_page(client: TestClient, goods: Goods) -> None:
    assert page(client, f"/01/{GTIN}/10/{goods.number}") == page(client, f"/t/{goods.code}")


def test_english_page_is_english(client: TestClient, goods: Goods) -> None:
    by_query = page(client, f"/t/{goods.code}?lang=en")
    by_header = client.get(f"/t/{goods.code}", headers={"accept-language": "en-GB,vi;q=0.3"}).text

    assert by_query == by_header
    assert '<html lang="en">' in by_query
    assert "This lot is in the book of" in by_query
    assert "Cái Cối green pomelo" in by_query
    assert "18 Nov 2026" in by_query
    assert '<html lang="vi">' in page(client, f"/t/{goods.code}")


@pytest.mark.parametrize("asked", ["zh", "zh-CN,zh;q=0.9,en;q=0.5", "fr,zh-Hans;q=0.8"])
def test_chinese_page_is_chinese(client: TestClient, goods: Goods, asked: str) -> None:
    text = client.get(f"/t/{goods.code}", headers={"accept-language": asked}).text

    assert '<html lang="zh">' in text
    assert "2026年11月18日" in text
    assert '<span lang="en">Cái Cối green pomelo</span>' in text
    assert ["vi", "en"] == re.findall(r'hreflang="(\w\w)"', text)
    assert "批号" in text


def test_unknown_codes_and_problems_are_told_in_chinese(client: TestClient) -> None:
    chinese = {"accept-language": "zh"}

    assert "登记册中没有这个标签" in client.get("/t/00000000000", headers=chinese).text
    assert "查询标签码" in client.get("/t", headers=chinese).text
    assert "没有找到" in client.get("/417/9520123456788", headers=chinese).text
    assert "Không tìm thấy" in client.get("/m/nowhere", headers=chinese).text  # the farmers' pages speak two languages


@pytest.mark.parametrize("lang", ["vi", "en", "zh"])
def test_recall_shows_first_and_at_once(
    client: TestClient, signed_in: As, world: World, goods: Goods, lang: str
) -> None:
    before = page(client, f"/t/{goods.code}?lang={lang}")
    recall(signed_in, world, goods)
    after = page(client, f"/t/{goods.code}?lang={lang}")

    assert "Dư lượng thuốc" not in before
    assert after.index("Dư lượng thuốc") < after.index("<h1>")
    assert {"vi": "Đã thu hồi: đừng ăn, đừng bán", "en": "Recalled: do not eat, do not sell", "zh": "已召回"}[
        lang
    ] in after
    assert 'class="v act"' in after


def test_lifted_recall_is_told_and_the_lot_is_in_the_book_again(
    client: TestClient, signed_in: As, world: World, goods: Goods
) -> None:
    recall(signed_in, world, goods)
    signed_in(world.officer).post(f"/api/v1/lots/{goods.lot_id}/recall/lift", json={"reason": "Mẫu thử lại đạt"})

    text = page(client, f"/t/{goods.code}")

    assert 'class="v good"' in text
    assert "Từng bị thu hồi ngày 22/11/2026, đã gỡ ngày 22/11/2026: Mẫu thử lại đạt" in text


@pytest.mark.parametrize(
    ("brand", "product", "expected"),
    [
        ({"valid_to": "2026-11-21"}, {}, "Nhãn hiệu đã hết hiệu lực"),
        ({"valid_from": "2026-11-23"}, {}, "Nhãn hiệu chưa có hiệu lực"),
        ({}, {"shelf_life_days": 2}, "Lô hàng đã quá ngày nên dùng"),
    ],
)
def test_what_asks_for_a_second_look_is_said(
    client: TestClient, make_goods: Make, brand: dict[str, object], product: dict[str, object], expected: str
) -> None:
    text = page(client, f"/t/{make_goods(brand=brand, product=product).code}")

    assert expected in text
    assert 'class="v watch"' in text


def test_last_day_of_a_brand_and_of_a_lot_still_count(client: TestClient, make_goods: Make) -> None:
    goods = make_goods(brand={"valid_to": "2026-11-22"}, product={"shelf_life_days": 3})

    assert 'class="v good"' in page(client, f"/t/{goods.code}")


@pytest.mark.parametrize("path", ["/t/{code}", "/T/{code}", "/t/{lower}", "/t/{spaced}", "/T/{spaced}"])
def test_short_code_is_read_however_it_was_typed(client: TestClient, make_goods: Make, path: str) -> None:
    code = make_goods(gtin=None).code
    spaced = f"{code[:4]}%20{code[4:8]}-{code[8:].lower()}"

    assert "Bưởi da xanh" in page(client, path.format(code=code, lower=code.lower(), spaced=spaced))


def test_product_without_a_number_is_found_by_its_short_code_only(client: TestClient, make_goods: Make) -> None:
    goods = make_goods(gtin=None)

    page(client, f"/01/{GTIN}/10/{goods.number}", 404)


@pytest.mark.parametrize(
    "path", ["/01/{gtin}/10/{lot}", "/01/{short}/10/{lot}", "/01/{gtin}/10/{small}", "/01/{gtin}/10/{lot}/"]
)
def test_link_is_read_in_every_form_a_scanner_gives(client: TestClient, goods: Goods, path: str) -> None:
    forms = {"gtin": GTIN, "short": GTIN[1:], "lot": goods.number, "small": goods.number.lower()}

    assert goods.number in page(client, path.format(**forms))


def test_product_without_lot_says_that_the_lot_is_not_given(client: TestClient, goods: Goods) -> None:
    text = page(client, f"/01/{GTIN[1:]}")

    assert "tem không ghi số lô" in text
    assert "Bưởi da xanh Cái Cối" in text
    assert "18/11/2026" not in text


@pytest.mark.parametrize(
    "path",
    ["/01/{gtin}/10/KHONG-CO", "/01/00012345678905", "/01/{gtin}/22/A", "/t/{other}"],
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_unknown_code_says_what_it_means_and_what_to_do(client: TestClient, goods: Goods, path: str, lang: str) -> None:
    text = page(client, path.format(gtin=GTIN, lot=goods.number, other="00000000000") + f"?lang={lang}", 404)

    assert {"vi": "Không có tem này trong sổ", "en": "This label is not in the book"}[lang] in text
    assert {"vi": "Bạn nên làm gì", "en": "What to do"}[lang] in text


@pytest.mark.parametrize(
    "path", ["/01/123", "/01/", "/01/09520123456789/10/A", "/01/{gtin}/10/", "/01/{gtin}/99/A", "/01/{gtin}/10/%C3%A1",
             "/01/{gtin}/10/A/10/B", "/t/AAAA", "/t/%3Cscript%3E", "/01/%FF%00"],
)  # fmt: skip
def test_malformed_code_is_a_bad_request_with_a_way_on(client: TestClient, goods: Goods, path: str) -> None:
    text = page(client, path.format(gtin=GTIN), 400)

    assert "Mã này không đúng là mã tem" in text
    assert '<form method="get" action="/t">' in text


def test_typed_code_is_led_to_its_page(client: TestClient, goods: Goods) -> None:
    assert "Mã tem" in page(client, "/t")

    answer = client.get("/t", params={"code": f" {goods.code[:4]} {goods.code[4:]} "})

    assert 303 == answer.status_code
    assert goods.number in page(client, answer.headers["location"])


def test_typed_code_cannot_lead_elsewhere(client: TestClient) -> None:
    location = client.get("/t", params={"code": "//evil.example/?x"}).headers["location"]

    assert ("", "", "/t/%2F%2Fevil.example%2F%3Fx") == urlsplit(location)[:3]


def test_growing_conditions_come_from_the_sensors_with_their_gaps(
    client: TestClient, conn: store.Connection, world: World, goods: Goods
) -> None:
    measure(conn, world, "water.salinity", {day: (0.1, 0.5, 0.9) for day in MONTH if day not in MONTH[10:13]})
    measure(conn, world, "air.temperature", dict.fromkeys(MONTH, (23.4, 27, 34)))

    text = page(client, f"/t/{goods.code}")

    assert 2 == text.count("<polyline")
    limit = get_crop("pomelo").limit
    assert limit is not None
    assert f"ngưỡng của cây {number('vi', limit.high_g_l)} g/L" in text
    assert "0,1 đến 0,9 g/L, trung bình 0,5" in text
    assert "23,4 đến 34 °C, trung bình 27" in text
    assert "Cảm biến tại vườn đo được 30 trong 30 ngày" in text
    assert 'aria-label="Độ mặn mỗi ngày từ 19/10/2026 đến 17/11/2026' in text


def test_sensor_that_stopped_is_not_shown_as_if_it_went_on(
    client: TestClient, conn: store.Connection, world: World, goods: Goods
) -> None:
    measure(conn, world, "soil.moisture", dict.fromkeys(MONTH[:12], (20, 30, 40)))

    assert "Cảm biến ngừng gửi số đo sau ngày 30/10/2026" in page(client, f"/t/{goods.code}")


def test_field_without_sensors_says_so(client: TestClient, goods: Goods) -> None:
    text = page(client, f"/t/{goods.code}")

    assert "Vườn này không có cảm biến đo" in text
    assert "<polyline" not in text


def test_day_on_which_the_sensor_served_another_field_does_not_speak(
    conn: store.Connection, world: World, goods: Goods
) -> None:
    measure(conn, world, "soil.moisture", dict.fromkeys(MONTH, (20, 30, 40)))
    conn.execute("UPDATE installation SET from_at = '2026-10-20T05:00:00Z', to_at = '2026-11-16T17:00:00Z'")

    measured = passports.list_days(conn, world.field_id, ("soil.moisture",), MONTH[0], MONTH[-1])

    assert (date(2026, 10, 21), date(2026, 11, 16)) == (measured[0].day, measured[-1].day)


def test_what_the_law_asks_and_nobody_recorded_is_named(client: TestClient, make_goods: Make) -> None:
    text = page(client, f"/t/{make_goods(product={'standard': ''}).code}")

    assert "lô này chưa ghi: ảnh sản phẩm, tiêu chuẩn, quy chuẩn áp dụng." in text


def test_telephone_is_shown_only_when_its_owner_said_so(
    client: TestClient, signed_in: As, world: World, goods: Goods
) -> None:
    hidden = page(client, f"/t/{goods.code}")
    body = {"kind": "cooperative", "name": "Hợp tác xã Cái Cối", "phone": "0912 345 678", "phone_public": True}
    unit = {"unit_code": "90001", "unit_valid_from": "2025-07-01"}
    signed_in(world.officer).put(f"/api/v1/parties/{goods.party_id}", json={**body, **unit})

    assert "0912" not in hidden
    assert 'href="tel:0912345678"' in page(client, f"/t/{goods.code}")


def test_place_has_the_name_it_has_now_and_the_one_it_had(
    client: TestClient, conn: store.Connection, goods: Goods
) -> None:
    old, new = date(2025, 7, 1), date(2026, 11, 1)
    admin_units.insert_unit(conn, AdminUnit("80001", date(2004, 1, 1), None, "Xã D'Ran", "xã", None, None, ""))
    admin_units.insert_succession(conn, Succession("80001", date(2004, 1, 1), "90001", old, "whole"))
    before = page(client, f"/t/{goods.code}")
    for code, name in (("90011", "Phường Một"), ("90012", "Phường Hai")):
        admin_units.insert_unit(conn, AdminUnit(code, new, None, name, "phường", None, None, ""))
        admin_units.insert_succession(conn, Succession("90001", old, code, new, "part"))
    after = page(client, f"/t/{goods.code}")

    assert "trước 01/07/2025: Xã D&#39;Ran" in before
    assert re.search(r"Phường Một</span> hoặc <span lang=\"vi\">Phường Hai", after)
    assert "trước 01/11/2026: Xã Cái Cối" in after


def test_photo_is_kept_by_the_phone_under_an_address_of_its_own(
    client: TestClient, signed_in: As, world: World, goods: Goods
) -> None:
    path = (
        signed_in(world.officer).put(f"/api/v1/products/{goods.product_id}/photo", json={"photo": PNG}).json()["path"]
    )
    answer = client.get(path)

    assert path in page(client, f"/t/{goods.code}")
    assert ("image/webp", b"RIFF") == (answer.headers["content-type"], answer.content[:4])
    assert "immutable" in answer.headers["cache-control"]
    assert 404 == client.get("/img/product/999999.webp").status_code


def test_scan_is_counted_after_the_answer_and_says_nothing_about_who(
    client: TestClient, conn: store.Connection, goods: Goods
) -> None:
    client.head(f"/t/{goods.code}")
    client.get(f"/t/{goods.code}?lang=en", headers={"user-agent": "a phone"})
    client.get("/t/00000000000")

    rows = conn.execute("SELECT lot_id, verdict, lang FROM scan ORDER BY id").fetchall()

    assert [(goods.lot_id, "in_book", "en"), (None, "unknown", "vi")] == rows


def test_what_is_compressed_says_the_same(client: TestClient, goods: Goods) -> None:
    packed = client.get(f"/t/{goods.code}", headers={"accept-encoding": "gzip"})
    plain = client.get(f"/t/{goods.code}", headers={"accept-encoding": "identity"})

    assert packed.content == plain.content  # the client unpacks
    assert ("gzip", None) == (packed.headers["content-encoding"], plain.headers.get("content-encoding"))
    for answer in (packed, plain):
        assert ["Accept-Encoding", "Accept-Language"] == sorted(answer.headers["vary"].split(", "))


def test_what_sensors_measured_is_a_minute_old_at_most_and_the_rest_is_of_this_moment(
    app: FastAPI, client: TestClient, conn: store.Connection, signed_in: As, world: World, goods: Goods, now: datetime
) -> None:
    before = page(client, f"/t/{goods.code}")
    measure(conn, world, "water.salinity", dict.fromkeys(MONTH, (0.1, 0.5, 0.9)))
    recall(signed_in, world, goods)
    at_once = page(client, f"/t/{goods.code}")
    app.state.house = replace(app.state.house, now=lambda: now + timedelta(minutes=1))
    later = page(client, f"/t/{goods.code}")

    assert [False, False, True] == ["<polyline" in text for text in (before, at_once, later)]
    assert [False, True, True] == ["Dư lượng thuốc" in text for text in (before, at_once, later)]
    assert ["10:45 22/11/2026", "10:46 22/11/2026"] == [
        re.findall(r"\d\d:\d\d 22/11/2026", text)[-1] for text in (at_once, later)
    ]


def test_head_answers_as_get_does(client: TestClient, goods: Goods) -> None:
    got, asked = client.get(f"/t/{goods.code}"), client.head(f"/t/{goods.code}")

    assert (200, b"") == (asked.status_code, asked.content)
    assert got.headers["content-type"] == asked.headers["content-type"]


# A change in each table that a lot's page is written from, and the word by which the page shows it.
CHANGES = {
    "UPDATE party SET name = 'Hộ Tư Mới' WHERE id = %(party)s": "Hộ Tư Mới",
    "UPDATE brand SET registration_no = '4-2026-9' WHERE id = %(brand)s": "4-2026-9",
    "UPDATE product SET standard = 'TCVN 9' WHERE id = %(product)s": "TCVN 9",
    "UPDATE office SET phone = '0275 999' WHERE id = %(office)s": "0275 999",
    "UPDATE field SET planted_on = '2019-02-03' WHERE id = %(field)s": "03/02/2019",
    "UPDATE admin_unit SET name = 'Xã Tên Mới'": "Xã Tên Mới",
    "UPDATE harvest SET quantity_kg = 777 WHERE id = %(harvest)s": "777",
    "INSERT INTO label_batch (lot_id, stock, count, printed_by, printed_at) VALUES (%(lot)s, 'a4-24', 863, %(account)s, now())": "863",
    "INSERT INTO certificate (office_id, kind, number, issuer, holder_id, valid_from) VALUES (%(office)s, 'organic', 'HC-7', 'TT', %(party)s, '2026-01-01')": "HC-7",
    "UPDATE certificate SET withdrawn_on = '2026-11-22'": "bị thu hồi",
    "INSERT INTO offer (product_id, sold_at) VALUES (%(product)s, 'Chợ Mười')": "Chợ Mười",
    "INSERT INTO lot_publication (lot_id, published_at, published_by) VALUES (%(lot)s, '2026-11-22T01:23:00Z', %(account)s)": "08:23",
    "INSERT INTO diary_entry (client_id, field_id, kind, day, product, amount, unit, waiting_days, reentry_hours, recorded_by, recorded_at) VALUES (gen_random_uuid(), %(field)s, 'spray', '2026-11-15', 'Thuốc', 1, 'kg', 13, 4, %(account)s, now())": "13 ngày",
    "UPDATE harvest SET waiting_reason = 'Cán bộ cho phép' WHERE id = %(harvest)s": "Cán bộ cho phép",
    "UPDATE lot SET best_before = '2026-11-21' WHERE id = %(lot)s": "quá ngày nên dùng",
    "INSERT INTO recall (lot_id, reason, issued_by, issued_at) VALUES (%(lot)s, 'Vi khuẩn', %(account)s, now())": "Vi khuẩn",
    "UPDATE recall SET lifted_at = now(), lifted_by = %(account)s, lift_reason = 'Thử lại đạt'": "Thử lại đạt",
}  # fmt: skip


def test_no_remembered_page_outlives_a_fact(
    client: TestClient, conn: store.Connection, world: World, goods: Goods
) -> None:
    ids = {"party": goods.party_id, "brand": goods.brand_id, "product": goods.product_id, "office": world.office_id}
    ids |= {
        "field": world.field_id,
        "harvest": goods.harvest_id,
        "lot": goods.lot_id,
        "account": world.admin.account_id,
    }
    pages = [page(client, f"/t/{goods.code}")]
    for change in CHANGES:
        conn.execute(change, ids)
        pages.append(page(client, f"/t/{goods.code}"))

    words = CHANGES.values()
    assert [] == [word for word, text in zip(words, pages, strict=False) if word in text]
    assert [] == [word for word, text in zip(words, pages[1:], strict=True) if word not in text]
