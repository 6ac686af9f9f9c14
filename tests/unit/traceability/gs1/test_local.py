"""Local codes: what a person may type, and what the check character catches."""

import pytest

from traceability.gs1 import local
from traceability.gs1.local import ALPHABET, BadLocalCode

CODE = local.encode(123_456_789_012_345)


def test_a_minted_code_reads_as_itself_and_is_plain_capitals_and_digits() -> None:
    codes = {local.mint() for _ in range(200)}

    assert len(codes) == 200
    assert all(code == local.parse(code) and len(code) == 11 and set(code) <= set(ALPHABET) for code in codes)


@pytest.mark.parametrize("typed", [CODE.lower(), f" {local.grouped(CODE)} ", CODE.replace("0", "O"), CODE.replace("0", "o").replace("1", "l"), CODE.replace("1", "I")])  # fmt: skip
def test_look_alikes_small_letters_and_spaces_are_forgiven(typed: str) -> None:
    assert CODE == local.parse(typed)


def test_every_single_wrong_character_is_caught() -> None:
    wrong = [CODE[:at] + other + CODE[at + 1 :] for at in range(11) for other in ALPHABET if other != CODE[at]]

    for typed in wrong:
        with pytest.raises(BadLocalCode):
            local.parse(typed)


def test_every_swap_of_neighbours_is_caught() -> None:
    swaps = {CODE[:at] + CODE[at + 1] + CODE[at] + CODE[at + 2 :] for at in range(10)} - {CODE}

    for typed in swaps:
        with pytest.raises(BadLocalCode):
            local.parse(typed)


@pytest.mark.parametrize("typed", ["", "8931234567890", CODE[:-1], CODE + "0", "U" * 11, "ạ" * 11])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(BadLocalCode):
        local.parse(typed)


def test_a_serial_has_ten_characters_and_is_not_in_sequence() -> None:
    serials = [local.serial() for _ in range(100)]

    assert {10} == {len(serial) for serial in serials}
    assert serials != sorted(serials)
