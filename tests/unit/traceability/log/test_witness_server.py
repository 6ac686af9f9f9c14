"""A witness over real HTTP on loopback: statuses, memory, and the log's side of asking."""

import http.client
import socket
import threading
from collections.abc import Iterator
from hashlib import sha256
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from traceability.log.audit import verify_log
from traceability.log.cosign import WitnessAddress, WitnessAhead, WitnessAway, WitnessRefused, cosign_newest
from traceability.log.folder import find_note
from traceability.log.keys import SignatureType, SignerKey
from traceability.log.layout import CHECKPOINT, COSIGNED
from traceability.log.note import Note, verify
from traceability.log.proof import make_proof, verify_proof
from traceability.log.sequencer import append
from traceability.log.witness import Request
from traceability.log.witness_server import StateDamaged, load_witness, serve_witness

LOG = SignerKey("example.vn/log", SignatureType.NOTE, bytes(range(32)))
WITNESS = SignerKey("example.vn/witness", SignatureType.COSIGNATURE, bytes([2]) * 32)
LOGS = {LOG.name: LOG.verifier}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    with serve_witness(load_witness(WITNESS, LOGS, tmp_path / "state.json"), "127.0.0.1", 0) as bound:
        thread = threading.Thread(target=bound.serve_forever, args=(0.01,))
        thread.start()
        yield bound
        bound.shutdown()
        thread.join()


@pytest.fixture
def address(server: ThreadingHTTPServer) -> WitnessAddress:
    return WitnessAddress(f"http://127.0.0.1:{server.server_address[1]}", WITNESS.verifier)


def make_log(folder: Path, *records: bytes) -> Path:
    append(folder, records, LOG)
    return folder


def note_in(folder: Path, path: str = CHECKPOINT) -> Note:
    note = find_note(folder, path)
    assert note is not None
    return note


def exchange(server: ThreadingHTTPServer, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
    """Status, content type and text of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    connection.request(method, path, body.encode() if body is not None else None)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.headers["Content-Type"], text


def test_a_growing_log_is_cosigned_each_time(tmp_path: Path, address: WitnessAddress) -> None:
    for batch in range(3):
        folder = make_log(tmp_path / "log", b"%d" % batch, b"and more")
        (asked,) = cosign_newest(folder, LOG.verifier, [address])
        assert asked.fault is None

    proof = make_proof(folder, LOG.verifier, 5)
    assert len(verify_proof(proof, LOG.verifier, [WITNESS.verifier], 1).witnesses) == 1
    assert verify_log(folder, LOG.verifier, [WITNESS.verifier]).faults == ()


def test_a_fork_is_refused(tmp_path: Path, address: WitnessAddress) -> None:
    cosign_newest(make_log(tmp_path / "log", b"told to the inspector"), LOG.verifier, [address])
    fork = make_log(tmp_path / "fork", b"told to the buyer", b"more")

    (asked,) = cosign_newest(fork, LOG.verifier, [address])

    assert isinstance(asked.fault, WitnessRefused)
    assert asked.fault.values["status"] == 422
    assert find_note(fork, COSIGNED) is None


def test_a_rollback_is_refused(tmp_path: Path, address: WitnessAddress) -> None:
    cosign_newest(make_log(tmp_path / "log", b"one", b"two"), LOG.verifier, [address])

    (asked,) = cosign_newest(make_log(tmp_path / "short", b"one"), LOG.verifier, [address])

    assert isinstance(asked.fault, WitnessAhead)  # the witness remembers a larger tree: no proof can be made


def test_a_wrong_old_size_gets_409_and_the_size_in_its_own_type(tmp_path: Path, server: ThreadingHTTPServer) -> None:
    note = note_in(make_log(tmp_path / "log", b"one", b"two"))
    assert exchange(server, "POST", "/add-checkpoint", str(Request(0, (), note)))[0] == 200

    answer = exchange(server, "POST", "/add-checkpoint", str(Request(1, (), note)))

    assert answer == (409, "text/x.tlog.size", "2\n")


@pytest.mark.parametrize(("body", "status"), [("nonsense", 400), ("x" * 300_000, 413)])
def test_a_bad_body_gets_its_status(server: ThreadingHTTPServer, body: str, status: int) -> None:
    assert exchange(server, "POST", "/add-checkpoint", body)[0] == status


def test_other_pages_are_not_there(server: ThreadingHTTPServer) -> None:
    assert exchange(server, "POST", "/other", "")[0] == 404
    assert exchange(server, "GET", f"/{'0' * 64}/checkpoint")[0] == 404


def test_anybody_can_read_the_newest_cosigned_checkpoint(
    tmp_path: Path, server: ThreadingHTTPServer, address: WitnessAddress
) -> None:
    folder = make_log(tmp_path / "log", b"one")
    cosign_newest(folder, LOG.verifier, [address])

    status, _, text = exchange(server, "GET", f"/{sha256(LOG.name.encode()).hexdigest()}/checkpoint")

    assert (status, text) == (200, str(note_in(folder, COSIGNED)))


def test_a_witness_remembers_after_a_restart(tmp_path: Path) -> None:
    note = note_in(make_log(tmp_path / "log", b"one"))
    load_witness(WITNESS, LOGS, tmp_path / "state.json").submit(str(Request(0, (), note)).encode())

    again = load_witness(WITNESS, LOGS, tmp_path / "state.json")

    assert verify(again.notes[LOG.name], [WITNESS.verifier])


@pytest.mark.parametrize("data", [b"", b"{}x", b"[1]", b'["text\\n\\n"]', b"7"])
def test_a_memory_that_cannot_be_believed_stops_the_witness(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "state.json").write_bytes(data)

    with pytest.raises(StateDamaged):
        load_witness(WITNESS, LOGS, tmp_path / "state.json")


def test_a_witness_that_is_away_stops_no_other(tmp_path: Path, address: WitnessAddress) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers
        away = WitnessAddress(f"http://127.0.0.1:{taken.getsockname()[1]}", WITNESS.verifier)
        first, second = cosign_newest(make_log(tmp_path / "log", b"one"), LOG.verifier, [away, address])

    assert isinstance(first.fault, WitnessAway)
    assert second.fault is None
