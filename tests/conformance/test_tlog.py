"""The log against published vectors: C2SP signed-note, transparency-dev/merkle proofs, a tessera log in tlog-tiles."""

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nongso.errors import NongsoError
from traceability.log.checkpoint import open_checkpoint
from traceability.log.keys import parse_vkey
from traceability.log.layout import decode_bundle, split_hashes
from traceability.log.merkle import leaf_hash, tree_root, verify_consistency, verify_inclusion
from traceability.log.note import parse_note, verify

SHARED = Path(os.environ.get("NONGSO_SHARED", Path(__file__).parents[2] / ".." / "shared" / "data"))
VECTORS = SHARED / "trace" / "tlog"
WHY = f"no vectors at {VECTORS}"
pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason=WHY)


def load(name: str) -> dict[str, Any]:
    return json.loads((VECTORS / name).read_bytes())


def unwrapped(text: str) -> bytes:
    return base64.b64decode(text)


def is_accepted(check: Callable[[], object]) -> bool:
    try:
        check()
    except NongsoError:
        return False
    return True


def test_every_inclusion_vector_gets_its_verdict() -> None:
    cases = load("inclusion.json")["cases"]

    wrong = [
        case["name"]
        for case in cases
        if is_accepted(
            lambda case=case: verify_inclusion(
                case["leafIdx"],
                case["treeSize"],
                unwrapped(case["leafHash"]),
                [unwrapped(step) for step in case["proof"] or []],
                unwrapped(case["root"]),
            )
        )
        is case["wantErr"]
    ]

    assert (len(cases), wrong) == (41, [])


def test_every_consistency_vector_gets_its_verdict() -> None:
    cases = load("consistency.json")["cases"]

    wrong = [
        case["name"]
        for case in cases
        if is_accepted(
            lambda case=case: verify_consistency(
                case["size1"],
                case["size2"],
                unwrapped(case["root1"]),
                unwrapped(case["root2"]),
                [unwrapped(step) for step in case["proof"] or []],
            )
        )
        is case["wantErr"]
    ]

    assert (len(cases), wrong) == (48, [])


def test_the_signed_note_example_verifies_and_its_altered_twin_does_not() -> None:
    for case in load("signed_note.json")["cases"]:
        keys = [parse_vkey(text) for text in case["vkeys"]]
        note = parse_note(case["note"].encode())
        assert str(note) == case["note"]
        assert is_accepted(lambda note=note, keys=keys: verify(note, keys)) is case["valid"]


@pytest.mark.parametrize("size", range(9))
def test_a_foreign_log_reads_as_one_of_ours(size: int) -> None:
    """Checkpoint, level-0 tile and entry bundle of each size agree."""
    vectors = load("tlog_tiles_log.json")

    note = parse_note(vectors["checkpoints"][str(size)].encode())
    checkpoint = open_checkpoint(note, parse_vkey(vectors["log_vkey"]))
    tile = split_hashes(unwrapped(vectors["partial_level0_tiles_b64"].get(str(size), "")))
    records = decode_bundle(unwrapped(vectors["partial_entry_bundles_b64"].get(str(size), "")), size)

    assert checkpoint.size == size
    assert [leaf_hash(record) for record in records] == tile
    assert tree_root(tile) == checkpoint.root
