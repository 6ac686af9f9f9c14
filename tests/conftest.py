"""What tests share: a real PostgreSQL, a connection that is rolled back, a database of one's own, a fixed now."""

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from fixtures.waiting import LIMIT_S
from psycopg import sql
from psycopg.conninfo import make_conninfo
from servers import timescale

from nongso import store
from nongso.embedded.postgres import Postgres
from nongso.store.connection import StoreAway
from nongso.store.migrate import migrate

pytest_plugins = ["fixtures.api", "fixtures.lots"]

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--store",
        default="plain",
        choices=("plain", "apache", "community"),
        help="the database of this run: plain PostgreSQL, TimescaleDB Apache edition, TimescaleDB Community edition",
    )


@pytest.fixture(scope="session")
def edition(pytestconfig: pytest.Config) -> str:
    """Which store this run is about: plain, apache or community."""
    return pytestconfig.getoption("--store")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real series and standards' vectors; tests that need it are left out where it is absent."""
    folder = Path(os.environ.get("NONGSO_SHARED") or Path(__file__).parents[2] / "shared")
    if not (folder / "data").is_dir():
        pytest.skip("the folder with real series and vectors (NONGSO_SHARED) is not here")
    return folder / "data"


@pytest.fixture(scope="session")
def server(edition: str) -> Iterator[str]:
    """The address of a PostgreSQL server started for this run."""
    try:
        if edition == "apache":
            with timescale.apache() as url:
                yield url
        elif edition == "community":
            with timescale.community(free_port()) as url:
                yield url
        else:
            yield from _plain()
    except timescale.Missing as reason:
        pytest.skip(str(reason))


def _plain() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="nongso-test-"))
    folder.chmod(0o755)
    try:
        with Postgres(folder) as postgres:
            with psycopg.connect(postgres.url, autocommit=True) as admin:
                admin.execute(
                    "ALTER SYSTEM SET fsync = off"
                )  # nothing here outlives the run; tests/e2e has servers that do
                admin.execute("SELECT pg_reload_conf()")
            yield postgres.url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: str, edition: str) -> str:
    """The name of a migrated database to copy: a copy takes a tenth of the time of the migrations. Nobody can connect to it."""
    if edition == "community":
        pytest.skip("the WebAssembly build takes one connection only")
    name = "nongso_template"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with store.connect(make_conninfo(server, dbname=name)) as conn:
            migrate(conn)
        # TimescaleDB's background worker would keep it busy.
        admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
    return name


@pytest.fixture(scope="session")
def database(server: str, edition: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated database, for tests that roll back."""
    if edition == "community":  # one database, one connection
        with store.connect(server) as conn:
            migrate(conn)
        yield server
    else:
        yield from _copy(server, request.getfixturevalue("template"))


@pytest.fixture
def scratch_database(server: str, template: str) -> Iterator[str]:
    """A migrated database of one's own, for tests that commit or connect twice."""
    yield from _copy(server, template)


@pytest.fixture(scope="module")
def module_database(server: str, template: str) -> Iterator[str]:
    """The same for all tests of a module, which keep apart by offices of their own."""
    yield from _copy(server, template)


def _copy(server: str, template: str) -> Iterator[str]:
    name = f"nongso_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        admin.execute(words.format(sql.Identifier(name), sql.Identifier(template)))
    yield make_conninfo(server, dbname=name)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def conn(database: str) -> Iterator[store.Connection]:
    """A connection whose work is rolled back after the test."""
    connection = _connect(database)
    yield connection
    connection.rollback()
    connection.close()


def _connect(url: str) -> store.Connection:
    """Connect; again for a moment where a server that takes one connection has not let go of the last."""
    deadline = time.monotonic() + LIMIT_S
    while True:
        try:
            return store.connect(url)
        except StoreAway:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def free_port() -> int:
    """A loopback port that is free now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def now() -> datetime:
    return NOW
