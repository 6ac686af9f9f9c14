"""GS1 identifiers as canonical Digital Links."""

import pytest

from traceability.epcis.identifier import canonical_identifier

ITEM = "https://id.gs1.org/01/04012345999990/21/XYZ-1234"


@pytest.mark.parametrize(
    "text",
    [
        "https://id.gs1.org/01/04012345999990/21/XYZ-1234",
        "http://example.vn/shop/01/04012345999990/21/XYZ-1234",
        "https://example.vn/01/4012345999990/21/XYZ-1234?linkType=gs1:pip#top",
        "https://example.vn/01/04012345999990/22/2A/10/L7/21/XYZ-1234",
        "https://example.vn/gtin/04012345999990/ser/XYZ-1234",
        "HTTPS://EXAMPLE.VN/01/04012345999990/21/XYZ-1234",
        "urn:epc:id:sgtin:4012345.099999.XYZ-1234",
    ],
)
def test_every_spelling_of_an_item_is_one_link(text: str) -> None:
    assert canonical_identifier(text) == ITEM


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("urn:epc:idpat:sgtin:4012345.012345.*", "01/04012345123456"),
        ("urn:epc:class:lgtin:4012345.012345.L7", "01/04012345123456/10/L7"),
        ("urn:epc:id:sgln:4012345.00005.0", "414/4012345000054"),
        ("urn:epc:id:sgln:4012345.00005.122", "414/4012345000054/254/122"),
        ("urn:epc:id:upui:1234567.098765.51qIgY)%3C%26Jp3*j7'SDB", "01/01234567987651/235/51qIgY%29%3C%26Jp3%2Aj7'SDB"),
        ("https://example.vn/party/4226350800008", "417/4226350800008"),
        ("https://example.vn/8006/040123451234560102/10/Lot-123/21/ser987", "8006/040123451234560102/21/ser987"),
        ("https://example.vn/8018/385888700111111111/8019/1", "8018/385888700111111111"),
        ("https://example.vn/01/001122334455", "01/00001122334455"),
        ("https://example.vn/01/04012345123456/21/a%2fb", "01/04012345123456/21/a%2Fb"),
    ],
)
def test_other_keys(text: str, link: str) -> None:
    assert canonical_identifier(text) == f"https://id.gs1.org/{link}"


@pytest.mark.parametrize(
    "text",
    [
        "Hello World!",
        "42",
        "https://example.vn/abc/9780345418913",
        "https://example.vn/01/97803",
        "https://id.gs1.org/99/9780345418913",
        "https://id.gs1.org/01/9780345418913/99/utfgf",
        "https://id.gs1.org/01/9780345418913/21",
        "https://id.gs1.org/01/9780345418913/21/A/21/B",
        "https://id.gs1.org/01/9780345418913/21/",
        "urn:epc:id:sgtin:401234.1.1",
        "urn:epc:id:gid:95100000.12345.400",
        "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
        "geo:47.506694,11.104301",
    ],
)
def test_what_is_no_gs1_identifier_has_no_link(text: str) -> None:
    assert canonical_identifier(text) is None
