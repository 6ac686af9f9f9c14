"""Files of readings: looked at without storing anything, then stored once however often."""

import json
from pathlib import Path
from unicodedata import normalize
from zipfile import ZipFile

import pytest

from ingest.import_table import BadFile, NoColumn, NoFile, OtherAlphabet, iso_day
from ingest.imports import import_file
from nongso import store
from nongso.commands.audit import compare
from nongso.readings import Flag
from nongso.store.rollups import refresh

MAP = """\
device = "{may}"
kind = "soil"
interval_s = 86400
time = "{ngay}T{gio}:00+07:00"
missing = ["", "-"]
[[column]]
name = "am_{depth}"
depths_cm = [20, 40]
property = "soil.moisture"
unit = "%"
[[column]]
name = "pH"
property = "soil.ph"
unit = "pH"
"""
# As Excel in Vietnamese writes it: semicolons, decimal commas, the day first.
CSV = """\
\ufeffmay;ngay;gio;am_20;am_40;pH
probe-1;01/03/2025;06:00;31,5;35;6,1
probe-1;02/03/2025;06:00;32;-;chua
probe-1;31/02/2025;06:00;32;33;
;;;;;
probe-9;02/03/2025;06:00;1,234;30;
"""


@pytest.fixture
def files(tmp_path: Path, scratch_database: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a map and a file; the settings name a database with the device `probe-1`."""
    monkeypatch.setenv("NONGSO_DATABASE_URL", scratch_database)
    with store.connect(scratch_database) as conn:
        conn.execute(
            "INSERT INTO admin_unit (code, valid_from, name, kind) VALUES ('1', '2025-07-01', 'Xã Một', 'commune')"
        )
        conn.execute(
            "INSERT INTO office (slug, name, unit_code, unit_valid_from) VALUES ('xa-mot', 'Xã Một', '1', '2025-07-01')"
        )
        conn.execute(
            """
            INSERT INTO device (id, office_id, kind, name, name_sort, accept_from)
            SELECT 'probe-1', id, 'soil', 'Đầu dò', 'x', '2026-01-01' FROM office
            """
        )
    (tmp_path / "so.toml").write_text(MAP, encoding="utf-8")
    (tmp_path / "so.csv").write_text(CSV, encoding="utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], files: Path, *words: str, file: str = "so.csv") -> list[dict]:
    assert 0 == import_file([str(files / file), "--map", str(files / "so.toml"), "--json", *words])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def readings(url: str) -> list[tuple]:
    with store.connect(url) as conn:
        return conn.execute(
            """
            SELECT s.property, s.depth_cm, r.value, r.flags
              FROM reading r JOIN series s ON s.id = r.series_id
             ORDER BY r.at, s.property, s.depth_cm
            """
        ).fetchall()


def test_a_preview_shows_rows_as_they_would_be_stored_and_every_refusal_and_stores_nothing(
    capsys: pytest.CaptureFixture[str], files: Path, scratch_database: str
) -> None:
    lines = run(capsys, files, "--preview", "--rows", "1")

    rows = [line for line in lines if line["kind"] == "row"]
    refused = [(line["row"], line["property"], line["reason"]) for line in lines if line["kind"] == "rejected"]
    assert [("soil.moisture", 20, 31.5), ("soil.moisture", 40, 35.0), ("soil.ph", None, 6.1)] == [
        (row["property"], row["depth_cm"], row["value"]) for row in rows
    ]
    assert {"2025-02-28T23:00:00+00:00"} == {row["at"] for row in rows}
    assert [
        (3, "soil.ph", "not_a_number"),
        (4, "soil.moisture", "bad_time"),
        (4, "soil.moisture", "bad_time"),
        (6, None, "unknown_device"),
    ] == refused
    assert {"kind": "total", "rows": 4, "items": 8, "accepted": 4, "rejected": 4} == lines[-1]
    assert [] == readings(scratch_database)


def test_an_import_is_stored_once_and_its_books_balance(
    capsys: pytest.CaptureFixture[str], files: Path, scratch_database: str
) -> None:
    """It may be older than the device's registration: whoever imports vouches for the times."""
    first = run(capsys, files)[-1]
    again = run(capsys, files)[-1]

    assert {"kind": "done", "received": 8, "stored": 4, "duplicate": 0, "conflict": 0, "rejected": 4} == first
    assert (0, 4) == (again["stored"], again["duplicate"])
    assert [int(Flag.LATE)] * 4 == [flags for *_, flags in readings(scratch_database)]
    with store.connect(scratch_database) as conn:
        while refresh(conn, 100):
            pass
        assert all(line.balances for line in compare(conn, None))


def test_what_people_typed_is_marked_so_and_another_device_may_be_named(
    capsys: pytest.CaptureFixture[str], files: Path, scratch_database: str
) -> None:
    lines = run(capsys, files, "--typed", "--device", "probe-1")

    assert ("soil.moisture", 20, 31.5, Flag.LATE | Flag.MANUAL) == readings(scratch_database)[0]
    assert [(6, "soil.moisture", "not_a_number")] == [
        (line["row"], line["property"], line["reason"]) for line in lines if line.get("row") == 6
    ]


def test_the_same_table_as_a_workbook(capsys: pytest.CaptureFixture[str], files: Path, scratch_database: str) -> None:
    """Dates and numbers are cells of their kind there, not texts."""
    cells = [["may", "ngay", "gio", "am_20", "am_40", "pH"], ["probe-1", 45717, "06:00", 31.5, 35, 6.1]]
    write_workbook(files / "so.xlsx", cells)

    assert 3 == run(capsys, files, file="so.xlsx")[-1]["stored"]
    assert [("soil.moisture", 20, 31.5), ("soil.moisture", 40, 35.0), ("soil.ph", None, 6.1)] == [
        row[:3] for row in readings(scratch_database)
    ]


def write_workbook(file: Path, cells: list[list[object]]) -> None:
    """The least that is a workbook; column B is formatted as a date below the header."""
    rows = "".join(
        f"<row>{''.join(cell(value, column, row) for column, value in enumerate(line))}</row>"
        for row, line in enumerate(cells)
    )
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with ZipFile(file, "w") as book:
        book.writestr(
            "_rels/.rels",
            f'<Relationships {relations}><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr("xl/worksheets/sheet1.xml", f"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>")
        book.writestr(
            "xl/styles.xml",
            f'<styleSheet {main}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook {main} xmlns:r="{office}"><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships {relations}><Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        )


def cell(value: object, column: int, row: int) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c s="{int(column == 1 and row > 0)}"><v>{value}</v></c>'


def test_people_read_the_preview_in_their_language(capsys: pytest.CaptureFixture[str], files: Path) -> None:
    import_file([str(files / "so.csv"), "--map", str(files / "so.toml"), "--preview", "--rows", "1"])

    told = capsys.readouterr().out
    assert "dòng 2  probe-1  06:00 01/03/2025  Độ ẩm đất 20 cm = 31,5 %" in told
    assert "dòng 3: soil.ph — Giá trị không phải là số chua" in told


def test_a_header_is_the_same_however_its_accents_are_written(
    capsys: pytest.CaptureFixture[str], files: Path, scratch_database: str
) -> None:
    """A Mac writes “Độ ẩm” in more letters than Windows does."""
    (files / "so.toml").write_text(normalize("NFC", MAP.replace("am_{depth}", "Độ ẩm {depth}")), encoding="utf-8")
    (files / "so.csv").write_text(normalize("NFD", CSV.replace("am_", "Độ ẩm ")), encoding="utf-8")

    assert 4 == run(capsys, files)[-1]["stored"]


@pytest.mark.parametrize(
    ("file", "content", "fault"),
    [
        ("missing.csv", None, NoFile),
        ("other.csv", b"a,b\n1,2\n", NoColumn),
        ("broken.xlsx", b"PK\x03\x04", BadFile),
        ("latin.csv", b"may;ngay;gio;am_20;am_40;pH\n\xff\xfe;;;;;\n", OtherAlphabet),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_error(
    files: Path, file: str, content: bytes | None, fault: type[Exception]
) -> None:
    if content is not None:
        (files / file).write_bytes(content)

    with pytest.raises(fault):
        import_file([str(files / file), "--map", str(files / "so.toml"), "--preview"])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("22/11/2026", "2026-11-22"),
        ("1.3.2025 7:05", "2025-03-01 07:05"),
        ("2026-11-22T07:05:00Z", "2026-11-22T07:05:00Z"),
        ("31,5", "31,5"),
    ],
)
def test_the_day_comes_first_in_viet_nam(cell: str, expected: str) -> None:
    assert expected == iso_day(cell)
