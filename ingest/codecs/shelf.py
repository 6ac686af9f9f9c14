"""The decoders a collector reads frames with: the built-in ones, and makers' scripts that an administrator put in."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import msgspec

from ingest import codecs
from ingest.codecs import script
from ingest.codecs.frame import Codec, CodecError, Decoded
from nongso import store
from nongso.errors import NongsoError
from nongso.journal import note
from nongso.store import codec_scripts

SLOW_S = 0.1  # processor time; a frame takes about a thousandth of it
REST_S = 60.0


class Resting(CodecError):
    """The script took so long for a frame that it is left alone for a while: others must not wait for it. The frame is kept."""

    code = "codec.resting"


class Shelf:
    """Used by one thread. A script stays as it is until a newer one was put in."""

    def __init__(self) -> None:
        self._put_at: dict[str, datetime] = {}
        self._scripts: dict[str, Codec] = {}

    def find(self, name: str) -> Codec | None:
        return codecs.BUILT_IN.get(name) or self._scripts.get(name)

    def learn(self, conn: store.Connection) -> None:
        """Take over what was put in or taken away since. One that no longer passes its vectors reads nothing, and the journal says why."""
        changed, gone = codec_scripts.list_changed(conn, self._put_at)
        for name in gone:
            del self._put_at[name]
            self._scripts.pop(name, None)
        for one in changed:
            self._put_at[one.name] = one.put_at
            self._scripts.pop(one.name, None)
            try:
                self._scripts[one.name] = patient(script.activate(msgspec.convert(one.body, script.Script)))
            except (NongsoError, msgspec.ValidationError) as fault:
                note("codec.refused", codec=one.name, version=one.version, reason=fault)


def patient(
    codec: Codec, clock: Callable[[], float] = time.monotonic, used: Callable[[], float] = time.thread_time
) -> Codec:
    """The codec, which rests for REST_S after a frame that cost it SLOW_S of the processor."""
    awake_at = -REST_S

    def read(frame: bytes, fport: int) -> Decoded:
        nonlocal awake_at
        if clock() < awake_at:
            raise Resting(codec=codec.name)
        begun_s = used()
        try:
            return codec.read(frame, fport)
        finally:
            if used() - begun_s >= SLOW_S:
                awake_at = clock() + REST_S
                note("codec.slow", codec=codec.name, rests_s=REST_S)

    return replace(codec, read=read)
