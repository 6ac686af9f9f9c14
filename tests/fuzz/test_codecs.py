"""Any bytes on any port give measurements and events of the catalogue, or a CodecError; nothing else."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import codecs
from ingest.codecs.frame import Codec, CodecError, decode
from nongso.catalogue import PROPERTIES

PROFILE = settings(derandomize=True, max_examples=100, deadline=None)

# a random frame seldom gets past a header: these beginnings do
STARTS = st.sampled_from(
    [b"", b"\x02\x00\x01\x00\x03", b"\x01\x75\x64", b"\x20\xce", b"\x21\xce", b"\x0c\xe4\x01" + bytes(7) + b"\x01"]
)


def decoded_or_refused(codec: Codec, frame: bytes, fport: int) -> None:
    try:
        got = decode(codec, frame, fport)
    except CodecError:
        return
    for one in got.measurements:
        assert one.property in PROPERTIES
        assert math.isfinite(one.value)
        assert one.at is None or one.at.tzinfo is not None


@pytest.mark.parametrize("codec", codecs.list_codecs(), ids=lambda codec: codec.name)
@PROFILE
@given(start=STARTS, rest=st.binary(max_size=300), fport=st.sampled_from([0, 1, 2, 5, 85, 255]))
def test_any_bytes(codec: Codec, start: bytes, rest: bytes, fport: int) -> None:
    decoded_or_refused(codec, start + rest, fport)


@pytest.mark.parametrize("codec", codecs.list_codecs(), ids=lambda codec: codec.name)
def test_lengths_at_the_edges(codec: Codec) -> None:
    for size in (0, 1, 2_048, 2_049, 70_000):
        decoded_or_refused(codec, bytes(size), (codec.fports or (1,))[0])
