"""Promise 10: a back-up restores, here into a database of its own, on every store that takes two connections."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from nongso import store
from nongso.commands import backup
from nongso.store.migrate import migrate

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


def test_what_was_backed_up_is_there_again(scratch_database: str, empty_database: str, tmp_path: Path) -> None:
    with store.connect(scratch_database) as conn:
        conn.execute(READINGS)
    backup.dump(scratch_database, tmp_path / "all.dump")

    backup.load(empty_database, tmp_path / "all.dump")

    with store.connect(empty_database) as conn:
        assert (1000, 49950.0) == conn.execute("SELECT count(*), sum(value) FROM reading").fetchone()
        assert [] == migrate(conn)


def test_restore_refuses_a_database_in_use(scratch_database: str, tmp_path: Path) -> None:
    with pytest.raises(backup.NotEmpty):
        backup.load(scratch_database, tmp_path / "any.dump")


def test_a_back_up_is_closed_to_others(scratch_database: str, tmp_path: Path) -> None:
    backup.dump(scratch_database, tmp_path / "all.dump")

    assert 0o600 == (tmp_path / "all.dump").stat().st_mode & 0o777


def test_a_damaged_file_is_refused_by_name(empty_database: str, tmp_path: Path) -> None:
    (tmp_path / "bad.dump").write_bytes(b"not a dump")

    with pytest.raises(backup.ToolFailed) as caught:
        backup.load(empty_database, tmp_path / "bad.dump")

    assert "pg_restore" == caught.value.values["program"]
