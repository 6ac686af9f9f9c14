"""The log's side of witnessing: asks witnesses to cosign the newest checkpoint and keeps what they answer."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from nongso.errors import Conflict, NongsoError, Unavailable
from traceability.log.checkpoint import Checkpoint, open_checkpoint
from traceability.log.durable import only_writer, replace
from traceability.log.folder import find_note, folder_reader
from traceability.log.keys import VerifierKey
from traceability.log.layout import CHECKPOINT, COSIGNED
from traceability.log.lines import read_decimal
from traceability.log.merkle import NotInTree, consistency_proof
from traceability.log.note import Note, Signature, parse_note, parse_signature, verify
from traceability.log.tiles import TileReader
from traceability.log.witness import SUBMIT, Request

LOCK = ".cosign-lock"
WAIT_S = 20
MAX_ANSWER_BYTES = 64 * 1024
OK, NOT_FOUND, CONFLICT = 200, 404, 409


class WitnessAway(Unavailable):
    code = "log.witness_away"


class WitnessAhead(Conflict):
    """The witness has cosigned a larger tree than this folder holds: what was logged since is lost here, and going on would be a fork."""

    code = "log.witness_ahead"


class WitnessRefused(Unavailable):
    """The witness answered and did not cosign; `status` is its HTTP status."""

    code = "log.witness_refused"


@dataclass(frozen=True, slots=True)
class WitnessAddress:
    """Where a witness listens, and the key it signs with."""

    url: str
    key: VerifierKey


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking one witness: its verified signature lines, or the reason there are none."""

    witness: WitnessAddress
    lines: tuple[Signature, ...]
    fault: NongsoError | None = None


def cosign_newest(folder: Path, log: VerifierKey, witnesses: Sequence[WitnessAddress]) -> tuple[Asked, ...]:
    """Ask every witness about the newest checkpoint and keep what they sign in `cosigned`. One that is away stops no other.

    Raises NotInTree when the log has no checkpoint yet, LogBusy while another process asks.
    """
    note = find_note(folder, CHECKPOINT)
    if note is None:
        raise NotInTree(index=0, size=0)
    with only_writer(folder / LOCK):
        tree = TileReader(folder_reader(folder), open_checkpoint(note, log).size)
        asked = tuple(_ask(witness, note, tree, _seen_size(folder, log, witness)) for witness in witnesses)
        _keep(folder, note, [line for one in asked for line in one.lines])
        return asked


def newest_seen(witness: WitnessAddress, log: VerifierKey) -> Checkpoint | None:
    """The newest checkpoint of the log that a witness has cosigned, None when it never saw the log.

    WitnessAway when it does not answer, WitnessRefused when it answers otherwise, and what `verify` raises for a note that is not its own.
    """
    path = f"/{sha256(log.name.encode()).hexdigest()}/checkpoint"
    status, answer = _open(witness, path, None)
    if status == NOT_FOUND:
        return None
    if status != OK:
        raise WitnessRefused(url=witness.url, status=status)
    note = parse_note(answer.encode())
    verify(note, [witness.key])
    return open_checkpoint(note, log)


def _ask(witness: WitnessAddress, note: Note, tree: TileReader, old: int) -> Asked:
    try:
        status, answer = _post(witness, Request(old, consistency_proof(old, tree.size, tree.node), note))
        if status == CONFLICT:  # the witness says which tree it saw last
            old = read_decimal(answer.removesuffix("\n"))
            if old > tree.size:
                return Asked(witness, (), WitnessAhead(name=witness.key.name, seen=old, size=tree.size))
            status, answer = _post(witness, Request(old, consistency_proof(old, tree.size, tree.node), note))
        if status != OK:
            return Asked(witness, (), WitnessRefused(url=witness.url, status=status))
        lines = [parse_signature(line) for line in answer.removesuffix("\n").split("\n")]
        own = tuple(line for line in lines if (line.name, line.key_id) == (witness.key.name, witness.key.id))
        verify(Note(note.text, own), [witness.key])
    except NongsoError as fault:
        return Asked(witness, (), fault)
    return Asked(witness, own)


def _post(witness: WitnessAddress, request: Request) -> tuple[int, str]:
    return _open(witness, SUBMIT, str(request).encode())


def _open(witness: WitnessAddress, path: str, body: bytes | None) -> tuple[int, str]:
    """Status and text of the answer. WitnessAway when there is none that can be read."""
    url = witness.url.rstrip("/") + path
    if not url.startswith(("http://", "https://")):
        raise WitnessAway(url=witness.url)
    try:
        with urllib.request.urlopen(url, body, timeout=WAIT_S) as answer:  # noqa: S310 - checked above
            return answer.status, answer.read(MAX_ANSWER_BYTES).decode()
    except urllib.error.HTTPError as fault:
        with fault:
            return fault.code, fault.read(MAX_ANSWER_BYTES).decode(errors="replace")
    except (OSError, ValueError, http.client.HTTPException) as fault:
        raise WitnessAway(url=witness.url) from fault


def _seen_size(folder: Path, log: VerifierKey, witness: WitnessAddress) -> int:
    """The size this witness cosigned last, as far as `cosigned` knows; 0 is a safe guess, it only costs a second question."""
    note = find_note(folder, COSIGNED)
    signed = note is not None and any(line.key_id == witness.key.id for line in note.signatures)
    return open_checkpoint(note, log).size if note is not None and signed else 0


def _keep(folder: Path, note: Note, lines: list[Signature]) -> None:
    if not lines:
        return
    kept = find_note(folder, COSIGNED)
    base = kept if kept is not None and kept.text == note.text else note
    replace(folder, COSIGNED, str(base.with_signatures(lines)).encode())
