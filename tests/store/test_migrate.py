"""Migrations: applied once, in order, and a changed past is noticed."""

import pytest

from nongso import store
from nongso.store import migrate


def test_second_run_applies_nothing(conn: store.Connection) -> None:
    applied = migrate.migrate(conn)

    assert [] == applied


def test_edited_migration_is_refused(conn: store.Connection) -> None:
    conn.execute("UPDATE schema_migration SET checksum = 'other' WHERE number = 2")

    with pytest.raises(migrate.MigrationChanged) as caught:
        migrate.migrate(conn)

    assert {"migration": "0002_readings.sql"} == caught.value.values


def test_newer_database_is_refused(conn: store.Connection) -> None:
    conn.execute("INSERT INTO schema_migration (number, name, checksum) VALUES (9999, '9999_future.sql', 'x')")

    with pytest.raises(migrate.SchemaNewer):
        migrate.migrate(conn)


def test_files_are_numbered_once_each_and_say_why() -> None:
    known = migrate.migrations()
    numbers = [migration.number for migration in known]

    assert sorted(set(numbers)) == numbers
    assert all(migration.sql.startswith("-- ") for migration in known)
