"""Random secrets that are shown once: the person or program keeps the text, the store only its SHA-256."""

import hashlib
import secrets

BYTES = 32  # 256 bits: nobody guesses it, so a plain hash is enough


def new_token(prefix: str = "") -> str:
    """A fresh token, safe in a cookie, a header and a URL."""
    return prefix + secrets.token_urlsafe(BYTES)


def token_hash(token: str) -> bytes:
    """What the store keeps of a token."""
    return hashlib.sha256(token.encode()).digest()
