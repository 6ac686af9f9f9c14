"""Connections are cut in the middle of a packet, on both sides of the broker: nothing is lost, nothing is stored twice."""

import csv
from pathlib import Path
from urllib.parse import urlsplit

from fixtures.collector import house, result
from fixtures.cutting import Framing, cutter
from fixtures.waiting import wait_until

CUTS = 12
STATIONS, STEPS = 10, 60
MAP = """\
device = "{station}"
kind = "soil"
interval_s = 600
time = "{time}"
[[column]]
name = "moisture"
property = "soil.moisture"
unit = "m³/m³"
"""


def tape(folder: Path) -> tuple[str, ...]:
    (folder / "map.toml").write_text(MAP)
    with (folder / "series.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["station", "time", "moisture"])
        for step in range(STEPS):
            at = f"2026-11-01T{step // 6:02}:{step % 6 * 10:02}:00+07:00"
            rows.writerows([f"probe-{station}", at, 0.2 + station / 1000] for station in range(STATIONS))
    return ("replay", str(folder / "series.csv"), "--map", str(folder / "map.toml"), "--register", "--json")


def test_frames_cut_in_their_middle_lose_nothing(tmp_path: Path) -> None:
    with house() as servers:
        port = urlsplit(servers.broker.url).port
        assert port is not None
        with cutter(port, CUTS, 1) as collectors, cutter(port, CUTS, 2) as devices:
            servers.environ["NONGSO_MQTT_URL"] = collectors.url
            servers.collect()
            servers.environ["NONGSO_MQTT_URL"] = devices.url
            told = result(servers.start(*tape(tmp_path)))
            wait_until(lambda: servers.rows(b"SELECT count(*) FROM reading") == [(STATIONS * STEPS,)])
            cuts = (collectors.cuts, devices.cuts)

    assert 0 == told["missing"]
    assert (STATIONS * STEPS, 0, 0) == (told["stored"], told["conflict"], told["rejected"])
    assert min(cuts) > 3


def test_the_cutter_knows_when_a_packet_is_under_way() -> None:
    framing, seen = Framing(), []
    for byte in b"\x30\x83\x00abc\xc0\x00\x30\x01z":
        framing.feed(byte)
        seen.append(framing.is_inside)

    assert [True] * 5 + [False, True, False, True, True, False] == seen
