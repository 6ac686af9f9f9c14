"""QR codes: the mode and version that keep a label small, and drawings that another reader reads."""

import io
import re

import pytest
import zxingcpp
from PIL import Image
from qrcode import QRCode, util

from traceability.labels import qr
from traceability.labels.qr import Level, TooLongForCode

URI = "HTTPS://ID.NONGSO.VN/01/09520123456788/21/8ZK2M4T7QX"


def test_a_uri_in_capitals_is_alphanumeric_and_fits_29_modules() -> None:
    symbol = QRCode()
    symbol.add_data(URI, optimize=0)

    assert [util.MODE_ALPHA_NUM] == [part.mode for part in symbol.data_list]
    assert 29 == qr.encode(URI, Level.M).size


@pytest.mark.parametrize(
    ("text", "level", "size"),
    [
        (URI, Level.Q, 33),
        ("HTTPS://ID.NONGSO.VN/01/09520123456788/10/2611201/21/8ZK2M4T7QX", Level.M, 33),
        ("https://id.nongso.vn/01/09520123456788/10/2611201/21/8ZK2M4T7QX", Level.M, 37),
        ("A" * 25, Level.L, 21),
    ],
)
def test_the_smallest_version_is_taken(text: str, level: Level, size: int) -> None:
    assert size == qr.encode(text, level).size


def test_runs_cover_exactly_the_dark_modules() -> None:
    code = qr.encode(URI)

    covered = {(row, column) for row, start, length in code.runs() for column in range(start, start + length)}

    assert {
        (row, column) for row, modules in enumerate(code.rows) for column, dark in enumerate(modules) if dark
    } == covered


def test_png_is_read_by_another_reader() -> None:
    image = Image.open(io.BytesIO(qr.png(qr.encode(URI), 4)))

    found = zxingcpp.read_barcode(image.convert("L"))

    assert (37 * 4, 37 * 4) == image.size
    assert found is not None
    assert URI == found.text


def test_svg_says_its_size_and_draws_every_run() -> None:
    code = qr.encode(URI)

    drawn = qr.svg(code, 0.5)

    assert 'width="18.500mm"' in drawn
    assert 'viewBox="0 0 37 37"' in drawn
    assert len(list(code.runs())) == len(re.findall("v1h-", drawn))


def test_what_no_code_can_hold_is_refused() -> None:
    with pytest.raises(TooLongForCode):
        qr.encode("ạ" * 3000)
