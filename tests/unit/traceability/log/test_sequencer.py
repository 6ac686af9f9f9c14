"""Appending to a log on disk: order, recovery, one writer."""

from pathlib import Path

import pytest

from traceability.log.audit import verify_log
from traceability.log.durable import ImmutableDiffers, LogBusy, only_writer, write_immutable
from traceability.log.folder import read_checkpoint, read_records
from traceability.log.keys import SignatureType, SignerKey
from traceability.log.layout import RecordTooLong
from traceability.log.merkle import NotInTree
from traceability.log.note import NotSigned
from traceability.log.sequencer import (
    LOCK,
    PENDING,
    Batch,
    LogDamaged,
    NotCanonical,
    append,
    canonical,
    read_batch,
    write_batch,
)

LOG = SignerKey("example.vn/log", SignatureType.NOTE, bytes(range(32)))


def records(start: int, stop: int) -> list[bytes]:
    return [canonical({"n": number}) for number in range(start, stop)]


def test_batches_of_any_width_make_one_sound_log(tmp_path: Path) -> None:
    for start, stop in ((0, 1), (1, 255), (255, 257), (257, 257), (257, 800)):
        appended = append(tmp_path, records(start, stop), LOG)
        assert (appended.first, appended.checkpoint.size) == (start, stop)

    assert verify_log(tmp_path, LOG.verifier).faults == ()
    assert read_records(tmp_path, LOG.verifier, 0, 800) == records(0, 800)


def test_an_empty_log_can_be_begun(tmp_path: Path) -> None:
    append(tmp_path, [], LOG)

    assert read_checkpoint(tmp_path, LOG.verifier).size == 0
    assert verify_log(tmp_path, LOG.verifier).faults == ()


def test_a_log_grows_past_a_second_level_of_tiles(tmp_path: Path) -> None:
    append(tmp_path, records(0, 65_000), LOG)
    append(tmp_path, records(65_000, 65_800), LOG)

    assert (tmp_path / "tile/1/000").is_file()
    assert (tmp_path / "tile/2/000.p/1").is_file()
    assert verify_log(tmp_path, LOG.verifier).faults == ()


def test_partial_tiles_go_when_the_full_one_is_there(tmp_path: Path) -> None:
    append(tmp_path, records(0, 200), LOG)
    append(tmp_path, records(200, 256), LOG)

    assert sorted(file.as_posix() for file in (tmp_path / "tile/0").rglob("*")) == [f"{tmp_path}/tile/0/000"]


def test_files_that_never_change_are_read_only(tmp_path: Path) -> None:
    append(tmp_path, records(0, 1), LOG)

    assert (tmp_path / "tile/0/000.p/1").stat().st_mode & 0o777 == 0o444


def test_an_immutable_file_is_not_overwritten(tmp_path: Path) -> None:
    write_immutable(tmp_path, "tile/0/000", b"first")
    write_immutable(tmp_path, "tile/0/000", b"first")

    with pytest.raises(ImmutableDiffers):
        write_immutable(tmp_path, "tile/0/000", b"other")


def test_a_batch_that_was_cut_off_before_its_checkpoint_is_finished_first(tmp_path: Path) -> None:
    append(tmp_path, records(0, 3), LOG)
    (tmp_path / PENDING).write_bytes(write_batch(Batch(3, tuple(records(3, 5)))))

    appended = append(tmp_path, records(5, 6), LOG)

    assert appended.first == 5
    assert read_records(tmp_path, LOG.verifier, 0, 6) == records(0, 6)


def test_a_batch_that_was_cut_off_after_its_checkpoint_is_not_written_twice(tmp_path: Path) -> None:
    append(tmp_path, records(0, 3), LOG)
    (tmp_path / PENDING).write_bytes(write_batch(Batch(0, tuple(records(0, 3)))))

    assert append(tmp_path, records(3, 4), LOG).first == 3


def test_a_batch_that_belongs_elsewhere_stops_the_writer(tmp_path: Path) -> None:
    append(tmp_path, records(0, 3), LOG)
    (tmp_path / PENDING).write_bytes(write_batch(Batch(7, tuple(records(3, 4)))))

    with pytest.raises(LogDamaged):
        append(tmp_path, records(3, 4), LOG)


def test_an_altered_batch_is_not_read() -> None:
    data = write_batch(Batch(7, (b"one",)))

    with pytest.raises(LogDamaged):
        read_batch(data[:-1] + b"x")


@pytest.mark.parametrize("path", ["tile/0/000.p/3", "tile/entries/000.p/3"])
def test_nothing_is_appended_to_a_damaged_edge(tmp_path: Path, path: str) -> None:
    append(tmp_path, records(0, 3), LOG)
    (tmp_path / path).chmod(0o644)
    (tmp_path / path).write_bytes((tmp_path / path).read_bytes()[:-1] + b"x")

    with pytest.raises(LogDamaged):
        append(tmp_path, records(3, 4), LOG)


def test_a_second_writer_is_refused_at_once(tmp_path: Path) -> None:
    with only_writer(tmp_path / LOCK), pytest.raises(LogBusy):
        append(tmp_path, records(0, 1), LOG)


def test_a_foreign_key_cannot_go_on_with_a_log(tmp_path: Path) -> None:
    append(tmp_path, records(0, 1), LOG)

    with pytest.raises(NotSigned):
        append(tmp_path, records(1, 2), SignerKey(LOG.name, LOG.kind, bytes(32)))


def test_a_record_too_long_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    append(tmp_path, records(0, 1), LOG)

    with pytest.raises(RecordTooLong):
        append(tmp_path, [bytes(65_536)], LOG)

    assert append(tmp_path, records(1, 2), LOG).first == 1


def test_records_beyond_the_end_are_not_in_the_log(tmp_path: Path) -> None:
    append(tmp_path, records(0, 1), LOG)

    with pytest.raises(NotInTree):
        read_records(tmp_path, LOG.verifier, 0, 2)


def test_a_value_without_canonical_bytes_is_refused() -> None:
    with pytest.raises(NotCanonical):
        canonical({"n": 2**60})
