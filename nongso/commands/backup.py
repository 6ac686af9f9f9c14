"""`nongso backup FILE` and `nongso restore FILE`: everything in one file, and back into an empty database."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from nongso import store
from nongso.commands.database import open_database
from nongso.embedded.postgres import binaries
from nongso.errors import Conflict, InvalidInput, Unavailable
from nongso.settings import Settings
from nongso.store import timescale
from nongso.store.connection import client_environment
from nongso.text import say


class FileExists(Conflict):
    """A back-up never writes over another one."""

    code = "backup.file_exists"


class NoFile(InvalidInput):
    code = "backup.no_file"


class NotEmpty(Conflict):
    """A restore goes into an empty database only: it would mix two histories otherwise."""

    code = "backup.not_empty"


class ToolFailed(Unavailable):
    """pg_dump or pg_restore said no; `reason` is its last line."""

    code = "backup.tool_failed"


def backup(argv: list[str]) -> int:
    """Write all of the database into FILE, whole or not at all."""
    parser = argparse.ArgumentParser(prog="nongso backup")
    parser.add_argument("file", type=Path)
    file: Path = parser.parse_args(argv).file
    if file.exists():
        raise FileExists(file=file)
    settings = Settings.from_env(os.environ)
    with open_database(settings) as url:
        dump(url, file)
    sys.stdout.write(say(settings.lang, "backup.written", file=file, size=f"{file.stat().st_size:,}") + "\n")
    return 0


def restore(argv: list[str]) -> int:
    """Put FILE into an empty database. Raises NotEmpty rather than mixing it with what is there."""
    parser = argparse.ArgumentParser(prog="nongso restore")
    parser.add_argument("file", type=Path)
    file: Path = parser.parse_args(argv).file
    if not file.is_file():
        raise NoFile(file=file)
    settings = Settings.from_env(os.environ)
    with open_database(settings) as url:
        load(url, file)
    sys.stdout.write(say(settings.lang, "backup.restored", file=file) + "\n")
    return 0


def dump(url: str, file: Path) -> None:
    """pg_dump beside the file, renamed when it is whole and on the disk."""
    unfinished = file.with_name(file.name + ".part")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)  # it holds everything, people's names included
    run_tool(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(unfinished))
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    unfinished.rename(file)


def load(url: str, file: Path) -> None:
    """pg_restore into an empty database, with what TimescaleDB needs around it."""
    with store.connect(url) as conn:
        row = conn.execute("SELECT to_regclass('schema_migration') IS NOT NULL").fetchone()
        if row and row[0]:
            raise NotEmpty()
        timescale.prepare_restore(conn)
    name = client_environment(url)["PGDATABASE"]
    run_tool(url, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--dbname", name, str(file))
    with store.connect(url) as conn:
        timescale.finish_restore(conn)


def run_tool(url: str, program: str, *words: str) -> None:
    """Run a PostgreSQL client program; the address goes through its environment, so no password shows in a process list."""
    environ = {**os.environ, **client_environment(url)}
    done = subprocess.run([str(binaries() / program), *words], env=environ, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ToolFailed(program=program, reason=(done.stderr.strip().splitlines() or ["?"])[-1])
