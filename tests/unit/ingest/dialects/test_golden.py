"""Each documented example of a dialect, as it comes and as it is understood: the files in `golden/`, a case each.

A case is a list of messages in the order they come; what is expected stands beside the message it is expected of.
"""

import json
from base64 import b64decode
from pathlib import Path

import pytest

from ingest.dialects import address, fields, reader
from ingest.dialects.languages import LANGUAGES
from ingest.dialects.notebook import Notebook
from ingest.dialects.readout import read_out
from ingest.dialects.uplink import Incoming, Unreadable, Uplink
from ingest.messages import Message
from ingest.moments import epoch_us
from ingest.payload import Frame
from nongso.store.contacts import Registered
from nongso.store.senders import Sender

GOLDEN = Path(__file__).parent / "golden"
RECEIVED_US = epoch_us("2026-11-22T03:45:00Z") or 0
CASES = sorted(path.stem for path in GOLDEN.glob("*.json"))


@pytest.mark.parametrize("case", CASES)
def test_a_documented_example_is_understood(case: str) -> None:
    told = json.loads((GOLDEN / f"{case}.json").read_text(encoding="utf-8"))
    notebook = Notebook()

    found = [understood(told, message, notebook) for message in told["messages"]]

    assert [message["expected"] for message in told["messages"]] == found


def understood(case: dict, message: dict, notebook: Notebook) -> object:
    try:
        uplinks = uplinks_of(case, message, notebook)
    except Unreadable as fault:
        return {"refused": fault.reason}
    return [seen(uplink, sender_of(case, uplink.sender)) for uplink in uplinks]


def uplinks_of(case: dict, message: dict, notebook: Notebook) -> list[Uplink]:
    payload, retained = payload_of(message), message.get("retained", False)
    if "kind" not in case:
        found = address.parse(message["topic"])
        assert found is not None
        return reader.uplinks_of(found, Message(message["topic"], payload, RECEIVED_US, retained))
    path = message.get("event") or reader.below(message["topic"], case["root"])
    topic = message.get("topic", "hook/1/up")
    incoming = Incoming(topic, path, payload, RECEIVED_US, retained, "Asia/Ho_Chi_Minh", notebook)
    return LANGUAGES[case["kind"]].read(incoming)


def payload_of(message: dict) -> bytes:
    if "base64" in message:
        return b64decode(message["base64"])
    payload = message["payload"]
    return payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()


def sender_of(case: dict, name: str) -> Sender:
    told = case.get("devices", {}).get(name, {})
    own = fields.load(told["map"]) if "map" in told else told.get("fields", {})
    return Sender(Registered("device-1", 1, "xa-mot", 0, False), name, told.get("codec"), own)


def seen(uplink: Uplink, sender: Sender) -> dict[str, object]:
    """What a case says of an uplink; parts that say nothing are left out."""
    frame, events = read_out(uplink, sender, RECEIVED_US)
    parts: dict[str, object] = {
        "sender": uplink.sender,
        "samples": [sample_of(frame, place) for place in range(len(frame.samples))],
        "rejections": [[one.reason, one.property, one.position] for one in frame.rejections],
        "events": [[event.kind, event.property, event.detail] for event in events],
        "gateways": [list(gateway) for gateway in uplink.gateways],
        "online": uplink.online,
        "repeat": None if frame.boot is None else [frame.boot, frame.seq],
    }
    return {name: part for name, part in parts.items() if part is not None and part != []}


def sample_of(frame: Frame, place: int) -> list[object]:
    one = frame.samples[place]
    return [one.property, one.depth_cm, (one.at_us - RECEIVED_US) / 1e6, round(one.value, 6), one.flags]
