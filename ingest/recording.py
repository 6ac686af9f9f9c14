"""A recorded file read row by row, never held whole: what devices said, and when."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import normalize

from ingest.mapping import Column, Map
from nongso.errors import InvalidInput
from nongso.readings import Flag

Item = dict[str, str | float | int]


class BadRecording(InvalidInput):
    """The file cannot be read with this map; `row` counts from 1, the header."""

    code = "replay.bad_recording"


@dataclass(frozen=True, slots=True)
class Record:
    """A row: items of one device at one instant. `empty` of its cells held nothing."""

    device_id: str
    at: datetime
    items: list[Item]
    empty: int


def read(file: Path, mapping: Map) -> Iterator[Record]:
    """The rows of a file in its order. Raises BadRecording."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as source:
            rows = csv.DictReader(source)
            rows.fieldnames = [normalize("NFC", name) for name in rows.fieldnames or ()]
            yield from records(rows, mapping, file)
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise BadRecording(file=file, row=0, problem=str(fault)) from fault


def records(rows: "csv.DictReader[str]", mapping: Map, file: Path) -> Iterator[Record]:
    needed = {name for column in mapping.columns for name in (column.name, column.flag_column) if name}
    missing = sorted(needed - set(rows.fieldnames or ()))
    if missing:
        raise BadRecording(file=file, row=1, problem=", ".join(missing))
    for cells in rows:
        try:
            yield record(cells, mapping)
        except (ValueError, KeyError, AttributeError, TypeError) as fault:
            raise BadRecording(file=file, row=rows.line_num, problem=str(fault)) from fault


def record(cells: dict[str, str], mapping: Map) -> Record:
    at = datetime.fromisoformat(mapping.time.format_map(cells))
    if at.tzinfo is None:
        raise ValueError(mapping.time)
    items = [
        item(cells, column, mapping)
        for column in mapping.columns
        if (cells[column.name] or "").strip() not in mapping.missing
    ]
    return Record(mapping.device.format_map(cells), at.astimezone(UTC), items, len(mapping.columns) - len(items))


def item(cells: dict[str, str], column: Column, mapping: Map) -> Item:
    """A cell as an item of the native payload, with the unit of the file: converting is the collector's work."""
    cell = cells[column.name].strip()
    found: Item = {"k": column.property, "v": number(cell), "u": column.unit}
    if column.depth_cm is not None:
        found["d"] = column.depth_cm
    flags = expert_flags(cells, column, mapping) | (int(Flag.EXPERT_SUSPECT) if cell in column.doubtful else 0)
    if flags:
        found["f"] = flags
    return found


def number(cell: str) -> float | str:
    """A cell's number, or its text as it stands: the collector says why it is none."""
    try:
        return float(cell)
    except ValueError:
        return cell


def expert_flags(cells: dict[str, str], column: Column, mapping: Map) -> int:
    """The code before the letters: `<-3> [GQR] (CSM)` is judged by `<-3>`."""
    words = (cells[column.flag_column] or "").split() if column.flag_column else []
    return int(mapping.flags.get(words[0], 0)) if words else 0
