"""The recorded NB-IoT datagrams through broker, collector and worker: nine readings each, most of them told before."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures.collector import House, house

from nongso import store
from nongso.clock import utc_now
from worker import alerts, notifications

SENTINEL = 64


@pytest.fixture(scope="module")
def played(shared: Path) -> Iterator[tuple[House, list[dict]]]:
    """A house in which the file was played twice: the two balances."""
    file = shared / "farm/lorawan/nbiot_water_level_raw.jsonl"
    with house() as opened:
        opened.collect()
        words = ("replay", str(file), "--map", "nbiot_water_level", "--register")
        yield opened, [opened.run(*words), opened.run(*words)]


def recorded(shared: Path) -> dict[tuple[str, str], float]:
    """The table that came with the frames, each point once."""
    text = (shared / "farm/lorawan/nbiot_water_level_decoded.csv").read_text(encoding="utf-8")
    return {
        (f"nbiot-{row['imei']}", row["device_time_utc"]): int(row["distance_mm"]) / 1000
        for row in csv.DictReader(text.splitlines())
    }


def test_every_item_is_accounted_for_and_the_second_time_nothing_is_new(played: tuple[House, list[dict]]) -> None:
    _, (first, second) = played

    assert (86, 4, 774 + 2 * 86) == (first["rows"], first["devices"], first["published"])
    assert (True, 0, 0) == (first["balances"], first["rejected"], first["conflict"])
    assert (True, 0, second["published"]) == (second["balances"], second["stored"], second["duplicate"])


def test_each_real_record_stands_once(played: tuple[House, list[dict]], shared: Path) -> None:
    opened, (first, _) = played
    stored = opened.rows(
        b"""
        SELECT s.device_id, to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), r.value
          FROM reading r JOIN series s ON s.id = r.series_id
         WHERE s.property = 'water.distance'
        """
    )

    expected = recorded(shared)

    assert len(expected) == len(stored)
    assert expected == {(device_id, at): value for device_id, at, value in stored}
    assert first["duplicate"] == first["published"] - first["stored"] >= 774 - len(expected)


def test_zeros_are_flagged_and_nothing_else_is_zero(played: tuple[House, list[dict]]) -> None:
    opened, _ = played
    flags = opened.rows(
        b"SELECT r.flags FROM reading r JOIN series s ON s.id = r.series_id WHERE s.property = 'water.distance' AND r.value = 0"
    )
    events = opened.rows(b"SELECT kind FROM device_event WHERE kind = 'probe_missing'")

    assert len(flags) == len(events) > 0
    assert all(found & SENTINEL for (found,) in flags)


def test_a_past_that_is_brought_in_alarms_and_notifies_nobody(played: tuple[House, list[dict]]) -> None:
    opened, _ = played
    with store.open_pool(opened.postgres.url, size=2) as pool:
        alerts.run_once(pool, utc_now())
        notifications.run_once(pool, utc_now())

    assert [(0, 0)] == opened.rows(b"SELECT (SELECT count(*) FROM alert), (SELECT count(*) FROM notification)")
