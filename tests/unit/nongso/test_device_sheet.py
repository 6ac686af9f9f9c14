"""Tables of devices: what is asked for, and every fault at once before anything is done."""

import pytest

from nongso import device_sheet
from nongso.device_sheet import BadSheet, Place

PLACES = [Place(1, "Hộ Ba Tư", "Vườn bưởi"), Place(2, "Hộ Út Láng", "Rau Láng"), Place(3, "Hộ Năm Xa", "Rau Láng")]


def read(text: str, known: tuple[str, ...] = (), taken: tuple[str, ...] = ()) -> device_sheet.Sheet:
    return device_sheet.read(text, PLACES, known, taken)


def problems(text: str, known: tuple[str, ...] = (), taken: tuple[str, ...] = ()) -> list[tuple[int, str]]:
    return [(fault.row, fault.problem) for fault in read(text, known, taken).faults]


def test_a_row_says_all_of_a_device() -> None:
    text = "id,name,kind,interval_s,fields,groups,gateway\nTN-01,Đầu dò 1,soil,600,Hộ Ba Tư/Vườn bưởi; 2,Lô 11; Kênh Ba,TRAM\n"

    [row] = read(text, known=("TRAM",)).rows

    assert ("TN-01", "Đầu dò 1", "soil", 600) == (row.id, row.name, row.kind, row.interval_s)
    assert ([1, 2], ["Lô 11", "Kênh Ba"], "TRAM") == (row.field_ids, row.groups, row.gateway_id)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_headers_are_vietnamese_too_and_a_spreadsheets_delimiter_does_not_matter(delimiter: str) -> None:
    text = "\ufeff" + delimiter.join(("Mã", "Tên", "Loại")) + "\r\n" + delimiter.join(("A1", "Đầu dò", "soil")) + "\r\n"

    sheet = read(text)

    assert ([], None, []) == (sheet.faults, sheet.rows[0].interval_s, sheet.rows[0].field_ids)


def test_every_fault_is_told_at_once() -> None:
    text = (
        "id,name,kind,interval_s,fields,gateway\n"
        "A 1,x,soil,,,\n"
        "A2,,thuyền,0,Không có,\n"
        "A3,x,soil,mười,Rau Láng,TRAM\n"
        "\n"
        "A4,x,soil,,,A4\n"
    )

    assert [
        (2, "id"),
        (3, "name"),
        (3, "kind"),
        (3, "interval"),
        (3, "field"),
        (4, "interval"),
        (4, "field_twice"),
        (4, "gateway"),
        (6, "gateway"),
    ] == problems(text)


def test_ids_that_are_taken_or_stand_twice_are_faults() -> None:
    assert [(2, "taken"), (3, "twice"), (4, "twice")] == problems(
        "id,name,kind\nA1,x,soil\nA2,x,soil\nA2,x,soil\n", taken=("A1",)
    )


def test_a_gateway_may_stand_in_the_same_table() -> None:
    assert [] == problems("id,name,kind,gateway\nA1,x,soil,TRAM\nTRAM,Trạm,gateway,\n")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("\n", "missing_columns"),
        ("id,name,kind\nA1,\0,soil\n", "not_text"),
        ("id,name,kind\n", "empty"),
        ("id,name\nA1,x\n", "missing_columns"),
        ("id,name,kind,màu\nA1,x,soil,đỏ\n", "unknown_columns"),
        ("id,name,kind,mã\nA1,x,soil,A1\n", "twice"),
        ("id,name,kind\n" + "A1,x,soil\n" * 2001, "too_long"),
        ('id,name,kind\n"A1,x,soil\n' + "x" * 200_000, "not_csv"),
    ],
)
def test_a_table_that_cannot_be_read_is_named(text: str, problem: str) -> None:
    with pytest.raises(BadSheet) as refused:
        read(text)

    assert problem == refused.value.values["problem"]


def test_credentials_open_in_a_spreadsheet() -> None:
    assert "\ufeffusername,password\r\nTN-01,geheim\r\n" == device_sheet.credentials_csv([("TN-01", "geheim")])
