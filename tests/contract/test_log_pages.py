"""/log for everybody: files as they lie there, a proof that holds, a page that checks it, and an office that sees only its own."""

import json
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pypdfium2
import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.lots import Goods
from fixtures.tamper_log import LOG, WITNESS, house_log, one_pool, witness_on_loopback

from nongso import store
from nongso.settings import Settings
from traceability.log.commitment import Opening, matches
from traceability.log.folder import folder_reader
from traceability.log.layout import tiles_at
from traceability.log.proof import parse_proof, verify_proof
from worker.tamper_log import Keeper, Monitor

HTML = {"accept": "text/html"}


@pytest.fixture
def kept(conn: store.Connection, goods: Goods, settings: Settings, tmp_path: Path, now: datetime) -> Goods:
    """A lot whose events are in the log, cosigned and compared."""
    with witness_on_loopback(tmp_path / "state") as witness:
        house = house_log(settings.log_dir, witness)
        Keeper(house).run(one_pool(conn), now)
        Monitor(house).run(one_pool(conn), now)
    return goods


def test_the_files_are_those_of_the_folder_and_say_how_long_they_hold(
    client: TestClient, kept: Goods, settings: Settings
) -> None:
    read = folder_reader(settings.log_dir)
    lasting = ["tile/entries/000.p/2", *(tile.path for tile in tiles_at(2))]
    for path in ["checkpoint", "cosigned", "vkey", "witnesses", *lasting]:
        answer = client.get(f"/log/{path}")

        assert (200, read(path)) == (answer.status_code, answer.content), path
        assert ("immutable" in answer.headers["cache-control"]) == (path in lasting)
        assert "*" == answer.headers["access-control-allow-origin"]


@pytest.mark.parametrize(
    "path", ["tile/%2e%2e/vkey", "tile/0/%2e%2e/%2e%2e/.lock", "tile/0/1", "tile/0/000.p/3", "tile/.pending", ".lock"]
)
def test_nothing_else_is_a_file(client: TestClient, kept: Goods, path: str) -> None:
    assert 404 == client.get(f"/log/{path}").status_code


def test_a_proof_from_the_page_of_a_lot_holds_for_whoever_pins_the_keys(client: TestClient, kept: Goods) -> None:
    page = client.get(f"/t/{kept.code}", headers=HTML).text
    answer = client.get("/log/proof/0")

    shown = verify_proof(parse_proof(answer.content), LOG.verifier, [WITNESS.verifier], quorum=1)

    assert 'href="/log/proof/0"' in page
    assert 'href="/log/proof/1"' in page
    assert 'filename="example.vn-log-0.tlog-proof"' in answer.headers["content-disposition"]
    assert kept.lot_id == json.loads(shown.record)["lot"]


def test_the_page_of_a_lot_claims_no_more_than_the_log_can_hold(client: TestClient, kept: Goods) -> None:
    page = client.get(f"/t/{kept.code}", headers=HTML).text

    assert "số 0 · từ 10:45 22/11/2026 · 1 nơi khác làm chứng" in page
    assert "sửa hay bỏ dòng nào cũng để lại dấu vết" in page
    assert "không chứng tỏ điều đã ghi là đúng sự thật" in page
    assert "không thể giả" not in page


def test_an_event_that_is_not_logged_yet_says_when_its_proof_is_due(
    client: TestClient, conn: store.Connection, goods: Goods, settings: Settings, now: datetime
) -> None:
    without = client.get(f"/t/{goods.code}", headers=HTML).text
    conn.execute("INSERT INTO log_key (vkey, begun_at) VALUES ('x', %s)", (now,))
    waiting = client.get(f"/t/{goods.code}", headers=HTML).text
    conn.execute("ALTER TABLE event DISABLE TRIGGER event_append_only")
    conn.execute("UPDATE event SET record_time = %s", (now - timedelta(minutes=6),))
    late = client.get(f"/t/{goods.code}", headers=HTML).text

    assert "Bằng chứng" not in without
    assert "Đã ghi 10:45 22/11/2026, bằng chứng có trước 10:50 22/11/2026." in waiting
    assert "lẽ ra có trước 10:44 22/11/2026" in late
    assert "/log/proof/" not in waiting + late


@pytest.mark.parametrize(
    ("lang", "words"),
    [("vi", "Khớp lúc 10:45 22/11/2026"), ("en", "Agreed at 10:45 22 Nov 2026"), ("zh", "比对一致，共 2 条记录")],
)
def test_the_page_of_the_log_shows_witnesses_and_the_monitors_result(
    client: TestClient, kept: Goods, lang: str, words: str
) -> None:
    answer = client.get(f"/log?lang={lang}", headers=HTML)

    assert words in answer.text
    assert f'<html lang="{lang}">' in answer.text
    assert f'href="/log/verify?lang={lang}"' in answer.text
    for fact in (str(LOG.verifier), str(WITNESS.verifier), WITNESS.name, "/log/verify"):
        assert fact.replace("+", "&#43;") in answer.text or fact in answer.text
    assert "<script" not in answer.text


def test_without_a_log_the_pages_say_so(client: TestClient) -> None:
    assert "chưa có sổ chống sửa" in client.get("/log?lang=vi", headers=HTML).text
    assert [404] * 3 == [client.get(f"/log/{path}").status_code for path in ("verify", "checkpoint", "proof/0")]


def test_the_checking_page_carries_the_keys_and_runs_nothing_but_its_own(client: TestClient, kept: Goods) -> None:
    answer = client.get("/log/verify", headers=HTML)

    policy = answer.headers["content-security-policy"]
    assert str(LOG.verifier) in answer.text
    assert str(WITNESS.verifier) in answer.text
    assert "script-src 'sha256-" in policy
    assert "unsafe-inline" not in policy


def test_an_office_sees_how_the_log_stands_and_only_its_own_faults(
    signed_in: As, world: World, conn: store.Connection, kept: Goods, settings: Settings, now: datetime
) -> None:
    conn.execute("ALTER TABLE event DISABLE TRIGGER event_append_only")
    conn.execute("UPDATE event SET disposition = 'x' WHERE lot_id = %s", (kept.lot_id,))
    Monitor(house_log(settings.log_dir)).check(one_pool(conn), now)

    ours = signed_in(world.officer).get("/api/v1/log").json()
    theirs = signed_in(world.stranger).get("/api/v1/log").json()

    assert (True, 2, 0, False) == (ours["is_kept"], ours["size"], ours["waiting"], ours["is_late"])
    assert [(WITNESS.name, 2, "")] == [(each["name"], each["size"], each["fault"]) for each in ours["witnesses"]]
    assert (2, [0, 1]) == (ours["check"]["count"], [fault["leaf_index"] for fault in ours["check"]["faults"]])
    assert (2, []) == (theirs["check"]["count"], theirs["check"]["faults"])


def test_an_office_can_open_what_is_covered_in_a_record(
    signed_in: As, world: World, client: TestClient, conn: store.Connection, kept: Goods
) -> None:
    row = conn.execute("SELECT event_id FROM event WHERE lot_id = %s ORDER BY id LIMIT 1", (kept.lot_id,)).fetchone()
    assert row is not None
    place = signed_in(world.inspector).get(f"/api/v1/log/events/{quote(row[0], safe='')}").json()
    record = json.loads(parse_proof(client.get("/log/proof/0").content).extra or b"")
    by = next(opening for opening in place["openings"] if opening["pointer"] == "/capturedBy")

    assert place["proof"].endswith("/log/proof/0")
    assert matches(record, Opening(by["pointer"], by["value"], bytes.fromhex(by["salt"])))
    assert world.officer.name == by["value"]["name"]


def test_an_admin_erases_a_person_and_the_log_still_verifies(
    signed_in: As, world: World, conn: store.Connection, kept: Goods, settings: Settings, now: datetime
) -> None:
    admin = signed_in(world.admin)
    answer = admin.post(f"/api/v1/accounts/{world.officer.account_id}/erase")
    again = admin.post(f"/api/v1/accounts/{world.officer.account_id}/erase")
    own = admin.post(f"/api/v1/accounts/{world.admin.account_id}/erase")
    Monitor(house_log(settings.log_dir)).check(one_pool(conn), now)

    check = admin.get("/api/v1/log").json()["check"]
    people = admin.get("/api/v1/accounts").text
    opening = admin.post(f"/api/v1/accounts/{world.officer.account_id}/enable")

    assert (204, 404, 409, 404) == (answer.status_code, again.status_code, own.status_code, opening.status_code)
    assert 0 == check["count"]
    assert world.officer.name not in people


def test_a_label_sheet_carries_the_key_at_its_foot(
    signed_in: As, world: World, kept: Goods, conn: store.Connection
) -> None:
    def sheet(stock: str) -> str:
        body = {"stock": stock, "count": 1}
        pdf = signed_in(world.officer).post(f"/api/v1/lots/{kept.lot_id}/labels", json=body).content
        with closing(pypdfium2.PdfDocument(pdf)) as document:
            return document[0].get_textpage().get_text_range()

    assert str(LOG.verifier) in sheet("a4-21")
    assert str(LOG.verifier) not in sheet("a4-24")  # labels fill the page: there is no margin to write in
