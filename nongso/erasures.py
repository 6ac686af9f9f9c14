"""The list of those who were forgotten, kept outside the database: a back-up of an earlier time brings them back, and the list takes them out again.

It holds no name: the kind of row, its number and the moment it was made, a line each. Lines are only ever added, so a database that was put
back shortens nothing. The worker keeps it (worker.upkeep); `nongso user erase-again` does the same at once.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nongso import store
from nongso.errors import Conflict, InvalidInput
from nongso.settings import Settings
from nongso.store import erasures
from nongso.store.erasures import Forgotten, Kind, Standing

SECRET = 0o600


class BadList(InvalidInput):
    """A line of the list that cannot be read; `line` counts from 1."""

    code = "erasure.bad_list"


class NoList(InvalidInput):
    """There is no file where the list was said to be."""

    code = "erasure.no_list"


@dataclass(frozen=True, slots=True)
class Applied:
    """How many are on the list; who was forgotten again; who cannot be yet, and the code of the reason."""

    listed: int
    again: Sequence[Standing]
    refused: Sequence[tuple[Standing, str]]


def list_file(settings: Settings) -> Path:
    return settings.data_dir / "erasures"


def keep(conn: store.Connection, file: Path, now: datetime) -> Applied:
    """Bring list and database together: what the database forgot goes on the list, what the list knows is forgotten. Raises BadList."""
    known = read(file)
    if fresh := sorted(set(erasures.list_forgotten(conn)) - set(known)):
        known += fresh
        write(file, known)
    return apply(conn, known, now)


def take_over(file: Path, other: Path) -> None:
    """Add the lines of a list that was kept elsewhere. Raises NoList or BadList."""
    if not other.is_file():
        raise NoList(file=other)
    known = read(file)
    write(file, known + sorted(set(read(other)) - set(known)))


def apply(conn: store.Connection, known: Sequence[Forgotten], now: datetime) -> Applied:
    """Forget again whoever is there again, each in a transaction of its own inside the caller's."""
    again, refused = [], []
    for one in erasures.list_standing(conn, known):
        try:
            with store.transaction(conn):
                erasures.erase_again(conn, one, now)
            again.append(one)
        except Conflict as fault:
            refused.append((one, fault.code))
    return Applied(len(known), again, refused)


def read(file: Path) -> list[Forgotten]:
    """The list; empty where there is none yet. Raises BadList."""
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return [parse(number, line) for number, line in enumerate(lines, 1)]


def parse(number: int, line: str) -> Forgotten:
    try:
        kind, row, made = line.split()
        found = Forgotten(Kind(kind).value, int(row), datetime.fromisoformat(made))
    except ValueError as fault:
        raise BadList(line=number, found=line[:60]) from fault
    if found.created_at.tzinfo is None or not 0 < found.id < 2**31:
        raise BadList(line=number, found=line[:60])
    return found


def write(file: Path, known: Sequence[Forgotten]) -> None:
    """The whole list, written aside and renamed into place, safe on the disk before it returns."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, SECRET), "w", encoding="ascii") as out:
        out.writelines(f"{each.kind} {each.id} {each.created_at.isoformat()}\n" for each in known)
        out.flush()
        os.fsync(out.fileno())
    aside.replace(file)
