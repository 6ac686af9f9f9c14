"""Salted commitments: a person can be erased, and nobody can guess them back."""

import pytest

from traceability.log.commitment import NothingToCommit, Opening, commitment, matches, veil
from traceability.log.sequencer import canonical

RECORD: dict[str, object] = {"lot": "L1", "by": {"name": "Nguyễn Văn Bảy", "phone": "0901"}, "seen": ["An", "Bình"]}


def test_the_veiled_record_holds_no_personal_value_and_the_rest_unchanged() -> None:
    veiled, openings = veil(RECORD, ["/by", "/seen/1"])

    assert b"Nguy" not in canonical(veiled)
    assert "Bình".encode() not in canonical(veiled)
    assert veiled["lot"] == "L1"
    assert [opening.value for opening in openings] == [RECORD["by"], "Bình"]


def test_the_record_handed_in_is_left_as_it_was() -> None:
    veil(RECORD, ["/by/name"])

    assert RECORD["by"] == {"name": "Nguyễn Văn Bảy", "phone": "0901"}


def test_an_opening_opens_its_own_commitment_only() -> None:
    veiled, (name, phone) = veil(RECORD, ["/by/name", "/by/phone"])

    assert matches(veiled, name)
    assert matches(veiled, phone)
    assert not matches(veiled, Opening(name.pointer, "Nguyễn Văn Tám", name.salt))
    assert not matches(veiled, Opening(name.pointer, name.value, phone.salt))
    assert not matches(RECORD, name)


def test_the_same_person_twice_gives_two_commitments() -> None:
    first, second = (veil(RECORD, ["/by/name"])[1][0] for _ in range(2))

    assert commitment(first) != commitment(second)


def test_an_opening_shows_neither_value_nor_salt_in_its_repr() -> None:
    assert repr(veil(RECORD, ["/by/phone"])[1][0]) == "Opening(pointer='/by/phone')"


def test_a_pointer_with_escapes_reaches_its_member() -> None:
    veiled, (opening,) = veil({"a/b": {"m~n": "An"}}, ["/a~1b/m~0n"])

    assert opening.value == "An"
    assert matches(veiled, opening)


@pytest.mark.parametrize("pointer", ["", "by", "/nobody", "/seen/2", "/seen/01", "/lot/0"])
def test_a_pointer_to_nothing_is_refused(pointer: str) -> None:
    with pytest.raises(NothingToCommit):
        veil(RECORD, [pointer])
