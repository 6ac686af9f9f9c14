"""EAN-13 bars."""

import pytest
import zxingcpp

from traceability.gs1.faults import WrongCheckDigit
from traceability.labels import ean
from traceability.labels.ean import NotEan13


@pytest.mark.parametrize("number", ["9520123456788", "0012345678905", "5901234123457", "4006381333931"])
def test_the_bars_are_read_by_another_reader(number: str) -> None:
    row = b"".join(
        (b"\x00" if bar == "1" else b"\xff") * 3 for bar in "0" * 11 + ean.bars(ean.ean_13(number)) + "0" * 11
    )
    image = memoryview(row * 60).cast("B", (60, len(row)))

    found = zxingcpp.read_barcode(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.EAN13))

    assert found is not None
    assert number == found.text


def test_runs_are_the_bars() -> None:
    pattern = "".join("1" * width for _, width in ean.runs("5901234123457"))

    assert ean.bars("5901234123457").count("1") == len(pattern)
    assert (0, 1) == ean.runs("5901234123457")[0]


def test_the_number_of_a_crate_has_no_such_bars() -> None:
    with pytest.raises(NotEan13):
        ean.ean_13("19520123456785")


def test_a_wrong_check_digit_is_refused() -> None:
    with pytest.raises(WrongCheckDigit):
        ean.ean_13("9520123456787")
