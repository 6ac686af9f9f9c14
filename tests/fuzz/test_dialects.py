"""Whatever the bytes are, in whichever dialect: readings or rejections, never an exception, and nothing that a database would refuse."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dialects import address, reader
from ingest.dialects.languages import LANGUAGES
from ingest.dialects.notebook import Notebook
from ingest.dialects.readout import read_out
from ingest.dialects.sparkplug_payload import message_class
from ingest.dialects.uplink import Incoming, Unreadable, Uplink
from ingest.messages import Message
from ingest.moments import epoch_us
from nongso.store.contacts import Registered
from nongso.store.senders import Sender

GOLDEN = Path(__file__).parents[1] / "unit" / "ingest" / "dialects" / "golden"
RECEIVED_US = epoch_us("2026-11-22T03:45:00Z") or 0
SENDERS = [
    Sender(Registered("d", 1, "x", 0, False), None, codec, fields)
    for codec in (None, "milesight-em300-th", "dragino-se01-lb")
    for fields in ({}, {"temperature": {"property": "air.temperature", "unit": "°F", "depth_cm": 10}, "x": None})
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["\0", "\ud800", "1e999", "nan", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9Z", 10**400, -(2**63)]
    ),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)

WIRE = message_class()
BIRTH = WIRE(
    seq=0, metrics=[{"name": "bdSeq", "long_value": 7}, {"name": "soil.moisture", "alias": 1}]
).SerializeToString()
UINT64 = st.integers(0, 2**64 - 1)
METRIC = st.builds(
    lambda alias, at, kind, value: WIRE(
        timestamp=at, seq=alias, metrics=[{"alias": alias % 3, "timestamp": at, "datatype": kind, "long_value": value}]
    ).SerializeToString(),
    UINT64, UINT64, st.integers(0, 2**32 - 1), UINT64,
)  # fmt: skip


def examples() -> list[tuple[str | None, str, str, object]]:
    """Kind, root, topic or event, payload of every golden message."""
    cases = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(GOLDEN.glob("*.json"))]
    return [
        (
            case.get("kind"),
            case.get("root", ""),
            message.get("topic") or f"hook/1/{message['event']}",
            message.get("payload"),
        )
        for case in cases
        for message in case["messages"]
    ]


EXAMPLES = examples()
TOPICS = sorted({(kind or "", root, topic) for kind, root, topic, _ in EXAMPLES})
EDGE_TOPICS = [f"spBv1.0/g/{kind}/n" for kind in ("NBIRTH", "NDATA", "NDEATH")] + [
    "spBv1.0/g/DBIRTH/n/d",
    "spBv1.0/g/DDATA/n/d",
]
OBJECTS = [(kind, root, topic, body) for kind, root, topic, body in EXAMPLES if isinstance(body, dict | list)]


def uplinks_of(kind: str | None, root: str, topic: str, payload: bytes, notebook: Notebook) -> list[Uplink]:
    if not kind:
        found = address.parse(topic)
        return reader.uplinks_of(found, Message(topic, payload, RECEIVED_US)) if found else []
    hook = address.parse_hook(topic)
    path = hook.event if hook else reader.below(topic, root)
    incoming = Incoming(topic, path, payload, RECEIVED_US, False, "Asia/Ho_Chi_Minh", notebook)
    return LANGUAGES[kind].read(incoming)


def check(kind: str | None, root: str, topic: str, payload: bytes, notebook: Notebook) -> None:
    """Nothing but Unreadable rises; every text can be stored; the memory survives JSON."""
    try:
        uplinks = uplinks_of(kind, root, topic, payload, notebook)
    except Unreadable:
        return
    for uplink in uplinks:
        for sender in SENDERS:
            frame, events = read_out(uplink, sender, RECEIVED_US)
            told = (uplink.sender, uplink.gateways, frame.rejections, [event[2:] for event in events])
            assert len({one.position for one in frame.rejections}) == len(frame.rejections)
            assert all(-(2**63) < event.at_us < 2**63 for event in events)
            storable(msgspec.to_builtins(told))
    storable([list(page) for page in msgspec.to_builtins(dict(notebook.written)).items()])


def storable(value: object) -> None:
    for text in texts(value):
        assert "\0" not in text
        text.encode("utf-8")


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(key)
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.sampled_from(TOPICS), st.binary(max_size=200) | JSON.map(lambda body: json.dumps(body).encode()))
def test_any_bytes_on_any_topic(place: tuple[str, str, str], payload: bytes) -> None:
    check(*place, payload, Notebook())


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.data())
def test_examples_with_anything_in_the_place_of_any_part(data: st.DataObject) -> None:
    kind, root, topic, body = data.draw(st.sampled_from(OBJECTS))
    notebook = Notebook()
    for _ in range(3):
        spoiled = spoil(data, copy.deepcopy(body))
        check(kind, root, topic, json.dumps(spoiled).encode(), notebook)


def spoil(data: st.DataObject, body: object) -> object:
    """The body with one part, somewhere inside, replaced by anything."""
    if not body or not isinstance(body, dict | list) or data.draw(st.integers(0, 3)) == 0:
        return data.draw(JSON)
    if isinstance(body, list):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place] = spoil(data, body[place])
        return body
    key = data.draw(st.sampled_from(sorted(body)))
    body[key] = spoil(data, body[key])
    return body


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.sampled_from(EDGE_TOPICS), st.lists(st.binary(max_size=60) | METRIC, max_size=3))
def test_any_bytes_of_an_edge_node_in_the_middle_of_its_life(topic: str, parts: list[bytes]) -> None:
    notebook = Notebook()
    for topic_now, payload in ((EDGE_TOPICS[0], BIRTH), (topic, b"".join(parts)), (topic, b"".join(parts))):
        check("sparkplug", "spBv1.0", topic_now, payload, notebook)
