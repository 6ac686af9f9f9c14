"""Runs a vendor's JavaScript decoder shut in QuickJS: no files, no network, little memory, little time.

Entry points, tried in this order: `decodeUplink({bytes, fPort})` (The Things Stack v3, ChirpStack v4),
`Decode(fPort, bytes)` (ChirpStack v3) and `Decoder(bytes, port)` (The Things Network v2).
"""

import msgspec
import quickjs

from ingest.codecs.frame import CodecError

MEMORY_BYTES = 8 * 1024 * 1024
STACK_BYTES = 256 * 1024
TIME_S = 0.25  # processor time; a vendor's decoder takes about a thousandth of it
ANSWER_CHARACTERS = 64 * 1024

# the global names are read through typeof, so that a missing one is no error
CALL = """(function (bytes, fPort) {
  var answer;
  if (typeof decodeUplink === "function") {
    answer = decodeUplink({ bytes: bytes, fPort: fPort });
    if (answer && answer.errors && answer.errors.length) throw new Error(String(answer.errors[0]));
    answer = answer && answer.data;
  } else if (typeof Decode === "function") {
    answer = Decode(fPort, bytes);
  } else if (typeof Decoder === "function") {
    answer = Decoder(bytes, fPort);
  } else {
    throw new Error("no decodeUplink, Decode or Decoder");
  }
  return JSON.stringify(answer === undefined ? null : answer);
})(%s, %d)"""


class ScriptFailed(CodecError):
    """The decoder stopped: its own error, too much memory, too much time, or an answer that is no JSON object."""

    code = "codec.script_failed"


def run(source: str, frame: bytes, fport: int) -> dict[str, object]:
    """What the decoder answers for a frame. Every run begins in a new world, so frames cannot depend on each other."""
    world = quickjs.Context()
    world.set_memory_limit(MEMORY_BYTES)
    world.set_max_stack_size(STACK_BYTES)
    world.set_time_limit(TIME_S)
    try:
        world.eval(source)
        answer = world.eval(CALL % (list(frame), fport))
    except (quickjs.JSException, MemoryError, UnicodeError) as fault:
        raise ScriptFailed(reason=first_line(fault)) from fault
    if not isinstance(answer, str) or len(answer) > ANSWER_CHARACTERS:
        raise ScriptFailed(reason="answer")
    return parsed(answer)


def parsed(answer: str) -> dict[str, object]:
    try:
        return msgspec.json.decode(answer, type=dict[str, object])
    except (msgspec.DecodeError, RecursionError, UnicodeError) as fault:
        raise ScriptFailed(reason=first_line(fault)) from fault


def first_line(fault: Exception) -> str:
    return (str(fault).splitlines() or [type(fault).__name__])[0][:200]
