"""Reading back what was drawn: a wrong or too small code never leaves the house."""

import pytest

from traceability.labels import qr, verify
from traceability.labels.layout import Box
from traceability.labels.verify import Printed, Symbology, Unreadable

URI = "HTTPS://ID.NONGSO.VN/01/09520123456788/21/8ZK2M4T7QX"
DPI = 300


def printed(text: str, module: float, drawn: str = URI) -> Printed:
    boxes = tuple(
        Box(5 + start * module, 5 + row * module, length * module, module)
        for row, start, length in qr.encode(drawn).runs()
    )
    return Printed(7, text, Symbology.QR, boxes, qr.QUIET_ZONE * module)


def test_a_good_code_passes() -> None:
    verify.check(printed(URI, module=0.508), DPI)


def test_a_code_that_says_something_else_is_held_back() -> None:
    with pytest.raises(Unreadable) as raised:
        verify.check(printed(URI, module=0.508, drawn=URI[:-1] + "Y"), DPI)

    assert {"number": 7, "text": URI} == raised.value.values


def test_modules_below_the_printers_dots_are_held_back() -> None:
    with pytest.raises(Unreadable):
        verify.check(printed(URI, module=0.06), DPI)


def test_a_smear_over_a_quarter_of_the_code_is_held_back() -> None:
    good = printed(URI, module=0.508)
    smeared = Printed(7, URI, Symbology.QR, (*good.rectangles, Box(5, 5, 14.7, 5.5)), good.quiet)

    with pytest.raises(Unreadable):
        verify.check(smeared, DPI)


def test_dots_are_blackened_where_their_middle_is_covered() -> None:
    width, height, pixels = verify.rasterise([Box(10, 10, 0.254, 0.127)], quiet=0.127, dpi=200)

    assert (4, 3) == (width, height)
    assert b"\xff\xff\xff\xff\xff\x00\x00\xff\xff\xff\xff\xff" == pixels
