"""Check digits, check pairs and the 14-digit GTIN."""

import pytest

from traceability.gs1 import digits
from traceability.gs1.faults import NotDigits, WrongCheckDigit, WrongLength


@pytest.mark.parametrize(
    ("body", "digit"), [("952012345678", "8"), ("0952012345678", "8"), ("95201234567891234", "5"), ("0000000", "0")]
)
def test_check_digit_is_worked_out_from_the_right(body: str, digit: str) -> None:
    assert digit == digits.check_digit(body)


def test_a_global_model_number_ends_in_its_pair() -> None:
    assert "2K" == digits.check_pair("1987654Ad4X4bL5ttr2310c")


@pytest.mark.parametrize("typed", ["9520123456788", " 9520123456788 ", "09520123456788"])
def test_gtin_is_kept_as_14_digits(typed: str) -> None:
    assert "09520123456788" == digits.gtin_14(typed)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [("952012345678X", NotDigits), ("٠٩٥٢٠١٢٣٤٥٦٧٨٨", NotDigits), ("952012345678", WrongCheckDigit), ("9520123456787", WrongCheckDigit), ("123", WrongLength), ("", NotDigits)],
)  # fmt: skip
def test_a_wrong_gtin_is_refused_with_its_reason(typed: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        digits.gtin_14(typed)
