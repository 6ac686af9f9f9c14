"""`nongso user` and `nongso device` on a fresh database: from nothing to an office, its admin and a device."""

import json
from datetime import date
from pathlib import Path

import pytest

from nongso import store
from nongso.commands.device import device
from nongso.commands.offices import UnknownOffice
from nongso.commands.user import user
from nongso.erasures import BadList
from nongso.errors import NotFound
from nongso.people import Role, Viewer
from nongso.store import parties
from nongso.store.connection import AlreadyThere
from nongso.store.parties import PartyDraft

OFFICE = ["office", "cai-coi", "--name", "Phòng Kinh tế", "--unit", "90001", "--unit-name", "Xã Cái Cối"]


@pytest.fixture
def fresh(scratch_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty database as the settings' own; a file with a password."""
    monkeypatch.setenv("NONGSO_DATABASE_URL", scratch_database)
    monkeypatch.setenv("NONGSO_LANG", "vi")
    secret = tmp_path / "password"
    secret.write_text("ruộng lúa ba tư\n", encoding="utf-8")
    return secret


def add_admin(secret: Path) -> int:
    words = ["--role", "admin", "--name", "Lê  Thị Hoa", "--office", "cai-coi", "--password-file", str(secret)]
    return user(["add", "Hoa", *words])


def test_fresh_install_gets_an_office_and_an_admin(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    user(OFFICE)
    add_admin(fresh)
    capsys.readouterr()

    user(["list", "--json"])

    assert [
        {"office": "cai-coi", "login": "hoa", "role": "admin", "name": "Lê Thị Hoa", "disabled": False}
    ] == json.loads(capsys.readouterr().out)


def test_deeds_of_the_console_leave_lines_without_an_account(fresh: Path, scratch_database: str) -> None:
    user(OFFICE)
    add_admin(fresh)
    device(["add", "TN-01", "--office", "cai-coi"])
    device(["revoke", "TN-01", "--office", "cai-coi"])

    with store.connect(scratch_database) as conn:
        lines = conn.execute("SELECT action, account_id FROM audit_line ORDER BY id").fetchall()

    assert [
        ("office.create", None),
        ("account.create", None),
        ("device.register", None),
        ("device.revoke", None),
    ] == lines


def test_a_person_is_erased_from_the_console(
    fresh: Path, scratch_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    user(OFFICE)
    add_admin(fresh)

    user(["erase", "Hoa", "--office", "cai-coi"])

    user(["list", "--json"])
    with store.connect(scratch_database) as conn:
        left = conn.execute("SELECT login, name, password_hash, disabled_at IS NOT NULL FROM account").fetchall()
    assert "[]" == capsys.readouterr().out.splitlines()[-1]
    assert [(f"erased-{left[0][1].removeprefix('#')}", left[0][1], "", True)] == left
    with pytest.raises(NotFound):
        user(["erase", "hoa", "--office", "cai-coi"])


def test_a_household_is_erased_from_the_console_and_again_by_a_list(
    fresh: Path,
    scratch_database: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NONGSO_DATA_DIR", str(tmp_path / "data"))
    user(OFFICE)
    with store.connect(scratch_database) as conn, store.transaction(conn):
        viewer = Viewer(0, 1, Role.ADMIN, "")
        for name in ("Hộ Tám", "Hộ Chín"):
            parties.insert_party(conn, viewer, PartyDraft("household", name, "", "", False, "90001", date(2025, 7, 1)))
    capsys.readouterr()
    user(["households", "--office", "cai-coi", "--json"])
    numbers = {row["name"]: row["number"] for row in json.loads(capsys.readouterr().out)}

    user(["erase-household", str(numbers["Hộ Tám"]), "--office", "cai-coi"])
    with store.connect(scratch_database) as conn:
        born = conn.execute("SELECT created_at FROM party WHERE id = %s", (numbers["Hộ Chín"],)).fetchone()
    assert born is not None
    (tmp_path / "copy").write_text(f"party {numbers['Hộ Chín']} {born[0].isoformat()}\n")
    capsys.readouterr()
    code = user(["erase-again", "--list", str(tmp_path / "copy"), "--json"])

    again = [{"kind": "party", "number": numbers["Hộ Chín"]}]
    assert (0, {"listed": 2, "again": again, "refused": []}) == (code, json.loads(capsys.readouterr().out))
    user(["households", "--office", "cai-coi"])
    assert "" == capsys.readouterr().out


@pytest.mark.parametrize("line", ["party x 2026-11-22T00:00:00+00:00", "party 1 2026-11-22", "cat 1 2026-11-22T00:00:00+00:00", "party 1"])  # fmt: skip
def test_a_damaged_list_of_erasures_is_named_and_erases_nobody(fresh: Path, tmp_path: Path, line: str) -> None:
    (tmp_path / "copy").write_text(f"party 1 2026-11-22T00:00:00+00:00\n{line}\n")

    with pytest.raises(BadList) as caught:
        user(["erase-again", "--list", str(tmp_path / "copy")])

    assert 2 == caught.value.values["line"]


def test_password_of_a_device_is_shown_once_and_kept_as_mosquittos_hash(
    fresh: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    user(OFFICE)
    capsys.readouterr()
    device(["add", "TN-01", "--office", "cai-coi", "--kind", "soil", "--json"])
    shown = json.loads(capsys.readouterr().out)

    device(["broker-files", str(tmp_path / "auth")])

    written = (tmp_path / "auth" / "passwd").read_text()
    assert written.startswith("TN-01:$7$")
    assert shown["password"] not in written
    assert 43 == len(shown["password"])


def test_unknown_office_and_taken_names_are_refused(fresh: Path) -> None:
    with pytest.raises(UnknownOffice):
        add_admin(fresh)
    user(OFFICE)
    add_admin(fresh)
    with pytest.raises(AlreadyThere):
        add_admin(fresh)
    with pytest.raises(NotFound):
        device(["revoke", "TN-09", "--office", "cai-coi"])
