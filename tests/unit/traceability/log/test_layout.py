"""Paths, widths and bundles of C2SP tlog-tiles."""

import pytest

from traceability.log.layout import (
    ENTRIES,
    BadBundle,
    RecordTooLong,
    Tile,
    decode_bundle,
    encode_bundle,
    parse_tile,
    tiles_at,
)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(ENTRIES, 0, 3), "tile/entries/000.p/3"),
        (Tile(2, 1000, 1), "tile/2/x001/000.p/1"),
    ],
)
def test_a_tile_lies_where_the_standard_says(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert parse_tile(path) == tile


@pytest.mark.parametrize(
    "path",
    ["tile/0/0", "tile/00/000", "tile/0/x000/001", "tile/0/000.p/0", "tile/0/000.p/257", "tile/64", "checkpoint"],
)
def test_other_paths_name_no_tile(path: str) -> None:
    assert parse_tile(path) is None


def test_the_example_tree_of_70_000_leaves_has_the_tiles_of_the_standard() -> None:
    tiles = list(tiles_at(70_000))

    assert [sum(tile.level == level and tile.width == 256 for tile in tiles) for level in range(3)] == [273, 1, 0]
    assert [tile for tile in tiles if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]


def test_a_tree_of_256_leaves_has_a_full_tile_and_one_hash_above() -> None:
    assert list(tiles_at(256)) == [Tile(0, 0), Tile(1, 0, 1)]


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x00\x01", b"\x00\x01a\x00", b"\x00\x01a\x00\x00"])
def test_a_bundle_of_other_than_the_promised_entries_is_refused(data: bytes) -> None:
    with pytest.raises(BadBundle):
        decode_bundle(data, 1)


def test_a_record_longer_than_its_length_field_is_refused() -> None:
    with pytest.raises(RecordTooLong):
        encode_bundle([bytes(65_536)])
