"""What Mosquitto reads: password hashes, and the access list that keeps a device on its own topics.

Format of mosquitto_passwd 2.0: `$7$<iterations>$<salt>$<hash>`, PBKDF2 with HMAC-SHA512, 64 bytes, base64.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path
from secrets import token_bytes

ITERATIONS = 101  # mosquitto_passwd's own; a device's secret has 256 random bits, so a slow hash would guard nothing
SALT_BYTES, HASH_BYTES = 12, 64
MODE = 0o644  # the broker is another user; a secret of 256 random bits cannot be found from its hash

# Tried against Mosquitto 2.0: never `readwrite ns/v1/+/%u/#`, which would let a device order itself about. A device can still name
# another tenant in the topic: ingest holds the topic against the register.
DEVICES = """\
# Devices: user name = device id.
pattern write ns/v1/+/%u/up
pattern write ns/v1/+/%u/status
pattern write ns/v1/+/%u/cmd/+/ack
pattern read ns/v1/+/%u/cmd/#
pattern read ns/v1/+/%u/cfg
pattern read ns/v1/+/%u/rcpt
"""
SERVER = """\
topic read ns/v1/#
topic write ns/v1/+/+/cmd/+
topic write ns/v1/+/+/cfg
topic write ns/v1/+/+/rcpt
"""


def password_hash(secret: str, salt: bytes | None = None) -> str:
    """The hash of a secret as Mosquitto checks it."""
    salted = token_bytes(SALT_BYTES) if salt is None else salt
    digest = hashlib.pbkdf2_hmac("sha512", secret.encode(), salted, ITERATIONS, HASH_BYTES)
    return f"$7${ITERATIONS}${b64encode(salted).decode()}${b64encode(digest).decode()}"


def write_files(folder: Path, entries: Iterable[tuple[str, str]], server: tuple[str, str] | None) -> bool:
    """Bring `passwd` and `acl` in `folder` up to date; True when either changed. `server` is the house's own user and secret.

    Each file is swapped whole, so the broker never reads half of one.
    """
    users = sorted(entries)
    if server is not None:
        user, secret = server
        # A salt made from the secret: the same line every time, so that an unchanged register changes no file.
        users.append((user, password_hash(secret, hashlib.sha256(secret.encode()).digest()[:SALT_BYTES])))
    passwords = "".join(f"{user}:{hashed}\n" for user, hashed in users)
    rights = access_list(server[0] if server else None)
    return bool(sum((_swap(folder / "passwd", passwords), _swap(folder / "acl", rights))))


def access_list(server_user: str | None) -> str:
    """The access list: the house's own programs may read everything and write orders, settings and receipts."""
    if server_user is None:
        return DEVICES
    return f"user {server_user}\n{SERVER}\n{DEVICES}"


def _swap(file: Path, text: str) -> bool:
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return False
    fresh = file.with_name(f".{file.name}.new")
    fresh.touch(mode=0o600)
    fresh.chmod(MODE)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(file)
    return True
