import json
from pathlib import Path

import pytest

from ingest.codecs import UnknownCodec
from ingest.codecs.command import BadHex, NoFrame, decode
from ingest.codecs.frame import EventKind, TooShort, WrongPort
from nongso.text import catalogue

LIVE = "0d270ccc0e23097d013e10"
SCRIPT = """
name = "a"
vendor = "V"
models = ["M"]
version = "1"
source = "a.js"
field = [{path = "t", property = "air.temperature"}]
vector = [{fport = 1, hex = "1b", expect = [{property = "air.temperature", value = 27}]}]
"""


def test_json_tells_values_units_times_and_flags(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == decode(["--codec", "milesight-em300-th", "--json", "20ce9e74466310015d00"])
    got = json.loads(capsys.readouterr().out)
    assert {
        "property": "air.temperature",
        "depth_cm": None,
        "value": 27.2,
        "unit": "°C",
        "at": "2022-10-12T08:02:38Z",
        "flags": [],
    } == got["measurements"][0]
    assert ("milesight-em300-th", "1") == (got["codec"], got["version"])


def test_json_names_an_error_code(capsys: pytest.CaptureFixture[str]) -> None:
    decode(["--codec", "dragino-se01-lb", "--fport", "2", "--json", *LIVE[:8], LIVE[8:]])
    got = json.loads(capsys.readouterr().out)
    assert ["SENTINEL"] == got["measurements"][1]["flags"]
    assert ("probe_missing", "probe.temperature") == (got["events"][0]["kind"], got["events"][0]["property"])


def test_people_read_it_in_their_language(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NONGSO_LANG", "vi")
    decode(["--codec", "dragino-se01-lb", LIVE])
    got = capsys.readouterr().out.splitlines()
    assert "Nhiệt độ đầu đo rời: 327,6 °C (mã báo lỗi của thiết bị, không phải số đo)" == got[1]
    assert "! Chưa cắm đầu đo · Nhiệt độ đầu đo rời" == got[-1]


def test_the_list_names_every_vendor(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == decode(["--list", "--json"])
    assert {"Decentlab", "Dragino", "Milesight", "SenseCAP"} == {
        row["vendor"] for row in json.loads(capsys.readouterr().out)
    }


def test_a_vendors_script_is_activated_before_it_reads(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("function Decoder(b, p) { return {t: b[0]}; }", encoding="utf-8")
    (tmp_path / "a.toml").write_text(SCRIPT, encoding="utf-8")
    decode(["--script", str(tmp_path / "a.toml"), "--json", "19"])
    assert [25.0] == [row["value"] for row in json.loads(capsys.readouterr().out)["measurements"]]


@pytest.mark.parametrize(
    ("argv", "fault"),
    [
        (["--codec", "acme", "00"], UnknownCodec),
        (["00"], UnknownCodec),
        (["--codec", "dragino-lse01"], NoFrame),
        (["--codec", "dragino-lse01", "0x"], BadHex),
        (["--codec", "dragino-lse01", "00"], TooShort),
        (["--codec", "dragino-lse01", "--fport", "9", LIVE], WrongPort),
    ],
)
def test_bad_input_is_a_narrow_error(argv: list[str], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        decode(argv)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", EventKind)
def test_every_event_has_a_sentence(lang: str, kind: EventKind) -> None:
    assert f"codec_event.{kind}" in catalogue(lang)
