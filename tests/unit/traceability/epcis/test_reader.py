"""Which syntax it is, and how much is taken in."""

import io

import pytest

from traceability.epcis.document import MAX_BYTES, MAX_FIELDS, Syntax, TooLarge
from traceability.epcis.reader import read, read_stream

EVENT = "<ObjectEvent/>"


@pytest.mark.parametrize(
    ("data", "syntax"),
    [
        (b'\xef\xbb\xbf {"type": "ObjectEvent"}', Syntax.JSON),
        (b'\n{"type": "ObjectEvent"}', Syntax.JSON),
        (b"\xef\xbb\xbf<ObjectEvent/>", Syntax.XML),
        (EVENT.encode("utf-16"), Syntax.XML),
    ],
)
def test_the_syntax_is_told_by_how_it_begins(data: bytes, syntax: Syntax) -> None:
    assert read(data).syntax is syntax


def test_no_more_than_the_limit_is_read_from_a_stream() -> None:
    stream = io.BytesIO(b" " * 50_000_000)
    with pytest.raises(TooLarge):
        read_stream(stream)
    assert stream.tell() == MAX_BYTES + 1


@pytest.mark.parametrize(
    "data", [b'{"a":[' + b"[]," * (MAX_FIELDS + 1) + b"1]}", b"<ObjectEvent>" + b"<a/>" * MAX_FIELDS]
)
def test_a_document_of_too_many_empty_fields_is_refused(data: bytes) -> None:
    with pytest.raises(TooLarge):
        read(data)
