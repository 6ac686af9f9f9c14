"""The one writer of a log: puts records in order, durably, and signs the tree they make.

A batch becomes real in this order, each step durable before the next:

1. `.pending`  the batch itself, with its digest: from here on it will be in the log, whatever happens
2. bundles and tiles, immutable
3. `checkpoint`, replaced: only now does anybody see the batch
4. `.pending` removed, partial tiles dropped whose full tile is there

A writer that finds a `.pending` finishes it first. The steps are repeatable: they write the same bytes again, and Ed25519 signs the same text
the same way, so a crash at any point neither loses a batch nor makes the log sign two different trees of one size.
A caller that was cut off before the answer looks its records up (`folder.read_records`) before it appends them again.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import rfc8785

from nongso.errors import Conflict, InvalidInput
from traceability.log.checkpoint import Checkpoint, sign_checkpoint
from traceability.log.durable import only_writer, remove, replace, sync_parents, write_immutable
from traceability.log.folder import folder_reader, read_checkpoint
from traceability.log.keys import SignerKey
from traceability.log.layout import CHECKPOINT, ENTRIES, FULL, BadBundle, Tile, decode_bundle, encode_bundle
from traceability.log.merkle import leaf_hash, root_at
from traceability.log.tiles import TileMissing, TileReader, grow, overlay

LOCK, PENDING = ".lock", ".pending"
DIGEST_BYTES, START_BYTES, COUNT_BYTES = 32, 8, 4


class NotCanonical(InvalidInput):
    """A value that RFC 8785 cannot write: a number out of range, text that is not Unicode."""

    code = "log.not_canonical"


class LogDamaged(Conflict):
    """The folder contradicts its own checkpoint; nothing is added until a person has looked."""

    code = "log.damaged"


@dataclass(frozen=True, slots=True)
class Appended:
    """Where a batch went: the index of its first record, and the checkpoint that covers it."""

    first: int
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that follow the first `start` records of the log."""

    start: int
    records: tuple[bytes, ...]

    @property
    def stop(self) -> int:
        return self.start + len(self.records)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch adds: immutable files by path, then the checkpoint over them and its signed bytes."""

    batch: Batch
    files: dict[str, bytes]
    checkpoint: Checkpoint
    signed: bytes


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of a JSON value: what a record of the log is. NotCanonical when it has none."""
    try:
        return rfc8785.dumps(value)  # pyright: ignore[reportArgumentType] - the library checks every part itself
    except rfc8785.CanonicalizationError as fault:
        raise NotCanonical() from fault


def append(folder: Path, records: Sequence[bytes], signer: SignerKey) -> Appended:
    """Add records to the log in `folder` and sign the new tree; durable on return. Without records an empty log is begun.

    Raises RecordTooLong, LogBusy while another process writes, LogDamaged, and what open_checkpoint raises for a foreign key.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with only_writer(folder / LOCK):
        head = _finish_pending(folder, signer)
        if not records and (folder / CHECKPOINT).exists():
            return Appended(head.size, head)
        plan = _plan(folder, head, Batch(head.size, tuple(records)), signer)
        replace(folder, PENDING, write_batch(plan.batch))
        _carry_out(folder, plan)
        return Appended(head.size, plan.checkpoint)


def write_batch(batch: Batch) -> bytes:
    """A batch as `.pending` holds it: SHA-256 of the rest, start, count, entries."""
    body = batch.start.to_bytes(START_BYTES, "big") + len(batch.records).to_bytes(COUNT_BYTES, "big")
    body += encode_bundle(batch.records)
    return sha256(body).digest() + body


def read_batch(data: bytes) -> Batch:
    """The batch in a `.pending`. LogDamaged when its digest is wrong: it was altered after it was written."""
    digest, body = data[:DIGEST_BYTES], data[DIGEST_BYTES:]
    if sha256(body).digest() != digest:
        raise LogDamaged(path=PENDING)
    start, rest = int.from_bytes(body[:START_BYTES], "big"), body[START_BYTES:]
    try:
        return Batch(start, tuple(decode_bundle(rest[COUNT_BYTES:], int.from_bytes(rest[:COUNT_BYTES], "big"))))
    except BadBundle as fault:
        raise LogDamaged(path=PENDING) from fault


def _finish_pending(folder: Path, signer: SignerKey) -> Checkpoint:
    """The checkpoint to go on from, after a batch that a crash cut short."""
    head = read_checkpoint(folder, signer.verifier)
    pending = folder_reader(folder)(PENDING)
    if pending is None:
        return head
    batch = read_batch(pending)
    if head.size == batch.start:
        plan = _plan(folder, head, batch, signer)
        _carry_out(folder, plan)
        return plan.checkpoint
    if head.size != batch.stop:
        raise LogDamaged(path=PENDING)
    _tidy(folder, batch)
    return head


def _plan(folder: Path, head: Checkpoint, batch: Batch, signer: SignerKey) -> Plan:
    read = folder_reader(folder)
    tree = TileReader(read, head.size)
    leaves = [leaf_hash(record) for record in batch.records]
    files = _bundles(head.size, [*_sound_edge(tree, head), *batch.records]) if batch.records else {}
    files |= {tile.path: data for tile, data in grow(tree, leaves)}
    root = root_at(batch.stop, TileReader(overlay(files, read), batch.stop).node)
    checkpoint = Checkpoint(head.origin, batch.stop, root)
    return Plan(batch, files, checkpoint, str(sign_checkpoint(checkpoint, signer)).encode())


def _carry_out(folder: Path, plan: Plan) -> None:
    for path, data in plan.files.items():
        write_immutable(folder, path, data)
    sync_parents(folder, plan.files)
    replace(folder, CHECKPOINT, plan.signed)
    _tidy(folder, plan.batch)


def _sound_edge(tree: TileReader, head: Checkpoint) -> list[bytes]:
    """The records of the last, partial bundle. LogDamaged when tiles or records at the edge are not what was signed."""
    place = head.size // FULL
    try:
        root, records, leaves = root_at(head.size, tree.node), tree.tile(ENTRIES, place), tree.tile(0, place)
    except TileMissing as fault:
        raise LogDamaged(path=fault.values["path"]) from fault
    if root != head.root:
        raise LogDamaged(path=CHECKPOINT)
    if [leaf_hash(record) for record in records] != leaves:
        raise LogDamaged(path=Tile(ENTRIES, place, len(leaves)).path)
    return records


def _bundles(size: int, records: Sequence[bytes]) -> dict[str, bytes]:
    """The bundles that hold `records`, the first of which begins the bundle at the right edge of `size` records."""
    chunks = [records[at : at + FULL] for at in range(0, len(records), FULL)]
    tiles = [Tile(ENTRIES, size // FULL + offset, len(chunk)) for offset, chunk in enumerate(chunks)]
    return {tile.path: encode_bundle(chunk) for tile, chunk in zip(tiles, chunks, strict=True)}


def _tidy(folder: Path, batch: Batch) -> None:
    """Forget the batch; drop the partial tiles that full ones now stand for (C2SP tlog-tiles, Partial Tiles)."""
    level, before, after = 0, batch.start // FULL, batch.stop // FULL
    while after > before:
        for index in range(before, after):
            for kind in (level, ENTRIES) if level == 0 else (level,):
                shutil.rmtree(folder / f"{Tile(kind, index).path}.p", ignore_errors=True)
        level, before, after = level + 1, before // FULL, after // FULL
    remove(folder, PENDING)
