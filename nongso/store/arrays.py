"""Long columns as PostgreSQL's own binary arrays: the driver's way from a list costs twenty times as much, and ingest sends nothing else.

The form is that of array_recv (src/backend/utils/adt/arrayfuncs.c): dimensions, whether there are NULLs, the element's type, then the
length and the lower bound of each dimension, then each element with its size before it. Big-endian throughout.
"""

import struct
from collections.abc import Iterable, Sequence

from psycopg import Connection
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

EPOCH_US = 946_684_800_000_000  # 2000-01-01 00:00 UTC


class Int2Array(bytes):
    """smallint[], packed."""


class Int4Array(bytes):
    """int[], packed."""


class Int8Array(bytes):
    """bigint[], packed."""


class TimeArray(bytes):
    """timestamptz[], packed."""


class Float8Array(bytes):
    """float8[], packed."""


class TextArray(bytes):
    """text[], packed."""


class _Int2Dumper(Dumper):
    format, oid = Format.BINARY, 1005

    def dump(self, obj: Int2Array) -> Buffer:
        return obj


class _Int4Dumper(_Int2Dumper):
    oid = 1007


class _Int8Dumper(_Int2Dumper):
    oid = 1016


class _TimeDumper(_Int2Dumper):
    oid = 1185


class _Float8Dumper(_Int2Dumper):
    oid = 1022


class _TextDumper(_Int2Dumper):
    oid = 1009


DUMPERS = {
    Int2Array: _Int2Dumper,
    Int4Array: _Int4Dumper,
    Int8Array: _Int8Dumper,
    TimeArray: _TimeDumper,
    Float8Array: _Float8Dumper,
    TextArray: _TextDumper,
}


def register(conn: Connection[tuple[object, ...]]) -> None:
    """Let this connection take packed arrays as parameters."""
    for kind, dumper in DUMPERS.items():
        conn.adapters.register_dumper(kind, dumper)


def int2s(values: Sequence[int]) -> Int2Array:
    return Int2Array(_packed(values, "h", 2, 21))


def int4s(values: Sequence[int]) -> Int4Array:
    return Int4Array(_packed(values, "i", 4, 23))


def int8s(values: Sequence[int]) -> Int8Array:
    return Int8Array(_packed(values, "q", 8, 20))


def times(values_us: Iterable[int]) -> TimeArray:
    """Instants in microseconds since 1970 UTC, as the server counts them: from 2000."""
    return TimeArray(_packed([value - EPOCH_US for value in values_us], "q", 8, 1184))


def float8s(values: Sequence[float]) -> Float8Array:
    return Float8Array(_packed(values, "d", 8, 701))


def texts(values: Sequence[str]) -> TextArray:
    encoded = [value.encode() for value in values]
    body = b"".join([part for each in encoded for part in (len(each).to_bytes(4, "big"), each)])
    return TextArray(_head(len(encoded), 25) + body)


def _head(count: int, element: int) -> bytes:
    """What stands before the elements of an array without NULLs."""
    return struct.pack("!iiIii", 1, 0, element, count, 1) if count else struct.pack("!iiI", 0, 0, element)


def _packed(values: Sequence[float], code: str, size: int, element: int) -> bytes:
    """All elements are packed at once and then moved, byte by byte of their width, to where their sizes stand between them."""
    count = len(values)
    width = 4 + size
    raw = struct.pack(f"!{count}{code}", *values)
    body = bytearray(count * width)
    body[3::width] = bytes((size,)) * count
    for place in range(size):
        body[4 + place :: width] = raw[place::size]
    return _head(count, element) + body
