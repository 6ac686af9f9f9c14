"""The hash of an event is the same however it is written; and no bytes make the reader fail in a way of its own."""

import json
import random
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nongso.errors import NongsoError
from traceability.epcis.check import check
from traceability.epcis.document import Document, Kind, Syntax
from traceability.epcis.event_hash import hash_ids
from traceability.epcis.json_writer import write_json
from traceability.epcis.node import Node
from traceability.epcis.reader import read
from traceability.epcis.xml_writer import write_xml

FEW = settings(derandomize=True, max_examples=100, deadline=None)
NAMESPACE = "https://example.com/ns/"

words = st.text("abcxyzàđ0123456789 .-_", min_size=1, max_size=12).filter(str.strip)
serials = st.text("ABCxyz0123456789-_", min_size=1, max_size=12)
quantities = st.fixed_dictionaries(
    {"epcClass": serials.map("urn:epc:class:lgtin:4012345.012345.{}".format)},
    optional={"quantity": st.floats(0, 1e6, allow_nan=False), "uom": st.sampled_from(["KGM", "TNE", "H87"])},
)
extensions: st.SearchStrategy[Any] = st.recursive(
    words | st.integers(-99, 10**9) | st.booleans(),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.sampled_from(["ex:a", "ex:b", "c"]), inner, min_size=1)
    ),
    max_leaves=6,
)
events = st.fixed_dictionaries(
    {
        "type": st.just("ObjectEvent"),
        "eventTime": st.datetimes(timezones=st.timezones()).map(lambda at: at.astimezone().isoformat()),
        "eventTimeZoneOffset": st.sampled_from(["+07:00", "-06:00", "+00:00"]),
        "action": st.sampled_from(["ADD", "OBSERVE", "DELETE"]),
        "epcList": st.lists(serials.map("urn:epc:id:sgtin:4012345.012345.{}".format), unique=True, max_size=4),
        "quantityList": st.lists(quantities, max_size=3),
    },
    optional={
        "bizStep": st.sampled_from(["receiving", "https://example.com/weeding"]),
        "disposition": st.sampled_from(["in_transit", "active"]),
        "readPoint": st.fixed_dictionaries({"id": st.just("urn:epc:id:sgln:4012345.00011.0")}, optional={"ex:row": words}),
        "ilmd": st.dictionaries(st.sampled_from(["ex:variety", "cbvmda:lotNumber"]), words, min_size=1),
        "ex:note": extensions,
    },
)  # fmt: skip


def document(event: dict[str, Any]) -> dict[str, Any]:
    return {"@context": [{"ex": NAMESPACE}], **event}


def hashes(event: dict[str, Any]) -> list[str]:
    return hash_ids(read(json.dumps(document(event)).encode()))


def shuffled(value: Any, chance: random.Random) -> Any:
    """The same with members and items in another order."""
    if isinstance(value, dict):
        return dict(chance.sample([(key, shuffled(item, chance)) for key, item in value.items()], len(value)))
    if isinstance(value, list):
        return chance.sample([shuffled(item, chance) for item in value], len(value))
    return value


@FEW
@given(event=events, chance=st.randoms(use_true_random=False))
def test_order_of_members_and_of_items_does_not_count(event: dict[str, Any], chance: random.Random) -> None:
    assert hashes(event) == hashes(shuffled(event, chance))


@FEW
@given(event=events)
def test_white_space_and_indentation_do_not_count(event: dict[str, Any]) -> None:
    padded = event | {"action": f"  {event['action']}\n"}
    text = json.dumps(document(padded), indent=3)
    assert hashes(event) == hash_ids(read(text.encode()))


@FEW
@given(event=events)
def test_a_compact_uri_and_the_whole_uri_and_the_urn_are_one(event: dict[str, Any]) -> None:
    spellings = ["active", "cbv:Disp-active", "urn:epcglobal:cbv:disp:active", "https://ref.gs1.org/cbv/Disp-active"]
    assert len({hashes(event | {"disposition": spelling})[0] for spelling in spellings}) == 1


@FEW
@given(event=events, hours=st.integers(-13, 13))
def test_the_zone_an_instant_is_written_in_does_not_count(event: dict[str, Any], hours: int) -> None:
    same = [f"2026-11-22T{(12 + hours) % 24:02}:30:00{hours:+03}:00", "2026-11-22T12:30:00.0Z"]
    day = 22 + (12 + hours) // 24
    same[0] = same[0].replace("-22T", f"-{day:02}T")
    assert hashes(event | {"eventTime": same[0]}) == hashes(event | {"eventTime": same[1]})


@FEW
@given(event=events, number=st.integers(0, 10**6), zeros=st.integers(1, 6))
def test_how_a_number_is_written_does_not_count(event: dict[str, Any], number: int, zeros: int) -> None:
    spellings = [str(number), f"{number}.{'0' * zeros}", f"{number}e0", f"+{number}", number, float(number)]
    assert len({hashes(event | {"ex:note": spelling})[0] for spelling in spellings}) == 1


@FEW
@given(event=events)
def test_xml_and_json_of_an_event_have_one_hash(event: dict[str, Any]) -> None:
    read_in = read(json.dumps(document(event)).encode())
    from_json = read(json.dumps(write_json(read_in)).encode())
    from_xml = read(write_xml(read_in).encode())
    assert [hash_ids(read_in)] * 2 == [hash_ids(from_json), hash_ids(from_xml)]


@FEW
@given(event=events)
def test_the_name_of_a_prefix_does_not_count(event: dict[str, Any]) -> None:
    renamed = json.dumps(document(event)).replace('"ex', '"zz')
    assert hashes(event) == hash_ids(read(renamed.encode()))


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(sorted(["ex:a", "id", "type", "epcList", "set", "@context", "@value"])), inner),
    max_leaves=12,
)  # fmt: skip


@FEW
@given(fields=st.dictionaries(st.sampled_from(["eventTime", "action", "epcList", "quantityList", "readPoint", "ilmd", "sensorElementList", "bizTransactionList", "persistentDisposition", "ex:x", "@context"]), json_values))  # fmt: skip
def test_any_shape_of_an_event_is_read_and_checked(fields: dict[str, Any]) -> None:
    event = {"@context": {"ex": NAMESPACE}, **fields, "type": "ObjectEvent"}
    assert check(read(json.dumps(event).encode())) != []


@FEW
@given(
    data=st.binary(max_size=60),
    start=st.sampled_from([b"", b"{", b"<", b'{"type": "ObjectEvent", "a": ', b"<ObjectEvent>"]),
)
def test_any_bytes_are_a_document_or_a_known_error(data: bytes, start: bytes) -> None:
    assert outcome(lambda: read(start + data)).partition(".")[0] in ("done", "epcis")


def outcome(action: Callable[[], object]) -> str:
    """`done`, or the code of the error."""
    try:
        action()
    except NongsoError as error:
        return error.code
    return "done"


@FEW
@given(text=st.text(min_size=1).filter(str.strip))
def test_any_text_survives_both_syntaxes_or_is_no_xml(text: str) -> None:
    """Control characters neither."""
    event = Node("ObjectEvent", None, (Node(f"{{{NAMESPACE}}}note", text.strip()),))
    given_in = Document(Kind.EVENT, Syntax.JSON, (event,))
    written = json.dumps(write_json(given_in)).encode()
    if outcome(lambda: read(written)) == "epcis.bad_json":
        assert "epcis.not_xml" == outcome(lambda: write_xml(given_in))
        return
    assert hash_ids(given_in) == hash_ids(read(written))
    if outcome(lambda: write_xml(given_in)) != "epcis.not_xml":
        assert hash_ids(given_in) == hash_ids(read(write_xml(given_in).encode()))
