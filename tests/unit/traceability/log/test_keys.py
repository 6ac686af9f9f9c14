"""Keys in their text forms."""

import pytest

from traceability.log.keys import BadKey, SignatureType, SignerKey, new_key, parse_skey, parse_vkey, write_skey

KEY = SignerKey("example.vn/log", SignatureType.NOTE, bytes(32))


@pytest.mark.parametrize("kind", SignatureType)
def test_a_new_key_survives_its_text_form(kind: SignatureType) -> None:
    key = new_key("xã.example.vn/làm-chứng", kind)

    assert parse_skey(write_skey(key)) == key
    assert parse_vkey(str(key.verifier)) == key.verifier


def test_the_secret_shows_in_no_repr() -> None:
    assert "seed" not in repr(KEY)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "no\u00a0break", "line\nbreak"])
def test_a_name_that_a_note_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(BadKey):
        new_key(name, SignatureType.NOTE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        str(KEY.verifier).replace("log", "lot"),  # the id is of another name
        str(KEY.verifier)[:-4],
        str(KEY.verifier) + "\n",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  # ECDSA's type byte
        write_skey(KEY),
    ],
)
def test_what_is_not_a_vkey_is_refused(text: str) -> None:
    with pytest.raises(BadKey):
        parse_vkey(text)


def test_a_vkey_is_no_skey() -> None:
    with pytest.raises(BadKey):
        parse_skey(str(KEY.verifier))
