"""What a label's code holds."""

import pytest

from traceability.lot_links import class_uri, label_uri

GTIN = "09520123456788"
PUBLIC = "https://id.nongso.example"


@pytest.mark.parametrize(
    ("gtin", "public_url", "expected"),
    [
        (GTIN, PUBLIC, "HTTPS://ID.NONGSO.EXAMPLE/01/09520123456788/10/BX-261118-01"),
        (None, PUBLIC, "HTTPS://ID.NONGSO.EXAMPLE/T/046A2FSG0R9"),
        (GTIN, "http://localhost:8100", "HTTP://LOCALHOST:8100/01/09520123456788/10/BX-261118-01"),
        (None, f"{PUBLIC}/so", "HTTPS://ID.NONGSO.EXAMPLE/so/T/046A2FSG0R9"),
    ],
)
def test_label_takes_capitals_wherever_they_mean_the_same(gtin: str | None, public_url: str, expected: str) -> None:
    name = class_uri(gtin, "BX-261118-01", "046A2FSG0R9", public_url)

    assert expected == label_uri(gtin, "BX-261118-01", "046A2FSG0R9", name, public_url)


def test_a_lot_made_before_the_gtin_came_keeps_its_label() -> None:
    name = class_uri(None, "BX-1", "046A2FSG0R9", PUBLIC)

    assert "HTTPS://ID.NONGSO.EXAMPLE/T/046A2FSG0R9" == label_uri(GTIN, "BX-1", "046A2FSG0R9", name, PUBLIC)


def test_lot_in_events_is_a_canonical_link_or_an_address_of_ours() -> None:
    assert "https://id.gs1.org/01/09520123456788/10/BX-1" == class_uri(GTIN, "BX-1", "046A2FSG0R9", PUBLIC)
    assert "https://id.nongso.example/t/046A2FSG0R9" == class_uri(None, "BX-1", "046A2FSG0R9", PUBLIC)
