"""Promise 10: a back-up restores, here into a database of its own, on every store that takes two connections."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from fixtures.tamper_log import LOG, witness_on_loopback
from fixtures.trace_calls import event
from psycopg import sql
from psycopg.conninfo import make_conninfo

from nongso import erasures, store
from nongso.commands import backup
from nongso.people import Role, Viewer
from nongso.settings import Settings
from nongso.store import admin_units, epcis_events, parties, party_erasure, people, places
from nongso.store.admin_units import AdminUnit
from nongso.store.migrate import migrate
from nongso.store.parties import PartyDraft
from nongso.store.people import NewAccount
from traceability.epcis.facts import read_draft
from traceability.log.cosign import WitnessAddress, WitnessAhead
from traceability.log.event_log import RESTORED
from traceability.log.folder import read_checkpoint
from traceability.log.house import HouseLog, find_public
from traceability.log.keys import SignerKey, parse_skey, write_skey
from traceability.log.monitor import check_house
from worker import upkeep
from worker.tamper_log import Keeper

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)

READINGS = """
INSERT INTO reading (at, value, delay_s, series_id, flags)
SELECT '2026-01-01'::timestamptz + make_interval(hours => hour), hour / 10.0, 3, 1, 0
  FROM generate_series(0, 999) AS hour
"""


@pytest.fixture
def empty_database(server: str, edition: str) -> Iterator[str]:
    if edition == "community":
        pytest.skip("the WebAssembly build takes one connection only")
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute("CREATE DATABASE nongso_restored")
        yield make_conninfo(server, dbname="nongso_restored")
        admin.execute(sql.SQL("DROP DATABASE nongso_restored WITH (FORCE)"))


def house(folder: Path, key: SignerKey | None = None) -> Settings:
    """A house whose files lie in `folder`."""
    environ = {"NONGSO_DATA_DIR": str(folder), "NONGSO_DATABASE_URL": "postgresql://unused"}
    return Settings.from_env(environ | ({"NONGSO_LOG_KEY": write_skey(key)} if key else {}))


def test_what_was_backed_up_is_there_again(scratch_database: str, empty_database: str, tmp_path: Path) -> None:
    with store.connect(scratch_database) as conn:
        conn.execute(READINGS)
    backup.pack(scratch_database, house(tmp_path / "old"), tmp_path / "all.backup")

    backup.unpack(empty_database, house(tmp_path / "new"), tmp_path / "all.backup")

    with store.connect(empty_database) as conn:
        assert (1000, 49950.0) == conn.execute("SELECT count(*), sum(value) FROM reading").fetchone()
        assert [] == migrate(conn)


def test_a_file_of_nothing_but_a_database_is_taken_too(
    scratch_database: str, empty_database: str, tmp_path: Path
) -> None:
    """What releases before the log wrote, and what pg_dump writes."""
    backup.run_tool(scratch_database, "pg_dump", "--format=custom", "--file", str(tmp_path / "all.dump"))

    backup.unpack(empty_database, house(tmp_path), tmp_path / "all.dump")

    with store.connect(empty_database) as conn:
        assert [] == migrate(conn)


def test_restore_refuses_a_database_in_use(scratch_database: str, tmp_path: Path) -> None:
    backup.pack(scratch_database, house(tmp_path), tmp_path / "all.backup")

    with pytest.raises(backup.NotEmpty):
        backup.unpack(scratch_database, house(tmp_path), tmp_path / "all.backup")


def test_a_back_up_is_closed_to_others(scratch_database: str, tmp_path: Path) -> None:
    backup.pack(scratch_database, house(tmp_path), tmp_path / "all.backup")

    assert 0o600 == (tmp_path / "all.backup").stat().st_mode & 0o777


def test_a_damaged_file_is_refused_by_name(empty_database: str, tmp_path: Path) -> None:
    (tmp_path / "bad.dump").write_bytes(b"not a dump")

    with pytest.raises(backup.ToolFailed) as caught:
        backup.unpack(empty_database, house(tmp_path), tmp_path / "bad.dump")

    assert "pg_restore" == caught.value.values["program"]


@pytest.mark.parametrize("name", ["log/../../evil", "log/.restored", "log/tile/0/../../../evil", "evil", "/evil"])
def test_an_archive_that_is_none_of_ours_puts_nothing_anywhere(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "bad.backup", "w") as archive:
        archive.writestr(backup.DATABASE, b"x")
        archive.writestr(name, b"x")

    with pytest.raises(backup.NotABackup):
        backup.unpack("postgresql://unused", house(tmp_path / "data"), tmp_path / "bad.backup")

    assert ["bad.backup"] == [path.name for path in tmp_path.iterdir()]


def test_whoever_was_forgotten_since_the_back_up_is_forgotten_again(
    scratch_database: str, empty_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the list beside the database: its rows are told by number and birth, so a newcomer under an old number stays."""
    list_file = tmp_path / "data" / "erasures"
    with store.connect(scratch_database) as conn, store.transaction(conn):
        admin_units.insert_unit(conn, AdminUnit("1", date(2025, 7, 1), None, "Xã Một", "xã", None, None, ""))
        office = Viewer(0, places.insert_office(conn, "xa-mot", "Xã Một", "", "1", date(2025, 7, 1)), Role.ADMIN, "")
        hoa = people.insert(conn, office.office_id, NewAccount("hoa", "Hoa", Role.OFFICER, "vi", "$7$hash"))
        tam = parties.insert_party(conn, office, household("Hộ Tám Hiền"))
    backup.pack(scratch_database, house(tmp_path / "old"), tmp_path / "all.backup")
    with store.connect(scratch_database) as conn, store.transaction(conn):
        late = parties.insert_party(conn, office, household("Hộ Chín"))
        for party in (tam, late):
            party_erasure.erase(conn, office, party, NOW)
        people.erase(conn, office, hoa, NOW)
        assert 0 == len(erasures.keep(conn, list_file, NOW).again)

    backup.unpack(empty_database, house(tmp_path / "new"), tmp_path / "all.backup")
    with store.connect(empty_database) as conn, store.transaction(conn):
        assert late == parties.insert_party(conn, office, household("Hộ Mười"))
    with store.open_pool(empty_database, 1) as pool:
        upkeep.keep_erasures(list_file, pool, NOW)

    with store.connect(empty_database) as conn:
        left = conn.execute("SELECT name FROM party UNION ALL SELECT name FROM account ORDER BY 1").fetchall()
        lines = conn.execute("SELECT action FROM audit_line WHERE detail ? 'again' ORDER BY action").fetchall()
    assert sorted([f"#{hoa}", f"#{tam}", "Hộ Mười"]) == sorted(row[0] for row in left)
    assert [("account.erase",), ("party.erase",)] == lines
    assert 2 == capsys.readouterr().err.count("event=erasures.again")
    assert "Hiền" not in list_file.read_text()
    assert 0o600 == list_file.stat().st_mode & 0o777


def household(name: str) -> PartyDraft:
    return PartyDraft("household", name, "Ấp 3", "", False, "1", date(2025, 7, 1))


# -- the tamper-evident log ----------------------------------------------------------------------------------------------------------


@dataclass
class Place:
    """A house at work: its database, its files and its witness."""

    url: str
    settings: Settings
    witness: WitnessAddress

    def keep(self) -> None:
        with store.open_pool(self.url, 1) as pool:
            Keeper(HouseLog(self.settings.log_dir, LOG, (self.witness,))).run(pool, NOW)

    def record(self, number: int) -> None:
        """One more event."""
        with store.connect(self.url) as conn, store.transaction(conn):
            row = conn.execute("SELECT id, office_id FROM account").fetchone()
            assert row is not None
            keeper = Viewer(row[0], row[1], Role.OFFICER, "Hoa")
            epcis_events.insert_event(conn, keeper, read_draft(json.dumps(event(str(number))).encode()), NOW)

    @property
    def size(self) -> int:
        return read_checkpoint(self.settings.log_dir, LOG.verifier).size

    def differences(self) -> int:
        log = find_public(self.settings.log_dir)
        assert log is not None
        with store.connect(self.url) as conn:
            return check_house(conn, log, NOW).count


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[WitnessAddress]:
    with witness_on_loopback(tmp_path / "state") as address:
        yield address


@pytest.fixture
def at_work(scratch_database: str, tmp_path: Path, witness: WitnessAddress) -> Place:
    """Three events in the log, cosigned."""
    with store.connect(scratch_database) as conn:
        admin_units.insert_unit(conn, AdminUnit("1", date(2025, 7, 1), None, "Xã Một", "xã", None, None, ""))
        office = places.insert_office(conn, "xa-mot", "Xã Một", "", "1", date(2025, 7, 1))
        people.insert(conn, office, NewAccount("hoa", "Hoa", Role.OFFICER, "vi", "$7$hash"))
    place = Place(scratch_database, house(tmp_path / "old", LOG), witness)
    for number in range(3):
        place.record(number)
    place.keep()
    return place


def test_a_restored_house_goes_on_with_the_same_log(at_work: Place, empty_database: str, tmp_path: Path) -> None:
    backup.pack(at_work.url, at_work.settings, tmp_path / "all.backup")
    restored = Place(empty_database, house(tmp_path / "new"), at_work.witness)

    key_file = backup.unpack(restored.url, restored.settings, tmp_path / "all.backup")
    restored.record(3)
    restored.keep()

    assert key_file is not None
    assert LOG == parse_skey(key_file.read_text(encoding="ascii").strip())
    assert 0o600 == key_file.stat().st_mode & 0o777
    assert (4, 0) == (restored.size, restored.differences())
    assert not (restored.settings.log_dir / RESTORED).exists()


def test_what_was_logged_while_the_back_up_was_made_is_written_again(
    at_work: Place, empty_database: str, tmp_path: Path
) -> None:
    """The log's files are older than the database: the same leaves follow, and the witness, who saw them, agrees."""
    with zipfile.ZipFile(tmp_path / "all.backup", "w") as archive:
        backup.add_log(archive, at_work.settings)
        at_work.record(3)
        at_work.keep()
        backup.add_database(archive, at_work.url)
    restored = Place(empty_database, house(tmp_path / "new", LOG), at_work.witness)

    backup.unpack(restored.url, restored.settings, tmp_path / "all.backup")
    before = restored.size
    restored.keep()

    assert (3, 4, 0) == (before, restored.size, restored.differences())
    assert (restored.settings.log_dir / "checkpoint").read_bytes() == (
        at_work.settings.log_dir / "checkpoint"
    ).read_bytes()


def test_a_back_up_older_than_what_the_witness_saw_goes_on_with_nothing(
    at_work: Place, empty_database: str, tmp_path: Path
) -> None:
    backup.pack(at_work.url, at_work.settings, tmp_path / "all.backup")
    at_work.record(3)
    at_work.keep()
    restored = Place(empty_database, house(tmp_path / "new", LOG), at_work.witness)
    backup.unpack(restored.url, restored.settings, tmp_path / "all.backup")
    restored.record(77)

    with pytest.raises(WitnessAhead):
        restored.keep()

    assert 3 == restored.size
    assert (restored.settings.log_dir / RESTORED).exists()


def test_a_log_is_not_restored_over_another(at_work: Place, empty_database: str, tmp_path: Path) -> None:
    backup.pack(at_work.url, at_work.settings, tmp_path / "all.backup")
    stranger = SignerKey("example.vn/other", LOG.kind, bytes(32))

    with pytest.raises(backup.LogThere):
        backup.unpack(empty_database, at_work.settings, tmp_path / "all.backup")
    with pytest.raises(backup.OtherKey):
        backup.unpack(empty_database, house(tmp_path / "new", stranger), tmp_path / "all.backup")
