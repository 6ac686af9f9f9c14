"""Personal data in the log only as salted commitments, so that a person can be erased without breaking the tree.

The record keeps SHA-256 over a random salt, the place of the value and the value; value and salt (the opening) stay outside the log, in
rows that can be deleted. With the opening anybody can check the value; without it the commitment says nothing, not even whether two
records name the same person. Erasing a person is deleting the openings.
"""

import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import reduce
from hashlib import sha256
from typing import cast

from nongso.errors import InvalidInput
from traceability.log.sequencer import canonical

SALT_BYTES = 32  # as long as the hash: a phone number has few values, the salt is what hides it
DOMAIN = b"nongso commitment v1\n"
MEMBER = "commitment"
ARRAY_PLACE = re.compile(r"0|[1-9]\d{0,8}", re.ASCII)


class NothingToCommit(InvalidInput):
    """The record has no value at that JSON Pointer (RFC 6901)."""

    code = "log.nothing_to_commit"


@dataclass(frozen=True, slots=True)
class Opening:
    """What must be kept, and can be erased: the value at `pointer` (RFC 6901) and its salt."""

    pointer: str
    value: object = field(repr=False)
    salt: bytes = field(repr=False)


def commitment(opening: Opening) -> str:
    """64 hexadecimal digits: SHA-256(domain, salt, RFC 8785 of [pointer, value])."""
    return sha256(DOMAIN + opening.salt + canonical([opening.pointer, opening.value])).hexdigest()


def matches(record: Mapping[str, object], opening: Opening) -> bool:
    """Whether the record holds the commitment that this opening opens. NothingToCommit when it has nothing at that place."""
    kept = value_at(record, opening.pointer)
    found = kept.get(MEMBER) if isinstance(kept, dict) else None
    return isinstance(found, str) and hmac.compare_digest(found.encode(), commitment(opening).encode())


def value_at(record: Mapping[str, object], pointer: str) -> object:
    """The value at a JSON Pointer. NothingToCommit where there is none."""
    return reduce(_child, _names(pointer), cast("object", record))


def cover(record: Mapping[str, object], pointer: str, digest: str) -> dict[str, object]:
    """A copy of the record with a commitment that was made earlier at `pointer`. NothingToCommit where there is no value."""
    covered = deepcopy(dict(record))
    *above, last = _names(pointer)
    holder = reduce(_child, above, cast("object", covered))
    _child(holder, last)
    _put(holder, last, {MEMBER: digest})
    return covered


def veil(record: Mapping[str, object], pointers: Sequence[str]) -> tuple[dict[str, object], tuple[Opening, ...]]:
    """A copy of the record with `{"commitment": …}` at each pointer, and the openings. NothingToCommit where there is no value."""
    veiled = deepcopy(dict(record))
    openings = tuple(_veil_one(veiled, pointer) for pointer in pointers)
    return veiled, openings


def _veil_one(veiled: object, pointer: str) -> Opening:
    *above, last = _names(pointer)
    holder = reduce(_child, above, veiled)
    opening = Opening(pointer, _child(holder, last), secrets.token_bytes(SALT_BYTES))
    _put(holder, last, {MEMBER: commitment(opening)})
    return opening


def _names(pointer: str) -> list[str]:
    if not pointer.startswith("/"):  # the empty pointer is the whole record: there would be nothing left to log
        raise NothingToCommit(pointer=pointer)
    return [name.replace("~1", "/").replace("~0", "~") for name in pointer[1:].split("/")]


def _child(holder: object, name: str) -> object:
    if isinstance(holder, dict) and name in holder:
        return holder[name]
    if isinstance(holder, list) and ARRAY_PLACE.fullmatch(name) and int(name) < len(holder):
        return holder[int(name)]
    raise NothingToCommit(pointer=name)


def _put(holder: object, name: str, value: object) -> None:
    if isinstance(holder, dict):
        holder[name] = value
    elif isinstance(holder, list):
        holder[int(name)] = value
