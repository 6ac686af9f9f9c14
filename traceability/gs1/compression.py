"""Compressed Digital Link URIs: the whole path as bits, six a character. GS1 Digital Link Standard, Compression.

The algorithm is the one of GS1's own prototype; docs/gs1.md says what proves it and where the prototype loses digits and we do not.
"""

import math
from dataclasses import dataclass
from functools import cache

from nongso.errors import InvalidInput
from traceability.gs1 import link
from traceability.gs1.digits import is_digits
from traceability.gs1.elements import Element
from traceability.gs1.identifiers import find_identifier, get_identifier, table
from traceability.gs1.link import CANONICAL_STEM, STEM, DigitalLink

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
NUMBER, LOWER_HEX, UPPER_HEX, BASE_64, ASCII = range(5)  # how a text is written, in three bits
CODED = {
    LOWER_HEX: ("0123456789abcdef", 4),
    UPPER_HEX: ("0123456789ABCDEF", 4),
    BASE_64: (ALPHABET, 6),
    ASCII: ("".join(map(chr, range(128))), 7),
}
FOREIGN = "F"  # begins a key and value that are not GS1's
FOREIGN_LENGTH_BITS = 7

# Frequent companions share one key of two hexadecimal digits.
TOGETHER: dict[str, tuple[str, ...]] = {
    **{f"0{letter}": ("01", ai) for letter, ai in zip("ABCDEF", ("22", "10", "21", "17", "7003", "30"), strict=True)},
    "1A": ("01", "10", "21", "17"),
    **{f"1{letter}": ("01", ai) for letter, ai in zip("BCDE", ("15", "11", "16", "91"), strict=True)},
    "1F": ("01", "10", "15"),
    **{f"2{letter}": ("01", f"310{place}") for place, letter in enumerate("ABCDEF")},
    **{f"3{letter}": ("01", f"320{place}") for place, letter in enumerate("ABCDEF")},
    "9A": ("8010", "8011"),
    "9B": ("8017", "8019"),
    "9C": ("8018", "8019"),
    "9D": ("414", "254"),
    **{f"A{place}": ("01", f"392{place}") for place in range(10)},
    **{f"C{place}": ("255", f"390{place}") for place in range(10)},
    **{f"C{letter}": ("255", f"394{place}") for place, letter in enumerate("ABCD")},
}


class BadCompressedLink(InvalidInput):
    """A path that is no compressed Digital Link, or one that ends in the middle of a value."""

    code = "gs1.compressed"


@dataclass(frozen=True, slots=True)
class Field:
    """A stretch of a value that is written as one: digits as one number, text in the tightest of five ways."""

    is_number: bool
    longest: int
    varies: bool

    @property
    def length_bits(self) -> int:
        return self.longest.bit_length() if self.varies else 0


class Bits:
    """A string of 0 and 1 with a place to read from."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def left(self) -> int:
        return len(self.text) - self.at

    def take(self, count: int) -> int:
        """The next `count` bits as a number; IndexError when there are not as many."""
        if self.at + count > len(self.text):
            raise IndexError(count)
        self.at += count
        return int(self.text[self.at - count : self.at] or "0", 2)


def compress(target: DigitalLink, stem: str = CANONICAL_STEM) -> str:
    """The compressed URI of `target` under `stem`; the pairs of its query that are not GS1's stay as they are."""
    values = {element.ai: element.value for element in target.elements}
    rest = sorted(values)
    keys: list[tuple[str, tuple[str, ...]]] = []
    while fitting := [(key, ais) for key, ais in TOGETHER.items() if set(ais) <= set(rest)]:
        key, ais = max(fitting, key=lambda entry: len("".join(entry[1])))
        keys.append((key, ais))
        rest = [ai for ai in rest if ai not in ais]
    keys += [(ai, (ai,)) for ai in rest]
    bits = "".join(write_key(key) + "".join(write_value(ai, values[ai]) for ai in ais) for key, ais in keys)
    return f"{stem.removesuffix('/')}/{to_text(bits)}" + (f"?{'&'.join(target.other)}" if target.other else "")


def decompress(uri: str) -> str:
    """The plain Digital Link that `uri` stands for; a primary key may stand before the compressed segment uncompressed.

    Raises BadCompressedLink, a BadValue, or an error of `link.build`.
    """
    before_query, _, query = uri.partition("#")[0].partition("?")
    stem = STEM.fullmatch(before_query)
    segments = stem["path"].split("/")[1:] if stem else []
    if stem is None or not segments or not segments[-1] or not set(segments[-1]) <= set(ALPHABET):
        raise BadCompressedLink(uri=uri)
    *before, compressed = segments
    elements, foreign = read(compressed, uri)
    leading = find_identifier(before[-2]) if len(before) >= 2 else None
    if leading is not None and leading.paths:
        elements = (Element(leading.ai, link.unescape_path(before[-1])), *elements)
        before = before[:-2]
    base = f"{stem['scheme']}://{stem['host']}" + "".join(f"/{segment}" for segment in before)
    plain = link.build(elements, base)
    pairs = "&".join([*foreign, *filter(None, query.split("&"))])
    return plain + (("&" if "?" in plain else "?") + pairs if pairs else "")


def read(compressed: str, uri: str) -> tuple[tuple[Element, ...], tuple[str, ...]]:
    """The elements of a compressed segment, and its foreign pairs as they stand in a query."""
    bits = Bits("".join(f"{ALPHABET.index(character):06b}" for character in compressed))
    elements: list[Element] = []
    foreign: list[str] = []
    try:
        while bits.left > 8:
            key = f"{bits.take(8):02X}"
            if key.startswith(FOREIGN):
                foreign.append(read_foreign(bits))
                continue
            elements += [Element(ai, read_value(ai, bits)) for ai in TOGETHER.get(key) or (read_key(key, bits),)]
    except (IndexError, KeyError) as fault:
        raise BadCompressedLink(uri=uri) from fault
    if not elements or bits.left > 5 or "1" in bits.text[bits.at :]:
        raise BadCompressedLink(uri=uri)
    return tuple(elements), tuple(foreign)


def read_key(key: str, bits: Bits) -> str:
    """The AI whose first two digits are `key`; KeyError when there is none."""
    length = key_lengths()[key]
    ai = key + "".join(f"{bits.take(4):X}" for _ in range(length - 2))
    return table()[ai].ai


@cache
def key_lengths() -> dict[str, int]:
    """How long an AI is, by its first two digits: GS1 General Specifications §3.2, figure of AI lengths."""
    return {ai[:2]: len(ai) for ai in table()}


def read_foreign(bits: Bits) -> str:
    bits.at -= 4  # F takes four bits, not eight
    length = bits.take(FOREIGN_LENGTH_BITS)
    key = "".join(ALPHABET[bits.take(6)] for _ in range(length))
    way = bits.take(3)
    return f"{key}={link.escape_query(read_text(way, bits.take(FOREIGN_LENGTH_BITS), bits))}"


def read_value(ai: str, bits: Bits) -> str:
    return "".join(read_field(field, bits) for field in fields(ai))


def read_field(field: Field, bits: Bits) -> str:
    way = NUMBER if field.is_number else bits.take(3)
    length = bits.take(field.length_bits) if field.varies else field.longest
    return read_text(way, length, bits)


def read_text(way: int, length: int, bits: Bits) -> str:
    """`length` characters; a number keeps the zeros in front, and one of no digits still takes a bit."""
    if way == NUMBER:
        number = bits.take(number_bits(length))
        return str(number).zfill(length) if length else ""
    alphabet, width = CODED[way]
    return "".join(alphabet[bits.take(width)] for _ in range(length))


def write_key(key: str) -> str:
    return "".join(f"{int(digit, 16):04b}" for digit in key)


def write_value(ai: str, value: str) -> str:
    written: list[str] = []
    rest = value
    for field in fields(ai):
        piece, rest = rest[: field.longest], rest[field.longest :]
        written.append(write_field(field, piece))
    return "".join(written)


def write_field(field: Field, text: str) -> str:
    way = NUMBER if field.is_number else tightest(text)
    length = f"{len(text):0{field.length_bits}b}" if field.varies else ""
    return ("" if field.is_number else f"{way:03b}") + length + write_text(way, text)


def write_text(way: int, text: str) -> str:
    if way == NUMBER:
        return f"{int(text or '0'):0{number_bits(len(text))}b}"
    alphabet, width = CODED[way]
    return "".join(f"{alphabet.index(character):0{width}b}" for character in text)


def tightest(text: str) -> int:
    """The way that takes the fewest bits; for an empty text the widest, as the prototype has it."""
    if not text:
        return ASCII
    if is_digits(text):
        return NUMBER
    return next(way for way in (UPPER_HEX, LOWER_HEX, BASE_64, ASCII) if set(text) <= set(CODED[way][0]))


@cache
def fields(ai: str) -> tuple[Field, ...]:
    """The components of `ai` as the compression joins them: neighbours of one kind are one field, fixed digits apart from varying ones."""
    joined: list[Field] = []
    for component in get_identifier(ai).components:
        varies = component.optional or component.low < component.high
        field = Field(component.is_number, component.high, varies)
        previous = joined[-1] if joined else None
        if previous and previous.is_number is field.is_number and (previous.varies is varies or not field.is_number):
            joined[-1] = Field(field.is_number, previous.longest + field.longest, previous.varies or varies)
        else:
            joined.append(field)
    return tuple(joined)


def number_bits(digits: int) -> int:
    """Bits for a number of so many digits, with the small margin that the standard's formula has."""
    return math.ceil(digits * math.log2(10) + 0.01)


def to_text(bits: str) -> str:
    """Six bits a character, the last filled up with zeros."""
    padded = bits + "0" * (-len(bits) % 6)
    return "".join(ALPHABET[int(padded[start : start + 6], 2)] for start in range(0, len(padded), 6))
