"""Passwords of people: argon2id, and the same time spent whether or not the account exists."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from nongso.errors import InvalidInput

SHORTEST, LONGEST = 10, 256  # NIST SP 800-63B asks for at least 8 and no rule on their mixture; 10 is our choice
_HASHER = PasswordHasher()  # argon2-cffi's defaults are RFC 9106's second recommended option (64 MiB, 3 passes)


class WeakPassword(InvalidInput):
    """Too short, or so long that hashing it would be an attack on us."""

    code = "password.weak"


def hash_password(password: str) -> str:
    """The argon2id string to store. Raises WeakPassword with the lengths allowed."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(shortest=SHORTEST, longest=LONGEST)
    return _HASHER.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """True when the password is the one that was hashed. Without a hash (no such account) it takes as long and is False."""
    try:
        _HASHER.verify(password_hash or _nobodys_hash(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")
