"""Label stocks an office can buy: sheets for a laser printer, rolls for a thermal one. Lengths in millimetres."""

from collections.abc import Iterator
from dataclasses import dataclass

from nongso.errors import InvalidInput

MM_PER_INCH = 25.4
LASER_DPI = 600


class UnknownStock(InvalidInput):
    code = "label.unknown_stock"


@dataclass(frozen=True, slots=True)
class Stock:
    """Where labels lie on a page. `padding` is kept free inside each label: printers and cutters are a millimetre or two off.

    `name` is also the text key `label.stock.<name>`. On a roll a page is one label.
    """

    name: str
    page_width: float
    page_height: float
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    gap_x: float
    padding: float
    dpi: int

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    @property
    def is_roll(self) -> bool:
        return self.per_page == 1

    @property
    def dot(self) -> float:
        """Millimetres of one printer dot."""
        return MM_PER_INCH / self.dpi

    def origins(self) -> Iterator[tuple[float, float]]:
        """The upper left corners of the labels of a page, row by row."""
        for row in range(self.rows):
            for column in range(self.columns):
                yield self.left + column * (self.width + self.gap_x), self.top + row * self.height


def sheet(columns: int, rows: int, size: tuple[float, float], gap_x: float, padding: float) -> Stock:
    """Labels in the middle of an A4 page."""
    width, height = size
    left = (210 - columns * width - (columns - 1) * gap_x) / 2
    top = (297 - rows * height) / 2
    return Stock(f"a4-{columns * rows}", 210, 297, columns, rows, width, height, left, top, gap_x, padding, LASER_DPI)


def roll(width: float, height: float, dpi: int) -> Stock:
    return Stock(f"roll-{width:.0f}x{height:.0f}-{dpi}", width, height, 1, 1, width, height, 0, 0, 0, 1.5, dpi)


STOCKS: dict[str, Stock] = {
    stock.name: stock
    for stock in (
        sheet(3, 8, (70, 37), gap_x=0, padding=4),
        sheet(5, 13, (38.1, 21.2), gap_x=2.5, padding=1.5),
        sheet(3, 7, (63.5, 38.1), gap_x=2.5, padding=3),
        sheet(2, 4, (99.1, 67.7), gap_x=2.5, padding=5),
        *(roll(width, height, dpi) for width, height in ((50, 30), (40, 30), (70, 50)) for dpi in (203, 300)),
    )
}


def get_stock(name: str) -> Stock:
    """The stock, or UnknownStock with its name."""
    found = STOCKS.get(name)
    if found is None:
        raise UnknownStock(stock=name)
    return found
