"""QR codes as plain matrices, and their drawing as SVG and PNG; the only importer of `qrcode`.

Sizes and levels: GS1 General Specifications §5.12.3 (retail: module 0.396 to 0.990 mm, quiet zone 4 modules) and ISO/IEC 18004.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from qrcode import QRCode, constants
from qrcode.exceptions import DataOverflowError

from nongso.errors import InvalidInput
from traceability.labels import mask

QUIET_ZONE = 4  # modules of white on every side


class Level(StrEnum):
    """How much damage a code survives: about 7, 15, 25 and 30 per cent."""

    L = "L"
    M = "M"
    Q = "Q"
    H = "H"


CORRECTION = {
    Level.L: constants.ERROR_CORRECT_L,
    Level.M: constants.ERROR_CORRECT_M,
    Level.Q: constants.ERROR_CORRECT_Q,
    Level.H: constants.ERROR_CORRECT_H,
}


class TooLongForCode(InvalidInput):
    code = "label.too_long_for_code"


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: `rows` of modules, True for dark, without the quiet zone."""

    text: str
    rows: tuple[tuple[bool, ...], ...]

    @property
    def size(self) -> int:
        """Modules along one side."""
        return len(self.rows)

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """Row, first column and length of every unbroken stretch of dark modules: the fewest rectangles a row can have."""
        size = self.size
        for row, modules in enumerate(self.rows):
            start = 0
            while start < size:
                end = start
                while end < size and modules[end] is modules[start]:
                    end += 1
                if modules[start]:
                    yield row, start, end - start
                start = end


def encode(text: str, level: Level = Level.M) -> Code:
    """`text` in the smallest version that holds it at `level`; all in one mode, so capitals, digits and $%*+-./: take 5.5 bits each.

    Raises TooLongForCode beyond version 40.
    """
    symbol = QRCode(error_correction=CORRECTION[level], border=0)
    symbol.add_data(text, optimize=0)  # 0: never cut into segments, which would cost more bits than it saves in a URI
    try:
        symbol.best_fit()
    except (DataOverflowError, ValueError) as fault:
        raise TooLongForCode(length=len(text)) from fault
    symbol.makeImpl(False, best_mask(symbol))
    return Code(text, tuple(tuple(map(bool, row)) for row in symbol.get_matrix()))


def best_mask(symbol: QRCode) -> int:
    """The mask that makes a symbol easiest to read; its version is known."""
    symbol.makeImpl(True, 0)
    plain = mask.pack(symbol.modules), mask.pack(mask.turned(symbol.modules))
    masked = [(plain[0] ^ change, plain[1] ^ turned) for change, turned in mask_changes(symbol.version)]
    return mask.best(masked, symbol.modules_count)


@cache
def mask_changes(version: int) -> list[tuple[int, int]]:
    """What each mask changes of a symbol with the first mask, as it is and turned: the same for every text of a version."""
    symbol = QRCode(version, border=0)
    symbol.add_data("0")
    packed = []
    for number in mask.MASKS:
        symbol.makeImpl(True, number)
        packed.append((mask.pack(symbol.modules), mask.pack(mask.turned(symbol.modules))))
    return [(one ^ packed[0][0], turned ^ packed[0][1]) for one, turned in packed]


def svg(code: Code, module_mm: float) -> str:
    """The code with its quiet zone as an SVG document of one path; a unit of its view box is a module."""
    side = code.size + 2 * QUIET_ZONE
    path = "".join(
        f"M{start + QUIET_ZONE} {row + QUIET_ZONE}h{length}v1h-{length}z" for row, start, length in code.runs()
    )
    size = f"{side * module_mm:.3f}mm"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>'
    )


def png(code: Code, module_dots: int) -> bytes:
    """The code with its quiet zone as a PNG of one bit a pixel; a module is `module_dots` pixels wide."""
    side = (code.size + 2 * QUIET_ZONE) * module_dots
    margin = [False] * (QUIET_ZONE * module_dots)
    blank = packed_row([False] * side)
    drawn = [packed_row([*margin, *(dark for dark in row for _ in range(module_dots)), *margin]) for row in code.rows]
    rows = [*[blank] * len(margin), *(row for row in drawn for _ in range(module_dots)), *[blank] * len(margin)]
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"".join(rows), 9)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def packed_row(pixels: list[bool]) -> bytes:
    """A row of a one-bit PNG: no filter, eight pixels a byte, 1 for white."""
    bits = "".join("0" if dark else "1" for dark in pixels)
    length = -(-len(bits) // 8)
    return b"\x00" + int(bits.ljust(length * 8, "0"), 2).to_bytes(length, "big")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
