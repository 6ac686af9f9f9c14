"""The checks a component of a GS1 value must pass beyond length and characters, by the names that identifiers.toml uses.

A check takes the component and returns the kind of fault, or None. The rules are those of the GS1 General Specifications §3 as the GS1
Barcode Syntax Dictionary states them; docs/gs1.md says where each was proved.
"""

import re
from collections.abc import Callable
from datetime import date

from traceability.gs1 import codes, digits
from traceability.gs1.coupons import coupon, coupon_offer
from traceability.gs1.faults import (
    BadValue,
    NeedsLetter,
    NotDigits,
    UnknownCountry,
    UnknownCurrency,
    UnlistedCode,
    WrongCharacter,
    WrongCheckDigit,
    WrongCheckPair,
    WrongCompanyPrefix,
    WrongCoordinate,
    WrongDate,
    WrongIban,
    WrongPercentCode,
    WrongPiece,
    WrongTime,
    WrongZero,
)

Verdict = type[BadValue] | None
Linter = Callable[[str], Verdict]

CHARACTERS_39 = frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
CHARACTERS_82 = frozenset(digits.CHARACTERS_82)
CHARACTERS_64 = frozenset("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
MIN_PREFIX = 4  # the shortest company prefix GS1 gives out
MAX_PAIRED = 99  # as far as the published primes go
IBAN = re.compile(r"[A-Z]{2}[0-9A-Z]{9,32}")
POSITION = re.compile(r"([1-9][0-9]*)/([1-9][0-9]*)")


def numeric(value: str) -> Verdict:
    return None if not value or digits.is_digits(value) else NotDigits


def characters_82(value: str) -> Verdict:
    return None if CHARACTERS_82.issuperset(value) else WrongCharacter


def characters_39(value: str) -> Verdict:
    return None if CHARACTERS_39.issuperset(value) else WrongCharacter


def characters_64(value: str) -> Verdict:
    """URL-safe base64; padding only where it fills the last group of the dictionary's rule."""
    body = value.rstrip("=")
    padding = len(value) - len(body)
    if padding > 2 or (padding and len(value) % 3):
        return WrongCharacter
    return None if CHARACTERS_64.issuperset(body) else WrongCharacter


def check_digit(value: str) -> Verdict:
    if not digits.is_digits(value):
        return NotDigits
    return None if digits.has_check_digit(value) else WrongCheckDigit


def check_pair(value: str) -> Verdict:
    body, pair = value[:-2], value[-2:]
    if not 2 <= len(value) <= MAX_PAIRED:
        return WrongCheckPair
    if not CHARACTERS_82.issuperset(body):
        return WrongCharacter
    return None if digits.check_pair(body) == pair else WrongCheckPair


def prefix_first(value: str) -> Verdict:
    """The company prefix begins at the first character."""
    return None if len(value) >= MIN_PREFIX and digits.is_digits(value[:MIN_PREFIX]) else WrongCompanyPrefix


def prefix_second(value: str) -> Verdict:
    """The company prefix begins after an indicator or extension digit."""
    return prefix_first(value[1:])


def long_date(value: str) -> Verdict:
    """YYYYMMDD."""
    if len(value) != 8 or not digits.is_digits(value):
        return WrongDate
    try:
        date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        return WrongDate
    return None


def short_date(value: str) -> Verdict:
    """YYMMDD. Every fourth year of a two-digit century is a leap year, whichever century is meant (§7.12)."""
    return long_date("20" + value)


def date_or_month(value: str) -> Verdict:
    """YYMMDD where day 00 stands for the whole month."""
    return short_date(value[:4] + "01") if value[4:] == "00" else short_date(value)


def hour(value: str) -> Verdict:
    return WrongTime if len(value) != 2 or not digits.is_digits(value) or value > "23" else None


def minute(value: str) -> Verdict:
    return WrongTime if len(value) != 2 or not digits.is_digits(value) or value > "59" else None


def hour_minute(value: str) -> Verdict:
    return hour(value[:2]) or minute(value[2:])


def country(value: str) -> Verdict:
    return None if value in codes.COUNTRIES else UnknownCountry


def country_or_many(value: str) -> Verdict:
    """999: more than one country."""
    return None if value == "999" else country(value)


def country_letters(value: str) -> Verdict:
    return None if value in codes.COUNTRY_LETTERS else UnknownCountry


def currency(value: str) -> Verdict:
    return None if value in codes.CURRENCIES else UnknownCurrency


def package(value: str) -> Verdict:
    return None if value in codes.PACKAGES else UnlistedCode


def media(value: str) -> Verdict:
    return None if value in codes.MEDIA else UnlistedCode


def sex(value: str) -> Verdict:
    """ISO/IEC 5218."""
    return None if value in ("0", "1", "2", "9") else UnlistedCode


def yes_no(value: str) -> Verdict:
    return None if value in ("0", "1") else UnlistedCode


def winding(value: str) -> Verdict:
    """Of a roll: face out, face in, undefined."""
    return None if value in ("0", "1", "9") else UnlistedCode


def importer_index(value: str) -> Verdict:
    return None if len(value) == 1 and value in CHARACTERS_64 else UnlistedCode


def hyphens(value: str) -> Verdict:
    """The minus sign of a temperature."""
    return None if value and not value.strip("-") else UnlistedCode


def latitude(value: str) -> Verdict:
    return coordinate(value, 180)


def longitude(value: str) -> Verdict:
    return coordinate(value, 360)


def coordinate(value: str, span_degrees: int) -> Verdict:
    """Ten digits: degrees above the southern or western end, times 10^7."""
    fits = len(value) == 10 and digits.is_digits(value) and int(value) <= span_degrees * 10_000_000
    return None if fits else WrongCoordinate


def zeros(value: str) -> Verdict:
    return None if value and not value.strip("0") else WrongZero


def above_zero(value: str) -> Verdict:
    return numeric(value) or (None if value.strip("0") else WrongZero)


def no_leading_zero(value: str) -> Verdict:
    return WrongZero if value.startswith("0") else numeric(value)


def piece_of_total(value: str) -> Verdict:
    """Two numbers of equal length, 0103 for piece 1 of 3."""
    half = len(value) // 2
    if not digits.is_digits(value) or len(value) % 2:
        return WrongPiece
    return None if 1 <= int(value[:half]) <= int(value[half:]) else WrongPiece


def position(value: str) -> Verdict:
    """1/2 for the first of two births."""
    read = POSITION.fullmatch(value)
    return None if read and int(read[1]) <= int(read[2]) else WrongPiece


def percent_coded(value: str) -> Verdict:
    """Every % begins a code of two hexadecimal digits."""
    return WrongPercentCode if re.search("%(?![0-9A-Fa-f]{2})", value) else None


def has_letter(value: str) -> Verdict:
    return NeedsLetter if not value or digits.is_digits(value) else None


def iban(value: str) -> Verdict:
    """ISO 13616: country letters, then a remainder of 1 modulo 97 with letters read as 10 to 35."""
    if not IBAN.fullmatch(value) or value[:2] not in codes.COUNTRY_LETTERS:
        return WrongIban
    return None if int("".join(str(int(character, 36)) for character in value[4:] + value[:4])) % 97 == 1 else WrongIban


LINTERS: dict[str, Linter] = {
    linter.__name__: linter
    for linter in (
        *(check_digit, check_pair, prefix_first, prefix_second),
        *(long_date, short_date, date_or_month, hour, minute, hour_minute),
        *(country, country_or_many, country_letters, currency, package, media, sex, yes_no, winding, importer_index),
        *(hyphens, latitude, longitude, zeros, above_zero, no_leading_zero, piece_of_total, position),
        *(percent_coded, has_letter, iban, coupon, coupon_offer),
    )
} | {"second": minute}
CHARACTER_SETS: dict[str, Linter] = {"N": numeric, "X": characters_82, "Y": characters_39, "Z": characters_64}
