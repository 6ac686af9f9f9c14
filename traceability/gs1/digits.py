"""Check digits and check characters of GS1 keys, and the one form in which we keep a GTIN: 14 digits."""

from traceability.gs1.faults import NotDigits, WrongCheckDigit, WrongLength

GTIN_LENGTHS = (8, 12, 13, 14)
CHARACTERS_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
PAIR_CHARACTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
PAIR_MODULUS = 1021


def is_digits(text: str) -> bool:
    """True for ASCII digits only: `str.isdigit` would let ² and ٣ through."""
    return text.isascii() and text.isdigit()


def check_digit(body: str) -> str:
    """The digit that follows `body` in a GTIN, GLN, SSCC, GSRN and so on.

    Modulo 10, weights 3 and 1 from the right: GS1 General Specifications §7.9.1. `body` holds digits only, without the check digit.
    """
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-weighted % 10)


def has_check_digit(number: str) -> bool:
    """True when the last digit of `number` is the check digit of those before it."""
    return bool(number) and is_digits(number) and check_digit(number[:-1]) == number[-1]


def check_pair(body: str) -> str:
    """The two check characters that follow `body` in a Global Model Number: GS1 General Specifications §7.9.5.

    Each character's place in the 82-character set is weighted with the primes 2, 3, 5 … from the right; the sum modulo 1021 is written
    in two characters of a 32-letter alphabet. `body` holds characters of that set only.
    """
    weights = primes(len(body))
    total = sum(
        CHARACTERS_82.index(character) * weight for character, weight in zip(reversed(body), weights, strict=True)
    )
    high, low = divmod(total % PAIR_MODULUS, 32)
    return PAIR_CHARACTERS[high] + PAIR_CHARACTERS[low]


def primes(count: int) -> list[int]:
    """The first `count` primes."""
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return found


def gtin_14(number: str) -> str:
    """`number` (GTIN-8, -12, -13 or -14, spaces around allowed) as 14 digits, zeros in front.

    Raises NotDigits, WrongLength or WrongCheckDigit, each with `ai="01"` and the value.
    """
    typed = number.strip()
    if not is_digits(typed):
        raise NotDigits(ai="01", value=number)
    if len(typed) not in GTIN_LENGTHS:
        raise WrongLength(ai="01", value=number)
    if not has_check_digit(typed):
        raise WrongCheckDigit(ai="01", value=number)
    return typed.zfill(14)
