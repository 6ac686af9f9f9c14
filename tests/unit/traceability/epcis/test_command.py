"""`nongso epcis hash` and `check`."""

import json
from pathlib import Path

import pytest

from traceability.epcis.command import NoFile, epcis

EVENT = {
    "type": "ObjectEvent",
    "eventTime": "2026-11-22T08:30:00+07:00",
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "epcList": ["urn:epc:id:sgtin:4012345.012345.1"],
}
PRE_HASH = (
    "eventType=ObjectEventeventTime=2026-11-22T01:30:00.000ZeventTimeZoneOffset=+07:00"
    "epcListepc=https://id.gs1.org/01/04012345123456/21/1action=OBSERVE\n"
)


def file(folder: Path, **changes: object) -> str:
    path = folder / "event.json"
    path.write_text(json.dumps(EVENT | changes), encoding="utf-8")
    return str(path)


def test_hash_prints_an_id_for_each_event_of_each_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file(tmp_path)
    assert epcis(["hash", path, path]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["ni:///sha-256;" + lines[0][14:78] + "?ver=CBV2.0"] * 2


def test_prehash_prints_the_strings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert epcis(["hash", "--prehash", file(tmp_path)]) == 0
    assert capsys.readouterr().out == PRE_HASH


def test_check_says_nothing_of_a_good_event(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert epcis(["check", file(tmp_path)]) == 0
    assert capsys.readouterr().out == ""


def test_check_prints_a_line_for_each_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NONGSO_LANG", "en")
    path = file(tmp_path, action="CREATE")
    assert epcis(["check", path]) == 1
    assert capsys.readouterr().out == f"{path}: /action: “CREATE” must be ADD, OBSERVE or DELETE\n"


def test_check_prints_json_for_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file(tmp_path, action="CREATE")
    assert epcis(["check", "--json", path]) == 1
    assert json.loads(capsys.readouterr().out) == [
        {
            "file": path,
            "type": "epcisException:ValidationException",
            "path": "/action",
            "reason": "not_an_action",
            "found": "CREATE",
            "title": "“CREATE” must be ADD, OBSERVE or DELETE",
        }
    ]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoFile):
        epcis(["hash", str(tmp_path / "nothing.json")])
