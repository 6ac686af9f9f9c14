"""Reading a log that lies in a folder: its checkpoints, its tree, its records."""

from pathlib import Path

from traceability.log.checkpoint import Checkpoint, open_checkpoint
from traceability.log.keys import VerifierKey
from traceability.log.layout import CHECKPOINT, COSIGNED, ENTRIES, FULL
from traceability.log.merkle import EMPTY_ROOT, NotInTree
from traceability.log.note import Note, parse_note
from traceability.log.tiles import Read, TileReader


def folder_reader(folder: Path) -> Read:
    """Reads parts of a log from its folder; None for what is not there."""

    def read(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    return read


def find_note(folder: Path, path: str) -> Note | None:
    """The signed note at `path`, not verified yet, or None when there is none."""
    data = folder_reader(folder)(path)
    return None if data is None else parse_note(data)


def read_checkpoint(folder: Path, log: VerifierKey) -> Checkpoint:
    """The log's newest checkpoint, its signature checked; that of the empty tree when the folder has none yet."""
    note = find_note(folder, CHECKPOINT)
    return Checkpoint(log.name, 0, EMPTY_ROOT) if note is None else open_checkpoint(note, log)


def note_that_covers(folder: Path, log: VerifierKey, index: int) -> Note:
    """The cosigned checkpoint when it covers record `index`, else the newest one. NotInTree when neither does."""
    for path in (COSIGNED, CHECKPOINT):
        note = find_note(folder, path)
        if note is not None and index < open_checkpoint(note, log).size:
            return note
    raise NotInTree(index=index, size=read_checkpoint(folder, log).size)


def read_tree(folder: Path, log: VerifierKey) -> TileReader:
    """The tree that the newest checkpoint signs."""
    return TileReader(folder_reader(folder), read_checkpoint(folder, log).size)


def read_records(folder: Path, log: VerifierKey, start: int, stop: int) -> list[bytes]:
    """Records [start, stop) as they were appended. NotInTree when there are not so many, TileMissing when the log is damaged."""
    tree = read_tree(folder, log)
    if not 0 <= start <= stop <= tree.size:
        raise NotInTree(index=stop, size=tree.size)
    return [tree.tile(ENTRIES, index // FULL)[index % FULL] for index in range(start, stop)]
