"""Vendor JavaScript: read through its map, refused without vectors, stopped at its limits."""

import resource
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from ingest.codecs import javascript
from ingest.codecs.frame import Event, EventKind, Measurement, decode
from ingest.codecs.script import (
    BadScript,
    Expected,
    History,
    Mapped,
    NoVectors,
    Script,
    Vector,
    VectorFailed,
    activate,
    load,
    read,
)
from nongso.catalogue import UnknownProperty
from nongso.readings import Flag
from nongso.units import UnknownUnit

SOURCE = """
function decodeUplink(input) {
  var b = input.bytes;
  return { data: { soil: { temp: ((b[0] << 8 | b[1]) / 100).toFixed(2), ec: (b[2] << 8 | b[3]) / 1000 } } };
}"""
TEMPERATURE = Mapped("soil.temp", "soil.temperature", "°C", 20, (327.67,))
EC = Mapped("soil.ec", "soil.ec", "dS/m", 20)
VECTOR = Vector(2, "0a41 00c8", (Expected("soil.temperature", 26.25, 20), Expected("soil.ec", 200, 20)))
SCRIPT = Script("acme", "Acme", ("A1",), "1", SOURCE, (TEMPERATURE, EC), (VECTOR,), (2,))


def test_a_script_that_passes_its_vectors_becomes_a_codec() -> None:
    got = decode(activate(SCRIPT), bytes.fromhex("09c4012c"), 2)
    assert (Measurement("soil.temperature", 20, 25.0), Measurement("soil.ec", 20, 300.0)) == got.measurements


def test_an_error_code_of_the_map_is_flagged() -> None:
    got = decode(activate(SCRIPT), bytes.fromhex("7fff0000"), 2)
    assert [Flag.SENTINEL, Flag.NONE] == [one.flags for one in got.measurements]
    assert (Event(EventKind.SENSOR_ERROR, "soil.temperature", 20),) == got.events


@pytest.mark.parametrize(
    "vectors", [(), (Vector(2, "0a4100c8", (Expected("soil.ec", 200, 20),)),)], ids=["none", "one field unseen"]
)
def test_a_script_without_a_vector_for_every_field_is_refused(vectors: tuple[Vector, ...]) -> None:
    with pytest.raises(NoVectors):
        activate(msgspec.structs.replace(SCRIPT, vector=vectors))


@pytest.mark.parametrize(
    "vector",
    [
        pytest.param(
            Vector(2, "0a4100c8", (Expected("soil.temperature", 26.26, 20), Expected("soil.ec", 200, 20))), id="value"
        ),
        pytest.param(Vector(2, "0a4100c8", (*VECTOR.expect, Expected("air.humidity", 1))), id="one more"),
        pytest.param(Vector(2, "xx", VECTOR.expect), id="no hex"),
        pytest.param(Vector(3, "0a4100c8", VECTOR.expect), id="another port"),
    ],
)
def test_a_script_that_fails_a_vector_is_refused(vector: Vector) -> None:
    with pytest.raises(VectorFailed):
        activate(msgspec.structs.replace(SCRIPT, vector=(VECTOR, vector)))


@pytest.mark.parametrize(
    ("mapped", "fault"),
    [(Mapped("x", "soil.gold"), UnknownProperty), (Mapped("x", "soil.ec", "°C"), UnknownUnit)],
)
def test_a_map_outside_the_catalogue_is_refused(mapped: Mapped, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        activate(msgspec.structs.replace(SCRIPT, field=(mapped,)))


def test_history_records_keep_their_times() -> None:
    source = "function Decoder(b, port) { return {history: [{t: b[0], ts: 1665561758}, {t: 7, ts: 'soon'}]}; }"
    at = datetime(2022, 10, 12, 8, 2, 38, tzinfo=UTC)
    vector = Vector(1, "1b", (Expected("air.temperature", 27, at=at),))
    script = Script(
        "h", "V", ("M",), "1", source, (Mapped("t", "air.temperature"),), (vector,), (), History("history", "ts")
    )
    got = decode(activate(script), b"\x1b", 1)
    assert (Measurement("air.temperature", None, 27.0, at),) == got.measurements
    assert (Event(EventKind.UNREAD, detail="history.ts"),) == got.events


@pytest.mark.parametrize("answer", ["NaN", "null", "'nan'", "'1_0'", "{}", "1/0"])
def test_what_is_no_number_is_an_event(answer: str) -> None:
    source = f"function Decode(p, b) {{ return {{soil: {{temp: {answer}}}}} }}"
    got = read(msgspec.structs.replace(SCRIPT, source=source), b"\x01", 2)
    assert (Event(EventKind.NOT_A_NUMBER, "soil.temperature", 20),) == got.events


BOMBS = {
    "endless loop": "while (true) {}",
    "endless loop that catches": "for (;;) { try { while (true) {} } catch (e) {} }",
    "endless sort": "[1, 2].sort(function () { while (true) {} })",
    "backtracking": "/(a+)+$/.test('a'.repeat(40) + 'b')",
    "arrays": "var a = []; while (true) a.push(new Array(1000).fill(1))",
    "one buffer": "new Uint8Array(1e9)",
    "strings": "var s = 'x'; while (true) s += s + s",
    "recursion": "(function f() { return f() + 1 })()",
    "own error": "throw new Error('no\\nsuch\\nframe')",
    "surrogates": "return '\\ud800'",
    "nested": "var n = []; for (var i = 0; i < 20000; i++) n = [n]; return {n: n}",
    "long answer": "return {a: 'x'.repeat(100000)}",
    "big integer": "return {a: BigInt(1)}",
    "not an object": "return 7",
    "files": "return require('fs')",
    "network": "return fetch('http://localhost')",
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS.keys())
def test_a_script_that_misbehaves_is_stopped(body: str) -> None:
    began = time.process_time()
    with pytest.raises(javascript.ScriptFailed):
        javascript.run(f"function Decode(fPort, bytes) {{ {body} }}", b"\x01", 2)
    assert time.process_time() - began < 4 * javascript.TIME_S


def test_a_memory_bomb_stays_small() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(javascript.ScriptFailed):
        javascript.run(f"function Decode(fPort, bytes) {{ {BOMBS['arrays']} }}", b"\x01", 2)
    grown_bytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown_bytes <= 3 * javascript.MEMORY_BYTES


def test_a_script_that_loops_while_loading_is_stopped() -> None:
    with pytest.raises(javascript.ScriptFailed):
        javascript.run("while (true) {}", b"\x01", 2)


def test_frames_share_no_state() -> None:
    source = "var n = 0; function Decode(p, b) { n += 1; Object.prototype.x = n; return {n: n}; }"
    assert [{"n": 1}, {"n": 1}] == [javascript.run(source, b"\x01", 2) for _ in range(2)]


def test_the_vendors_own_refusal_is_told() -> None:
    with pytest.raises(javascript.ScriptFailed) as refused:
        javascript.run("function decodeUplink(i) { return {errors: ['unknown port']}; }", b"\x01", 9)
    assert "unknown port" in str(refused.value.values["reason"])


DESCRIPTION = """
name = "acme"
vendor = "Acme"
models = ["A1"]
fports = [2]
version = "1"
source = "../acme.js"

[[field]]
path = "soil.temp"
property = "soil.temperature"
unit = "°C"
depth_cm = 20

[[vector]]
fport = 2
hex = "0a41 00c8"
expect = [{property = "soil.temperature", depth_cm = 20, value = 26.25}]
"""


def test_a_description_is_read_with_the_script_beside_it(tmp_path: Path) -> None:
    (tmp_path / "acme.js").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "acme.toml").write_text(DESCRIPTION, encoding="utf-8")
    assert "acme" == activate(load(tmp_path / "acme.toml")).name


@pytest.mark.parametrize(
    "text", ["", "name = 1", "not toml", DESCRIPTION], ids=["empty", "type", "syntax", "no script"]
)
def test_a_description_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "acme.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadScript):
        load(tmp_path / "acme.toml")
