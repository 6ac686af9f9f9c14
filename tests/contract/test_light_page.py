"""The farmer's light page: small, without script, and honest in every state."""

import re
from datetime import datetime, timedelta

from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.farm import heard, observe, place_device
from fixtures.water import insert_zone

from nongso import store

LARGEST_BYTES = 30 * 1024
HTML = {"accept": "text/html"}
FORM = {"origin": "http://testserver", "content-type": "application/x-www-form-urlencoded"}


def furnish(conn: store.Connection, world: World, field_id: int, name: str, now: datetime) -> None:
    """All four numbers and as many alerts as one field can have."""
    for kind, property_, value in (
        ("canal", "water.salinity", 2.4),
        ("soil", "soil.moisture", 30.0),
        ("weather", "air.temperature", 40.5),
        ("weather", "rain.total", 3.0),
    ):
        device = f"{name}-{property_}"
        place_device(conn, world.admin, device, kind, [field_id], now)
        heard(conn, device, now)
        observe(conn, device, property_, (now - timedelta(minutes=5), value))


def test_says_what_to_do(conn: store.Connection, signed_in: As, world: World, now: datetime) -> None:
    furnish(conn, world, world.field_id, "A", now)

    page = signed_in(world.farmer).get("/m", headers=HTML).text

    assert "Chủ nhật 22/11/2026 · 14/10 âm lịch" in page
    assert "Một thửa ruộng của bác" in page
    assert "Không lấy nước, không tưới. Kênh mặn 2,4 g/L, quá mức bưởi chịu được." in page
    assert "5 phút trước" in page
    assert '<html lang="vi">' in page


def test_ten_fields_weigh_less_than_30_kib_and_need_no_script(
    conn: store.Connection, signed_in: As, world: World, now: datetime
) -> None:
    for number in range(1, 10):
        field = conn.execute(
            """
            INSERT INTO field (farm_id, name, name_sort, name_fold, crop)
            VALUES (%s, %s, %s, 'x', 'pomelo') RETURNING id
            """,
            (world.farm_id, f"Vườn bưởi số {number}", str(number)),
        ).fetchone()
        assert field is not None
        furnish(conn, world, field[0], f"N{number}", now)

    page = signed_in(world.farmer).get("/m", headers=HTML)

    assert 10 == page.text.count("<article")
    assert len(page.text.encode()) <= LARGEST_BYTES
    assert "<script" not in page.text
    assert not re.search(r"\son\w+=|javascript:|style=", page.text)


def test_policy_names_the_style_by_its_hash_and_nothing_else_may_run(signed_in: As, world: World) -> None:
    policy = signed_in(world.farmer).get("/m", headers=HTML).headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "script-src" not in policy


def test_neighbours_field_is_not_on_it(signed_in: As, world: World) -> None:
    assert "Rau Láng" not in signed_in(world.farmer).get("/m", headers=HTML).text


def test_no_fields_yet(conn: store.Connection, signed_in: As, world: World) -> None:
    conn.execute("DELETE FROM farm_member WHERE account_id = %s", (world.farmer.account_id,))

    assert "Tài khoản này chưa gắn với thửa ruộng nào" in signed_in(world.farmer).get("/m", headers=HTML).text


def test_everything_silent(conn: store.Connection, signed_in: As, world: World, now: datetime) -> None:
    furnish(conn, world, world.field_id, "A", now - timedelta(hours=3))

    page = signed_in(world.farmer).get("/m", headers=HTML).text

    assert "Mọi cảm biến đang im lặng" in page
    assert 4 == page.count("mất tín hiệu 3 giờ")
    assert "2,4" not in page
    assert "Không lấy nước" not in page


def test_in_english_when_asked(signed_in: As, world: World) -> None:
    page = signed_in(world.farmer).get("/m?lang=en", headers=HTML).text

    assert "Your field" in page
    assert '<html lang="en">' in page


def test_typed_names_cannot_become_markup(conn: store.Connection, signed_in: As, world: World) -> None:
    conn.execute("UPDATE field SET name = '<b>x</b>' WHERE id = %s", (world.field_id,))

    assert "&lt;b&gt;x&lt;/b&gt;" in signed_in(world.farmer).get("/m", headers=HTML).text


def test_without_session_it_leads_to_sign_in_and_back(client: TestClient) -> None:
    answer = client.get("/m", headers=HTML)

    assert (303, "/sign-in?next=%2Fm") == (answer.status_code, answer.headers["location"])


def test_water_that_may_run_stands_first_with_its_button_and_stopping_says_what_is_known(
    conn: store.Connection, signed_in: As, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "van-1", "valve", [world.field_id], now)
    observe(conn, "van-1", "valve.state", (now, 1.0))
    zone = insert_zone(conn, world.admin, world.farm_id, world.field_id, "van-1", now)
    farmer = signed_in(world.farmer)
    page = farmer.get("/m", headers=HTML).text
    assert page.index("Dừng nước") < page.index("<article")

    asked = farmer.post(f"/m/water/{zone}/stop", headers=FORM)
    after = farmer.get(asked.headers["location"], headers=HTML)

    assert 303 == asked.status_code
    assert "Chưa chắc van đã đóng" in after.text
    assert "Đang đóng, chờ van báo" in after.text
    assert "Van đã đóng" not in after.text
    assert after.headers["refresh"].startswith("5;")
