"""Decoders of raw frames, found by name: `codecs.get("milesight-em300-th")`, then `decode(codec, frame, fport)`."""

from ingest.codecs import decentlab, dragino, milesight, nbiot, sensecap
from ingest.codecs.frame import Codec
from nongso.errors import NotFound


class UnknownCodec(NotFound):
    """No built-in codec of that name."""

    code = "codec.unknown"


BUILT_IN: dict[str, Codec] = {
    codec.name: codec
    for vendor in (decentlab, dragino, milesight, nbiot, sensecap)
    for codec in sorted(vendor.CODECS, key=lambda codec: codec.name)
}


def get(name: str) -> Codec:
    """The codec, or UnknownCodec with the name asked for."""
    codec = BUILT_IN.get(name)
    if codec is None:
        raise UnknownCodec(name=name)
    return codec


def list_codecs() -> tuple[Codec, ...]:
    """All built-in codecs, by vendor."""
    return tuple(BUILT_IN.values())
