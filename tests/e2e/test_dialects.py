"""Other systems in front of the collector as a process: over a real broker and real HTTP, with the database going away."""

import gzip
import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from conftest import free_port
from fixtures.collector import House, house, kill
from fixtures.waiting import LIMIT_S, wait_until
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from nongso import store
from nongso.mosquitto import password_hash

SECRET = "mat-khau-thiet-bi"
READINGS = (
    b"SELECT s.device_id, s.property, r.value FROM reading r JOIN series s ON s.id = r.series_id ORDER BY 1, 2, 3"
)
UPLINK = {
    "time": "2026-11-22T03:44:00Z",
    "deviceInfo": {"devEui": "0101010101010101"},
    "fPort": 85,
    "data": "A2cQAQRoew==",
    "rxInfo": [{"gatewayId": "0016c001f153a14c", "rssi": -36, "snr": 10.5}],
}


@pytest.fixture
def servers() -> Iterator[House]:
    """Servers with two devices of one office."""
    with house() as opened:
        with store.connect(opened.postgres.url) as conn:
            conn.execute(
                "INSERT INTO admin_unit (code, valid_from, name, kind) VALUES ('1', '2025-07-01', 'Xã Một', 'commune')"
            )
            conn.execute(
                "INSERT INTO office (slug, name, unit_code, unit_valid_from) VALUES ('xa-mot', 'Xã Một', '1', '2025-07-01')"
            )
            conn.execute(
                """
                INSERT INTO device (id, office_id, kind, name, name_sort, accept_from, secret_hash)
                SELECT n, id, 'soil', n, n, '2020-01-01', %s FROM office, unnest(ARRAY['probe-1', 'pump-1']) n
                """,
                (password_hash(SECRET),),
            )
        yield opened


def publish(servers: House, *messages: tuple[str, object]) -> None:
    client = Client(CallbackAPIVersion.VERSION2, "field", protocol=MQTTProtocolVersion.MQTTv5)
    client.connect(servers.broker.host, servers.broker.port)
    client.loop_start()
    for topic, body in messages:
        client.publish(topic, body if isinstance(body, bytes) else json.dumps(body), qos=1).wait_for_publish(LIMIT_S)
    client.disconnect()
    client.loop_stop()


OURS = 4  # up, senml, raw, status
THEIRS = 4  # two filters each


def test_integrations_are_listened_to_as_soon_as_they_are_switched_on_and_no_longer_than_that(servers: House) -> None:
    servers.start("ingest")
    servers.run("integration", "add", "chirpstack", "--office", "xa-mot")
    tasmota = servers.run("integration", "add", "tasmota", "--office", "xa-mot", "--root", "xa-mot/tele")
    for words in (
        ("probe-1", "--name", "0101010101010101", "--codec", "milesight-em300-th"),
        ("pump-1", "--name", "bom"),
    ):
        servers.start("integration", "link", *words).wait(LIMIT_S)
    wait_until(lambda: f"event=broker.listening filters={OURS + THEIRS} " in servers.log("ingest"))

    publish(
        servers,
        ("application/a/device/0101010101010101/event/up", UPLINK),
        ("xa-mot/tele/bom/SENSOR", {"Time": "2026-11-22T10:40:00", "BH1750": {"Illuminance": 12000}}),
        ("tele/bom/SENSOR", {"Time": "2026-11-22T10:41:00", "BH1750": {"Illuminance": 1}}),
        ("ns/v1/xa-mot/pump-1/senml", [{"n": "soil.ph", "bt": 1_795_319_100, "v": 6.5}]),
    )
    wait_until(lambda: len(servers.rows(READINGS)) == 6)

    assert [
        ("probe-1", "air.humidity", 61.5),
        ("probe-1", "air.temperature", 27.2),
        ("probe-1", "signal.rssi", -36.0),
        ("probe-1", "signal.snr", 10.5),
        ("pump-1", "light.illuminance", 12000.0),
        ("pump-1", "soil.ph", 6.5),
    ] == servers.rows(READINGS)
    assert servers.run("audit")["balances"]

    servers.start("integration", "remove", str(tasmota["id"])).wait(LIMIT_S)
    wait_until(lambda: "ended=2" in servers.log("ingest"))
    assert ["chirpstack"] == [one["kind"] for one in servers.run("integration", "list")]


def post(port: int, body: bytes, **headers: str) -> tuple[int, dict]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/ingest/probe-1", body)
    for name, value in {"Authorization": f"Bearer {SECRET}", **headers}.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as fault:
        with fault:
            return fault.code, json.loads(fault.read())


def batch(first: int, count: int) -> bytes:
    records = [
        {"ts": f"2026-11-22T02:{place:02}:00Z", "soil.moisture": 30 + place} for place in range(first, first + count)
    ]
    return json.dumps(records).encode()


def test_http_answers_2xx_only_for_what_is_safe_and_keeps_it_through_the_loss_of_the_database(servers: House) -> None:
    port = free_port()
    collector = servers.start("ingest", "--http", f"127.0.0.1:{port}")
    wait_until(lambda: "event=http.listening" in servers.log("ingest"))

    stored, told = post(port, gzip.compress(batch(0, 10)), Content_Encoding="gzip")
    assert (200, 10, 0) == (stored, told["stored"], told["duplicate"])

    servers.postgres.stop()
    spooled = [post(port, batch(10, 10), Idempotency_Key="a") for _ in range(2)]
    assert [202, 202] == [status for status, _ in spooled]
    assert 503 == post_as_stranger(port)

    kill(collector)
    servers.postgres.start()
    servers.start("ingest", "--http", f"127.0.0.1:{port}")
    wait_until(lambda: len(servers.rows(READINGS)) == 20)
    wait_until(lambda: "event=spool.drained" in servers.log("ingest"))

    repeated, told = post(port, batch(0, 21))
    assert (200, 1, 20) == (repeated, told["stored"], told["duplicate"])
    assert servers.run("audit")["balances"]


def post_as_stranger(port: int) -> int:
    """A device that was not heard of before the database went away: nobody can say whether it may speak."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/ingest/pump-1", b"{}")
    request.add_header("Authorization", f"Bearer {SECRET}")
    with pytest.raises(urllib.error.HTTPError) as fault:
        urllib.request.urlopen(request, timeout=LIMIT_S)
    fault.value.close()
    return fault.value.code
