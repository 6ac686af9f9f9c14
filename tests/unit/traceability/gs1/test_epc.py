"""EPC URNs beyond the published pairs."""

import pytest

from traceability.gs1 import epc, link
from traceability.gs1.epc import BadUrn, NoUrn, WrongPrefixLength


@pytest.mark.parametrize(
    "urn",
    [
        "urn:epc:id:sgtin:0614141.112345.400",
        "urn:epc:class:lgtin:4012345.012345.998877",
        "urn:epc:idpat:sgtin:0614141.112345.*",
        "urn:epc:id:sscc:0614141.1234567890",
        "urn:epc:id:sgln:0614141.12345.400",
        "urn:epc:id:sgln:0614141.12345.0",
        "urn:epc:id:gdti:0614141.12345.A%2FB",
        "urn:epc:id:giai:0614141.12345.400",
    ],
)
def test_a_urn_comes_back_from_its_link(urn: str) -> None:
    length = len(urn.split(":", 4)[4].split(".")[0])

    assert urn == epc.to_urn(link.parse(epc.to_link(urn)), length)


@pytest.mark.parametrize(
    "urn",
    [
        "urn:epc:id:sgtin:0614141.12345.400",  # one digit short
        "urn:epc:id:sgtin:0614141.112345.*",  # a pattern that says it is a thing
        "urn:epc:idpat:sgtin:0614141.112345.400",
        "urn:epc:id:lgtin:4012345.012345.998877",  # a lot is a class
        "urn:epc:id:sgtin:0614141.112345",
        "urn:epc:id:sgtin:06141.11112345.400",  # company prefixes begin at six digits
        "urn:epc:id:sgtin:0614141.112345.a/b",  # a bare slash
        "urn:epc:id:usdod:CAGEY.5678",
        "urn:uuid:00000000-0000-0000-0000-000000000000",
    ],
)
def test_a_malformed_urn_is_refused(urn: str) -> None:
    with pytest.raises(BadUrn):
        epc.to_elements(urn)


def test_a_link_that_says_lot_and_serial_has_no_urn() -> None:
    with pytest.raises(NoUrn):
        epc.to_urn(link.parse("https://a/01/09520123456788/10/L/21/S"), 7)


@pytest.mark.parametrize("length", [5, 13])
def test_a_company_prefix_has_6_to_12_digits(length: int) -> None:
    with pytest.raises(WrongPrefixLength):
        epc.to_urn(link.parse("https://a/01/09520123456788/21/S"), length)
