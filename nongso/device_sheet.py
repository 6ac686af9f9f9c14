"""Devices from a table: what each row asks for, and what is wrong with it, before anything is registered. Pure.

The first row names the columns, in any order, in English or Vietnamese; `;` stands between several fields or groups of a cell.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nongso.devices import Kind
from nongso.errors import InvalidInput
from nongso.text.sorting import fold, normal

MOST_ROWS = 2_000
LONGEST_NAME = 200
DELIMITERS = ",;\t"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
DEVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
COLUMNS: Mapping[str, str] = {
    "id": "id", "ma": "id", "ma thiet bi": "id",
    "name": "name", "ten": "name",
    "kind": "kind", "loai": "kind",
    "interval_s": "interval_s", "chu ky giay": "interval_s",
    "fields": "fields", "thua": "fields", "thua ruong": "fields",
    "groups": "groups", "nhom": "groups",
    "gateway": "gateway", "tram": "gateway",
}  # fmt: skip
NEEDED = ("id", "name", "kind")


class BadSheet(InvalidInput):
    """The table as a whole cannot be read: `problem` is not_text, not_csv, missing_columns, unknown_columns, twice, empty or too_long; `what` says which."""

    code = "device_sheet.bad"


@dataclass(frozen=True, slots=True)
class Place:
    """A field that a row may name: by its number, by `farm/field`, or by the field's name alone where only one is called so."""

    id: int
    farm_name: str
    name: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be used. `row` counts from 1, the header; `problem` is a key of `device_sheet.<problem>`."""

    row: int
    column: str
    value: str
    problem: str


@dataclass(frozen=True, slots=True)
class Row:
    """One device as asked for; without an interval its own is learned."""

    row: int
    id: str
    name: str
    kind: str
    interval_s: int | None
    field_ids: list[int]
    groups: list[str]
    gateway_id: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a table asks for: nothing of it is done while there are faults."""

    rows: list[Row]
    faults: list[Fault]


def read(text: str, places: Iterable[Place], known_ids: Iterable[str], taken_ids: Iterable[str]) -> Sheet:
    """Rows and faults of a table. `known_ids` are the office's devices (for gateways), `taken_ids` those of any office. Raises BadSheet."""
    cells = table(text)
    wanted = Counter(row["id"] for _, row in cells)
    reader = _Reader(_by_name(places), {*known_ids, *wanted}, set(taken_ids), wanted)
    rows = [reader.row(number, row) for number, row in cells]
    return Sheet(rows, reader.faults)


def table(text: str) -> list[tuple[int, dict[str, str]]]:
    """The rows as (number of line, cells by our column names), cells in NFC and trimmed. Raises BadSheet."""
    if CONTROL.search(text):
        raise BadSheet(problem="not_text", what="")
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines:
        raise BadSheet(problem="empty", what="")
    delimiter = max(DELIMITERS, key=lines[0].count)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    try:
        names = _columns(next(reader, []))
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as fault:
        raise BadSheet(problem="not_csv", what=str(fault)) from fault
    if not rows:
        raise BadSheet(problem="empty", what="")
    if len(rows) > MOST_ROWS:
        raise BadSheet(problem="too_long", what=str(MOST_ROWS))
    empty = dict.fromkeys(COLUMNS.values(), "")
    return [(number, {**empty, **dict(zip(names, map(normal, row), strict=False))}) for number, row in rows]


def _columns(header: list[str]) -> list[str]:
    names = [COLUMNS.get(fold(cell).replace("(", "").replace(")", ""), "") for cell in header]
    unknown = [cell for cell, name in zip(header, names, strict=True) if not name]
    if unknown:
        raise BadSheet(problem="unknown_columns", what=", ".join(unknown)[:200])
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise BadSheet(problem="missing_columns", what=", ".join(missing))
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise BadSheet(problem="twice", what=", ".join(twice))
    return names


def _by_name(places: Iterable[Place]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place in places:
        for name in (str(place.id), fold(place.name), f"{fold(place.farm_name)}/{fold(place.name)}"):
            found.setdefault(name, []).append(place.id)
    return found


class _Reader:
    """Gathers faults while the rows are read."""

    def __init__(
        self, places: Mapping[str, list[int]], gateways: set[str], taken: set[str], wanted: Mapping[str, int]
    ) -> None:
        self._places, self._gateways, self._taken, self._wanted = places, gateways, taken, wanted
        self.faults: list[Fault] = []

    def row(self, number: int, cells: Mapping[str, str]) -> Row:
        self._check_id(number, cells["id"])
        if not 1 <= len(cells["name"]) <= LONGEST_NAME:
            self._blame(number, "name", cells["name"], "name")
        return Row(
            number,
            cells["id"],
            cells["name"],
            self._kind(number, cells["kind"]),
            self._interval(number, cells["interval_s"]),
            self._fields(number, cells["fields"]),
            self._groups(number, cells["groups"]),
            self._gateway(number, cells["gateway"], cells["id"]),
        )

    def _blame(self, number: int, column: str, value: str, problem: str) -> None:
        self.faults.append(Fault(number, column, value[:80], problem))

    def _check_id(self, number: int, device_id: str) -> None:
        if not DEVICE.fullmatch(device_id):
            self._blame(number, "id", device_id, "id")
        elif device_id in self._taken:
            self._blame(number, "id", device_id, "taken")
        elif self._wanted[device_id] > 1:
            self._blame(number, "id", device_id, "twice")

    def _kind(self, number: int, text: str) -> str:
        if text not in set(Kind):
            self._blame(number, "kind", text, "kind")
        return text

    def _interval(self, number: int, text: str) -> int | None:
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= 7 * 86_400:
            return int(text)
        self._blame(number, "interval_s", text, "interval")
        return None

    def _fields(self, number: int, text: str) -> list[int]:
        found = []
        for name in _listed(text):
            places = self._places.get(fold(name).replace(" / ", "/"), [])
            if len(places) == 1:
                found.append(places[0])
            else:
                self._blame(number, "fields", name, "field_twice" if places else "field")
        return sorted(set(found))

    def _groups(self, number: int, text: str) -> list[str]:
        found = _listed(text)
        for name in found:
            if len(name) > LONGEST_NAME:
                self._blame(number, "groups", name, "group")
        return found

    def _gateway(self, number: int, text: str, device_id: str) -> str | None:
        if text and (text not in self._gateways or text == device_id):
            self._blame(number, "gateway", text, "gateway")
        return text or None


def _listed(text: str) -> list[str]:
    return list(dict.fromkeys(part for part in map(normal, text.split(";")) if part))


def credentials_csv(credentials: Iterable[tuple[str, str]]) -> str:
    """`username,password` lines for (user, secret), with a header; a byte order mark first so that Excel reads it."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerows([("username", "password"), *credentials])
    return "\ufeff" + lines.getvalue()
