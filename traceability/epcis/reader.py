"""A document of events from bytes, whichever of the two syntaxes it is in."""

from typing import BinaryIO

from traceability.epcis.document import MAX_BYTES, Document, NotADocument, TooLarge
from traceability.epcis.json_reader import read_json
from traceability.epcis.xml_reader import read_xml

UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # XML may be in it, JSON may not
UTF_8_MARK = b"\xef\xbb\xbf"


def read(data: bytes) -> Document:
    """The document in `data`: an EPCISDocument, an EPCISQueryDocument with results, or one event; JSON-LD or XML.

    Raises the errors of traceability.epcis.document; what the events say is not checked here.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(limit=MAX_BYTES)
    start = data[:200].removeprefix(UTF_8_MARK).lstrip()
    if start.startswith(b"<") or data.startswith(UTF_16):
        return read_xml(data)
    if start.startswith((b"{", b"[")):
        return read_json(data)
    raise NotADocument(found=start[:20].decode("ascii", "replace"))


def read_stream(stream: BinaryIO) -> Document:
    """As `read`, and never takes in more than one byte beyond the limit."""
    return read(stream.read(MAX_BYTES + 1))
