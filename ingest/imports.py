"""`nongso import`: a file of readings, looked at first and then stored through the same door as every message."""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import msgspec

from ingest import import_table, mapping, recording
from ingest.dialects import reader
from ingest.dialects.address import Address, Form
from ingest.import_lines import Done, Line, Previewed, as_json, as_words, refused, shown
from ingest.import_table import Row
from ingest.mapping import Column, Map
from ingest.messages import Message
from ingest.outcomes import Outcome, added, outcomes
from ingest.registry import Registry
from ingest.settle import settle
from nongso import store
from nongso.commands.database import open_database
from nongso.settings import Settings
from nongso.store import contacts
from nongso.text import say
from nongso.text.format import BadNumber, parse_number

BATCH = 500
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What to import and how. `form` says whether people typed the file."""

    file: Path
    mapped: Map
    form: Form


@dataclass(frozen=True, slots=True)
class Given:
    """A row of the file as the message it becomes."""

    number: int
    message: Message


def import_file(argv: list[str]) -> int:
    """Print what becomes of every row: 0. Raises what the file and the map raise."""
    chosen = parse(argv)
    settings = Settings.from_env(os.environ)
    mapped = mapping.load_table(chosen.map)
    if chosen.device:
        mapped = replace(mapped, device=chosen.device)
    plan = Plan(chosen.file, mapped, Form.TYPED if chosen.typed else Form.IMPORT)
    with open_database(settings) as url, store.connect(url) as conn:
        conn.autocommit = True  # a transaction a batch
        lines = previewed(conn, plan, chosen.rows) if chosen.preview else stored(conn, plan)
        if chosen.preview and not chosen.json:
            sys.stdout.write(f"{say(settings.lang, 'import.preview', shown=chosen.rows)}\n")
        for line in lines:
            sys.stdout.write(f"{as_json(line) if chosen.json else as_words(settings.lang, line)}\n")
    return 0


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nongso import")
    parser.add_argument("file", type=Path, help="CSV, XLSX, XLS or ODS; the first row names the columns")
    parser.add_argument("--map", required=True, metavar="MAP", help="a TOML file or the name of a shipped map")
    parser.add_argument("--device", metavar="ID", help="whose readings these are, instead of what the map says")
    parser.add_argument("--typed", action="store_true", help="people typed the file: its readings are marked so")
    parser.add_argument("--preview", action="store_true", help="say what would become of it and store nothing")
    parser.add_argument("--rows", type=int, default=SHOWN, metavar="N", help="rows a preview shows")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser.parse_args(argv)


def previewed(conn: store.Connection, plan: Plan, most: int) -> Iterator[Line]:
    """The first rows as they would be stored, every refusal, and the sum. Only looks things up."""
    registry, rows, accepted, rejected = Registry(), 0, 0, 0
    for batch in batches(messages(conn, plan)):
        read = reader.read(conn, registry, [given.message for given in batch])
        for given, judged in zip(batch, read.judged, strict=True):
            samples, rejections = judged.frame.samples, judged.frame.rejections
            if rows < most:
                yield from (shown(given.number, judged.device_id or "", sample) for sample in samples)
            yield from (refused(given.number, one) for one in rejections)
            rows, accepted, rejected = rows + 1, accepted + len(samples), rejected + len(rejections)
    yield Previewed(rows, accepted + rejected, accepted, rejected)


def stored(conn: store.Connection, plan: Plan) -> Iterator[Line]:
    """Store the file a batch at a time: every refusal, and the sum. What is there already is a duplicate, so it may be done again."""
    registry, total = Registry(), Outcome(0, 0, 0, ())
    for batch in batches(messages(conn, plan)):
        settled = settle(conn, registry, [given.message for given in batch], lap=lambda stage: None)
        for given, one in zip(batch, outcomes(settled), strict=True):
            yield from (refused(given.number, each) for each in one.rejected)
            total = added(total, one)
    received = total.stored + total.duplicate + total.conflict + len(total.rejected)
    yield Done(received, total.stored, total.duplicate, total.conflict, len(total.rejected))


def messages(conn: store.Connection, plan: Plan) -> Iterator[Given]:
    """Every row as a message of our own form, addressed to its device."""
    needed = {name for column in plan.mapped.columns for name in (column.name, column.flag_column) if name}
    tenants: dict[str, str] = {}
    for row in import_table.read(plan.file, needed):
        cells = {name: import_table.iso_day(cell) for name, cell in row.cells.items()}
        device_id = filled(plan.mapped.device, cells)
        if device_id not in tenants:
            tenants.update(tenant_of(conn, device_id))
        topic = str(Address(tenants[device_id], device_id, plan.form))
        body = {"ts": filled(plan.mapped.time, cells), "m": items(row, plan.mapped)}
        yield Given(row.number, Message(topic, msgspec.json.encode(body), time.time_ns() // 1000))


def tenant_of(conn: store.Connection, device_id: str) -> dict[str, str]:
    """The office of a device; a device that nobody registered has none, and its rows are refused for that."""
    with store.transaction(conn):
        found = contacts.list_registered(conn, [device_id])
    return {device_id: found[0].tenant if found else "-"}


def filled(template: str, cells: dict[str, str]) -> str:
    """A template with the cells of a row; without a column it names, empty."""
    try:
        return template.format_map({name: cell.replace("\0", "").strip() for name, cell in cells.items()})
    except KeyError:
        return ""


def items(row: Row, mapped: Map) -> list[recording.Item]:
    present = (column for column in mapped.columns if row.cells[column.name].strip() not in mapped.missing)
    return [item(row, column, mapped) for column in present]


def item(row: Row, column: Column, mapped: Map) -> recording.Item:
    """A cell as an item; what a person wrote as `31,4` is the number they meant."""
    found = recording.item(row.cells, column, mapped)
    value = found["v"]
    return found | {"v": typed_number(value)} if isinstance(value, str) else found


def typed_number(cell: str) -> float | str:
    """The number, or the text as it stands: it will be refused as one."""
    try:
        return float(parse_number(cell))
    except BadNumber:
        return cell


def batches(given: Iterator[Given]) -> Iterator[list[Given]]:
    while batch := list(islice(given, BATCH)):
        yield batch
