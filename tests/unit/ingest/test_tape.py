"""Tapes of raw frames: each report of a line is a message of its device, as bytes, with its items counted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest import mapping
from ingest.recording import BadRecording
from ingest.replay import FixedTimes, replay
from ingest.tape import Tape, summarize, turns

# two readings, 2026-11-22T03:44:00Z and half an hour before
FRAME = "F800000000000001" + "00980d02070100" + "03146B026500" + "00006B025DF8"
LINE = '{"received_at": "2026-11-22T10:45:00+07:00", "reports": [{"value": "%s"}, {"value": "%s"}]}\n'


def taped(folder: Path, text: str) -> Tape:
    file = folder / "frames.jsonl"
    file.write_text(text)
    return Tape(file, mapping.load("nbiot_water_level"), "xa-mot", timedelta(0), None)


def test_frames_are_sent_as_they_are(tmp_path: Path) -> None:
    first, second = turns(taped(tmp_path, LINE % (FRAME, "F8000000000000020098")))

    assert ("nbiot-F800000000000001", "raw", FRAME.encode(), 4) == (
        first.device_id,
        first.channel,
        first.payload,
        first.items,
    )
    assert (1, None, 0) == (second.items, second.seq, second.empty)  # its rejection


def test_a_summary_reaches_back_to_the_oldest_observation(tmp_path: Path) -> None:
    tape = taped(tmp_path, LINE % (FRAME, FRAME))

    summary = summarize(tape.file, tape.mapped)

    assert (2, 8, ("nbiot-F800000000000001",)) == (summary.rows, summary.cells, summary.device_ids)
    assert datetime(2026, 11, 22, 3, 45, tzinfo=UTC) == summary.last_at
    assert summary.first_at < summary.last_at - timedelta(minutes=30)


@pytest.mark.parametrize(
    "text",
    [
        "{}\n",
        "[1]\n",
        '{"received_at": "2026-11-22T10:45:00", "reports": []}\n',
        LINE % ("xyz", FRAME),
        '{"received_at": 5, "reports": 7}\n',
        "",
    ],
)
def test_a_file_that_is_none(tmp_path: Path, text: str) -> None:
    tape = taped(tmp_path, text)
    with pytest.raises(BadRecording):
        summarize(tape.file, tape.mapped)


def test_times_of_frames_cannot_be_moved(tmp_path: Path) -> None:
    tape = taped(tmp_path, LINE % (FRAME, FRAME))
    with pytest.raises(FixedTimes):
        replay([str(tape.file), "--map", "nbiot_water_level", "--end-at", "now"])


@pytest.mark.parametrize(
    "tail",
    ['[frame]\ncodec = "none"\nreports = "r"\ntext = "t"\nsender_chars = 1', ""],
    ids=["unknown codec", "neither columns nor frames"],
)
def test_a_map_that_is_none(tmp_path: Path, tail: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'device = "d"\nkind = "soil"\ninterval_s = 60\ntime = "t"\n{tail}\n')
    with pytest.raises(mapping.BadMap):
        mapping.load(str(file))


def test_who_reads_tables_refuses_a_map_of_frames() -> None:
    with pytest.raises(mapping.BadMap):
        mapping.load_table("nbiot_water_level")
