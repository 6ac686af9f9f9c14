"""Migrations: applied once, in order, and a changed past is noticed."""

import pytest

from nongso import store
from nongso.store import migrate, rollups


def test_second_run_applies_nothing(conn: store.Connection) -> None:
    applied = migrate.migrate(conn)

    assert [] == applied


def test_it_may_take_longer_than_an_answer(conn: store.Connection) -> None:
    """Moving a year of readings into chunks is one statement of many minutes."""
    conn.execute("SET LOCAL statement_timeout = '1min'")

    migrate.migrate(conn)

    assert ("0",) == conn.execute("SHOW statement_timeout").fetchone()


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


def test_marks_of_before_are_bundled_and_none_is_lost(conn: store.Connection) -> None:
    """0024 on a database whose worker had not come to everything."""
    conn.execute(
        """
        DROP TABLE dirty_hour;
        CREATE TABLE dirty_hour (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, series_id int NOT NULL, hour timestamptz NOT NULL);
        INSERT INTO dirty_hour (series_id, hour)
        VALUES (7, '2026-06-01 02:00Z'), (7, '2026-06-01 01:00Z'), (9, '2026-06-01 01:00Z'), (7, '2026-06-01 01:00Z')
        """
    )
    bundling = next(migration for migration in migrate.migrations() if migration.number == 24)

    conn.execute(bundling.sql.encode())

    rows = conn.execute("SELECT extract(hour FROM hour)::int, series FROM dirty_hour ORDER BY id").fetchall()
    assert [(1, [7, 9]), (2, [7])] == rows
    assert 3 == rollups.dirty(conn)
