"""`nongso integration`: what is switched on, what is refused, and what the broker is told."""

import json
from pathlib import Path

import pytest

from ingest.codecs import UnknownCodec
from ingest.dialects.fields import BadFieldMap, UnknownFieldMap
from ingest.integration_command import BadRoot, BadZone, NoRoot, UnknownKind, integration
from nongso import store
from nongso.broker_files import bring_up_to_date
from nongso.errors import NongsoError, NotFound
from nongso.mosquitto import matches
from nongso.store.integrations import NoIntegration, RootTaken

ADD = ("add", "chirpstack", "--office", "xa-mot")


@pytest.fixture
def url(scratch_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with the device `probe-1` of the office `xa-mot`, which the settings name."""
    monkeypatch.setenv("NONGSO_DATABASE_URL", scratch_database)
    with store.connect(scratch_database) as conn:
        conn.execute(
            "INSERT INTO admin_unit (code, valid_from, name, kind) VALUES ('1', '2025-07-01', 'Xã Một', 'commune')"
        )
        conn.execute(
            "INSERT INTO office (slug, name, unit_code, unit_valid_from) VALUES ('xa-mot', 'Xã Một', '1', '2025-07-01')"
        )
        conn.execute(
            """
            INSERT INTO device (id, office_id, kind, name, name_sort, accept_from)
            SELECT 'probe-1', id, 'soil', 'Đầu dò', 'x', '2026-01-01' FROM office
            """
        )
    return scratch_database


def test_its_key_opens_the_broker_below_its_root_only(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    integration([*ADD, "--root", "application/17c8", "--json"])
    added = json.loads(capsys.readouterr().out)

    with store.connect(url) as conn:
        bring_up_to_date(conn, tmp_path, ("house", "secret of the house"))

    users = dict(line.split(":") for line in (tmp_path / "passwd").read_text().splitlines())
    assert matches(added["key"], users[f"integration!{added['id']}"])
    rights = (tmp_path / "acl").read_text()
    assert f"user integration!{added['id']}\ntopic readwrite application/17c8/#\n" in rights
    assert "user house\ntopic read application/17c8/#\n" in rights


def test_what_was_removed_is_listed_no_more_and_its_topics_are_free(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    integration([*ADD, "--json"])
    first = json.loads(capsys.readouterr().out)["id"]
    integration(["remove", str(first)])
    integration([*ADD])
    told = capsys.readouterr().out
    integration(["list", "--json"])

    assert "application/+/device/+/event/+" in told
    assert [first + 1] == [one["id"] for one in json.loads(capsys.readouterr().out)]


def test_every_deed_leaves_a_line_in_the_record(url: str) -> None:
    integration(list(ADD))
    integration(["link", "probe-1", "--name", "0101010101010101", "--codec", "dragino-lse01", "--fields", "tasmota"])

    with store.connect(url) as conn:
        actions = conn.execute("SELECT action FROM audit_line ORDER BY id").fetchall()
        linked = conn.execute("SELECT external_id, codec, fields ? 'DS18B20.Id' FROM device").fetchall()
    assert [("integration.add",), ("device.link",)] == actions
    assert [("0101010101010101", "dragino-lse01", True)] == linked


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("add", "zigbee", "--office", "xa-mot"), UnknownKind),
        (("add", "esphome", "--office", "xa-mot"), NoRoot),
        ((*ADD, "--root", "ns/v1"), BadRoot),
        ((*ADD, "--root", "a/#"), BadRoot),
        ((*ADD, "--root", "$SYS"), BadRoot),
        ((*ADD, "--zone", "Mars/Phobos"), BadZone),
        (("add", "chirpstack", "--office", "xa-hai"), NotFound),
        (("remove", "77"), NoIntegration),
        (("link", "probe-9"), NotFound),
        (("link", "probe-1", "--codec", "nobody"), UnknownCodec),
        (("link", "probe-1", "--fields", "nobody"), UnknownFieldMap),
    ],
)
def test_what_cannot_be_done_is_one_clear_error(url: str, words: tuple[str, ...], fault: type[NongsoError]) -> None:
    with pytest.raises(fault):
        integration(list(words))


def test_two_integrations_never_share_topics(url: str) -> None:
    integration([*ADD, "--root", "xa-mot/lora"])

    with pytest.raises(RootTaken):
        integration(["add", "homeassistant", "--office", "xa-mot", "--states", "xa-mot"])


@pytest.mark.parametrize(
    "line", ['x = { property = "soil.wet" }', 'x = { property = "soil.ph", unit = "kPa" }', "x = 5"]
)
def test_a_map_that_says_nonsense_is_refused(url: str, tmp_path: Path, line: str) -> None:
    (tmp_path / "fields.toml").write_text(f"[fields]\n{line}\n")

    with pytest.raises(BadFieldMap):
        integration(["link", "probe-1", "--fields", str(tmp_path / "fields.toml")])
