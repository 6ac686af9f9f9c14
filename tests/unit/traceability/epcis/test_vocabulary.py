"""CBV terms and their several spellings."""

import pytest

from traceability.epcis.vocabulary import BIZ_STEP, PREFIXES, SPOKEN, expanded

RECEIVING = "https://ref.gs1.org/cbv/BizStep-receiving"


@pytest.mark.parametrize("text", ["cbv:BizStep-receiving", "urn:epcglobal:cbv:bizstep:receiving", RECEIVING])
def test_compact_uris_and_urns_become_the_web_uri(text: str) -> None:
    assert expanded(text, PREFIXES) == RECEIVING


@pytest.mark.parametrize("text", ["gs1: a remark", "https://example.com/a", "urn:epcglobal:cbv:bt:401:7", "receiving"])
def test_everything_else_stays(text: str) -> None:
    assert expanded(text, {**PREFIXES, "https": "https://trap.example/"}) == text


def test_a_bare_term_and_its_web_uri_are_each_others() -> None:
    assert (BIZ_STEP.expand("receiving"), BIZ_STEP.shorten(RECEIVING)) == (RECEIVING, "receiving")


def test_an_unknown_term_is_not_made_into_a_uri() -> None:
    assert BIZ_STEP.expand("harvesting") == "harvesting"


@pytest.mark.parametrize(
    ("count", "names"),
    [
        (41, "bizStep"),
        (33, "disposition"),
        (13, "bizTransactionType"),
        (3, "sourceDestinationType"),
        (2, "errorReason"),
    ],
)
def test_the_vocabularies_have_as_many_terms_as_the_standard(count: int, names: str) -> None:
    assert {len(vocabulary.terms) for vocabulary in SPOKEN.values() if vocabulary.name == names} == {count}
