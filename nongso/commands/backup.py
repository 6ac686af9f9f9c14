"""`nongso backup FILE` and `nongso restore FILE`: database, tamper-evident log and its key in one file, and back into an empty house.

The log's files go in before the database. Every record of the log has its place in the database first, so what the database holds by then is
never less than the log; what the log lacks is written again from the database, with the same bytes (docs/decisions/0221).
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from nongso import store
from nongso.commands.database import open_database
from nongso.embedded.postgres import binaries
from nongso.errors import Conflict, InvalidInput, Unavailable
from nongso.settings import Settings
from nongso.store import timescale
from nongso.store.connection import client_environment
from nongso.text import say

DATABASE, KEY, LOG = "database.dump", "log.key", "log/"
SIGNED = ("cosigned", "checkpoint")  # first: what is copied after them covers them
LOG_FILE = re.compile(r"log/(?:cosigned|checkpoint|vkey|witnesses|tile/[0-9a-z]+/(?:x?[0-9]{3}/?)+(?:\.p/[0-9]{1,3})?)")
RESTORED = ".restored"  # traceability.log.event_log waits until a witness has confirmed it
READ_ONLY, SECRET = 0o444, 0o600


class FileExists(Conflict):
    """A back-up never writes over another one."""

    code = "backup.file_exists"


class NoFile(InvalidInput):
    code = "backup.no_file"


class NotEmpty(Conflict):
    """A restore goes into an empty database only: it would mix two histories otherwise."""

    code = "backup.not_empty"


class LogThere(Conflict):
    """The folder of the log is not empty: two logs of one key would be a fork."""

    code = "backup.log_there"


class OtherKey(Conflict):
    """The settings name another key than the log in the back-up was kept with."""

    code = "backup.other_key"


class NotABackup(InvalidInput):
    """The archive holds something that no back-up of ours does."""

    code = "backup.not_ours"


class ToolFailed(Unavailable):
    """pg_dump or pg_restore said no; `reason` is its last line."""

    code = "backup.tool_failed"


def backup(argv: list[str]) -> int:
    """Write all of the house into FILE, whole or not at all."""
    parser = argparse.ArgumentParser(prog="nongso backup")
    parser.add_argument("file", type=Path)
    file: Path = parser.parse_args(argv).file
    if file.exists():
        raise FileExists(file=file)
    settings = Settings.from_env(os.environ)
    with open_database(settings) as url:
        pack(url, settings, file)
    sys.stdout.write(say(settings.lang, "backup.written", file=file, size=f"{file.stat().st_size:,}") + "\n")
    return 0


def restore(argv: list[str]) -> int:
    """Put FILE into an empty database and an empty log folder. Raises NotEmpty, LogThere, OtherKey rather than mixing two histories."""
    parser = argparse.ArgumentParser(prog="nongso restore")
    parser.add_argument("file", type=Path)
    file: Path = parser.parse_args(argv).file
    if not file.is_file():
        raise NoFile(file=file)
    settings = Settings.from_env(os.environ)
    with open_database(settings) as url:
        key_file = unpack(url, settings, file)
    sys.stdout.write(say(settings.lang, "backup.restored", file=file) + "\n")
    if key_file is not None:
        sys.stdout.write(say(settings.lang, "backup.key_restored", file=key_file) + "\n")
    sys.stdout.write(say(settings.lang, "backup.erase_again") + "\n")
    return 0


def pack(url: str, settings: Settings, file: Path) -> None:
    """Everything beside the file, renamed when it is whole and on the disk."""
    unfinished = file.with_name(file.name + ".part")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=SECRET)  # it holds everything, people's names and the log's key included
    with zipfile.ZipFile(unfinished, "w") as archive:
        add_log(archive, settings)
        add_database(archive, url)
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    unfinished.rename(file)


def add_log(archive: zipfile.ZipFile, settings: Settings) -> None:
    """The log's public files, what is signed first, and its key."""
    done: set[str] = set()
    while fresh := [name for name in log_files(settings.log_dir) if name not in done]:
        for name in fresh:
            done.add(name)
            try:
                archive.writestr(LOG + name, (settings.log_dir / name).read_bytes())
            except FileNotFoundError:  # a full tile has just taken its place, and the next round finds that
                continue
    if settings.log_key is not None:
        archive.writestr(KEY, settings.log_key + "\n")


def log_files(folder: Path) -> Iterator[str]:
    """Those that anybody may have; the writer's own begin with a dot and are of no use elsewhere."""
    yield from (name for name in (*SIGNED, "vkey", "witnesses") if (folder / name).is_file())
    for file in sorted((folder / "tile").rglob("*")):
        if file.is_file():
            yield file.relative_to(folder).as_posix()


def add_database(archive: zipfile.ZipFile, url: str) -> None:
    with archive.open(DATABASE, "w", force_zip64=True) as entry, tempfile.TemporaryFile() as said:
        command = [str(binaries() / "pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
        with subprocess.Popen(command, env=environ(url), stdout=subprocess.PIPE, stderr=said) as dump:
            assert dump.stdout is not None
            shutil.copyfileobj(dump.stdout, entry)
        if dump.returncode != 0:
            said.seek(0)
            raise ToolFailed(program="pg_dump", reason=last_line(said.read().decode(errors="replace")))


def unpack(url: str, settings: Settings, file: Path) -> Path | None:
    """Put everything back; where the key was put, when the settings name none. A file of nothing but a database is taken too."""
    if not zipfile.is_zipfile(file):
        load(url, file)
        return None
    with zipfile.ZipFile(file) as archive:
        strange = [name for name in archive.namelist() if name not in (DATABASE, KEY) and not LOG_FILE.fullmatch(name)]
        if strange or DATABASE not in archive.namelist():
            raise NotABackup(file=file)
        key = archive.read(KEY).decode().strip() if KEY in archive.namelist() else None
        if key is not None and settings.log_key not in (None, key):
            raise OtherKey()
        if (settings.log_dir / "checkpoint").exists():
            raise LogThere(folder=settings.log_dir)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=settings.data_dir) as folder:
            load(url, Path(archive.extract(DATABASE, folder)))
        put_log(archive, settings.log_dir)
    return put_key(key, settings)


def put_log(archive: zipfile.ZipFile, folder: Path) -> None:
    """The log's files, behind a mark that nobody may go on from them yet: somebody else may have seen more than the back-up holds."""
    names = [name for name in archive.namelist() if name.startswith(LOG)]
    if not names:
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RESTORED).touch()
    for name in names:
        target = folder / name.removeprefix(LOG)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(archive.read(name))
        if name.startswith(f"{LOG}tile/"):
            target.chmod(READ_ONLY)


def put_key(key: str | None, settings: Settings) -> Path | None:
    """Into a file of its own, which the settings must name; nothing where they name the same key already."""
    if key is None or settings.log_key is not None:
        return None
    file = settings.data_dir / KEY
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, SECRET)
    with os.fdopen(handle, "w", encoding="ascii") as written:
        written.write(key + "\n")
    return file


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
    done = subprocess.run(
        [str(binaries() / program), *words], env=environ(url), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ToolFailed(program=program, reason=last_line(done.stderr))


def environ(url: str) -> dict[str, str]:
    """The address goes through the environment, so no password shows in a process list."""
    return {**os.environ, **client_environment(url)}


def last_line(said: str) -> str:
    return (said.strip().splitlines() or ["?"])[-1]
