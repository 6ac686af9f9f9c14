"""Compressed Digital Links: pairs that others published, and nothing lost on the way."""

import pytest

from traceability.gs1 import compression, link
from traceability.gs1.compression import BadCompressedLink
from traceability.gs1.faults import WrongPiece

# Read back by GS1's prototype and by programs made from it; none of these uses a shared key.
PUBLISHED = [
    ("00/998440410914660971", "AN2yxDhfaiaw"),
    ("01/09780345418913", "ARHKVAdpQg"),
    ("01/05412345000013/10/ABC123/21/72292641703", "AQnYUc1gmiCNV4JGQhcNT6K6c"),
    ("01/05392000229648/10/LOT01/21/SERIAL01", "AQnO2IRCICDKWcnpqQtCQiJABemo"),
    ("01/05412345000013/235/8TFV883a904GH%263", "AQnYUc1gmkax7ipGrOHDPC5YNI8hMz"),
    ("253/3060077601309", "JTLIetaiHYA"),
    ("255/5678409730535", "JVUqG5hJ5wA"),
    ("414/5060917510004/7040/5KFX", "QUSaVjC_dHBAVlCrg"),
    ("8003/04965031954585", "gAMJCAXukTMA"),
    ("8010/0541234537290A41%23GH33/8011/6639047221", "gBCVYNWjFkzaNWbdk5YQWjFHHkM2cAI0xdvpGo"),
    ("8017/817019610850151481/8019/4003812", "gBe1ajAd9ATDmAGXPRfk"),
    ("01/05412345000013/22/AJY3095721P49/10/ABC123", "01/05412345000013/EEarwSMibQCWN9Pee9tT-PQ"),
]


@pytest.mark.parametrize(("plain", "compressed"), PUBLISHED)
def test_a_published_link_is_decompressed(plain: str, compressed: str) -> None:
    assert f"https://id.gs1.org/{plain}" == compression.decompress(f"https://id.gs1.org/{compressed}")


def test_frequent_companions_share_a_key() -> None:
    read = link.parse("https://example.org/01/05412345000013/10/ABC%26%2B123?7003=1903061658&k1=v1")

    assert "http://example.org/DgnYUc1gmji3NU0IREGFDTK2LJm?k1=v1" == compression.compress(read, "http://example.org")


def test_pairs_of_others_that_were_compressed_come_back() -> None:
    plain = compression.decompress("http://example.org/AQnYUc1gmiERBhQ0ytiyZuAGOLc1TXhXsaXbQKHFuaprwUmrBX6g")

    assert "http://example.org/01/05412345000013/10/ABC%26%2B123?7003=1903061658&expdt=1903061658&k1=v1" == plain


@pytest.mark.parametrize(
    "path",
    [
        "00/095201234567891235",
        "01/00000000000017/10/0007/21/00000",  # zeros in front of every number
        "01/09520123456788/10/abcdef/21/A_b-",
        "253/9520123456788",
        "253/9520123456788A%2FB",
        "01/09520123456788?3103=001250&7007=261120&30=008",
        "01/09520123456788?423=704764&8008=26112007",
        "8004/9520A%25%26",
    ],
)
def test_nothing_is_lost_on_the_way(path: str) -> None:
    uri = f"https://id.gs1.org/{path}"
    read = link.parse(uri)

    again = link.parse(compression.decompress(compression.compress(read)))

    assert {element.ai: element.value for element in read.elements} == {
        element.ai: element.value for element in again.elements
    }


@pytest.mark.parametrize("path", ["", "A", "AQnYUc1", "AQnYUc1gmh", "zzzzzzzzzz", "AQnYUc1gmg.", "x/y", "__________"])
def test_what_is_no_compressed_link_is_refused(path: str) -> None:
    with pytest.raises(BadCompressedLink):
        compression.decompress(f"https://id.gs1.org/{path}")


def test_a_decompressed_value_is_checked_as_any_other() -> None:
    with pytest.raises(WrongPiece):
        compression.decompress("https://id.gs1.org/gAYMBI_bNGwJk")  # piece 02 of 01
