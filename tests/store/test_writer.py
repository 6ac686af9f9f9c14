"""The writer among its neighbours: who is hurried waits, everybody else is safe with the very first batch."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest import mapping
from ingest.broker import Delivery, Ticket
from ingest.bulletin import Bulletin
from ingest.messages import Message
from ingest.meter import Meter
from ingest.register import register
from ingest.siding import Siding
from ingest.spool import Spool
from ingest.writer import Writer
from nongso import store

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
NOW_US = int(NOW.timestamp() * 1e6)
AT_ONCE = 200  # what one speaker may send at once, docs/decisions/0180
FLOOD = 300
NEIGHBOURS = [f"neighbour-{number}" for number in range(20)]
STORED = "SELECT s.device_id, count(*)::int FROM reading r JOIN series s ON s.id = r.series_id GROUP BY 1"


class Road:
    """Where the burst came from and where receipts go: sees what is stored at the moment of the acknowledgement."""

    def __init__(self, conn: store.Connection) -> None:
        self._conn = conn
        self.seen: dict[str, int] = {}
        self.receipts: list[tuple[str, bytes]] = []

    def acknowledge(self, tickets: Sequence[Ticket]) -> None:
        self.seen = stored(self._conn)

    def publish(self, messages: list[tuple[str, bytes]]) -> None:
        self.receipts.extend(messages)


def stored(conn: store.Connection) -> dict[str, int]:
    return dict(conn.execute(STORED).fetchall())


@pytest.fixture
def looking_on(scratch_database: str) -> Iterator[store.Connection]:
    with store.connect(scratch_database) as conn:
        conn.autocommit = True
        register(conn, "office", mapping.load("cookfarm"), ["hurried", *NEIGHBOURS], NOW - timedelta(days=30))
        yield conn


def delivery(device_id: str, seconds_ago: int) -> Delivery:
    body = b'{"v":1,"ts":%d,"m":[{"k":"soil.moisture","d":20,"v":31.4}]}' % (NOW_US // 10**6 - seconds_ago)
    return Delivery(Message(f"ns/v1/office/{device_id}/up", body, NOW_US), Ticket(1, 0, 1))


def test_a_hurried_device_waits_its_neighbours_pass_and_nothing_is_lost(
    looking_on: store.Connection, scratch_database: str, tmp_path: Path
) -> None:
    road = Road(looking_on)
    siding = Siding(tmp_path / "siding")
    writer = Writer(scratch_database, Spool(tmp_path / "spool"), siding, Meter(), Bulletin("collector"))
    flood = [delivery("hurried", second) for second in range(FLOOD)]

    writer.put(road, [*flood, *(delivery(neighbour, 1) for neighbour in NEIGHBOURS)])
    writer.stop()
    writer.run(road)

    passed = dict.fromkeys(NEIGHBOURS, 1)
    assert {"hurried": AT_ONCE, **passed} == road.seen
    assert FLOOD == stored(looking_on)["hurried"] + siding.length
