"""Recorded raw frames, a JSON object a line: which device sent which bytes, and what its codec will find in them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from ingest import codecs
from ingest.codecs.frame import CodecError, decode
from ingest.mapping import FrameEntry, Map
from ingest.recording import BadRecording


@dataclass(frozen=True, slots=True)
class SentFrame:
    """A frame as its device sent it: hexadecimal `text`, which comes to `items` items, the oldest observed at `first_at`."""

    device_id: str
    sent_at: datetime
    first_at: datetime
    text: str
    items: int


def read(file: Path, mapped: Map, frame: FrameEntry) -> Iterator[SentFrame]:
    """The frames of a file in its order. Raises BadRecording."""
    try:
        with file.open(encoding="utf-8-sig") as source:
            for row, line in enumerate(source, 1):
                yield from read_line(file, row, line, mapped, frame)
    except (OSError, UnicodeDecodeError) as fault:
        raise BadRecording(file=file, row=0, problem=str(fault)) from fault


def read_line(file: Path, row: int, line: str, mapped: Map, frame: FrameEntry) -> list[SentFrame]:
    try:
        return list(frames_of(json.loads(line), mapped, frame))
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BadRecording(file=file, row=row, problem=str(fault)) from fault


def frames_of(line: dict[str, object], mapped: Map, frame: FrameEntry) -> Iterator[SentFrame]:
    sent_at = datetime.fromisoformat(mapped.time.format_map(line))
    if sent_at.tzinfo is None:
        raise ValueError(mapped.time)
    for report in cast("list[dict[str, str]]", line[frame.reports]):
        text = report[frame.text]
        device_id = mapped.device.format_map({**line, "sender": text[: frame.sender_chars]})
        items, first_at = look_into(bytes.fromhex(text), frame.codec, sent_at)
        yield SentFrame(device_id, sent_at.astimezone(UTC), first_at, text, items)


def look_into(frame: bytes, codec: str, sent_at: datetime) -> tuple[int, datetime]:
    """How many items it comes to, and when the oldest was observed. One that cannot be read is one item: its rejection."""
    try:
        found = decode(codecs.get(codec), frame, 0).measurements
    except CodecError:
        return 1, sent_at
    return len(found), min((one.at for one in found if one.at is not None), default=sent_at)
