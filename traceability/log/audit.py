"""Checking a whole log without trusting its writer: every record, every tile, the checkpoint, and which of them is wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from nongso.errors import NongsoError
from traceability.log.checkpoint import Checkpoint, open_checkpoint
from traceability.log.folder import find_note, folder_reader
from traceability.log.keys import VerifierKey
from traceability.log.layout import (
    CHECKPOINT,
    COSIGNED,
    ENTRIES,
    FULL,
    LEVEL_BITS,
    BadBundle,
    Tile,
    bundles_at,
    decode_bundle,
    parse_tile,
    split_hashes,
    tile_at,
    tiles_at,
    whole_entries,
)
from traceability.log.merkle import HASH_BYTES, leaf_hash, tree_root
from traceability.log.note import verify
from traceability.log.tiles import Read, TileReader, grow


class Wrong(StrEnum):
    MISSING = "missing"
    REFUSED = "refused"  # a note that is not one, or not signed by whom it should be
    DIFFERS = "differs"  # not the bytes that the signed root stands for
    DISAGREES = (
        "disagrees"  # records, tiles and signed root contradict each other; which one was altered cannot be told
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """A wrong file. `index` is the first wrong record in it, where one can be told."""

    path: str
    wrong: Wrong
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found. `uncovered` are parts that no checkpoint signs yet: a crash or a running writer left them."""

    checkpoint: Checkpoint | None
    faults: tuple[Fault, ...]
    uncovered: tuple[str, ...] = ()


def verify_log(folder: Path, log: VerifierKey, witnesses: Sequence[VerifierKey] = ()) -> Audit:
    """Recompute the tree from the entry bundles and compare everything in the folder with it and with what `log` signed.

    Cosignatures in `cosigned` are checked for the `witnesses` given; others cannot be.
    """
    try:
        note = find_note(folder, CHECKPOINT)
        checkpoint = None if note is None else open_checkpoint(note, log)
    except NongsoError:
        return Audit(None, (Fault(CHECKPOINT, Wrong.REFUSED),))
    if checkpoint is None:
        return Audit(None, (Fault(CHECKPOINT, Wrong.MISSING),))
    read, present = folder_reader(folder), set(_tiles_in(folder))
    leaves = true_leaves(read, checkpoint)
    faults = list(_missing(present, checkpoint.size))
    if leaves is None:
        faults += [*_disagreements(read, checkpoint.size), Fault(CHECKPOINT, Wrong.DISAGREES)]
    else:
        faults += [*_differences(read, present, leaves), *_cosigned_faults(folder, log, witnesses, leaves)]
    return Audit(checkpoint, tuple(faults), _uncovered(present, checkpoint.size))


def true_leaves(read: Read, checkpoint: Checkpoint) -> list[bytes] | None:
    """The leaf hashes that the signed root stands for: those of the records, or else of the level-0 tiles; None when neither fit."""
    for find in (_leaves_of_bundle, _leaves_of_tile):
        leaves = [leaf for index in range(-(-checkpoint.size // FULL)) for leaf in find(read, index, checkpoint.size)]
        if len(leaves) == checkpoint.size and tree_root(leaves) == checkpoint.root:
            return leaves
    return None


def _leaves_of_bundle(read: Read, index: int, size: int) -> list[bytes]:
    tile, data = _load(read, ENTRIES, index, size)
    return [leaf_hash(record) for record in whole_entries(data, tile.width)]


def _leaves_of_tile(read: Read, index: int, size: int) -> list[bytes]:
    tile, data = _load(read, 0, index, size)
    return split_hashes(data)[: tile.width]


def _load(read: Read, level: int, index: int, size: int) -> tuple[Tile, bytes]:
    """A tile of a tree of `size` leaves and its bytes, from the full tile where that is there; no bytes when neither is."""
    tile = tile_at(level, index, size)
    assert tile is not None
    return tile, read(tile.path) or read(tile.full.path) or b""


def _missing(present: set[Tile], size: int) -> Iterator[Fault]:
    for tile in (*bundles_at(size), *tiles_at(size)):
        if tile not in present and tile.full not in present:
            yield Fault(tile.path, Wrong.MISSING)


def _differences(read: Read, present: set[Tile], leaves: list[bytes]) -> Iterator[Fault]:
    """Every file that is not what `leaves` make it, old partial tiles included."""
    hashes = {(tile.level, tile.index): split_hashes(data) for tile, data in grow(TileReader(read, 0), leaves)}
    for tile in sorted(present):
        data = read(tile.path)
        if data is None:  # a running writer has just put the full tile in its place
            continue
        if tile.level == ENTRIES:
            known = leaves[tile.index * FULL :][: tile.width]
            fault = _bundle_fault(tile, data, known)
        else:
            known = hashes.get((tile.level, tile.index), [])[: tile.width]
            fault = _tile_fault(tile, data, known)
        if known and fault is not None:
            yield fault


def _bundle_fault(tile: Tile, data: bytes, leaves: list[bytes]) -> Fault | None:
    found = [leaf_hash(record) for record in whole_entries(data, tile.width)]
    first = _first_difference(found, leaves)
    if first is not None:
        return Fault(tile.path, Wrong.DIFFERS, tile.index * FULL + first)
    try:
        decode_bundle(data, tile.width)
    except BadBundle:
        return Fault(tile.path, Wrong.DIFFERS)
    return None


def _tile_fault(tile: Tile, data: bytes, hashes: list[bytes]) -> Fault | None:
    first = _first_difference(split_hashes(data), hashes)
    if first is not None:
        return Fault(tile.path, Wrong.DIFFERS, (tile.index * FULL + first) << LEVEL_BITS * tile.level)
    return Fault(tile.path, Wrong.DIFFERS) if len(data) != tile.width * HASH_BYTES else None


def _first_difference(found: list[bytes], known: list[bytes]) -> int | None:
    """Where `found` first is not, or has not, what is known. More than what is known is no difference."""
    for place, right in enumerate(known):
        if place >= len(found) or found[place] != right:
            return place
    return None


def _disagreements(read: Read, size: int) -> Iterator[Fault]:
    """Where records and level-0 tiles contradict each other, when neither make the signed root: both are named."""
    for tile in bundles_at(size):
        records, hashes = _leaves_of_bundle(read, tile.index, size), _leaves_of_tile(read, tile.index, size)
        first = _first_difference(records, hashes)
        if first is not None:
            index = tile.index * FULL + first
            yield Fault(tile.path, Wrong.DISAGREES, index)
            yield Fault(Tile(0, tile.index, tile.width).path, Wrong.DISAGREES, index)


def _cosigned_faults(
    folder: Path, log: VerifierKey, witnesses: Sequence[VerifierKey], leaves: list[bytes]
) -> Iterator[Fault]:
    try:
        note = find_note(folder, COSIGNED)
        if note is None:
            return
        verify(note, [log, *witnesses])
        checkpoint = open_checkpoint(note, log)
    except NongsoError:
        yield Fault(COSIGNED, Wrong.REFUSED)
        return
    if checkpoint.size > len(leaves) or tree_root(leaves[: checkpoint.size]) != checkpoint.root:
        yield Fault(COSIGNED, Wrong.DIFFERS)


def _tiles_in(folder: Path) -> Iterator[Tile]:
    for file in (folder / "tile").rglob("*"):
        tile = parse_tile(file.relative_to(folder).as_posix())
        if tile is not None and file.is_file():
            yield tile


def _uncovered(present: set[Tile], size: int) -> tuple[str, ...]:
    """Files, or ends of files, beyond the signed size."""
    signed = {tile: tile_at(tile.level, tile.index, size) for tile in present}
    return tuple(tile.path for tile, known in sorted(signed.items()) if known is None or tile.width > known.width)
