"""The tree of an event."""

import pytest

from traceability.epcis.node import Node, Scalar, extension_name, written

EVENT = Node(
    "ObjectEvent",
    None,
    (Node("epcList", None, (Node("epc", "urn:x:1"), Node("epc", "urn:x:2"))), Node("action", "ADD"), Node("ilmd")),
)


def test_a_value_is_found_by_its_path() -> None:
    assert (EVENT.text("action"), EVENT.text("epcList", "epc")) == ("ADD", "urn:x:1")


def test_a_missing_step_or_value_is_none() -> None:
    assert (EVENT.text("bizStep"), EVENT.text("readPoint", "id"), EVENT.text("ilmd")) == (None, None, None)


def test_all_values_of_a_path() -> None:
    assert list(EVENT.texts("epcList", "epc")) == ["urn:x:1", "urn:x:2"]


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (0.00001, "0.00001"), (1e21, "1000000000000000000000"), (7, "7")]
)
def test_a_value_is_written_without_an_exponent(value: Scalar, text: str) -> None:
    assert written(value) == text


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("https://example.com/ns/grade", "{https://example.com/ns/}grade"),
        ("http://www.w3.org/2000/01/rdf-schema#comment", "{http://www.w3.org/2000/01/rdf-schema#}comment"),
        ("urn:epcglobal:cbv:mda:lotNumber", "{urn:epcglobal:cbv:mda:}lotNumber"),
    ],
)
def test_the_namespace_ends_with_the_last_mark(iri: str, name: str) -> None:
    assert extension_name(iri) == name
