"""What Mosquitto reads: password hashes, and the access list that keeps a device on its own topics.

Format of mosquitto_passwd 2.0: `$7$<iterations>$<salt>$<hash>`, PBKDF2 with HMAC-SHA512, 64 bytes, base64.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterable
from hmac import compare_digest
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
pattern write ns/v1/+/%u/senml
pattern write ns/v1/+/%u/raw
pattern write ns/v1/+/%u/status
pattern write ns/v1/+/%u/cmd/+/ack
pattern read ns/v1/+/%u/cmd/#
pattern read ns/v1/+/%u/cfg
pattern read ns/v1/+/%u/rcpt
"""
# The same, for a user whose name is not the device's id: %u replaced by hand.
DEVICE = """\
topic write ns/v1/{tenant}/{device_id}/up
topic write ns/v1/{tenant}/{device_id}/senml
topic write ns/v1/{tenant}/{device_id}/raw
topic write ns/v1/{tenant}/{device_id}/status
topic write ns/v1/{tenant}/{device_id}/cmd/+/ack
topic read ns/v1/{tenant}/{device_id}/cmd/#
topic read ns/v1/{tenant}/{device_id}/cfg
topic read ns/v1/{tenant}/{device_id}/rcpt
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


def matches(secret: str, hashed: str) -> bool:
    """True when `hashed` is a hash of the secret; False also for what is no hash of Mosquitto's. Takes the same time for every secret."""
    try:
        _, kind, rounds, salt, digest = hashed.split("$")
        expected = b64decode(digest, validate=True)
        found = hashlib.pbkdf2_hmac("sha512", secret.encode(), b64decode(salt, validate=True), int(rounds), HASH_BYTES)
    except ValueError:
        return False
    return kind == "7" and compare_digest(found, expected)


def user_name(device_id: str, slot: str) -> str:
    """A device's user name at the broker: its id, or its second one (slot b). No id holds a `!`, so no device has another's."""
    return device_id if slot == "a" else f"{device_id}!b"


def own_topics(tenant: str, device_id: str) -> str:
    """Lines of an access list that give the user above them a device's topics."""
    return DEVICE.format(tenant=tenant, device_id=device_id)


def write_files(
    folder: Path, entries: Iterable[tuple[str, str]], server: tuple[str, str] | None, rules: str = ""
) -> bool:
    """Bring `passwd` and `acl` in `folder` up to date; True when either changed. `server` is the house's own user and secret.

    `rules` are blocks of the access list for single users. Each file is swapped whole, so the broker never reads half of one.
    A device that is called like the house's own user is left out: it would have that user's rights.
    """
    users = sorted(entry for entry in entries if server is None or entry[0] != server[0])
    if server is not None:
        user, secret = server
        # A salt made from the secret: the same line every time, so that an unchanged register changes no file.
        users.append((user, password_hash(secret, hashlib.sha256(secret.encode()).digest()[:SALT_BYTES])))
    passwords = "".join(f"{user}:{hashed}\n" for user, hashed in users)
    rights = access_list(server[0] if server else None) + (f"\n{rules}" if rules else "")
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
