"""Signed notes and cosignatures."""

from datetime import UTC, datetime

import pytest

from nongso.errors import NongsoError
from traceability.log.keys import SignatureType, SignerKey
from traceability.log.note import (
    BadNote,
    Note,
    NotSigned,
    SignatureRefused,
    Verified,
    cosign,
    parse_note,
    sign,
    verify,
)

LOG = SignerKey("example.vn/log", SignatureType.NOTE, bytes(32))
OTHER = SignerKey("example.vn/other", SignatureType.NOTE, bytes([1]) * 32)
WITNESS = SignerKey("example.vn/witness", SignatureType.COSIGNATURE, bytes([2]) * 32)
AT = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
TEXT = "Lô xoài\n\n— not a signature\n"
NOTE = Note(TEXT, (sign(TEXT, LOG), cosign(TEXT, WITNESS, AT)))


def test_a_note_is_read_as_it_was_written() -> None:
    assert parse_note(str(NOTE).encode()) == NOTE


def test_every_known_key_that_signed_is_told_with_its_time() -> None:
    found = verify(NOTE, [WITNESS.verifier, LOG.verifier, OTHER.verifier])

    assert found == (Verified(LOG.verifier, None), Verified(WITNESS.verifier, AT))


def test_a_note_of_unknown_keys_is_not_believed() -> None:
    with pytest.raises(NotSigned):
        verify(NOTE, [OTHER.verifier])


def test_one_false_line_of_a_known_key_spoils_the_note() -> None:
    forged = Note("another text\n", (sign("another text\n", LOG), cosign(TEXT, WITNESS, AT)))

    with pytest.raises(SignatureRefused):
        verify(forged, [LOG.verifier, WITNESS.verifier])


def test_a_cosignature_does_not_count_at_another_time() -> None:
    line = NOTE.signatures[1]
    later = Note(TEXT, (type(line)(line.name, line.key_id, bytes(8) + line.blob[8:]),))

    with pytest.raises(SignatureRefused):
        verify(later, [WITNESS.verifier])


def test_a_key_signs_once_and_the_newest_line_stays() -> None:
    line = cosign(TEXT, WITNESS, datetime(2027, 1, 1, tzinfo=UTC))

    assert NOTE.with_signatures([line]).signatures == (NOTE.signatures[0], line)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"text\n",
        b"text\n\n",
        b"text\n\nno signature\n",
        str(NOTE).encode()[:-1],
        str(NOTE).encode() + b"\n",
        str(NOTE).replace("xo", "x\0o").encode(),
        str(NOTE).replace("\n", "\r\n").encode(),
        b"\xff" + str(NOTE).encode(),
        str(Note(TEXT, NOTE.signatures * 40)).encode(),
        b"a" * 300_000 + str(NOTE).encode(),
    ],
)
def test_what_is_not_a_note_is_refused(data: bytes) -> None:
    with pytest.raises(BadNote):
        parse_note(data)


def test_a_second_spelling_of_a_signature_is_refused() -> None:
    """The last base64 digit before == carries bits that say nothing: they must be zero."""
    text = str(Note(TEXT, (NOTE.signatures[1],)))
    head, pad = text.rstrip("\n").rstrip("="), "=\n"
    twisted = head[:-1] + chr(ord(head[-1]) + 1)

    with pytest.raises(NongsoError):
        parse_note((twisted + pad).encode())
