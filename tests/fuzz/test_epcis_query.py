"""Whatever is asked, the query language answers with a query or says what it does not understand."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from nongso.errors import InvalidInput
from traceability.epcis.query import LISTED, MATCHES, PLAIN, Query, from_json, read_query

names = st.one_of(
    st.sampled_from([*LISTED, *MATCHES, "eventType", "GE_eventTime", "orderBy", "orderDirection", "eventCountLimit"]),
    st.builds("{}_{}".format, st.sampled_from(["EQ", "GT", "LE", "EXISTS", "WD"]), st.sampled_from(sorted(PLAIN))),
    st.text(max_size=40),
)
values = st.one_of(
    st.sampled_from(
        ["ADD", "true", "eventTime", "ASC", "1", "-1e400", "2026-11-22T00:00:00Z", "urn:epc:idpat:sgtin:1.2.*"]
    ),
    st.text(max_size=40),
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), values), st.lists, max_leaves=5
)


def is_query_or_refusal(ask: Callable[[], Query]) -> bool:
    try:
        return isinstance(ask(), Query)
    except InvalidInput:
        return True


@settings(derandomize=True, max_examples=100)
@given(st.dictionaries(names, st.lists(values, max_size=3), max_size=6))
def test_parameters_of_an_address(parameters: dict[str, list[str]]) -> None:
    assert is_query_or_refusal(lambda: read_query(parameters))


@settings(derandomize=True, max_examples=100)
@given(st.dictionaries(names, json_values, max_size=6))
def test_definition_of_a_named_query(definition: dict[str, object]) -> None:
    assert is_query_or_refusal(lambda: from_json(definition))
