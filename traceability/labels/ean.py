"""EAN-13 bars for a shop's scanner: GS1 General Specifications §5.2.1."""

from nongso.errors import InvalidInput
from traceability.gs1.digits import gtin_14

WIDTH = 95  # modules
QUIET_LEFT, QUIET_RIGHT = 11, 7
LEFT_ODD = (
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
)
RIGHT = tuple(bars.translate(str.maketrans("01", "10")) for bars in LEFT_ODD)
LEFT_EVEN = tuple(bars[::-1] for bars in RIGHT)
PARITY = (
    "OOOOOO",
    "OOEOEE",
    "OOEEOE",
    "OOEEEO",
    "OEOOEE",
    "OEEOOE",
    "OEEEOO",
    "OEOEOE",
    "OEOEEO",
    "OEEOEO",
)  # says the first digit


class NotEan13(InvalidInput):
    """A GTIN of a box or crate: no till scans it as EAN-13."""

    code = "label.not_ean_13"


def ean_13(gtin: str) -> str:
    """The 13 digits of `gtin`. Raises NotEan13, or the BadValue of a wrong number."""
    number = gtin_14(gtin)
    if not number.startswith("0"):
        raise NotEan13(gtin=gtin)
    return number[1:]


def bars(number: str) -> str:
    """The 95 modules of a checked 13-digit number, 1 for dark."""
    left = (
        (LEFT_ODD if parity == "O" else LEFT_EVEN)[int(digit)]
        for parity, digit in zip(PARITY[int(number[0])], number[1:7], strict=True)
    )
    right = (RIGHT[int(digit)] for digit in number[7:])
    return "101" + "".join(left) + "01010" + "".join(right) + "101"


def runs(number: str) -> list[tuple[int, int]]:
    """First module and width of every bar."""
    pattern = bars(number) + "0"
    edges = [at for at in range(WIDTH + 1) if pattern[at] != ("0" + pattern)[at]]
    return [(start, end - start) for start, end in zip(edges[::2], edges[1::2], strict=True)]
