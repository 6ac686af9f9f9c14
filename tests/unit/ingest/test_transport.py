"""The short way for plain messages tells what paho's own reading tells, and leaves to paho what is not plain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt import _packet
from paho.mqtt.client import MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from ingest.transport import BufferedClient, plain_publish

EXPIRY = b"\x05\x02\x00\x00\x00\x3c"  # a Message Expiry Interval of 60 s
headers = st.sampled_from([0x30, 0x31, 0x32, 0x33, 0x3A, 0x3B])
topics = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=80)


def packet(topic: str, mid: int, payload: bytes, properties: bytes = b"\0", *, qos: int = 1) -> bytes:
    name = topic.encode()
    number = mid.to_bytes(2, "big") if qos else b""
    return len(name).to_bytes(2, "big") + name + number + properties + payload


@given(headers, topics, st.integers(1, 65_535), st.binary(max_size=300))
def test_a_plain_message_reads_as_by_paho(header: int, topic: str, mid: int, payload: bytes) -> None:
    sent = packet(topic, mid, payload, qos=header >> 1 & 0b11)
    told = _packet.decode_publish(header, sent, MQTTProtocolVersion.MQTTv5)

    ours = plain_publish(header, bytearray(sent))

    if told.qos != 1:
        assert ours is None
    else:
        assert ours is not None
        assert (told.topic.decode(), told.mid, told.qos, told.dup, told.retain, told.payload) == (
            ours.topic, ours.mid, ours.qos, ours.dup, ours.retain, ours.payload,
        )  # fmt: skip


def test_properties_are_left_to_paho() -> None:
    assert plain_publish(0x32, packet("ns/v1/a/b/up", 7, b"{}", EXPIRY)) is None


@given(st.integers(0, 18))
def test_a_cut_packet_is_left_to_paho(length: int) -> None:
    whole = packet("ns/v1/a/b/up", 7, b"")[:-1]  # without the length of its properties

    assert plain_publish(0x32, whole[:length]) is None


@pytest.mark.parametrize("properties", [b"\0", EXPIRY])
def test_both_ways_end_in_on_message_and_acknowledge_nothing(properties: bytes) -> None:
    heard: list[MQTTMessage] = []
    client = BufferedClient(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5, manual_ack=True)
    client.on_message = lambda _client, _userdata, message: heard.append(message)
    client._in_packet["command"] = 0x33
    client._in_packet["packet"] = bytearray(packet("a/b", 9, b"{}", properties))

    assert MQTTErrorCode.MQTT_ERR_SUCCESS == client._handle_publish()

    assert [("a/b", 9, 1, True, b"{}")] == [(one.topic, one.mid, one.qos, one.retain, one.payload) for one in heard]
    assert not client._out_packet
