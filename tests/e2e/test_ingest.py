"""The collector as a process, between a real broker and a real database that are killed and stopped under it: nothing is lost."""

import csv
import re
import signal
from collections.abc import Iterator

import pytest
from fixtures.collector import SUBSCRIBED, House, house, kill, result
from fixtures.waiting import LIMIT_S, wait_until

READINGS = b"""
    SELECT s.device_id, s.property, s.depth_cm, r.at, r.value, r.flags
      FROM reading r
      JOIN series s ON s.id = r.series_id
     ORDER BY 1, 2, 3, 4
"""
STORED = b"SELECT count(*) FROM reading"
MAP = """\
device = "{station}"
kind = "soil"
interval_s = 600
time = "{time}"
[[column]]
name = "moisture_{depth}"
depths_cm = [10, 20, 30]
property = "soil.moisture"
unit = "m³/m³"
"""
STATIONS, STEPS = 20, 200


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The words of a replay of 4,000 frames of up to 3 readings, a few cells of them empty or text."""
    folder = tmp_path_factory.mktemp("tape")
    (folder / "map.toml").write_text(MAP)
    with (folder / "series.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["station", "time", "moisture_10", "moisture_20", "moisture_30"])
        for step in range(STEPS):
            for station in range(STATIONS):
                at = f"2026-11-{1 + step // 144:02}T{step % 144 // 6:02}:{step % 6 * 10:02}:00+07:00"
                third = "" if step % 7 == 0 else "wet" if step % 11 == 0 else 0.3
                rows.writerow([f"probe-{station}", at, 0.2 + station / 1000, 0.25 + step / 10000, third])
    return ("replay", str(folder / "series.csv"), "--map", str(folder / "map.toml"), "--register", "--json")


@pytest.fixture
def servers() -> Iterator[House]:
    with house() as opened:
        yield opened


@pytest.fixture(scope="module")
def undisturbed(tape: tuple[str, ...]) -> list[tuple]:
    """The readings of a run that nobody disturbed."""
    with house() as opened:
        opened.collect()
        told = result(opened.start(*tape))
        assert told["balances"]
        assert {"not_a_number": told["rejected"]} == told["reasons"]
        return opened.rows(READINGS)


def stored(servers: House) -> int:
    return servers.rows(STORED)[0][0]


def test_a_killed_collector_loses_nothing_and_stores_nothing_twice(
    servers: House, tape: tuple[str, ...], undisturbed: list[tuple]
) -> None:
    collector = servers.collect()
    player = servers.start(*tape)
    for part in (4, 2):
        wait_until(lambda part=part: stored(servers) > len(undisturbed) // part)
        kill(collector)
        collector = servers.start("ingest")

    told = result(player)

    assert told["balances"]
    assert undisturbed == servers.rows(READINGS)
    assert servers.run("audit")["balances"]


def test_a_database_that_goes_away_costs_nothing(
    servers: House, tape: tuple[str, ...], undisturbed: list[tuple]
) -> None:
    """What comes meanwhile is acknowledged from the spool, which outlives the collector too, and drains when the database returns."""
    collector = servers.collect()
    player = servers.start(*tape)
    wait_until(lambda: stored(servers) > 0)
    servers.postgres.stop()
    wait_until(lambda: spooled(servers) > 0)
    kill(collector)
    servers.start("ingest")
    servers.postgres.start()

    told = result(player)

    assert told["balances"]
    assert undisturbed == servers.rows(READINGS)
    assert "event=spool.drained" in servers.log("ingest")
    assert servers.run("audit")["balances"]


def spooled(servers: House) -> int:
    counts = re.findall(r"event=store.away .*spooled=(\d+)", servers.log("ingest"))
    return int(counts[-1]) if counts else 0


def test_collectors_may_share_the_load(servers: House, tape: tuple[str, ...], undisturbed: list[tuple]) -> None:
    for name in ("a", "b"):
        servers.collect("--client-id", name, "--share", "collectors", "--sessions", "2")

    told = result(servers.start(*tape))

    assert told["balances"]
    assert undisturbed == servers.rows(READINGS)


def test_a_collector_starts_before_everything_and_leaves_cleanly(servers: House, tape: tuple[str, ...]) -> None:
    servers.broker.stop()
    servers.postgres.stop()
    collector = servers.start("ingest")
    wait_until(lambda: "event=broker.away" in servers.log("ingest"))
    servers.postgres.start()
    servers.broker.start()
    wait_until(lambda: SUBSCRIBED in servers.log("ingest"))

    assert result(servers.start(*tape))["balances"]
    collector.send_signal(signal.SIGTERM)

    assert 0 == collector.wait(LIMIT_S)
    assert "event=ingest.stopped" in servers.log("ingest")
