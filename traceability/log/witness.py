"""C2SP tlog-witness: what a second office checks before it cosigns a log's checkpoint. Pure; witness_server.py speaks HTTP.

A witness needs no access to the data: it remembers one size and root a log and lets a tree only grow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from nongso.errors import Conflict, InvalidInput, NotFound
from traceability.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from traceability.log.keys import SignerKey, VerifierKey
from traceability.log.lines import read_decimal, read_hash, write_base64
from traceability.log.merkle import EMPTY_ROOT, verify_consistency
from traceability.log.note import Note, Signature, cosign, parse_note

SUBMIT = "/add-checkpoint"
OLD = "old "
MAX_PROOF_LINES = 63


class BadRequest(InvalidInput):
    """The body is not an add-checkpoint request, or its old size is larger than the new one."""

    code = "log.witness_request_bad"


class UnknownLog(NotFound):
    code = "log.unknown_log"


class NotTheLatest(Conflict):
    """The old size is not the one this witness cosigned last; `size` is."""

    code = "log.not_the_latest"


@dataclass(frozen=True, slots=True)
class Request:
    """add-checkpoint: the log claims that `note` follows, by `path`, from its tree of `old` leaves."""

    old: int
    path: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        lines = [f"{OLD}{self.old}", *map(write_base64, self.path), ""]
        return "\n".join(lines) + "\n" + str(self.note)


@dataclass(frozen=True, slots=True)
class Cosigned:
    """What a witness answers, and what it must remember first: the checkpoint with the log's and its own signature only."""

    checkpoint: Checkpoint
    note: Note
    line: Signature


def parse_request(body: bytes) -> Request:
    """The request in a body. BadRequest, BadLine or BadNote (all status 400) when it is none."""
    try:
        head, _, note = body.decode("utf-8").partition("\n\n")
    except UnicodeDecodeError as fault:
        raise BadRequest() from fault
    first, *lines = head.split("\n")
    if not first.startswith(OLD) or len(lines) > MAX_PROOF_LINES:
        raise BadRequest()
    return Request(read_decimal(first.removeprefix(OLD)), tuple(map(read_hash, lines)), parse_note(note.encode()))


def add_checkpoint(
    request: Request, logs: Mapping[str, VerifierKey], seen: Mapping[str, Checkpoint], signer: SignerKey, now: datetime
) -> Cosigned:
    """The cosignature of a checkpoint that only grows the tree seen last (C2SP tlog-witness, add-checkpoint).

    `logs` and `seen` go by origin. Raises UnknownLog (404), NotSigned or SignatureRefused (403), BadRequest (400),
    NotTheLatest (409) and ConsistencyRefused (422): a fork, a rollback or a proof that does not hold.
    """
    claimed = parse_checkpoint(request.note.text)
    log = logs.get(claimed.origin)
    if log is None:
        raise UnknownLog(origin=claimed.origin)
    checkpoint = open_checkpoint(request.note, log)
    if request.old > checkpoint.size:
        raise BadRequest()
    latest = seen.get(checkpoint.origin, Checkpoint(checkpoint.origin, 0, EMPTY_ROOT))
    if request.old != latest.size:
        raise NotTheLatest(origin=checkpoint.origin, size=latest.size)
    verify_consistency(latest.size, checkpoint.size, latest.root, checkpoint.root, request.path)
    line = cosign(request.note.text, signer, now)
    return Cosigned(checkpoint, _kept(request.note, log, line), line)


def _kept(note: Note, log: VerifierKey, line: Signature) -> Note:
    """The note without lines that nobody here has verified."""
    own = tuple(found for found in note.signatures if (found.name, found.key_id) == (log.name, log.id))
    return Note(note.text, (*own, line))
