"""Properties of the log: every proof of every tree holds, and nothing altered does."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nongso.clock import LOCAL
from nongso.errors import NongsoError
from traceability.log.audit import verify_log
from traceability.log.checkpoint import Checkpoint, sign_checkpoint
from traceability.log.keys import SignatureType, SignerKey, parse_vkey
from traceability.log.layout import Tile, decode_bundle, encode_bundle, parse_tile
from traceability.log.merkle import (
    complete_subtrees,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_at,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from traceability.log.note import cosign, parse_note
from traceability.log.proof import Proof, parse_proof, verify_proof
from traceability.log.sequencer import append
from traceability.log.tiles import TileReader, grow
from traceability.log.witness import parse_request

LOG = SignerKey("example.vn/log", SignatureType.NOTE, bytes(range(32)))
WITNESS = SignerKey("example.vn/witness", SignatureType.COSIGNATURE, bytes(range(1, 33)))
NOON = datetime(2026, 11, 22, 12, tzinfo=LOCAL)
LEAVES = [leaf_hash(str(number).encode()) for number in range(700)]

quick = settings(derandomize=True, max_examples=100, deadline=None)
few = settings(derandomize=True, max_examples=25, deadline=None)
sizes = st.integers(1, len(LEAVES))


def node(level: int, index: int) -> bytes:
    return tree_root(LEAVES[index << level : (index + 1) << level])


@quick
@given(st.data())
def test_every_inclusion_proof_of_every_size_verifies(data: st.DataObject) -> None:
    size = data.draw(sizes)
    index = data.draw(st.integers(0, size - 1))

    path = inclusion_proof(index, size, node)

    verify_inclusion(index, size, LEAVES[index], path, tree_root(LEAVES[:size]))


@quick
@given(st.data())
def test_an_inclusion_proof_with_one_bit_altered_is_refused(data: st.DataObject) -> None:
    size = data.draw(sizes)
    index = data.draw(st.integers(0, size - 1))
    parts = [LEAVES[index], tree_root(LEAVES[:size]), *inclusion_proof(index, size, node)]
    which = data.draw(st.integers(0, len(parts) - 1))
    parts[which] = flipped(parts[which], data.draw(st.integers(0, 255)))

    leaf, root, *path = parts
    with pytest.raises(NongsoError):
        verify_inclusion(index, size, leaf, path, root)


@quick
@given(st.data())
def test_every_consistency_proof_verifies_and_none_with_one_bit_altered(data: st.DataObject) -> None:
    new = data.draw(sizes)
    old = data.draw(st.integers(1, new))
    parts = [tree_root(LEAVES[:old]), tree_root(LEAVES[:new]), *consistency_proof(old, new, node)]

    verify_consistency(old, new, parts[0], parts[1], parts[2:])

    which = data.draw(st.integers(0, len(parts) - 1))
    parts[which] = flipped(parts[which], data.draw(st.integers(0, 255)))
    with pytest.raises(NongsoError):
        verify_consistency(old, new, parts[0], parts[1], parts[2:])


@quick
@given(st.integers(0, 2**70), st.integers(0, 2**70), st.lists(st.binary(max_size=40), max_size=70))
def test_no_proof_makes_the_verifiers_do_anything_but_refuse(first: int, second: int, path: list[bytes]) -> None:
    with pytest.raises(NongsoError):
        verify_inclusion(first, second, LEAVES[0], path, LEAVES[1])
    with pytest.raises(NongsoError):
        verify_consistency(first, second, LEAVES[0], LEAVES[1], path)


@quick
@given(st.integers(0, 2**64), st.integers(1, 2**20))
def test_complete_subtrees_cover_their_range_without_a_gap(start: int, count: int) -> None:
    at = start
    for level, index in complete_subtrees(start, start + count):
        assert index << level == at
        at = (index + 1) << level
    assert at == start + count


@few
@given(st.integers(0, 400), st.integers(1, 300))
def test_tiles_grown_in_two_steps_make_the_root_of_the_records(old: int, more: int) -> None:
    files: dict[str, bytes] = {}
    for start, stop in ((0, old), (old, old + more)):
        files |= {tile.path: data for tile, data in grow(TileReader(files.get, start), LEAVES[start:stop])}

    assert root_at(old + more, TileReader(files.get, old + more).node) == tree_root(LEAVES[: old + more])


@quick
@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_gives_back_its_entries(records: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(records), len(records)) == records


@quick
@given(st.integers(-1, 63), st.integers(0, 10**12), st.integers(1, 256))
def test_a_tile_path_names_its_tile_only(level: int, index: int, width: int) -> None:
    assert parse_tile(Tile(level, index, width).path) == Tile(level, index, width)


@quick
@given(st.data())
def test_a_proof_file_with_one_byte_altered_shows_nothing(data: st.DataObject) -> None:
    """With the log's key and the witness's pinned, and the record at hand, no byte of the file can differ."""
    index = data.draw(st.integers(0, 99))
    file = bytearray(str(proof_of(index)).encode())
    place = data.draw(st.integers(0, len(file) - 1))
    file[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises(NongsoError):
        verify_proof(parse_proof(bytes(file)), LOG.verifier, [WITNESS.verifier], 1, str(index).encode())


@quick
@given(st.binary(max_size=400))
def test_bytes_that_are_no_document_are_refused_in_so_many_words(data: bytes) -> None:
    for parse in (parse_note, parse_proof, parse_request, lambda raw: parse_vkey(raw.decode("latin-1"))):
        with pytest.raises(NongsoError):
            parse(data)


@few
@given(st.data())
def test_a_byte_flipped_in_any_file_of_a_log_is_named(data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for batch in ((0, 3), (3, 258), (258, 261)):
            append(folder, [str(number).encode() for number in range(*batch)], LOG)
        files = sorted(file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
        file = data.draw(st.sampled_from(files))
        whole = file.read_bytes()
        file.chmod(0o644)
        file.write_bytes(flipped(whole, data.draw(st.integers(0, 8 * len(whole) - 1))))

        found = verify_log(folder, LOG.verifier)

        assert [fault.path for fault in found.faults] == [file.relative_to(folder).as_posix()]


def proof_of(index: int) -> Proof:
    text = str(Checkpoint(LOG.name, 100, tree_root(LEAVES[:100])))
    note = sign_checkpoint(Checkpoint(LOG.name, 100, tree_root(LEAVES[:100])), LOG)
    return Proof(index, inclusion_proof(index, 100, node), note.with_signatures([cosign(text, WITNESS, NOON)]))


def flipped(data: bytes, bit: int) -> bytes:
    place, turn = divmod(bit % (8 * len(data)), 8)
    return data[:place] + bytes([data[place] ^ 1 << turn]) + data[place + 1 :]
