"""Digital Links: what is read, what is refused and why, what is written."""

import pytest

from nongso.errors import NongsoError
from traceability.gs1 import link
from traceability.gs1.elements import Element, ForbiddenPartner, MissingPartner
from traceability.gs1.faults import WrongCharacter, WrongCheckDigit, WrongLength
from traceability.gs1.identifiers import UnknownIdentifier
from traceability.gs1.link import (
    BadLinkCharacter,
    BadSequence,
    BadStem,
    BelongsInPath,
    DuplicateIdentifier,
    EmptyValue,
    NoPrimaryKey,
    NotAnAttribute,
)

GTIN = "09520123456788"


def test_a_link_of_a_lot_says_key_qualifier_attribute_and_the_rest() -> None:
    read = link.parse(f"https://id.nongso.vn/hang/01/{GTIN}/10/LO%2F1?3103=001250&utm=zalo#anh")

    assert Element("01", GTIN) == read.key
    assert (Element("10", "LO/1"),) == read.qualifiers
    assert (Element("3103", "001250"),) == read.attributes
    assert ("id.nongso.vn", "/hang", ("utm=zalo",)) == (read.host, read.stem, read.other)


def test_a_label_in_capitals_means_the_same() -> None:
    assert link.parse(f"https://id.nongso.vn/01/{GTIN}/21/8ZK2") == link.parse(
        f"HTTPS://ID.NONGSO.VN/01/{GTIN}/21/8ZK2"
    )


def test_a_plus_is_a_plus_in_the_path() -> None:
    assert "A+B" == link.parse(f"https://a/01/{GTIN}/10/A+B").find("10")


@pytest.mark.parametrize(
    ("uri", "fault"),
    [
        ("https://a/01/09520123456787", WrongCheckDigit),
        ("https://a/01/9520123456788", WrongLength),
        (f"https://a/01/{GTIN}/10/A%20B", WrongCharacter),
        (f"https://a/01/{GTIN}?99=A+B", WrongCharacter),
        (f"https://a/01/{GTIN}/10/100%", BadLinkCharacter),
        (f"https://a/01/{GTIN}/10/chè", BadLinkCharacter),
        (f"Https://a/01/{GTIN}", BadStem),
        (f"ftp://a/01/{GTIN}", BadStem),
        (f"https://a b/01/{GTIN}", BadLinkCharacter),
        (f"https:///01/{GTIN}", BadStem),
        (f"https://a/gtin/{GTIN}", NoPrimaryKey),
        (f"https://a/01/{GTIN}/", NoPrimaryKey),
        (f"https://a/01/{GTIN}/10/", EmptyValue),
        (f"https://a/01/{GTIN}/21/A/10/B", BadSequence),
        (f"https://a/01/{GTIN}?10=B", BelongsInPath),
        (f"https://a/01/{GTIN}?01={GTIN}", DuplicateIdentifier),
        (f"https://a/01/{GTIN}?8200=HTTP", NotAnAttribute),
        (f"https://a/01/{GTIN}?89=B", UnknownIdentifier),
        (f"https://a/01/{GTIN}?37=4", ForbiddenPartner),
        ("https://a/00/095201234567891235?13=261122", MissingPartner),
    ],
)
def test_a_bad_link_is_refused_with_its_reason(uri: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        link.parse(uri)


@pytest.mark.parametrize(("coded", "named"), [("%C4%90", "Đ"), ("%FF", "ÿ"), ("%EF%BC%91", "\uff11")])
def test_a_refusal_names_the_character_that_was_meant(coded: str, named: str) -> None:
    """A digit of another script is no digit."""
    with pytest.raises(WrongCharacter) as caught:
        link.parse(f"https://a/01/{GTIN}/10/{coded}")

    assert named == caught.value.values["value"]


def test_qualifiers_are_put_in_their_order_and_attributes_of_known_length_first() -> None:
    held = [Element("21", "S"), Element("99", "x"), Element("01", GTIN), Element("10", "L"), Element("13", "261122")]

    assert f"https://id.nongso.vn/01/{GTIN}/10/L/21/S?13=261122&99=x" == link.build(held, "https://id.nongso.vn/")


def test_what_is_built_is_read_back() -> None:
    held = (Element("01", GTIN), Element("10", "a+b/%?"), Element("99", "c&d=e"))

    assert held == link.parse(link.build(held)).elements


@pytest.mark.parametrize("stem", ["id.nongso.vn", "https://", "https://a?b", "https://a b"])
def test_a_stem_must_be_a_scheme_and_a_host(stem: str) -> None:
    with pytest.raises(BadStem):
        link.build([Element("01", GTIN)], stem)


def test_only_scheme_and_host_are_put_in_capitals() -> None:
    assert f"HTTPS://ID.NONGSO.VN/hang/01/{GTIN}" == link.with_capital_host(f"https://id.nongso.vn/hang/01/{GTIN}")


def test_a_very_long_uri_is_refused_quickly() -> None:
    with pytest.raises(NongsoError):
        link.parse("https://a" + "/01" * 100_000 + "?" + "&" * 100_000)
