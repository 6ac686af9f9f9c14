"""What tests share: a real PostgreSQL, a connection that is rolled back, a database of one's own, a fixed now."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from nongso import store
from nongso.embedded.postgres import Postgres
from nongso.store.migrate import migrate

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real series and standards' vectors; tests that need it are left out where it is absent."""
    folder = Path(os.environ.get("NONGSO_SHARED") or Path(__file__).parents[2] / "shared")
    if not (folder / "data").is_dir():
        pytest.skip("the folder with real series and vectors (NONGSO_SHARED) is not here")
    return folder / "data"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server: NONGSO_TEST_DATABASE_URL, else an embedded one for this run."""
    given = os.environ.get("NONGSO_TEST_DATABASE_URL")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="nongso-test-"))
    folder.chmod(0o755)
    try:
        with Postgres(folder) as postgres:
            yield postgres.url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def database(server: str) -> Iterator[str]:
    """A migrated database, for tests that roll back."""
    yield from _database(server, "template1")


@pytest.fixture
def scratch_database(server: str, database: str) -> Iterator[str]:
    """A migrated database of one's own, for tests that commit or connect twice."""
    yield from _database(server, psycopg.conninfo.conninfo_to_dict(database)["dbname"])


def _database(server: str, template: object) -> Iterator[str]:
    name = f"nongso_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(str(template))))
        url = make_conninfo(server, dbname=name)
        with store.connect(url) as conn:
            migrate(conn)
        yield url
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def conn(database: str) -> Iterator[store.Connection]:
    """A connection whose work is rolled back after the test."""
    with store.connect(database) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def now() -> datetime:
    return NOW
