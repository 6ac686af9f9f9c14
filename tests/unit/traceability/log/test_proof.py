"""Proof files: made from a folder, checked with nothing but pinned keys."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from traceability.log.checkpoint import OtherLog
from traceability.log.durable import replace
from traceability.log.folder import find_note
from traceability.log.keys import SignatureType, SignerKey
from traceability.log.layout import CHECKPOINT, COSIGNED
from traceability.log.merkle import InclusionRefused, NotInTree
from traceability.log.note import NotSigned, cosign
from traceability.log.proof import (
    BadProof,
    Proof,
    RecordNeeded,
    TooFewWitnesses,
    make_proof,
    parse_proof,
    verify_proof,
)
from traceability.log.sequencer import append

LOG = SignerKey("example.vn/log", SignatureType.NOTE, bytes(range(32)))
TWINS = [SignerKey(f"example.vn/{name}", SignatureType.COSIGNATURE, bytes([2]) * 32) for name in ("w1", "w2")]
WITNESS = TWINS[0]
AT = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    append(tmp_path, [f"record {number}".encode() for number in range(300)], LOG)
    return tmp_path


def cosign_folder(folder: Path, *witnesses: SignerKey) -> None:
    note = find_note(folder, CHECKPOINT)
    assert note is not None
    signed = note.with_signatures(cosign(note.text, witness, AT) for witness in witnesses)
    replace(folder, COSIGNED, str(signed).encode())


def test_a_proof_file_shows_its_record_to_whoever_pins_the_key(folder: Path) -> None:
    file = str(make_proof(folder, LOG.verifier, 299)).encode()

    shown = verify_proof(parse_proof(file), LOG.verifier)

    assert (shown.record, shown.index, shown.checkpoint.size) == (b"record 299", 299, 300)


def test_a_proof_stands_under_the_cosigned_checkpoint_while_that_covers_it(folder: Path) -> None:
    cosign_folder(folder, WITNESS)
    append(folder, [b"late"], LOG)

    early, late = (make_proof(folder, LOG.verifier, index) for index in (7, 300))

    assert verify_proof(early, LOG.verifier, [WITNESS.verifier], 1).witnesses[0].at == AT
    with pytest.raises(TooFewWitnesses):
        verify_proof(late, LOG.verifier, [WITNESS.verifier], 1)


def test_one_key_under_two_names_is_one_witness(folder: Path) -> None:
    cosign_folder(folder, *TWINS)

    with pytest.raises(TooFewWitnesses):
        verify_proof(make_proof(folder, LOG.verifier, 0), LOG.verifier, [key.verifier for key in TWINS], 2)


def test_another_record_is_not_at_that_place(folder: Path) -> None:
    with pytest.raises(InclusionRefused):
        verify_proof(make_proof(folder, LOG.verifier, 7), LOG.verifier, record=b"record 8")


def test_a_proof_of_another_log_or_key_is_not_believed(folder: Path) -> None:
    proof = make_proof(folder, LOG.verifier, 7)

    with pytest.raises(OtherLog):
        verify_proof(proof, SignerKey("example.vn/other", LOG.kind, LOG.seed).verifier)
    with pytest.raises(NotSigned):
        verify_proof(proof, SignerKey(LOG.name, LOG.kind, bytes(32)).verifier)


def test_a_proof_without_its_record_needs_it_beside(folder: Path) -> None:
    made = make_proof(folder, LOG.verifier, 7)
    bare = parse_proof(str(Proof(made.index, made.path, made.note)).encode())

    with pytest.raises(RecordNeeded):
        verify_proof(bare, LOG.verifier)
    assert verify_proof(bare, LOG.verifier, record=b"record 7").index == 7


def test_there_is_no_proof_of_what_is_not_in_the_log(folder: Path) -> None:
    with pytest.raises(NotInTree):
        make_proof(folder, LOG.verifier, 300)


@pytest.mark.parametrize("data", [b"", b"\xff", b"c2sp.org/tlog-proof@v2\nindex 0\n\n", b"c2sp.org/tlog-proof@v1\n\n"])
def test_what_is_not_a_proof_is_refused(data: bytes) -> None:
    with pytest.raises(BadProof):
        parse_proof(data)
