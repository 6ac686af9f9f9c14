"""Numbered, forward-only SQL files applied once each, under a lock, with a checksum that notices a changed one."""

import hashlib
from dataclasses import dataclass
from importlib import resources
from typing import LiteralString, cast

from nongso.errors import Conflict, Unavailable
from nongso.store import timescale
from nongso.store.connection import Connection, transaction

LOCK_KEY = 7_163_209  # any number, the same for every migrator of this schema


class MigrationChanged(Conflict):
    """A landed migration was edited: the database and the files no longer tell the same story."""

    code = "store.migration_changed"


class SchemaNewer(Conflict):
    """The database was migrated by a newer release than this one."""

    code = "store.schema_newer"


class SchemaBehind(Unavailable):
    """The database still waits for `nongso migrate`."""

    code = "store.schema_behind"


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All migrations in order of their number."""
    folder = resources.files("nongso.store") / "migrations"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return [Migration(int(file.name[:4]), file.name, file.read_text(encoding="utf-8")) for file in files]


def migrate(conn: Connection) -> list[str]:
    """Bring the schema up to date; the names of what was applied, in order. Safe to run from several places at once.

    It takes the time it takes: moving a hundred million readings into chunks is one statement.
    """
    with transaction(conn):
        conn.execute("SET LOCAL statement_timeout = 0")
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK_KEY,))
        conn.execute(
            """
            CREATE TABLE IF NOT EXISTS schema_migration (
                number     int PRIMARY KEY,
                name       text NOT NULL,
                checksum   text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            )
            """
        )
        applied = [apply(conn, migration) for migration in pending(conn, migrations())]
        timescale.accelerate(conn)
    return applied


def require_current(conn: Connection) -> None:
    """Raises SchemaBehind, SchemaNewer or MigrationChanged unless the schema is exactly this release's."""
    row = conn.execute("SELECT to_regclass('schema_migration') IS NOT NULL").fetchone()
    if row is None or not row[0] or pending(conn, migrations()):
        raise SchemaBehind()


def pending(conn: Connection, known: list[Migration]) -> list[Migration]:
    """The migrations still to apply. Raises MigrationChanged or SchemaNewer when the past does not match."""
    rows = conn.execute("SELECT number, name, checksum FROM schema_migration ORDER BY number").fetchall()
    by_number = {migration.number: migration for migration in known}
    for number, name, checksum in rows:
        migration = by_number.get(number)
        if migration is None:
            raise SchemaNewer(migration=name)
        if migration.checksum != checksum:
            raise MigrationChanged(migration=name)
    done = {row[0] for row in rows}
    return [migration for migration in known if migration.number not in done]


def apply(conn: Connection, migration: Migration) -> str:
    # The text comes from our own package, not from anybody's input.
    conn.execute(cast(LiteralString, migration.sql))
    conn.execute(
        "INSERT INTO schema_migration (number, name, checksum) VALUES (%s, %s, %s)",
        (migration.number, migration.name, migration.checksum),
    )
    return migration.name
