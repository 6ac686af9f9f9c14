"""Every printed code is read back, from the rectangles that were drawn, at the printer's own resolution, before a sheet is released."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import zxingcpp

from nongso.errors import NongsoError
from traceability.labels.layout import Box
from traceability.labels.stock import MM_PER_INCH

LIGHT, DARK = 0xFF, 0x00


class Symbology(StrEnum):
    QR = "qr"
    EAN_13 = "ean_13"


FORMATS = {
    Symbology.QR: zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
    Symbology.EAN_13: zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.EAN13),
}


class Unreadable(NongsoError):
    """A code that does not read back as what it should say. The sheet is not released; the fault is ours or the stock's."""

    code = "label.unreadable"


@dataclass(frozen=True, slots=True)
class Printed:
    """A code as it was drawn: dark rectangles in millimetres, and the white around them that belongs to it."""

    number: int
    text: str
    symbology: Symbology
    rectangles: tuple[Box, ...]
    quiet: float


def check(printed: Printed, dpi: int) -> None:
    """Raises Unreadable with the label's number unless a reader that knows nothing of the writer reads exactly the text."""
    width, height, pixels = rasterise(printed.rectangles, printed.quiet, dpi)
    image = memoryview(pixels).cast("B", (height, width))
    found = zxingcpp.read_barcode(
        image, formats=FORMATS[printed.symbology], try_rotate=False, try_downscale=False, try_invert=False
    )
    if found is None or found.text != printed.text:
        raise Unreadable(number=printed.number, text=printed.text)


def rasterise(rectangles: Sequence[Box], quiet: float, dpi: int) -> tuple[int, int, bytes]:
    """Width, height and pixels, one byte each: a printer blackens the dots whose middle lies inside a rectangle."""
    dots = dpi / MM_PER_INCH
    left = min(box.x for box in rectangles) - quiet
    top = min(box.y for box in rectangles) - quiet
    width = round((max(box.x + box.width for box in rectangles) + quiet - left) * dots)
    height = round((max(box.y + box.height for box in rectangles) + quiet - top) * dots)
    blank = bytes([LIGHT]) * width
    drawn: dict[tuple[int, int], bytearray] = {}  # by first and last row: most rectangles stand in a line with others
    for box in rectangles:
        first, last = round((box.x - left) * dots), round((box.x + box.width - left) * dots)
        rows = round((box.y - top) * dots), round((box.y + box.height - top) * dots)
        drawn.setdefault(rows, bytearray(blank))[first:last] = bytes([DARK]) * (last - first)
    lines = [blank] * height
    for (begin, end), line in drawn.items():
        for row in range(begin, end):
            lines[row] = bytes(line if lines[row] is blank else map(min, lines[row], line))
    return width, height, b"".join(lines)
