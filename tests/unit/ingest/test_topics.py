"""The topic grammar, both ways."""

import pytest

from ingest import topics
from ingest.topics import Topic


def test_a_topic_is_read_as_it_is_written() -> None:
    topic = Topic("xa-mot", "probe-1", topics.UP)

    assert "ns/v1/xa-mot/probe-1/up" == str(topic)
    assert topic == topics.parse(str(topic))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ns/v1/xa-mot/probe-1",
        "ns/v2/xa-mot/probe-1/up",
        "ns/v1/Xa/probe-1/up",
        "ns/v1/xa-mot/pro be/up",
        "ns/v1/xa-mot/p/up/x",
    ],
)
def test_what_is_not_ours_is_none(text: str) -> None:
    assert topics.parse(text) is None


def test_collectors_share_readings_under_a_group() -> None:
    assert "ns/v1/+/+/status" == topics.subscription(topics.STATUS)
    assert "$share/a/ns/v1/+/+/up" == topics.subscription(topics.UP, "a")
