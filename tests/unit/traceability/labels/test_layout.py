"""Places on a label: whole printer dots, quiet zones, nothing over the edge."""

import pytest

from traceability.labels.layout import MAX_MODULE, MIN_MODULE, arrange
from traceability.labels.qr import QUIET_ZONE
from traceability.labels.stock import STOCKS, Stock

every_stock = pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)


@every_stock
def test_a_module_is_a_whole_number_of_dots_within_the_standard(stock: Stock) -> None:
    module = arrange(stock, 29, has_ean=False).module

    assert pytest.approx(round(module / stock.dot)) == module / stock.dot
    assert MIN_MODULE <= module <= MAX_MODULE


@every_stock
def test_the_quiet_zone_is_white_and_on_the_label(stock: Stock) -> None:
    layout = arrange(stock, 29, has_ean=False)
    quiet = QUIET_ZONE * layout.module - 1e-9

    assert layout.code.x >= quiet
    assert layout.code.y >= quiet
    assert layout.column.x >= layout.code.x + layout.code.width + quiet
    assert layout.caption.y >= layout.code.y + layout.code.height + quiet


@every_stock
def test_caption_and_column_end_inside_the_label(stock: Stock) -> None:
    layout = arrange(stock, 29, has_ean=False)

    assert layout.caption.y + layout.caption.height < stock.height
    assert layout.column.x + layout.column.width < stock.width
    assert layout.column.y + layout.column.height < stock.height


@every_stock
def test_labels_lie_on_the_page_without_touching(stock: Stock) -> None:
    origins = list(stock.origins())

    assert stock.per_page == len(set(origins))
    assert all(0 <= x and x + stock.width <= stock.page_width + 1e-9 for x, _ in origins)
    assert all(0 <= y and y + stock.height <= stock.page_height + 1e-9 for _, y in origins)
