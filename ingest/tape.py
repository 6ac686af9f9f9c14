"""A recorded file as the messages its devices would send: rows of a table in our own form, raw frames as they are."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from ingest import frame_recording, recording, topics
from ingest.mapping import Map
from ingest.recording import BadRecording, Record


@dataclass(frozen=True, slots=True)
class Tape:
    """What to play and how. `shift` moves every time; `speed` is times faster than it was, None as fast as possible."""

    file: Path
    mapped: Map
    tenant: str
    shift: timedelta
    speed: float | None

    @property
    def boot(self) -> str:
        """The same tape gives the same messages again, so it begins the same boot."""
        name = f"{self.mapped.name} {self.file.name} {self.shift.total_seconds()}"
        return hashlib.sha256(name.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message: when it was sent, how many items it holds, how many cells of its row held nothing. `seq` None: it has no number."""

    device_id: str
    at: datetime
    channel: str
    payload: bytes
    items: int
    empty: int
    seq: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a first walk through the file finds: `first_at` is the oldest observation, `last_at` the newest row."""

    rows: int
    cells: int
    first_at: datetime
    last_at: datetime
    device_ids: tuple[str, ...]


def turns(tape: Tape) -> Iterator[Turn]:
    """What to send, in the file's order; a row without any value is told with no items. Raises BadRecording."""
    frame = tape.mapped.frame
    if frame is not None:
        for sent in frame_recording.read(tape.file, tape.mapped, frame):
            yield Turn(sent.device_id, sent.sent_at, topics.RAW, sent.text.encode(), sent.items, 0, None)
        return
    numbers: dict[str, int] = defaultdict(int)
    for record in recording.read(tape.file, tape.mapped):
        numbers[record.device_id] += bool(record.items)
        seq = numbers[record.device_id]
        payload = native(record, tape.shift, tape.boot, seq)
        yield Turn(record.device_id, record.at, topics.UP, payload, len(record.items), record.empty, seq)


def native(record: Record, shift: timedelta, boot: str, seq: int) -> bytes:
    """A row as a native message."""
    at = record.at + shift
    return msgspec.json.encode({"v": 1, "seq": seq, "boot": boot, "ts": at.isoformat(), "m": record.items})


def summarize(file: Path, mapped: Map) -> Summary:
    """Walk through the file once. Raises BadRecording, also for a file without rows."""
    rows, cells, first_at, last_at = 0, 0, None, None
    device_ids: dict[str, None] = {}
    for device_id, begins_at, at, held in walk(file, mapped):
        rows, cells = rows + 1, cells + held
        device_ids.setdefault(device_id)
        first_at = begins_at if first_at is None else min(first_at, begins_at)
        last_at = at if last_at is None else max(last_at, at)
    if first_at is None or last_at is None:
        raise BadRecording(file=file, row=1, problem="no rows")
    return Summary(rows, cells, first_at, last_at, tuple(device_ids))


def walk(file: Path, mapped: Map) -> Iterator[tuple[str, datetime, datetime, int]]:
    """Of each row its device, its oldest observation, when it was sent, and its cells; every item of a frame is a cell."""
    if mapped.frame is not None:
        for sent in frame_recording.read(file, mapped, mapped.frame):
            yield sent.device_id, sent.first_at, sent.sent_at, sent.items
        return
    for record in recording.read(file, mapped):
        yield record.device_id, record.at, record.at, len(mapped.columns)
