"""Whatever a device sends, over a real broker: a reason in the dead letter, the neighbours untouched, the connection and the memory kept."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fixtures.collector import SUBSCRIBED, House, house
from fixtures.waiting import LIMIT_S, wait_until

from ingest import mapping
from ingest.broker import Account
from ingest.publisher import BrokerSilent, Publisher
from ingest.register import register
from nongso import store

NEIGHBOURS = [f"neighbour-{number}" for number in range(20)]
FLOOD = 3_000
ROOM_KIB = 64 * 1024
REASONS = b"SELECT DISTINCT d.topic, r.reason FROM dead_letter d JOIN rejection r ON r.dead_letter_id = d.id"
STORED = b"SELECT s.device_id, count(*)::int FROM reading r JOIN series s ON s.id = r.series_id GROUP BY 1"


@pytest.fixture(scope="module")
def servers() -> Iterator[House]:
    with house() as opened:
        with store.connect(opened.postgres.url) as conn:
            ids = ["clumsy", "hurried", *NEIGHBOURS]
            register(conn, "office", mapping.load("cookfarm"), ids, datetime.now(UTC) - timedelta(days=30))
            register(conn, "elsewhere", mapping.load("cookfarm"), ["stranger"], datetime.now(UTC))
        opened.collect()
        yield opened


def up(device_id: str, tenant: str = "office") -> str:
    return f"ns/v1/{tenant}/{device_id}/up"


def frame(value: object, key: str = "soil.moisture", at: str | float | None = None, seq: int = 1) -> bytes:
    at_s = time.time() - seq if at is None else at
    return json.dumps({"v": 1, "ts": at_s, "m": [{"k": key, "d": 20, "v": value}]}).encode()


def publisher(servers: House, name: str) -> Publisher:
    return Publisher(Account(servers.broker.url, name), window=500, patience_s=LIMIT_S)


def stored(servers: House) -> dict[str, int]:
    return dict(servers.rows(STORED))


BAD = {
    "bad_json": (up("clumsy"), b'{"v":1,"m":['),
    "too_large": (up("clumsy"), b'{"x":"' + b"x" * 200_000 + b'"}'),
    "too_many": (up("clumsy"), json.dumps({"v": 1, "m": [{}] * 10_000}).encode()),
    "unknown_device": (up("nobody"), frame(1.0)),
    "wrong_tenant": (up("clumsy", "elsewhere"), frame(1.0)),
    "unknown_property": (up("clumsy"), frame(1.0, key="soil.happiness")),
    "not_a_number": (up("clumsy"), frame("wet")),
    "too_old": (up("clumsy"), frame(1.0, at="1970-01-01T00:00:00Z")),
}


@pytest.mark.parametrize("reason", BAD)
def test_bad_input_is_set_aside_with_its_reason(servers: House, reason: str) -> None:
    topic, payload = BAD[reason]

    with publisher(servers, "clumsy") as sender:
        sender.publish(topic, payload)
        sender.wait_confirmed()

    wait_until(lambda: (topic, reason) in servers.rows(REASONS))


def test_a_clock_in_2099_is_not_believed(servers: House) -> None:
    with publisher(servers, "clumsy") as sender:
        sender.publish(up("clumsy"), frame(31.4, at="2099-01-01T00:00:00Z"))
        sender.wait_confirmed()

    wait_until(lambda: stored(servers).get("clumsy"))
    assert [(1,)] == servers.rows(
        b"SELECT flags & 1 FROM reading WHERE at < now() + interval '1 minute' AND value = 31.4"
    )


def test_ten_megabytes_end_at_the_broker(servers: House) -> None:
    """The broker takes no packet of that size: it cuts the sender off, and nobody else notices."""
    with Publisher(Account(servers.broker.url, "huge"), window=1, patience_s=2) as sender:
        sender.publish(up("clumsy"), b"x" * 10_000_000)
        with pytest.raises(BrokerSilent):
            sender.wait_confirmed()

    assert 1 == servers.log("ingest").count(SUBSCRIBED)


def test_a_hurried_device_is_set_aside_and_told_of(servers: House) -> None:
    """Nothing of it is lost; the collector's memory and its connection stay. Who goes first: tests/store/test_writer.py."""
    before_kib = resident_kib(servers)
    with publisher(servers, "hurried") as sender:
        for number in range(FLOOD):
            sender.publish(up("hurried"), frame(20.0, seq=number + 1))
        for neighbour in NEIGHBOURS:
            sender.publish(up(neighbour), frame(20.0))
        sender.wait_confirmed()
    wait_until(lambda: stored(servers)["hurried"] == FLOOD and set(NEIGHBOURS) <= stored(servers).keys())

    assert {up("hurried")} == set(re.findall(r"event=siding.hurried topic=(\S+)", servers.log("ingest")))
    assert resident_kib(servers) < before_kib + ROOM_KIB
    assert 1 == servers.log("ingest").count(SUBSCRIBED)
    assert servers.run("audit")["balances"]


def resident_kib(servers: House) -> int:
    """Memory of the collector."""
    status = Path(f"/proc/{servers.programs[0].pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1])
