"""What Mosquitto reads: its password hashes and the access list that keeps a device on its own topics.

Format of mosquitto_passwd 2.0: `$7$<iterations>$<salt>$<hash>`, PBKDF2 with HMAC-SHA512, 64 bytes, base64.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from secrets import token_bytes

ITERATIONS = 101  # mosquitto_passwd's own; a device's secret has 256 random bits, so a slow hash would guard nothing
SALT_BYTES, HASH_BYTES = 12, 64

# Tried against Mosquitto 2.0: never `readwrite ns/v1/+/%u/#`, which would let a device order itself about. A device can still name
# another tenant in the topic: ingest holds the topic against the register.
ACL = """\
# Devices: user name = device id.
pattern write ns/v1/+/%u/up
pattern write ns/v1/+/%u/status
pattern write ns/v1/+/%u/cmd/+/ack
pattern read ns/v1/+/%u/cmd/#
pattern read ns/v1/+/%u/cfg
pattern read ns/v1/+/%u/rcpt
"""


def password_hash(secret: str, salt: bytes | None = None) -> str:
    """The hash of a secret as Mosquitto checks it."""
    salted = token_bytes(SALT_BYTES) if salt is None else salt
    digest = hashlib.pbkdf2_hmac("sha512", secret.encode(), salted, ITERATIONS, HASH_BYTES)
    return f"$7${ITERATIONS}${b64encode(salted).decode()}${b64encode(digest).decode()}"


def password_file(entries: Iterable[tuple[str, str]]) -> str:
    """Lines `user:hash` for (user, hash)."""
    return "".join(f"{user}:{hashed}\n" for user, hashed in entries)


def access_list(server_user: str) -> str:
    """The access list: the house's own collector may read everything and write orders, settings and receipts."""
    return (
        f"user {server_user}\ntopic read ns/v1/#\ntopic write ns/v1/+/+/cmd/+\n"
        f"topic write ns/v1/+/+/cfg\ntopic write ns/v1/+/+/rcpt\n\n{ACL}"
    )
