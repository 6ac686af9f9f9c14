"""Rows of a CSV or Excel file as texts by column, whatever a Vietnamese office's spreadsheet makes of dates and numbers."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from unicodedata import normalize

import python_calamine

from nongso.errors import InvalidInput, NotFound

SHEETS = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".xlsb"})
DELIMITERS = ",;\t"
VIETNAMESE_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(.*)", re.DOTALL | re.ASCII)


class NoFile(NotFound):
    code = "import.no_file"


class BadFile(InvalidInput):
    """Neither a table of text nor a workbook."""

    code = "import.bad_file"


class OtherAlphabet(InvalidInput):
    """Text that is not UTF-8: Excel's plain CSV of an older Windows."""

    code = "import.other_alphabet"


class NoColumn(InvalidInput):
    """Columns that the map names and the file does not have."""

    code = "import.no_column"


@dataclass(frozen=True, slots=True)
class Row:
    """`number` counts from 1, the header."""

    number: int
    cells: dict[str, str]


def read(file: Path, needed: set[str]) -> Iterator[Row]:
    """The rows below the header that hold anything. Raises NoFile, BadFile, OtherAlphabet, NoColumn."""
    if not file.is_file():
        raise NoFile(file=file)
    lines = workbook(file) if file.suffix.lower() in SHEETS else text(file)
    header = [normalize("NFC", name.strip()) for name in next(lines, [])]  # a Mac writes "Độ ẩm" in more letters
    missing = sorted(needed - set(header))
    if missing:
        raise NoColumn(columns=", ".join(missing), found=", ".join(header))
    for number, line in enumerate(lines, start=2):
        if any(cell.strip() for cell in line):
            yield Row(number, dict(zip(header, line + [""] * (len(header) - len(line)), strict=False)))


def text(file: Path) -> Iterator[list[str]]:
    """Excel in Vietnamese writes semicolons: what divides the header divides the rest."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as source:
            first = source.readline()
            source.seek(0)
            yield from csv.reader(source, delimiter=max(DELIMITERS, key=first.count))
    except UnicodeDecodeError as fault:
        raise OtherAlphabet(file=file) from fault
    except (OSError, csv.Error) as fault:
        raise BadFile(file=file, problem=str(fault)) from fault


def workbook(file: Path) -> Iterator[list[str]]:
    """The first sheet."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(file))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, IndexError) as fault:
        raise BadFile(file=file, problem=str(fault)) from fault
    return ([written(cell) for cell in row] for row in rows)


def written(cell: object) -> str:
    """A cell as a text that a map can use; a date without a time of day stays a date."""
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def iso_day(cell: str) -> str:
    """`22/11/2026 7:05` as `2026-11-22 07:05`: in Viet Nam the day comes first. Anything else as it is."""
    found = VIETNAMESE_DAY.fullmatch(cell.strip())
    if found is None:
        return cell
    day, month, year, rest = found.groups()
    rest = re.sub(r"^(\s+)(\d:)", r"\g<1>0\2", rest)
    return f"{year}-{month:0>2}-{day:0>2}{rest}"
