"""Where every part of a log lies and how wide it is: C2SP tlog-tiles paths, widths and entry bundles. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nongso.errors import InvalidInput
from traceability.log.merkle import HASH_BYTES

CHECKPOINT = "checkpoint"
COSIGNED = "cosigned"  # ours: the newest checkpoint that witnesses have cosigned
FULL = 256
LEVEL_BITS = 8  # a tile spans eight levels of the tree
ENTRIES = -1  # the "level" of entry bundles
LENGTH_BYTES = 2
MAX_RECORD_BYTES = 2**16 - 1  # an entry's length is a uint16
PATH = re.compile(r"tile/(entries|0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?")


class BadBundle(InvalidInput):
    """The bytes are not exactly the number of length-prefixed entries they should be."""

    code = "log.bundle_bad"


class RecordTooLong(InvalidInput):
    code = "log.record_too_long"


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """The first `width` hashes (or entries, at level ENTRIES) of tile `index` at `level`."""

    level: int
    index: int
    width: int = FULL

    @property
    def path(self) -> str:
        """E.g. tile/0/x001/x234/067, tile/entries/000.p/3 (C2SP tlog-tiles, Merkle Tree)."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == FULL else f".p/{self.width}"
        return f"tile/{level}/{_index_path(self.index)}{partial}"

    @property
    def full(self) -> "Tile":
        return Tile(self.level, self.index)


def parse_tile(path: str) -> Tile | None:
    """The tile that `path` names, or None when it names none."""
    match = PATH.fullmatch(path)
    if match is None:
        return None
    level = ENTRIES if match[1] == "entries" else int(match[1])
    index = int(match[2].replace("x", "").replace("/", ""))
    tile = Tile(level, index, int(match[3] or FULL))
    return tile if tile.path == path and tile.width <= FULL else None


def tile_at(level: int, index: int, size: int) -> Tile | None:
    """Tile `index` at `level` as wide as a tree of `size` leaves makes it, or None when the tree does not reach it."""
    count = size >> LEVEL_BITS * max(level, 0)
    width = min(FULL, count - index * FULL)
    return Tile(level, index, width) if width > 0 else None


def tiles_at(size: int) -> Iterator[Tile]:
    """Every tile that a tree of `size` leaves consists of, from the leaves up."""
    level, count = 0, size
    while count:
        for index in range(-(-count // FULL)):
            yield Tile(level, index, min(FULL, count - index * FULL))
        level, count = level + 1, count // FULL


def bundles_at(size: int) -> Iterator[Tile]:
    """Every entry bundle of a log of `size` records."""
    for index in range(-(-size // FULL)):
        yield Tile(ENTRIES, index, min(FULL, size - index * FULL))


def encode_bundle(records: Sequence[bytes]) -> bytes:
    """Entries one after the other, each behind its length as a big-endian uint16. RecordTooLong over 65 535 bytes."""
    for record in records:
        if len(record) > MAX_RECORD_BYTES:
            raise RecordTooLong(bytes=len(record), most=MAX_RECORD_BYTES)
    return b"".join(len(record).to_bytes(LENGTH_BYTES, "big") + record for record in records)


def whole_entries(data: bytes, most: int) -> Iterator[bytes]:
    """At most `most` entries from the beginning of a bundle, up to the first that is cut short."""
    at = 0
    for _ in range(most):
        start = at + LENGTH_BYTES
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            return
        yield data[start:at]


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """The `width` entries of a bundle. BadBundle when there are fewer, or bytes are left over."""
    records = list(whole_entries(data, width))
    if len(records) != width or len(data) != sum(len(record) + LENGTH_BYTES for record in records):
        raise BadBundle(entries=len(records), width=width)
    return records


def split_hashes(data: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def _index_path(index: int) -> str:
    """1234067 becomes x001/x234/067."""
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03}")
    return "/".join(reversed(groups))
