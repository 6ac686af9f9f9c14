"""Element strings and the pairings of identifiers."""

import pytest

from traceability.gs1 import elements
from traceability.gs1.elements import BadElementString, Element, ForbiddenPartner, MissingPartner, RepeatedIdentifier
from traceability.gs1.faults import UnknownCountry, WrongDate, WrongLength
from traceability.gs1.identifiers import UnknownIdentifier

GTIN = Element("01", "09520123456788")


def test_a_scanners_symbology_identifier_is_dropped() -> None:
    assert (GTIN, Element("10", "LO1"), Element("17", "261122")) == elements.parse(
        "]C1010952012345678810LO1\x1d17261122"
    )


def test_a_separator_follows_only_what_a_scanner_cannot_measure() -> None:
    assert "010952012345678810LO1\x1d17261122" == elements.write([GTIN, Element("10", "LO1"), Element("17", "261122")])


def test_brackets_of_a_value_survive_the_human_form() -> None:
    held = (GTIN, Element("10", "A(1)"))

    assert held == elements.parse_bracketed(elements.write_bracketed(held))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", BadElementString),
        ("0509520123456788", UnknownIdentifier),
        ("010952012345678", WrongLength),
        ("7007261131", WrongDate),
        ("422999", UnknownCountry),
        ("42370", WrongLength),
        ("10" + "X" * 21, WrongLength),
    ],
)
def test_a_bad_value_is_refused_with_its_reason(text: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        elements.parse(text)


@pytest.mark.parametrize(
    ("held", "fault"),
    [
        ([Element("10", "A")], MissingPartner),
        ([Element("02", GTIN.value), Element("37", "4"), GTIN], ForbiddenPartner),
        ([GTIN, Element("3100", "000001"), Element("3103", "001000")], ForbiddenPartner),
        ([GTIN, Element("01", "12312312312333")], RepeatedIdentifier),
        ([GTIN, Element("250", "A")], MissingPartner),
    ],
)
def test_identifiers_that_may_not_stand_together_are_refused(held: list[Element], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        elements.check_pairs(held)


def test_a_partner_made_of_two_must_be_whole() -> None:
    elements.check_pairs([GTIN, Element("21", "S"), Element("250", "A")])
