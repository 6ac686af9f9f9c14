"""What a witness checks, in the order of C2SP tlog-witness, and the status each refusal gets."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from nongso.errors import NongsoError
from traceability.log.checkpoint import Checkpoint, sign_checkpoint
from traceability.log.keys import SignatureType, SignerKey
from traceability.log.lines import BadLine
from traceability.log.merkle import EMPTY_ROOT, ConsistencyRefused, consistency_proof, leaf_hash, tree_root
from traceability.log.note import BadNote, Note, NotSigned, SignatureRefused, Verified, verify
from traceability.log.witness import (
    BadRequest,
    Cosigned,
    NotTheLatest,
    Request,
    UnknownLog,
    add_checkpoint,
    parse_request,
)

LOG = SignerKey("example.vn/log", SignatureType.NOTE, bytes(32))
STRANGER = SignerKey("example.vn/log", SignatureType.NOTE, bytes([1]) * 32)
WITNESS = SignerKey("example.vn/witness", SignatureType.COSIGNATURE, bytes([2]) * 32)
NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
LEAVES = [leaf_hash(str(number).encode()) for number in range(20)]
FORK = [*LEAVES[:5], leaf_hash(b"another history"), *LEAVES[6:]]


def note_of(leaves: Sequence[bytes], signer: SignerKey = LOG) -> Note:
    return sign_checkpoint(Checkpoint(LOG.name, len(leaves), tree_root(leaves)), signer)


def proof_of(leaves: Sequence[bytes], old: int) -> tuple[bytes, ...]:
    return consistency_proof(
        old, len(leaves), lambda level, index: tree_root(leaves[index << level : index + 1 << level])
    )


def request_for(leaves: Sequence[bytes], old: int) -> Request:
    return Request(old, proof_of(leaves, old), note_of(leaves))


def ask(request: Request, seen: Sequence[bytes]) -> Cosigned:
    known = {LOG.name: Checkpoint(LOG.name, len(seen), tree_root(seen))} if seen else {}
    return add_checkpoint(request, {LOG.name: LOG.verifier}, known, WITNESS, NOW)


@pytest.mark.parametrize("old", [0, 1, 5, 8, 20])
def test_a_log_that_only_grew_is_cosigned_with_the_time(old: int) -> None:
    cosigned = ask(request_for(LEAVES, old), LEAVES[:old])

    assert cosigned.checkpoint.size == 20
    assert verify(cosigned.note, [LOG.verifier, WITNESS.verifier]) == (
        Verified(LOG.verifier, None),
        Verified(WITNESS.verifier, NOW),
    )


def test_lines_of_strangers_are_not_kept() -> None:
    note = note_of(LEAVES)
    request = Request(0, (), note.with_signatures(note_of(LEAVES, STRANGER).signatures))

    assert len(ask(request, []).note.signatures) == 2


@pytest.mark.parametrize(
    ("request_", "seen", "fault", "status"),
    [
        (
            Request(0, (), sign_checkpoint(Checkpoint("other", 0, EMPTY_ROOT), SignerKey("other", LOG.kind, LOG.seed))),
            [],
            UnknownLog,
            404,
        ),
        (Request(0, (), note_of(LEAVES, STRANGER)), [], NotSigned, 403),
        (Request(0, (), Note(note_of(FORK).text, note_of(LEAVES).signatures)), [], SignatureRefused, 403),
        (Request(21, (), note_of(LEAVES)), LEAVES[:5], BadRequest, 400),
        (request_for(LEAVES, 4), LEAVES[:5], NotTheLatest, 409),
        (request_for(LEAVES[:4], 4), LEAVES[:5], NotTheLatest, 409),  # a rollback
        (request_for(FORK, 8), LEAVES[:8], ConsistencyRefused, 422),  # a fork
        (request_for(FORK, 20), LEAVES, ConsistencyRefused, 422),  # a fork of the same size
        (Request(0, (LEAVES[0],), note_of(LEAVES)), [], ConsistencyRefused, 422),
        (Request(0, (), sign_checkpoint(Checkpoint(LOG.name, 0, LEAVES[0]), LOG)), [], ConsistencyRefused, 422),
    ],
)
def test_everything_else_is_refused_with_its_status(
    request_: Request, seen: Sequence[bytes], fault: type[NongsoError], status: int
) -> None:
    with pytest.raises(fault) as caught:
        ask(request_, seen)

    assert caught.value.status == status


def test_a_conflict_says_the_size_seen_last() -> None:
    with pytest.raises(NotTheLatest) as caught:
        ask(request_for(LEAVES, 0), LEAVES[:5])

    assert caught.value.values["size"] == 5


def test_a_request_is_read_as_it_was_written() -> None:
    request = request_for(LEAVES, 5)

    assert parse_request(str(request).encode()) == request


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", BadRequest),
        (b"\xff", BadRequest),
        (b"new 5\n\n", BadRequest),
        (b"old 05\n\n", BadLine),
        (b"old 5\nAAAA\n\n", BadLine),
        (b"old 5\n\nno note", BadNote),
        (b"old 5\n" + b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n" * 64 + b"\n", BadRequest),
    ],
)
def test_what_is_not_a_request_is_refused_with_400(body: bytes, fault: type[NongsoError]) -> None:
    with pytest.raises(fault) as caught:
        parse_request(body)

    assert caught.value.status == 400
