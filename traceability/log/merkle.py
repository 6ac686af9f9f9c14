"""The Merkle tree of RFC 6962 §2 and RFC 9162 §2.1 over SHA-256: roots, inclusion and consistency proofs. Pure.

A node is named by (level, index): the complete subtree over leaves [index << level, (index + 1) << level); level 0 is the leaves.
Whoever makes proofs hands in a function that knows the hash of such a node.

Where the standards leave size zero open:
- the root of the empty tree is SHA-256 of nothing (RFC 6962 §2.1), and there is no inclusion in it;
- every tree follows from the empty one: that proof is empty, and the old root must be the empty root (C2SP tlog-witness);
- a tree follows from itself: that proof is empty and both roots are equal.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from nongso.errors import InvalidInput

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

NodeHash = Callable[[int, int], bytes]


class NotInTree(InvalidInput):
    """The tree has no such leaf, or no such earlier size."""

    code = "log.not_in_tree"


class InclusionRefused(InvalidInput):
    code = "log.inclusion_refused"


class ConsistencyRefused(InvalidInput):
    code = "log.consistency_refused"
    status = 422


def leaf_hash(record: bytes) -> bytes:
    return sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def tree_root(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over a stream of leaf hashes; keeps one hash per level."""
    pending: list[tuple[int, bytes]] = []  # complete subtrees from the left, levels falling
    for leaf in leaf_hashes:
        level, merged = 0, leaf
        while pending and pending[-1][0] == level:
            merged = node_hash(pending.pop()[1], merged)
            level += 1
        pending.append((level, merged))
    return _join([found for _, found in pending]) if pending else EMPTY_ROOT


def range_hash(start: int, stop: int, hash_of: NodeHash) -> bytes:
    """MTH(D[start:stop]) of RFC 6962 §2.1 for a non-empty range that the definition's own recursion meets."""
    return _join([hash_of(level, index) for level, index in complete_subtrees(start, stop)])


def complete_subtrees(start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The largest complete subtrees that cover leaves [start, stop), from the left."""
    while start < stop:
        level = (stop - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


def root_at(size: int, hash_of: NodeHash) -> bytes:
    return range_hash(0, size, hash_of) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, hash_of: NodeHash) -> tuple[bytes, ...]:
    """PATH(index, D[0:size]) of RFC 6962 §2.1.1, from the leaf's sibling up. NotInTree when there is no such leaf."""
    if not 0 <= index < size:
        raise NotInTree(index=index, size=size)
    path: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(range_hash(middle, stop, hash_of))
            stop = middle
        else:
            path.append(range_hash(start, middle, hash_of))
            start = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, hash_of: NodeHash) -> tuple[bytes, ...]:
    """PROOF(old, D[0:new]) of RFC 6962 §2.1.2; empty when `old` is 0 or `new`. NotInTree when `old` is larger."""
    if not 0 <= old <= new:
        raise NotInTree(index=old, size=new)
    if old == 0:
        return ()
    path: list[bytes] = []
    start, stop = 0, new
    while stop != old:
        middle = start + _split(stop - start)
        if old <= middle:
            path.append(range_hash(middle, stop, hash_of))
            stop = middle
        else:
            path.append(range_hash(start, middle, hash_of))
            start = middle
    if start:  # the old tree is not a node of the new one: its last part must be told
        path.append(range_hash(start, stop, hash_of))
    return tuple(reversed(path))


def verify_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> None:
    """InclusionRefused unless `path` leads from the leaf hash at `index` to the root of `size` leaves (RFC 9162 §2.1.3.2)."""
    refused = InclusionRefused(index=index, size=size)
    if not 0 <= index < size or not _are_hashes(leaf, root, *path):
        raise refused
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise refused
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            place, last = _skip_right_edge(place, last)
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last != 0 or not hmac.compare_digest(found, root):
        raise refused


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """ConsistencyRefused unless the tree of `new` leaves begins with the tree of `old` leaves (RFC 9162 §2.1.4.2)."""
    refused = ConsistencyRefused(old=old, new=new)
    if not 0 <= old <= new or not _are_hashes(old_root, new_root, *path):
        raise refused
    if old in (0, new):
        same = hmac.compare_digest(old_root, new_root if old == new else EMPTY_ROOT)
        if path or not same or (new == 0 and new_root != EMPTY_ROOT):
            raise refused
        return
    if _roots_of_consistency(old, new, old_root, path) != (old_root, new_root):
        raise refused


def _roots_of_consistency(old: int, new: int, old_root: bytes, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots as the path tells them, or None when its length does not fit the sizes. 0 < old < new."""
    steps = list(path) if old & (old - 1) else [old_root, *path]  # a power of two is itself a node of the new tree
    if not steps:
        return None
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_found = new_found = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old_found, new_found = node_hash(step, old_found), node_hash(step, new_found)
            place, last = _skip_right_edge(place, last)
        else:
            new_found = node_hash(new_found, step)
        place, last = place >> 1, last >> 1
    return (old_found, new_found) if last == 0 else None


def _skip_right_edge(place: int, last: int) -> tuple[int, int]:
    """Up the levels where the node on the right edge has no sibling."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _join(subtrees: list[bytes]) -> bytes:
    """One hash over complete subtrees of falling size: the smallest two are joined first."""
    joined = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        joined = node_hash(left, joined)
    return joined


def _split(count: int) -> int:
    """The largest power of two smaller than `count` (k of RFC 6962 §2.1)."""
    return 1 << (count - 1).bit_length() - 1


def _are_hashes(*hashes: bytes) -> bool:
    return all(len(found) == HASH_BYTES for found in hashes)
