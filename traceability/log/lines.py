"""The small text forms that every document of the log shares: base64, decimal numbers and hashes, one way to write each.

A second spelling of the same bytes is refused everywhere, so that a signed or proved document has no part that can be altered unseen.
"""

import base64
import binascii
import re

from nongso.errors import InvalidInput
from traceability.log.merkle import HASH_BYTES

DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
LARGEST = 2**63 - 1  # sizes and times of C2SP documents fit a signed 64-bit number


class BadLine(InvalidInput):
    code = "log.line_bad"


def write_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def read_base64(text: str) -> bytes:
    """The bytes of standard, padded base64 (RFC 4648 §4); BadLine for any other spelling of them, stray final bits included."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise BadLine(line=text[:80]) from fault
    if write_base64(data) != text:
        raise BadLine(line=text[:80])
    return data


def read_hash(text: str) -> bytes:
    """A SHA-256 hash, 32 bytes, from its base64."""
    data = read_base64(text)
    if len(data) != HASH_BYTES:
        raise BadLine(line=text[:80])
    return data


def read_decimal(text: str) -> int:
    """A number from 0 to 2⁶³-1 in ASCII digits without leading zeros."""
    if not DECIMAL.fullmatch(text) or int(text) > LARGEST:
        raise BadLine(line=text[:80])
    return int(text)
