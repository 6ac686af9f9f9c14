"""HTTP ingest in process: who may speak, what is answered for every record, what is refused before it is read."""

import gzip
import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from ingest import http_body
from ingest.http import Door, create_app
from ingest.http_desk import Desk
from ingest.http_pace import BURST, Pace
from ingest.meter import Meter
from nongso import store
from nongso.clock import utc_now
from nongso.mosquitto import password_hash
from nongso.store import integrations, rotations, senders
from nongso.store.integrations import IntegrationDraft
from nongso.store.senders import Link
from nongso.tokens import token_hash

SECRET, KEY = "mat-khau-thiet-bi", "khoa-cua-may-chu-mang"
BEARER = {"Authorization": f"Bearer {SECRET}"}
PATH = "/api/v1/ingest/probe-1"
AT = "2026-11-22T03:40:00Z"


@pytest.fixture
def url(scratch_database: str) -> str:
    """A database with the device `probe-1` of the office `xa-mot`, whose language ChirpStack and The Things Stack are."""
    with store.connect(scratch_database) as conn:
        conn.execute(
            "INSERT INTO admin_unit (code, valid_from, name, kind) VALUES ('1', '2025-07-01', 'Xã Một', 'commune')"
        )
        conn.execute(
            "INSERT INTO office (slug, name, unit_code, unit_valid_from) VALUES ('xa-mot', 'Xã Một', '1', '2025-07-01')"
        )
        conn.execute(
            """
            INSERT INTO device (id, office_id, kind, name, name_sort, accept_from, secret_hash)
            SELECT 'probe-1', id, 'soil', 'Đầu dò', 'x', '2020-01-01', %s FROM office
            """,
            (password_hash(SECRET),),
        )
        for kind in ("chirpstack", "ttn"):
            draft = IntegrationDraft(kind, None, None, "Asia/Ho_Chi_Minh", token_hash(KEY + kind), password_hash(KEY))
            integrations.insert(conn, "xa-mot", draft, utc_now())
        senders.link(conn, "probe-1", Link("0101010101010101", "milesight-em300-th", None))
    return scratch_database


@pytest.fixture
def client(url: str) -> Iterator[TestClient]:
    door = Door(Desk(url, Meter()), lambda source, burst: None, Pace(lambda: 0.0))
    with TestClient(create_app(door)) as opened:
        yield opened
    door.close()


def count(url: str) -> int:
    with store.connect(url) as conn:
        row = conn.execute("SELECT count(*) FROM reading").fetchone()
    return row[0] if row else 0


def test_one_record_is_stored_and_its_repeat_is_a_duplicate(client: TestClient, url: str) -> None:
    body = {"ts": AT, "m": [{"k": "soil.moisture", "d": 20, "v": 31.5}]}

    first, again = (client.post(PATH, json=body, headers=BEARER) for _ in range(2))

    assert (200, "stored") == (first.status_code, first.json()["records"][0]["outcome"])
    assert (200, "duplicate") == (again.status_code, again.json()["records"][0]["outcome"])
    assert 1 == count(url)


def test_a_packed_batch_answers_for_every_record(client: TestClient, url: str) -> None:
    batch = [{"ts": AT, "soil.moisture": 31.5}, {"ts": AT, "soil.moisture": 32}, {"soil.ph": "acid", "air.co2": 400}, 7]
    headers = {**BEARER, "Content-Encoding": "gzip", "Content-Type": "application/json"}

    answer = client.post(PATH, content=gzip.compress(json.dumps(batch).encode()), headers=headers)

    assert 207 == answer.status_code
    assert ["stored", "conflict", "mixed", "rejected"] == [one["outcome"] for one in answer.json()["records"]]
    assert [{"position": 0, "property": "soil.ph", "reason": "not_a_number", "detail": "acid"}] == answer.json()[
        "records"
    ][2]["reasons"]
    assert 2 == count(url)


def test_the_same_idempotency_key_stores_nothing_twice(client: TestClient, url: str) -> None:
    """Also for readings without a time of their own, which would else stand at two times of arrival."""
    batch = [{"soil.moisture": 31.5}, {"soil.temperature": 27}]
    headers = {**BEARER, "Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}

    first, again = (client.post(PATH, json=batch, headers=headers) for _ in range(2))
    other = client.post(PATH, json=batch, headers={**BEARER, "Idempotency-Key": "another"})

    assert [(2, 0), (0, 2), (2, 0)] == [
        (one.json()["stored"], one.json()["duplicate"]) for one in (first, again, other)
    ]
    assert 4 == count(url)


def test_senml_by_its_media_type(client: TestClient) -> None:
    pack = [{"bn": "soil.", "bt": 1_795_319_100, "n": "moisture", "u": "%", "v": 31.5}, {"n": "ph", "v": 6.1}]

    answer = client.post(
        PATH, content=json.dumps(pack), headers={**BEARER, "Content-Type": "application/senml+json; charset=utf-8"}
    )

    assert (200, 2) == (answer.status_code, answer.json()["stored"])


def test_the_form_of_thingsboard_has_device_and_secret_in_its_path(client: TestClient) -> None:
    body = [{"ts": 1_795_319_100_000, "values": {"soil.moisture": "31.5"}}, {"soil.temperature": 27}]

    answer = client.post(f"/api/v1/probe-1~{SECRET}/telemetry", json=body)

    assert (200, 2) == (answer.status_code, answer.json()["stored"])
    assert 401 == client.post("/api/v1/probe-1~wrong/telemetry", json=body).status_code
    assert 401 == client.post("/api/v1/probe-1/telemetry", json=body).status_code


def test_webhooks_of_network_servers(client: TestClient) -> None:
    up = {"time": AT, "deviceInfo": {"devEui": "0101010101010101"}, "fPort": 85, "data": "A2cQAQRoew=="}
    ttn = {
        "end_device_ids": {"dev_eui": "0101010101010101"},
        "uplink_message": {"received_at": "2026-11-22T03:41:00Z", "f_port": 85, "frm_payload": "A2cQAQRoew=="},
    }

    one = client.post(
        "/api/v1/ingest/chirpstack?event=up", json=up, headers={"Authorization": f"Bearer {KEY}chirpstack"}
    )
    two = client.post("/api/v1/ingest/ttn/up", json=ttn, headers={"Authorization": f"Bearer {KEY}ttn"})
    simulated = client.post(
        "/api/v1/ingest/ttn", json={**ttn, "simulated": True}, headers={"Authorization": f"Bearer {KEY}ttn"}
    )
    foreign = client.post("/api/v1/ingest/ttn", json=ttn, headers={"Authorization": f"Bearer {KEY}chirpstack"})

    assert [(200, 2), (200, 2)] == [(each.status_code, each.json()["stored"]) for each in (one, two)]
    assert (207, "simulated") == (simulated.status_code, simulated.json()["records"][0]["reasons"][0]["reason"])
    assert 401 == foreign.status_code


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (PATH, {}),
        (PATH, {"Authorization": "Bearer wrong"}),
        (PATH, {"Authorization": "Basic ???"}),
        (
            PATH,
            {"Authorization": "Basic " + "cHJvYmUtMjptYXQta2hhdS10aGlldC1iaQ=="},
        ),  # probe-2 with the secret of probe-1
        ("/api/v1/ingest/probe-9", BEARER),
        ("/api/v1/ingest/pro%00be", BEARER),
        ("/api/v1/ingest/chirpstack?event=up", {"Authorization": "Bearer wrong"}),
    ],
)
def test_who_does_not_prove_who_it_is_gets_401_and_is_not_told_why(
    client: TestClient, path: str, headers: dict
) -> None:
    answer = client.post(path, json={"soil.moisture": 1}, headers=headers)

    assert (401, "application/problem+json", "http.bad_key") == (
        answer.status_code,
        answer.headers["content-type"],
        answer.json()["code"],
    )


def test_basic_authentication_and_both_secrets_while_they_change_over(client: TestClient, url: str) -> None:
    """The first use of the new secret ends the old one."""
    with store.connect(url) as conn:
        office_id = senders.link(conn, "probe-1", Link(None, None, None))
        rotations.begin(conn, office_id, "probe-1", password_hash("moi"), utc_now())

    def post(secret: str) -> int:
        return client.post(PATH, json={"ts": AT, "soil.ph": 6}, auth=("probe-1", secret)).status_code

    assert [200, 200, 401, 200] == [post(SECRET), post("moi"), post(SECRET), post("moi")]


def test_too_much_is_refused_before_it_is_unpacked(client: TestClient) -> None:
    bomb = gzip.compress(b"[" + b" " * 50_000_000 + b"]")
    record = json.dumps({"soil.moisture": 1, "x": "y" * 70_000})

    answers = [
        client.post(PATH, content=bomb, headers={**BEARER, "Content-Encoding": "gzip"}),
        client.post(PATH, content=record, headers=BEARER),
        client.post(PATH, json=[1] * (http_body.BATCH_RECORDS + 1), headers=BEARER),
        client.post(PATH, json=[1] * 10_000, headers=BEARER),
        client.post(PATH, content=b" " * 2_000_000, headers=BEARER),
        client.post(PATH, content=b" " * 10_000_000, headers=BEARER),
    ]

    assert [413] * 6 == [answer.status_code for answer in answers]
    assert all("application/problem+json" == answer.headers["content-type"] for answer in answers)


@pytest.mark.parametrize(
    ("content", "headers"), [(b"[1", {}), (b"x", {"Content-Encoding": "gzip"}), (b"x", {"Content-Encoding": "br"})]
)
def test_what_cannot_be_unpacked_or_cut_is_refused(client: TestClient, content: bytes, headers: dict) -> None:
    assert 400 == client.post(PATH, content=content, headers={**BEARER, **headers}).status_code


def test_bad_json_is_a_dead_letter_and_not_an_error(client: TestClient, url: str) -> None:
    answer = client.post(PATH, content=b'{"soil.moisture":', headers=BEARER)

    assert (207, "bad_json") == (answer.status_code, answer.json()["records"][0]["reasons"][0]["reason"])
    with store.connect(url) as conn:
        assert [("probe-1",)] == conn.execute("SELECT device_id FROM dead_letter").fetchall()


def test_a_device_gone_wild_slows_only_itself(client: TestClient, url: str) -> None:
    codes = [client.post(PATH, content=b"", headers=BEARER).status_code for _ in range(int(BURST) + 1)]

    assert 429 == codes[-1]
    answer = client.post(
        "/api/v1/ingest/chirpstack?event=join", json={}, headers={"Authorization": f"Bearer {KEY}chirpstack"}
    )
    assert 207 == answer.status_code
