"""`nongso epcis capture`: files into the office's book, in somebody's name."""

import json
from datetime import date
from pathlib import Path

import pytest

from nongso import store
from nongso.people import Role
from nongso.store import admin_units, people, places
from nongso.store.admin_units import AdminUnit
from nongso.store.people import NewAccount
from traceability.epcis.capture_files import JobFailed, NotAKeeper
from traceability.epcis.command import epcis

EVENT = {
    "type": "ObjectEvent",
    "eventTime": "2026-11-22T08:30:00+07:00",
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "epcList": ["urn:epc:id:sgtin:4012345.012345.1"],
}


@pytest.fixture
def office(scratch_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An office with an officer `hoa` and a farmer `tu`, in the database of the settings; its address."""
    monkeypatch.setenv("NONGSO_DATABASE_URL", scratch_database)
    monkeypatch.setenv("NONGSO_LANG", "en")
    with store.connect(scratch_database) as conn:
        admin_units.insert_unit(conn, AdminUnit("1", date(2025, 7, 1), None, "Xã Một", "xã", None, None, ""))
        office = places.insert_office(conn, "xa-mot", "Xã Một", "", "1", date(2025, 7, 1))
        for login, role in (("hoa", Role.OFFICER), ("tu", Role.FARMER)):
            people.insert(conn, office, NewAccount(login, login, role, "en", "$7$hash"))
    return scratch_database


def file(folder: Path, **changes: object) -> str:
    path = folder / "event.json"
    path.write_text(json.dumps(EVENT | changes), encoding="utf-8")
    return str(path)


def test_a_file_is_stored_once(office: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file(tmp_path)

    for _ in range(2):
        assert 0 == epcis(["capture", path, "--login", "hoa", "--json"])

    counts = [(row["stored"], row["duplicates"]) for row in map(json.loads, capsys.readouterr().out.splitlines())]
    assert [(1, 0), (0, 1)] == counts
    with store.connect(office) as conn:
        assert (2,) == conn.execute("SELECT count(*) FROM audit_line WHERE action = 'epcis.capture'").fetchone()


def test_a_bad_file_stores_nothing_and_says_why(office: str, tmp_path: Path) -> None:
    with pytest.raises(JobFailed, match="bizStep"):
        epcis(["capture", file(tmp_path, bizStep="harvesting"), "--login", "hoa"])

    with store.connect(office) as conn:
        assert (0,) == conn.execute("SELECT count(*) FROM event").fetchone()


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("login", ["tu", "nobody"])
def test_only_who_writes_for_the_office_may(tmp_path: Path, login: str) -> None:
    with pytest.raises(NotAKeeper):
        epcis(["capture", file(tmp_path), "--login", login])
