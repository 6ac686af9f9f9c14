"""Scans of certificates: what is kept comes back byte by byte under its digest, and what was changed is refused and told."""

import base64
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, OneConnection, World
from fixtures.lots import PNG, Goods, certify, post
from PIL import Image
from psycopg.errors import CheckViolation, RestrictViolation

from nongso import store
from nongso.store import alerts
from nongso.store.log_watch import Check
from traceability.log import house_command
from worker.tamper_log import check_papers

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
DIGEST = sha256(PDF).hexdigest()
HTML = {"accept": "text/html"}


@pytest.fixture
def office(signed_in: As, world: World) -> TestClient:
    return signed_in(world.officer)


def packed(content: bytes) -> dict[str, str]:
    return {"file": base64.b64encode(content).decode()}


def scanned(office: TestClient, goods: Goods, content: bytes = PDF) -> int:
    held = certify(office, goods)
    assert {"digest": sha256(content).hexdigest()} == post(office, f"certificates/{held}/files", **packed(content))
    return held


def page(client: TestClient, goods: Goods, lang: str = "vi") -> str:
    return client.get(f"/t/{goods.code}?lang={lang}", headers=HTML).text


def meddle(conn: store.Connection, new: str) -> None:
    """What somebody with the database's own password can do: trigger and constraint first."""
    conn.execute("ALTER TABLE certificate_file DISABLE TRIGGER certificate_file_append_only")
    conn.execute("ALTER TABLE certificate_file DROP CONSTRAINT certificate_file_digest_true")
    conn.execute("UPDATE certificate_file SET bytes = %s", (new.encode(),))


def test_a_scan_comes_back_as_it_was_given_under_its_digest(
    office: TestClient, client: TestClient, goods: Goods
) -> None:
    scanned(office, goods)

    answer = client.get(f"/paper/{DIGEST}")

    assert (200, PDF, "application/pdf") == (answer.status_code, answer.content, answer.headers["content-type"])
    assert base64.b64encode(sha256(answer.content).digest()).decode() in answer.headers["repr-digest"]
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert DIGEST == office.get("/api/v1/certificates").json()[0]["certificate"]["file_digest"]


@pytest.mark.parametrize(("lang", "word"), [("vi", "Xem bản chụp"), ("en", "Open the scan"), ("zh", "查看扫描件")])
def test_the_page_of_a_lot_leads_to_the_scan_and_tells_its_fingerprint(
    office: TestClient, client: TestClient, goods: Goods, lang: str, word: str
) -> None:
    scanned(office, goods)

    text = page(client, goods, lang)

    assert f'href="/paper/{DIGEST}"' in text
    assert word in text
    assert f"{DIGEST[:16]}…" in text


def test_the_harvest_in_the_log_holds_the_digest(office: TestClient, goods: Goods) -> None:
    """So a scan that is exchanged later, digest and all, no longer fits the proof that a buyer holds."""
    held = scanned(office, goods)
    ids = {"product_id": goods.product_id, "harvest_id": goods.harvest_id, "producer_id": goods.party_id}
    lot = post(office, "lots", quantity_kg=10, **ids)["id"]

    events = [row["body"] for row in office.get(f"/api/v1/lots/{lot}/events").json()]

    found = next(body["certificationInfo"] for body in events if "certificationInfo" in body)
    assert [f"http://localhost:8100/id/certificate/{held}#sha256-{DIGEST}"] == ([found] if isinstance(found, str) else found)  # fmt: skip


def test_a_changed_file_is_refused_and_told_to_buyer_officer_and_office(
    office: TestClient, client: TestClient, conn: store.Connection, world: World, goods: Goods, now: datetime
) -> None:
    scanned(office, goods)
    meddle(conn, "%PDF-1.4 stars: 5 %%EOF")

    answer = client.get(f"/paper/{DIGEST}", headers={**HTML, "accept-language": "vi"})
    in_chinese = client.get(f"/paper/{DIGEST}?lang=zh", headers=HTML)
    check_papers(cast(store.Pool, OneConnection(conn)), now)

    assert (409, True) == (answer.status_code, "không còn đúng như lúc ghi" in answer.text)
    assert b"stars: 5" not in answer.content
    assert (409, False) == (in_chinese.status_code, "stars: 5" in in_chinese.text)
    assert office.get("/api/v1/certificates").json()[0]["file_altered"]
    alarmed = alerts.list_alerts(conn, world.officer)
    assert [("paper_altered", 5, "VG-26-0007")] == [(one.rule, one.severity, one.details["number"]) for one in alarmed]
    assert [] == alerts.list_alerts(conn, world.stranger)


def test_a_scan_that_is_exchanged_with_its_digest_is_named_by_the_harvest_that_knew_it(
    office: TestClient, conn: store.Connection, world: World, goods: Goods, now: datetime
) -> None:
    """The new pair agrees with itself; only the event in the log tells that it is another paper."""
    held = scanned(office, goods)
    ids = {"product_id": goods.product_id, "harvest_id": goods.harvest_id, "producer_id": goods.party_id}
    lot = post(office, "lots", quantity_kg=10, **ids)
    post(office, f"certificates/{held}/files", **packed(PDF.replace(b"1.4", b"1.7")))  # a newer scan is nobody's fault
    pool, better = cast(store.Pool, OneConnection(conn)), b"%PDF-1.4 stars: 5 %%EOF"
    check_papers(pool, now)
    assert [] == alerts.list_alerts(conn, world.officer)

    conn.execute("ALTER TABLE certificate_file DISABLE TRIGGER certificate_file_append_only")
    exchange = "UPDATE certificate_file SET bytes = %s, digest = %s WHERE digest = %s"
    conn.execute(exchange, (better, sha256(better).hexdigest(), DIGEST))
    check_papers(pool, now)

    [alarm] = alerts.list_alerts(conn, world.officer)
    said = {"key": "alert.paper_exchanged", "n": 1, "number": "VG-26-0007", "lot": lot["number"], "digest": DIGEST[:16]}
    assert ("paper_altered", said) == (alarm.rule, dict(alarm.details))
    [paper] = house_command.check_papers(conn)
    assert lot["number"] in house_command.paper_sentence("vi", paper)
    assert not house_command.check_json(Check(now, 0, 0, ()), [paper])["valid"]


def test_the_alarm_ends_when_the_file_is_whole_again(
    office: TestClient, conn: store.Connection, world: World, goods: Goods, now: datetime
) -> None:
    scanned(office, goods)
    pool = cast(store.Pool, OneConnection(conn))
    meddle(conn, "x")
    check_papers(pool, now)
    conn.execute("UPDATE certificate_file SET bytes = %s", (PDF,))

    check_papers(pool, now + timedelta(days=1))

    assert [now + timedelta(days=1)] == [alert.closed_at for alert in alerts.list_alerts(conn, world.officer)]


def test_the_schema_itself_lets_nobody_exchange_a_scan(
    office: TestClient, conn: store.Connection, goods: Goods
) -> None:
    scanned(office, goods)
    statements = {
        RestrictViolation: ("UPDATE certificate_file SET bytes = 'x'", "DELETE FROM certificate_file"),
        CheckViolation: (
            "INSERT INTO certificate_file (certificate_id, media_type, bytes, size, digest, added_by, added_at)"
            " SELECT certificate_id, media_type, 'x', 1, repeat('0', 64), added_by, added_at FROM certificate_file",
        ),
    }
    for fault, tried in statements.items():
        for statement in tried:
            with pytest.raises(fault), conn.transaction():
                conn.execute(statement)  # pyright: ignore[reportArgumentType]


def test_a_new_scan_is_added_and_the_old_one_still_opens(office: TestClient, client: TestClient, goods: Goods) -> None:
    held, newer = scanned(office, goods), PDF.replace(b"1.4", b"1.7")
    post(office, f"certificates/{held}/files", **packed(newer))

    assert f"/paper/{sha256(newer).hexdigest()}" in page(client, goods)
    assert PDF == client.get(f"/paper/{DIGEST}").content
    assert 409 == office.post(f"/api/v1/certificates/{held}/files", json=packed(PDF)).status_code


def png(size: tuple[int, int]) -> bytes:
    out = BytesIO()
    Image.new("1", size).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"<html><script>alert(1)</script>", 400, "certificate.not_paper"),
        (b"%PDF-1.7 cut off", 400, "certificate.not_paper"),
        (b"\x89PNG\r\n\x1a\nnothing", 400, "photo.unreadable"),
        (b"RIFF....AVI ", 400, "photo.unreadable"),
        (png((8000, 8000)), 400, "photo.unreadable"),  # a bomb: few bytes, 64 million points
        (b"%PDF-" + b"0" * 1_500_001 + b"%%EOF", 422, "invalid_fields"),
        (b"%PDF-" + b"0" * 2_000_000 + b"%%EOF", 413, "body_too_large"),
        (b"", 422, "invalid_fields"),
    ],
)
def test_what_is_no_paper_is_refused(office: TestClient, goods: Goods, content: bytes, status: int, code: str) -> None:
    answer = office.post(f"/api/v1/certificates/{certify(office, goods)}/files", json=packed(content))

    assert (status, code) == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize("path", ["0" * 64, "x" * 64, DIGEST.upper(), "..%2f..%2fetc"])
def test_a_digest_that_nobody_gave_opens_nothing(client: TestClient, path: str) -> None:
    assert client.get(f"/paper/{path}").status_code in (404, 422)


def test_a_picture_of_a_paper_is_kept_as_it_is(office: TestClient, client: TestClient, goods: Goods) -> None:
    content: Any = base64.b64decode(PNG)
    scanned(office, goods, content)

    assert content == client.get(f"/paper/{sha256(content).hexdigest()}").content
