"""Files that survive a crash whole: written aside, synced, then renamed into place. One writer at a time, by the caller's lock."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nongso.errors import Conflict, Unavailable

ASIDE = ".aside"  # one writer, so one name is enough; what a crash leaves under it is overwritten
READ_ONLY, PUBLIC, SECRET = 0o444, 0o644, 0o600


class ImmutableDiffers(Conflict):
    """A file that must never change is there with other bytes."""

    code = "log.immutable_differs"


class LogBusy(Unavailable):
    """Another process is writing."""

    code = "log.busy"


def write_immutable(folder: Path, path: str, data: bytes) -> None:
    """Put `data` at `path` for ever (mode 0444). The same bytes again are fine; others raise ImmutableDiffers."""
    target = folder / path
    if target.exists():
        if target.read_bytes() != data:
            raise ImmutableDiffers(path=path)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    _write_aside(folder / ASIDE, data, READ_ONLY).rename(target)


def replace(folder: Path, path: str, data: bytes) -> None:
    """Put `data` at `path` in place of what is there; durable on return."""
    _write_aside(folder / f".{path}{ASIDE}", data, PUBLIC).replace(folder / path)
    sync_folder(folder)


def remove(folder: Path, path: str) -> None:
    (folder / path).unlink(missing_ok=True)
    sync_folder(folder)


def sync_parents(folder: Path, paths: Iterable[str]) -> None:
    """Make the names of freshly written files durable, every folder above them included."""
    parents = {parent for path in paths for parent in (folder / path).parents if parent.is_relative_to(folder)}
    for parent in sorted(parents, reverse=True):
        sync_folder(parent)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_secret(path: Path, text: str) -> None:
    """A new file that only its owner can read. FileExistsError when there is one: a key is never overwritten."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def only_writer(lock_file: Path) -> Iterator[None]:
    """Hold the lock while the block runs; LogBusy at once when somebody else does. A killed holder frees it."""
    with lock_file.open("a", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise LogBusy(path=str(lock_file.parent)) from fault
        yield


def _write_aside(aside: Path, data: bytes, mode: int) -> Path:
    aside.unlink(missing_ok=True)
    with aside.open("xb") as file:
        file.write(data)
        os.fchmod(file.fileno(), mode)
        file.flush()
        os.fsync(file.fileno())
    return aside
