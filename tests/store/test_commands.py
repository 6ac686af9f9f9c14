"""`nongso user` and `nongso device` on a fresh database: from nothing to an office, its admin and a device."""

import json
from pathlib import Path

import pytest

from nongso import store
from nongso.commands.device import device
from nongso.commands.user import UnknownOffice, user
from nongso.errors import NotFound
from nongso.store.connection import AlreadyThere

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
