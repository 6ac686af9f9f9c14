"""Ed25519 keys of the log and its witnesses, in the text forms of C2SP signed-note.

A public key (vkey) is `name+id+base64(type, key)`: it is printed on label sheets and pinned by whoever checks.
A secret key (skey) is `PRIVATE+KEY+name+id+base64(type, seed)`, the form of Go's sumdb/note: it stays in one file.
"""

import secrets
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from nongso.errors import InvalidInput
from traceability.log.lines import BadLine, read_base64, write_base64

KEY_BYTES = 32
SECRET_PREFIX = "PRIVATE+KEY+"  # noqa: S105 - the public beginning of every skey


class SignatureType(IntEnum):
    """The type byte of C2SP signed-note."""

    NOTE = 0x01  # Ed25519 over the note's text: logs
    COSIGNATURE = 0x04  # Ed25519 over a time and the checkpoint: witnesses (C2SP tlog-cosignature)


class BadKey(InvalidInput):
    """Not a key of a form and type we know. The value names the key, never its secret."""

    code = "log.key_bad"


class WrongKind(InvalidInput):
    """A log's key where a witness's belongs, or the other way round: their signatures mean different things."""

    code = "log.key_kind"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Who may be believed: `public` is the 32-byte Ed25519 key of RFC 8032."""

    name: str
    kind: SignatureType
    public: bytes

    @property
    def id(self) -> bytes:
        """The first 4 bytes of SHA-256(name, newline, type, public key): tells keys apart, proves nothing."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{write_base64(bytes([self.kind]) + self.public)}"

    def accepts(self, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SignerKey:
    """Who signs: `seed` is the 32-byte secret of RFC 8032. It shows in no repr."""

    name: str
    kind: SignatureType
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> VerifierKey:
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(self.name, self.kind, public)

    def sign(self, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


def new_key(name: str, kind: SignatureType) -> SignerKey:
    """A fresh key pair. BadKey for a name that a note cannot carry."""
    if not is_key_name(name):
        raise BadKey(key=name)
    return SignerKey(name, kind, secrets.token_bytes(KEY_BYTES))


def write_skey(key: SignerKey) -> str:
    return f"{SECRET_PREFIX}{key.name}+{key.verifier.id.hex()}+{write_base64(bytes([key.kind]) + key.seed)}"


def parse_vkey(text: str) -> VerifierKey:
    """A verifier key from its vkey text. BadKey when the form, the type or the id is wrong."""
    name, key_id, kind, public = _parts(text)
    key = VerifierKey(name, kind, public)
    if key.id.hex() != key_id:
        raise BadKey(key=name)
    return key


def parse_skey(text: str) -> SignerKey:
    """A signer key from its skey text. BadKey when the form, the type or the id is wrong."""
    if not text.startswith(SECRET_PREFIX):
        raise BadKey(key="")
    name, key_id, kind, seed = _parts(text.removeprefix(SECRET_PREFIX))
    key = SignerKey(name, kind, seed)
    if key.verifier.id.hex() != key_id:
        raise BadKey(key=name)
    return key


def is_key_name(name: str) -> bool:
    """Not empty, no plus, no space or control character of any kind (C2SP signed-note, Format)."""
    return bool(name) and name.isprintable() and not any(letter == "+" or letter.isspace() for letter in name)


def _parts(text: str) -> tuple[str, str, SignatureType, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        data = read_base64(encoded)
    except BadLine as fault:
        raise BadKey(key=name) from fault
    if not is_key_name(name) or len(data) != 1 + KEY_BYTES or data[0] not in set(SignatureType):
        raise BadKey(key=name)
    return name, key_id, SignatureType(data[0]), data[1:]
