"""Reading a log from its tiles alone, and growing the tiles of a tree by new leaves."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from nongso.errors import NotFound
from traceability.log.layout import (
    ENTRIES,
    FULL,
    LEVEL_BITS,
    BadBundle,
    Tile,
    decode_bundle,
    split_hashes,
    tile_at,
)
from traceability.log.merkle import HASH_BYTES, NotInTree, tree_root

Read = Callable[[str], bytes | None]


class TileMissing(NotFound):
    """A part of the log that its checkpoint promises is not there, or is not of the right length."""

    code = "log.tile_missing"


class TileReader:
    """Hashes and entries of a tree of `size` leaves; each tile is read once and kept."""

    def __init__(self, read: Read, size: int) -> None:
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def node(self, level: int, index: int) -> bytes:
        """The hash of the complete subtree (level, index) of merkle.py. NotInTree beyond the size; TileMissing."""
        if index < 0 or (index + 1) << level > self.size:
            raise NotInTree(index=index, size=self.size)
        tile_level, rise = divmod(level, LEVEL_BITS)
        first = index << rise
        hashes = self.tile(tile_level, first // FULL)[first % FULL :][: 1 << rise]
        return tree_root(hashes)

    def tile(self, level: int, index: int) -> list[bytes]:
        """The hashes (or entries, at level ENTRIES) of a tile, as many as the tree has there; none when it has none."""
        if (level, index) not in self._tiles:
            self._tiles[level, index] = self._load(level, index)
        return self._tiles[level, index]

    def _load(self, level: int, index: int) -> list[bytes]:
        tile = tile_at(level, index, self.size)
        if tile is None:
            return []
        for wide in (tile, tile.full):  # a partial tile may be gone once the full one is there (C2SP tlog-tiles)
            data = self._read(wide.path)
            if data is not None:
                return _parts(wide, data)[: tile.width]
        raise TileMissing(path=tile.path)


def overlay(fresh: Mapping[str, bytes], below: Read) -> Read:
    """Reads what is not written yet before what is."""
    return lambda path: fresh[path] if path in fresh else below(path)


def grow(tree: TileReader, leaves: Sequence[bytes]) -> Iterator[tuple[Tile, bytes]]:
    """The tiles, as wide as they become, that change when `leaves` (hashes) are appended to `tree`."""
    level, have, fresh = 0, tree.size, list(leaves)
    while fresh:
        first = have // FULL
        hashes = [*(tree.tile(level, first) if have % FULL else []), *fresh]
        chunks = [hashes[at : at + FULL] for at in range(0, len(hashes), FULL)]
        for offset, chunk in enumerate(chunks):
            yield Tile(level, first + offset, len(chunk)), b"".join(chunk)
        fresh = [tree_root(chunk) for chunk in chunks if len(chunk) == FULL]
        level, have = level + 1, first


def _parts(tile: Tile, data: bytes) -> list[bytes]:
    if tile.level == ENTRIES:
        try:
            return decode_bundle(data, tile.width)
        except BadBundle as fault:
            raise TileMissing(path=tile.path) from fault
    if len(data) != tile.width * HASH_BYTES:
        raise TileMissing(path=tile.path)
    return split_hashes(data)
