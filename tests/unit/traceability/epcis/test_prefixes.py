"""Prefixes for the namespaces of extensions."""

import pytest

from traceability.epcis.node import Node
from traceability.epcis.prefixes import prefixes

NS = "https://example.com/ns/"


def event(*values: str) -> Node:
    return Node("ObjectEvent", None, tuple(Node(f"{{{NS}}}note", value) for value in values))


def test_a_declared_prefix_is_kept() -> None:
    assert prefixes([event("x")], {"ex": NS, "unused": "urn:x"}) == {NS: "ex"}


def test_a_namespace_without_a_prefix_gets_one() -> None:
    assert prefixes([event("x")], {}) == {NS: "ext1"}


def test_a_prefix_that_a_value_begins_with_is_not_kept() -> None:
    assert prefixes([event("ex:thing")], {"ex": NS}) == {NS: "ext1"}


def test_an_invented_prefix_is_no_one_elses() -> None:
    assert prefixes([event("ext1:thing")], {"ext2": "urn:x"}) == {NS: "ext3"}


def test_gs1s_own_prefixes_mean_what_gs1_says() -> None:
    assert prefixes([Node("{urn:epcglobal:cbv:mda:}lot", "7"), event("x")], {"cbvmda": NS}) == {
        "urn:epcglobal:cbv:mda:": "cbvmda",
        NS: "ext1",
    }


@pytest.mark.parametrize("prefix", ["epcis", "epcisq", "xmlns", "1st", "a b", 'a"b'])
def test_a_prefix_that_xml_could_not_take_is_not_kept(prefix: str) -> None:
    assert prefixes([event("x")], {prefix: NS}) == {NS: "ext1"}


def test_an_extension_in_the_name_space_of_epcis_gets_a_prefix_of_its_own() -> None:
    assert prefixes([Node("{https://ref.gs1.org/epcis/}note", "x")], {}) == {"https://ref.gs1.org/epcis/": "ext1"}
