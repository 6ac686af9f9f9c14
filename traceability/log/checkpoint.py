"""C2SP tlog-checkpoint: what a log says about its whole tree in three lines, signed."""

from dataclasses import dataclass

from nongso.errors import Forbidden, InvalidInput
from traceability.log.keys import SignatureType, SignerKey, VerifierKey
from traceability.log.lines import BadLine, read_decimal, read_hash, write_base64
from traceability.log.note import Note, sign, verify


class BadCheckpoint(InvalidInput):
    code = "log.checkpoint_bad"


class OtherLog(Forbidden):
    """The checkpoint is of another log than the key is for."""

    code = "log.other_log"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`origin` names the log, `size` counts its records, `root` is the hash over all of them (32 bytes)."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = (self.origin, str(self.size), write_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in a note's text. BadCheckpoint when a line is missing, empty or misspelt."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() != "" or "" in lines:
        raise BadCheckpoint()
    origin, size, root, *extensions = lines
    try:
        return Checkpoint(origin, read_decimal(size), read_hash(root), tuple(extensions))
    except BadLine as fault:
        raise BadCheckpoint() from fault


def sign_checkpoint(checkpoint: Checkpoint, signer: SignerKey) -> Note:
    """The signed note. The signer's name is the origin, so that one pinned key names its log; OtherLog when it is not."""
    if signer.name != checkpoint.origin or signer.kind is not SignatureType.NOTE:
        raise OtherLog(origin=checkpoint.origin, key=signer.name)
    text = str(checkpoint)
    return Note(text, (sign(text, signer),))


def open_checkpoint(note: Note, log: VerifierKey) -> Checkpoint:
    """The checkpoint, once `log` is known to have signed it.

    BadCheckpoint, OtherLog when its origin is not the key's name, SignatureRefused or NotSigned otherwise.
    """
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != log.name or log.kind is not SignatureType.NOTE:
        raise OtherLog(origin=checkpoint.origin, key=log.name)
    verify(note, [log])
    return checkpoint
