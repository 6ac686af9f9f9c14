"""C2SP signed notes: a text that one or more keys have signed, and the timestamped cosignatures of witnesses (cosignature/v1)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from nongso.errors import Forbidden, InvalidInput
from traceability.log.keys import SignatureType, SignerKey, VerifierKey, is_key_name
from traceability.log.lines import LARGEST, read_base64, write_base64

MAX_NOTE_BYTES = 256 * 1024
MAX_SIGNATURES = 64  # C2SP asks for at least 16; a bound keeps checking cheap
SIGNATURE_LINE = re.compile(r"— ([^ ]+) ([A-Za-z0-9+/=]+)")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
KEY_ID_BYTES, TIME_BYTES = 4, 8


class BadNote(InvalidInput):
    """Not a signed note at all."""

    code = "log.note_bad"


class SignatureRefused(Forbidden):
    """A line says it is by a key we know, and it is not."""

    code = "log.signature_refused"


class NotSigned(Forbidden):
    """No line is by a key we know."""

    code = "log.not_signed"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who says it signed, and the bytes after the key id."""

    name: str
    key_id: bytes
    blob: bytes

    def __str__(self) -> str:
        return f"— {self.name} {write_base64(self.key_id + self.blob)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, ending in a newline, and its signature lines as they came: believed only after `verify`."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    def with_signatures(self, more: Iterable[Signature]) -> "Note":
        """The same text with further signatures; a key signs once, the newest line stays."""
        lines = {(line.name, line.key_id): line for line in (*self.signatures, *more)}
        return replace(self, signatures=tuple(lines.values()))


@dataclass(frozen=True, slots=True)
class Verified:
    """A key that did sign; `at` is the time a witness put under its cosignature, None for a log's own signature."""

    key: VerifierKey
    at: datetime | None


def parse_note(data: bytes) -> Note:
    """The note in `data`. BadNote when it is too long, not UTF-8, carries control characters or has no signature line."""
    text = _plain_text(data)
    cut = text.rfind("\n\n")
    lines = text[cut + 2 :].split("\n")
    if cut < 1 or lines.pop() != "" or not 0 < len(lines) <= MAX_SIGNATURES:
        raise BadNote()
    return Note(text[: cut + 1], tuple(parse_signature(line) for line in lines))


def parse_signature(line: str) -> Signature:
    """One signature line, without its newline."""
    match = SIGNATURE_LINE.fullmatch(line)
    if match is None or not is_key_name(match[1]):
        raise BadNote()
    data = read_base64(match[2])
    if len(data) <= KEY_ID_BYTES:
        raise BadNote()
    return Signature(match[1], data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def sign(text: str, signer: SignerKey) -> Signature:
    """A log's signature over the text, which ends in a newline."""
    _plain_text(text.encode())
    return Signature(signer.name, signer.verifier.id, signer.sign(text.encode()))


def cosign(text: str, signer: SignerKey, at: datetime) -> Signature:
    """A witness's signature over the time, in whole seconds, and the text (C2SP tlog-cosignature, Ed25519)."""
    time_s = int(at.timestamp())
    signed = signer.sign(_cosigned_message(text, time_s))
    return Signature(signer.name, signer.verifier.id, time_s.to_bytes(TIME_BYTES, "big") + signed)


def verify(note: Note, keys: Iterable[VerifierKey]) -> tuple[Verified, ...]:
    """Every known key that signed, in the order of the lines.

    SignatureRefused when a line with a known key's name and id is not by that key; NotSigned when no known key signed.
    Lines of unknown keys are ignored (C2SP signed-note, Signatures).
    """
    known = {(key.name, key.id): key for key in keys}
    found: dict[VerifierKey, Verified] = {}
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            found[key] = _verify_line(note.text, line, key)
    if not found:
        raise NotSigned(keys=", ".join(sorted(name for name, _ in known)))
    return tuple(found.values())


def _verify_line(text: str, line: Signature, key: VerifierKey) -> Verified:
    if key.kind is SignatureType.NOTE:
        if not key.accepts(text.encode(), line.blob):
            raise SignatureRefused(name=key.name)
        return Verified(key, None)
    time_s = int.from_bytes(line.blob[:TIME_BYTES], "big")
    if time_s > LARGEST or not key.accepts(_cosigned_message(text, time_s), line.blob[TIME_BYTES:]):
        raise SignatureRefused(name=key.name)
    return Verified(key, _instant(time_s, key))


def _instant(time_s: int, key: VerifierKey) -> datetime:
    try:
        return datetime.fromtimestamp(time_s, UTC)
    except (ValueError, OverflowError, OSError) as fault:  # a witness that signs the year 10000 is not to be believed
        raise SignatureRefused(name=key.name) from fault


def _cosigned_message(text: str, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


def _plain_text(data: bytes) -> str:
    """Valid UTF-8 of bounded length, no control characters but newline, ending in a newline."""
    if len(data) > MAX_NOTE_BYTES:
        raise BadNote()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise BadNote() from fault
    if CONTROL.search(text) or not text.endswith("\n"):
        raise BadNote()
    return text
