"""Which of its eight masks makes a QR code easiest to read, by the penalties of ISO/IEC 18004:2015 §7.8.3.

The library judges module by module, which is two thirds of the time a label takes. Here a symbol is one whole number, row after row, and each
penalty a few operations on it; the choice is the library's own.
"""

from collections.abc import Iterable, Sequence
from functools import cache

MASKS = range(8)
FINDERS = (0b10111010000, 0b00001011101)  # a finder's 1:1:3:1:1 with four light modules after or before it
Modules = Sequence[Sequence[bool | None]]


def pack(modules: Modules) -> int:
    """The modules row after row, the first as the highest bit, dark as 1."""
    return int("".join(["1" if dark else "0" for row in modules for dark in row]), 2)


def turned(modules: Modules) -> list[tuple[bool | None, ...]]:
    """Columns as rows."""
    return list(zip(*modules, strict=True))


def best(symbols: Iterable[tuple[int, int]], size: int) -> int:
    """The number of the symbol with the least penalty, the first of equals; each as it is and turned, of `size` modules a side."""
    penalties = [lines(symbol, size) + lines(other, size) + areas(symbol, size) for symbol, other in symbols]
    return penalties.index(min(penalties))


def lines(symbol: int, size: int) -> int:
    """Along the rows: unbroken runs of five and more (3 points, one for every further module), and what looks like a finder (40)."""
    same = ~(symbol ^ symbol >> 1) & starts(size, 2)
    fives = same & same >> 1 & same >> 2 & same >> 3  # a run of n shows here as n - 4 ones side by side
    runs = fives & ~(fives >> 1)
    return fives.bit_count() + 2 * runs.bit_count() + 40 * sum(matches(symbol, size, finder) for finder in FINDERS)


def matches(symbol: int, size: int, pattern: int) -> int:
    """How often eleven modules of a row are this pattern."""
    places = starts(size, 11)
    for bit in range(11):
        places &= symbol >> bit if pattern >> bit & 1 else ~(symbol >> bit)
    return places.bit_count()


def areas(symbol: int, size: int) -> int:
    """Squares of four alike (3 points), and how far the dark modules are from half of all (10 for every five per cent)."""
    beside = ~(symbol ^ symbol >> 1) & starts(size, 2)
    below = ~(symbol ^ symbol >> size)
    squares = beside & beside >> size & below & ((1 << size * (size - 1)) - 1)
    return 3 * squares.bit_count() + 10 * int(abs(symbol.bit_count() / size**2 * 100 - 50) / 5)


@cache
def starts(size: int, length: int) -> int:
    """The last places of all stretches of `length` modules that lie within one row."""
    row = (1 << size - length + 1) - 1
    return sum(row << size * number for number in range(size))
