"""Makers' own decoders inside the collector: put in by a command, used by those that run, kept from holding up the others."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ingest.codecs import UnknownCodec
from ingest.codecs.frame import Codec, Decoded, decode
from ingest.codecs.script import VectorFailed
from ingest.codecs.shelf import REST_S, SLOW_S, Resting, patient
from ingest.integration_command import NameTaken, integration
from ingest.messages import Message
from ingest.outcomes import outcomes
from ingest.registry import Registry
from ingest.settle import settle
from nongso import store
from nongso.clock import utc_now
from nongso.store.codec_scripts import NoScript, ScriptUsed

SOURCE = "function Decoder(bytes, port) { return { t: (bytes[0] << 8 | bytes[1]) / %d }; }"
DESCRIPTION = """\
name = "acme-probe"
vendor = "Acme"
models = ["AP-1"]
version = "%s"
source = "acme.js"
[[field]]
path = "t"
property = "soil.temperature"
unit = "°C"
depth_cm = 20
[[vector]]
fport = 1
hex = "0a41"
expect = [{ property = "soil.temperature", depth_cm = 20, value = %s }]
"""


@pytest.fixture
def url(scratch_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with the device `probe-1` of the office `xa-mot`, which the settings name."""
    monkeypatch.setenv("NONGSO_DATABASE_URL", scratch_database)
    with store.connect(scratch_database) as conn:
        conn.execute(
            """
            INSERT INTO admin_unit (code, valid_from, name, kind) VALUES ('1', '2025-07-01', 'Xã Một', 'commune');
            INSERT INTO office (slug, name, unit_code, unit_valid_from) VALUES ('xa-mot', 'Xã Một', '1', '2025-07-01');
            INSERT INTO device (id, office_id, kind, name, name_sort, accept_from)
            SELECT 'probe-1', id, 'soil', 'Đầu dò', 'x', '2026-01-01' FROM office
            """
        )
    return scratch_database


@dataclass
class Collector:
    """A collector that forgets at once, so that what is put in is known with the next message."""

    conn: store.Connection
    registry: Registry = field(default_factory=lambda: Registry(ttl_s=0))

    def hear(self, frame: str) -> list[str]:
        """What becomes of a frame of the probe: how many were stored, and why the rest was refused."""
        at_us = int(utc_now().timestamp() * 1e6)
        message = Message("ns/v1/xa-mot/probe-1/raw", bytes.fromhex(frame), at_us)
        (became,) = outcomes(settle(self.conn, self.registry, [message], lambda stage: None))
        return [str(became.stored), *(one.reason for one in became.rejected)]

    def values(self) -> list[float]:
        return [row[0] for row in self.conn.execute("SELECT value FROM reading ORDER BY at").fetchall()]


def put_in(folder: Path, version: str, divisor: int, promised: str = "26.25") -> Path:
    (folder / "acme.js").write_text(SOURCE % divisor)
    file = folder / "acme.toml"
    file.write_text(DESCRIPTION % (version, promised))
    integration(["codec", str(file)])
    return file


def test_a_running_collector_reads_with_what_is_put_in_and_with_its_newer_version(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_in(tmp_path, "1", 100)
    integration(["link", "probe-1", "--codec", "acme-probe"])
    with store.connect(url) as conn:
        conn.autocommit = True
        collector = Collector(conn)
        heard = [collector.hear("09c4")]
        put_in(tmp_path, "2", 1000, "2.625")
        heard.append(collector.hear("09c4"))
        values = collector.values()
    integration(["codecs", "--json"])

    assert [["1"], ["1"]] == heard
    assert [25.0, 2.5] == values
    assert [("acme-probe", "2")] == [
        (one["name"], one["version"]) for one in json.loads(capsys.readouterr().out.splitlines()[-1])
    ]


def test_what_fails_its_vectors_does_not_come_in_and_the_older_one_reads_on(url: str, tmp_path: Path) -> None:
    put_in(tmp_path, "1", 100)
    integration(["link", "probe-1", "--codec", "acme-probe"])
    with pytest.raises(VectorFailed):
        put_in(tmp_path, "2", 10)

    with store.connect(url) as conn:
        conn.autocommit = True
        assert ["1"] == Collector(conn).hear("0a41")


def test_a_codec_is_taken_out_only_when_no_device_needs_it(url: str, tmp_path: Path) -> None:
    put_in(tmp_path, "1", 100)
    integration(["link", "probe-1", "--codec", "acme-probe"])
    with pytest.raises(ScriptUsed):
        integration(["remove-codec", "acme-probe"])
    with store.connect(url) as conn:
        conn.autocommit = True
        collector = Collector(conn)
        collector.hear("0a41")
        integration(["link", "probe-1", "--codec", "dragino-se01-lb"])
        integration(["remove-codec", "acme-probe"])
        conn.execute("UPDATE device SET codec = 'acme-probe'")
        orphaned = collector.hear("0a42")
        conn.execute("UPDATE device SET codec = NULL")

    assert ["0", "no_codec"] == orphaned
    with pytest.raises(NoScript):
        integration(["remove-codec", "acme-probe"])
    with pytest.raises(UnknownCodec):
        integration(["link", "probe-1", "--codec", "acme-probe"])


def test_a_name_of_ours_is_not_given_to_a_script(url: str, tmp_path: Path) -> None:
    (tmp_path / "acme.js").write_text(SOURCE % 100)
    (tmp_path / "acme.toml").write_text((DESCRIPTION % ("1", "26.25")).replace("acme-probe", "dragino-se01-lb"))

    with pytest.raises(NameTaken):
        integration(["codec", str(tmp_path / "acme.toml")])


def test_a_script_that_takes_too_long_rests_so_that_others_pass() -> None:
    now_s, used_s = 1_000.0, 0.0

    def loops(frame: bytes, fport: int) -> Decoded:
        nonlocal used_s
        used_s += 2 * SLOW_S if frame == b"\1" else 0.001
        return Decoded()

    codec = patient(Codec("acme", "Acme", (), (), "1", loops), lambda: now_s, lambda: used_s)
    decode(codec, b"\0", 1)
    decode(codec, b"\1", 1)
    with pytest.raises(Resting):
        decode(codec, b"\0", 1)
    now_s += REST_S

    assert Decoded() == decode(codec, b"\0", 1)
