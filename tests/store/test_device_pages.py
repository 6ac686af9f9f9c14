"""Devices over the API: a table in, credentials out once; a sticker on a phone; a batch key; a letter read again."""

import csv
import io
import re
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.device_care import insert_letter
from fixtures.farm import observe, place_device
from pypdfium2 import PdfDocument

from nongso import store
from nongso.mosquitto import matches
from nongso.store import claims, devices, rotations
from nongso.tokens import token_hash
from traceability.gs1 import local

HEADER = "id,name,kind,interval_s,fields,groups,gateway\n"
HTML = {"accept": "text/html"}


@pytest.fixture
def sticker(conn: store.Connection, world: World, now: datetime) -> str:
    """The code on the sticker of D1, which stands nowhere yet."""
    place_device(conn, world.admin, "D1", "soil", [], now)
    code = local.mint()
    claims.insert_codes(conn, world.office_id, {"D1": token_hash(code)}, now)
    return code


def secrets_of(conn: store.Connection) -> dict[str, str]:
    return {user.device_id: user.secret_hash for user in rotations.list_broker_users(conn)}


# --- tables --------------------------------------------------------------------------------------------------------------


def test_a_table_registers_all_and_hands_out_working_credentials(
    conn: store.Connection, signed_in: As, world: World
) -> None:
    rows = "TN-01,Đầu dò 1,soil,600,Vườn bưởi Cái Cối,Lô 11,TRAM\nTRAM,Trạm,gateway,,,,\n"

    answer = signed_in(world.officer).post("/api/v1/device-imports", json={"csv": HEADER + rows})

    given = {
        row["username"]: row["password"] for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    }
    assert (201, "attachment") == (answer.status_code, answer.headers["content-disposition"].split(";")[0])
    assert all(matches(given[name], hashed) for name, hashed in secrets_of(conn).items())
    assert [("TN-01", [world.field_id]), ("TRAM", [])] == [
        (device.id, device.field_ids) for device in devices.list_devices(conn, world.officer)
    ]
    assert ["TRAM"] == [child.gateway_id for child in rotations.list_children(conn)]


def test_one_bad_row_and_nothing_is_registered(conn: store.Connection, signed_in: As, world: World) -> None:
    rows = "TN-01,Đầu dò 1,soil,,,,\nTN-02,Đầu dò 2,thuyền,,,,\n"

    answer = signed_in(world.officer).post("/api/v1/device-imports", json={"csv": HEADER + rows})

    assert (400, "device_sheet.faulty") == (answer.status_code, answer.json()["code"])
    assert [] == devices.list_devices(conn, world.officer)


def test_a_look_shows_rows_and_faults_in_words(conn: store.Connection, signed_in: As, world: World) -> None:
    place_device(conn, world.stranger, "XA-1", "soil", [], datetime.fromisoformat("2026-11-22T00:00:00Z"))
    rows = "XA-1,Của xã khác,soil,,Ruộng xa,,\n"

    answer = signed_in(world.officer).post("/api/v1/device-imports/preview", json={"csv": HEADER + rows})

    assert [
        "Dòng 2: mã “XA-1” đã được đăng ký",
        "Dòng 2: không tìm thấy thửa “Ruộng xa”; ghi nông hộ/thửa hoặc số của thửa",
    ] == [fault["sentence"] for fault in answer.json()["faults"]]


# --- stickers ------------------------------------------------------------------------------------------------------------


def test_a_sheet_carries_codes_that_open_the_page(
    conn: store.Connection, signed_in: As, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "D1", "soil", [], now)

    answer = signed_in(world.officer).post("/api/v1/device-stickers", json={"device_ids": ["D1"], "stock": "a4-24"})

    document = PdfDocument(answer.content)
    page = document[0].get_textpage()
    words = page.get_text_range()
    page.close()
    document.close()
    code = re.search(r"\b[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{3}\b", words)
    assert code is not None
    opened = signed_in(world.farmer).get(f"/claim?d=D1&c={code[0]}", headers=HTML)
    assert (200, True) == (opened.status_code, "Vườn bưởi Cái Cối" in opened.text)


def test_a_farmer_puts_a_device_at_their_own_field_once(
    conn: store.Connection, signed_in: As, world: World, sticker: str
) -> None:
    farmer = signed_in(world.farmer)
    page = farmer.get(f"/claim?d=D1&c={local.grouped(sticker).lower()}", headers=HTML)
    assert "Rau Láng" not in page.text

    done = farmer.post(f"/claim?d=D1&c={sticker}&field={world.field_id}", headers=HTML)
    again = farmer.post(f"/claim?d=D1&c={sticker}&field={world.field_id}", headers=HTML)

    assert (200, 409) == (done.status_code, again.status_code)
    assert "Đã gắn Máy D1 vào Vườn bưởi Cái Cối" in done.text
    assert [[world.field_id]] == [device.field_ids for device in devices.list_devices(conn, world.farmer)]


def test_a_farmer_cannot_put_a_device_at_a_neighbours_field(
    conn: store.Connection, signed_in: As, world: World, sticker: str
) -> None:
    answer = signed_in(world.farmer).post(f"/claim?d=D1&c={sticker}&field={world.neighbours_field_id}")

    assert 404 == answer.status_code
    assert [[]] == [device.field_ids for device in devices.list_devices(conn, world.officer)]


def test_wrong_codes_are_counted_although_the_answer_is_no(
    conn: store.Connection, signed_in: As, world: World, sticker: str
) -> None:
    farmer = signed_in(world.farmer)

    answers = [farmer.get(f"/claim?d=D1&c={local.mint()}", headers=HTML).status_code for _ in range(claims.MOST_WRONG)]

    assert {404} == set(answers)
    assert 409 == farmer.get(f"/claim?d=D1&c={sticker}", headers=HTML).status_code


def test_who_is_not_signed_in_comes_back_to_the_sticker(client: TestClient) -> None:
    answer = client.get("/claim?d=D1&c=ABC", headers=HTML)

    assert (303, "/sign-in?next=%2Fclaim%3Fd%3DD1%26c%3DABC") == (answer.status_code, answer.headers["location"])


def test_the_page_needs_no_script_and_runs_none(signed_in: As, world: World, sticker: str) -> None:
    page = signed_in(world.officer).get(f"/claim?d=D1&c={sticker}&search=%22%3E%3Cscript%3E", headers=HTML)

    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


# --- batch keys, second secrets, letters -----------------------------------------------------------------------------------


def test_a_device_fetches_its_credential_and_a_spent_key_gives_none(
    conn: store.Connection, signed_in: As, client: TestClient, world: World
) -> None:
    body = {"name": "Lô 11", "kind": "soil", "most": 1, "expires_at": "2026-12-31T00:00:00Z"}
    key = signed_in(world.officer).post("/api/v1/provisioning-keys", json=body).json()["key"]

    given = client.post("/api/v1/provision", json={"key": key, "device_id": "TN-01"})
    refused = client.post("/api/v1/provision", json={"key": key, "device_id": "TN-02"})

    assert (201, 403, "provision.key_refused") == (given.status_code, refused.status_code, refused.json()["code"])
    assert matches(given.json()["password"], secrets_of(conn)["TN-01"])
    assert [("device.provision", None)] == conn.execute(
        "SELECT action, account_id FROM audit_line ORDER BY id DESC LIMIT 1"
    ).fetchall()


def test_a_second_secret_comes_with_a_name_of_its_own(
    conn: store.Connection, signed_in: As, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "D1", "soil", [], now)

    given = signed_in(world.officer).post("/api/v1/devices/D1/rotation", json={}).json()

    assert "D1!b" == given["username"]
    assert [False, True] == [matches(given["password"], user.secret_hash) for user in rotations.list_broker_users(conn)]


def test_a_letter_is_shown_with_its_bytes_and_in_words(
    conn: store.Connection, signed_in: As, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "D1", "soil", [], now)
    letter = insert_letter(conn, world.officer, "D1", now)
    officer = signed_in(world.officer)

    [listed] = officer.get("/api/v1/dead-letters").json()
    shown = officer.get(f"/api/v1/dead-letters/{letter}").json()

    assert [{"reason": "bad_json", "sentence": "Bản tin không đúng dạng JSON"}] == listed["reasons"]
    assert ("7b", "{") == (shown["hex"], shown["text"])
    assert {"letters": 1} == officer.post(f"/api/v1/dead-letters/{letter}/replay").json()
    assert officer.get("/api/v1/dead-letters").json()[0]["letter"]["replay_requested_at"] is not None


def test_only_the_part_measured_at_a_field_is_drawn_for_it(
    conn: store.Connection, signed_in: As, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "D1", "soil", [world.neighbours_field_id], now)
    series = observe(conn, "D1", "soil.moisture", (now - timedelta(hours=1), 31.0))
    span = "step=raw&from=2026-11-21T00:00:00Z&to=2026-11-22T03:45:00Z"
    officer = signed_in(world.officer)

    def drawn(field_id: int) -> list[float]:
        points = officer.get(f"/api/v1/series/{series}/readings?{span}&field={field_id}").json()["points"]
        return [point["mean"] for point in points]

    assert ([], [31.0]) == (drawn(world.field_id), drawn(world.neighbours_field_id))
