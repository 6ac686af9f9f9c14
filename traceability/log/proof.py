"""C2SP tlog-proof: one file that shows, offline, that a record is in the log that a pinned key signed and witnesses saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nongso.errors import Forbidden, InvalidInput
from traceability.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from traceability.log.folder import note_that_covers, read_records, read_tree
from traceability.log.keys import SignatureType, VerifierKey
from traceability.log.lines import read_base64, read_decimal, read_hash, write_base64
from traceability.log.merkle import inclusion_proof, leaf_hash, verify_inclusion
from traceability.log.note import MAX_NOTE_BYTES, Note, Verified, parse_note, verify

HEADER = "c2sp.org/tlog-proof@v1"
EXTRA, INDEX = "extra ", "index "
MAX_PROOF_BYTES = MAX_NOTE_BYTES + 128 * 1024  # a record of 64 KiB in base64, 64 hashes, and the checkpoint


class BadProof(InvalidInput):
    """Not a tlog-proof of version 1."""

    code = "log.proof_bad"


class RecordNeeded(InvalidInput):
    """The proof does not carry the record, and none was given beside it."""

    code = "log.record_needed"


class TooFewWitnesses(Forbidden):
    code = "log.too_few_witnesses"


@dataclass(frozen=True, slots=True)
class Proof:
    """`path` leads from the record at `index` to the root that `note` signs. Our own proofs carry the record in `extra`."""

    index: int
    path: tuple[bytes, ...]
    note: Note
    extra: bytes | None = None

    def __str__(self) -> str:
        extra = [] if self.extra is None else [EXTRA + write_base64(self.extra)]
        lines = [HEADER, *extra, f"{INDEX}{self.index}", *map(write_base64, self.path), ""]
        return "\n".join(lines) + "\n" + str(self.note)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a proof showed: the record, where it stands, the tree it stands in and which witnesses saw that tree, and when."""

    record: bytes
    index: int
    checkpoint: Checkpoint
    witnesses: tuple[Verified, ...]


def make_proof(folder: Path, log: VerifierKey, index: int) -> Proof:
    """The proof of record `index`, under the newest checkpoint that witnesses have cosigned and that covers it, else the newest.

    Raises NotInTree, and TileMissing or InclusionRefused when the folder is damaged.
    """
    note = note_that_covers(folder, log, index)
    checkpoint = parse_checkpoint(note.text)
    path = inclusion_proof(index, checkpoint.size, read_tree(folder, log).node)
    record = read_records(folder, log, index, index + 1)[0]
    verify_inclusion(index, checkpoint.size, leaf_hash(record), path, checkpoint.root)
    return Proof(index, path, note, record)


def parse_proof(data: bytes) -> Proof:
    """The proof in a file. BadProof, BadNote or BadLine when it is not one."""
    try:
        head, _, note = data[:MAX_PROOF_BYTES].decode("utf-8").partition("\n\n")
    except UnicodeDecodeError as fault:
        raise BadProof() from fault
    first, *lines = head.split("\n")
    if first != HEADER or len(data) > MAX_PROOF_BYTES:
        raise BadProof()
    extra = read_base64(lines.pop(0).removeprefix(EXTRA)) if lines and lines[0].startswith(EXTRA) else None
    if not lines or not lines[0].startswith(INDEX):
        raise BadProof()
    index = read_decimal(lines[0].removeprefix(INDEX))
    return Proof(index, tuple(map(read_hash, lines[1:])), parse_note(note.encode()), extra)


def verify_proof(
    proof: Proof, log: VerifierKey, witnesses: Sequence[VerifierKey] = (), quorum: int = 0, record: bytes | None = None
) -> Shown:
    """What the proof shows to somebody who pins `log` and `witnesses`, of whom at least `quorum` must have cosigned.

    `record` is the record's exact bytes; without it the proof's own `extra` is taken: what counts is that its hash is in the tree.
    Raises OtherLog, NotSigned, SignatureRefused, TooFewWitnesses, InclusionRefused, RecordNeeded.
    """
    checkpoint = open_checkpoint(proof.note, log)
    shown = record if record is not None else proof.extra
    if shown is None:
        raise RecordNeeded()
    verify_inclusion(proof.index, checkpoint.size, leaf_hash(shown), proof.path, checkpoint.root)
    seen = cosignatures(proof.note, log, witnesses)
    if len(seen) < quorum:
        raise TooFewWitnesses(seen=len(seen), quorum=quorum)
    return Shown(shown, proof.index, checkpoint, seen)


def cosignatures(note: Note, log: VerifierKey, witnesses: Sequence[VerifierKey]) -> tuple[Verified, ...]:
    """The witnesses that signed. A key counts once, under whatever name; a log's kind of key is no witness."""
    signed = [found for found in verify(note, [log, *witnesses]) if found.key.kind is SignatureType.COSIGNATURE]
    return tuple({found.key.public: found for found in signed}.values())
