"""What checking a whole log says when more is wrong than one byte."""

import shutil
from pathlib import Path

import pytest

from traceability.log.audit import Fault, Wrong, verify_log
from traceability.log.durable import replace
from traceability.log.keys import SignatureType, SignerKey
from traceability.log.layout import CHECKPOINT, COSIGNED, encode_bundle
from traceability.log.sequencer import append

LOG = SignerKey("example.vn/log", SignatureType.NOTE, bytes(range(32)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    append(tmp_path, [b"%d" % number for number in range(300)], LOG)
    return tmp_path


def rewrite(file: Path, data: bytes) -> None:
    file.unlink()
    file.write_bytes(data)


def test_a_rewritten_record_is_named_by_its_number(folder: Path) -> None:
    file = folder / "tile/entries/001.p/44"
    rewrite(file, encode_bundle([b"%d" % (-1 if number == 290 else number) for number in range(256, 300)]))

    assert verify_log(folder, LOG.verifier).faults == (Fault("tile/entries/001.p/44", Wrong.DIFFERS, 290),)


def test_a_history_rewritten_without_the_key_contradicts_the_checkpoint(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    append(other, [b"rewritten %d" % number for number in range(300)], LOG)
    shutil.rmtree(folder / "tile")
    shutil.copytree(other / "tile", folder / "tile")

    assert verify_log(folder, LOG.verifier).faults == (Fault(CHECKPOINT, Wrong.DISAGREES),)


def test_records_and_tiles_altered_in_different_places_are_both_named(folder: Path) -> None:
    rewrite(folder / "tile/entries/000", encode_bundle([b"x", *(b"%d" % number for number in range(1, 256))]))
    rewrite(folder / "tile/0/001.p/44", bytes(44 * 32))

    faults = verify_log(folder, LOG.verifier).faults

    assert {(fault.path, fault.index) for fault in faults} >= {("tile/entries/000", 0), ("tile/0/001.p/44", 256)}


def test_a_missing_part_is_named(folder: Path) -> None:
    (folder / "tile/1/000.p/1").unlink()

    assert verify_log(folder, LOG.verifier).faults == (Fault("tile/1/000.p/1", Wrong.MISSING),)


def test_a_folder_without_checkpoint_or_with_a_foreign_one_is_not_believed(folder: Path) -> None:
    foreign = SignerKey(LOG.name, LOG.kind, bytes(32))

    assert verify_log(folder, foreign.verifier).faults == (Fault(CHECKPOINT, Wrong.REFUSED),)
    assert verify_log(folder / "nowhere", LOG.verifier).faults == (Fault(CHECKPOINT, Wrong.MISSING),)


def test_a_cosigned_checkpoint_of_another_history_is_named(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The proof of a fork: two signed trees that cannot both be true."""
    other = tmp_path_factory.mktemp("other")
    append(other, [b"other"], LOG)
    replace(folder, COSIGNED, (other / CHECKPOINT).read_bytes())

    assert verify_log(folder, LOG.verifier).faults == (Fault(COSIGNED, Wrong.DIFFERS),)


def test_parts_beyond_the_checkpoint_are_told_and_no_fault(folder: Path) -> None:
    signed = (folder / "tile/entries/001.p/44").read_bytes()
    (folder / "tile/entries/001.p/45").write_bytes(signed + encode_bundle([b"unfinished"]))

    found = verify_log(folder, LOG.verifier)

    assert (found.faults, found.uncovered) == ((), ("tile/entries/001.p/45",))
