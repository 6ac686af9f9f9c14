"""The mask of a QR code: worked out on whole numbers, it is the one that the library finds module by module."""

from random import Random

import pytest
from qrcode import QRCode, util

from traceability.labels import mask, qr
from traceability.labels.qr import CORRECTION, Level

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ$%*+-./:"


@pytest.mark.parametrize("size", [21, 25, 29, 33, 57])
def test_penalties_are_those_of_the_library(size: int) -> None:
    chance = Random(size)
    for share in (0.02, 0.3, 0.5, 0.9):
        modules = [[chance.random() < share for _ in range(size)] for _ in range(size)]
        modules[3][:11] = [bool(int(bit)) for bit in "10111010000"]
        modules[size - 1][size - 11 :] = [bool(int(bit)) for bit in "00001011101"]
        symbol, turned = mask.pack(modules), mask.pack(mask.turned(modules))

        penalty = mask.lines(symbol, size) + mask.lines(turned, size) + mask.areas(symbol, size)

        assert util.lost_point(modules) == penalty


@pytest.mark.parametrize("level", Level)
def test_a_code_is_the_librarys_own_module_for_module(level: Level) -> None:
    chance = Random(7)
    for length in (1, 20, 45, 63, 120, 250):
        text = "".join(chance.choice(LETTERS) for _ in range(length))
        symbol = QRCode(error_correction=CORRECTION[level], border=0)
        symbol.add_data(text, optimize=0)
        symbol.make(fit=True)

        assert tuple(tuple(map(bool, row)) for row in symbol.get_matrix()) == qr.encode(text, level).rows


def test_the_first_of_equals_is_taken() -> None:
    assert 0 == mask.best([(0, 0), (0, 0)], 21)
