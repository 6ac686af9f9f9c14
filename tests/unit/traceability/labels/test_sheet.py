"""Sheets: everything asked for is on the paper, every code reads back with an independent renderer, and nothing is cut silently."""

from contextlib import closing
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from traceability.gs1 import local
from traceability.labels import sheet
from traceability.labels.layout import ModuleTooSmall, NoRoomForEan, TextTooLong
from traceability.labels.press import Label, UnprintableCharacter
from traceability.labels.stock import STOCKS, UnknownStock, get_stock

LABEL = Label(
    uri="HTTPS://ID.NONGSO.VN/01/09520123456788/21/8ZK2M4T7QX",
    product="Xoài cát Hòa Lộc",
    producer="HTX Nông nghiệp Tân Thuận Đông",
    lot="XCHL-261120-01",
    harvested_on=date(2026, 11, 20),
    text="8ZK2M 4T7QX",
    office="Phòng Kinh tế xã Cao Lãnh, tỉnh Đồng Tháp",
)


def labels(count: int) -> list[Label]:
    serials = [local.spell(7_919_000_003 * (number + 1) % 2**50) for number in range(count)]
    return [replace(LABEL, uri=LABEL.uri[:-10] + serial, text=local.grouped(serial)) for serial in serials]


def pages(pdf: bytes, dpi: int) -> list[Image.Image]:
    """Every page in pixels, by a renderer that is not the writer."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]  # pyright: ignore[reportArgumentType]


def words(pdf: bytes) -> str:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("name", STOCKS)
def test_every_code_of_a_sheet_is_read_from_its_rendered_pages(name: str) -> None:
    stock = get_stock(name)
    printed = labels(min(stock.per_page + 1, 26))

    pdf = sheet.render(printed, stock)

    found = [code.text for page in pages(pdf, 300) for code in zxingcpp.read_barcodes(page)]
    assert sorted(label.uri for label in printed) == sorted(found)


def test_the_words_are_on_the_label_with_every_mark() -> None:
    said = words(sheet.render([LABEL], get_stock("a4-24"))).split()

    for text in (LABEL.product, LABEL.producer, f"Lô {LABEL.lot}", "Thu hoạch 20/11/2026", LABEL.text, LABEL.office):
        assert set(text.split()) <= set(said)


def test_english_labels_say_it_in_english() -> None:
    assert "Harvested" in words(sheet.render([LABEL], get_stock("a4-24"), lang="en"))


def test_a_shop_gets_its_bars_beside_the_code() -> None:
    pdf = sheet.render([replace(LABEL, gtin="9520123456788")], get_stock("a4-24"))

    assert {LABEL.uri, "9520123456788"} == {code.text for code in zxingcpp.read_barcodes(pages(pdf, 600)[0])}


def test_progress_is_told_after_every_label() -> None:
    told: list[tuple[int, int]] = []

    sheet.render(labels(3), get_stock("a4-65"), lambda done, total: told.append((done, total)))

    assert [(1, 3), (2, 3), (3, 3)] == told


def test_a_long_name_is_wrapped_and_shrunk_but_never_cut() -> None:
    name = "Nước mắm nhĩ truyền thống Hòn Đất 40 độ đạm ủ chượp mười hai tháng"

    said = words(sheet.render([replace(LABEL, product=name)], get_stock("roll-40x30-203")))

    assert set(name.split()) <= set(said.split())


@pytest.mark.parametrize(
    ("change", "stock", "fault"),
    [
        ({"product": "Đặc sản " * 40}, "a4-65", TextTooLong),
        ({"product": "X" * 80}, "a4-24", TextTooLong),
        ({"text": "8ZK2M 4T7QX 8ZK2M 4T7QX 8ZK2M 4T7QX"}, "a4-65", TextTooLong),
        ({"product": "芒果"}, "a4-24", UnprintableCharacter),
        ({"uri": "https://id.nongso.vn/" + "x" * 300}, "a4-65", ModuleTooSmall),
        ({"gtin": "9520123456788"}, "a4-65", NoRoomForEan),
    ],
)
def test_what_cannot_be_printed_well_is_refused(change: dict[str, str], stock: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        sheet.render([replace(LABEL, **change)], get_stock(stock))


def test_what_is_not_known_is_left_out() -> None:
    bare = replace(LABEL, harvested_on=None, text="", office="")

    said = words(sheet.render([bare], get_stock("a4-24")))

    assert "Xoài cát Hòa Lộc" in said
    assert "Thu hoạch" not in said


def test_an_unknown_stock_is_refused() -> None:
    with pytest.raises(UnknownStock):
        get_stock("a5-10")
