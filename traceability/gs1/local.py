"""The code of `/t/{code}`: for producers without a GTIN, random and checked, and never dressed up as a GS1 number.

Ten characters of Crockford's base 32 (50 random bits, no I, L, O, U) and his check character: the number modulo 37, which catches every
single wrong character and every swap of two neighbours. Source: Crockford, Base 32 (crockford.com/base32.html).
"""

import math
import secrets

from nongso.errors import InvalidInput

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_ALPHABET = ALPHABET + "*~$=U"
LENGTH = 10
BITS = 5 * LENGTH
LOOK_ALIKES = str.maketrans("OIL", "011")
PRINTED_CHECKS = len(
    ALPHABET
)  # only codes whose check is a plain letter or digit are issued: * ~ $ = would not survive a URL or a phone


class BadLocalCode(InvalidInput):
    """Not a code of ours: wrong length, a letter we never use, or a check character that does not fit."""

    code = "gs1.local_code"


def mint() -> str:
    """A new code of 11 characters. The caller keeps codes unique: the store refuses one that is taken."""
    while True:
        number = secrets.randbits(BITS)
        if number % len(CHECK_ALPHABET) < PRINTED_CHECKS:
            return encode(number)


def serial() -> str:
    """A random serial number of 10 characters for AI 21: 50 bits, never in sequence."""
    return spell(secrets.randbits(BITS))


def parse(text: str) -> str:
    """The code as we print it, from what somebody typed: small letters, spaces and hyphens allowed, o read as 0, i and l as 1.

    Raises BadLocalCode.
    """
    typed = text.strip().replace("-", "").replace(" ", "").upper().translate(LOOK_ALIKES)
    body = typed[:LENGTH]
    if len(typed) != LENGTH + 1 or not set(typed) <= set(ALPHABET) or encode(value(body)) != typed:
        raise BadLocalCode(text=text)
    return typed


def grouped(code: str) -> str:
    """A code or a serial as people read it out: in groups of five or less, as even as they get."""
    size = math.ceil(len(code) / math.ceil(len(code) / 5))
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def encode(number: int) -> str:
    """The ten characters of `number` and its check character."""
    return spell(number) + CHECK_ALPHABET[number % len(CHECK_ALPHABET)]


def spell(number: int) -> str:
    return "".join(ALPHABET[number >> shift & 31] for shift in range(BITS - 5, -1, -5))


def value(body: str) -> int:
    number = 0
    for character in body:
        number = number * 32 + ALPHABET.index(character)
    return number
