"""A witness as a process of its own: what it has cosigned it still knows after kill -9."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from traceability.log.cosign import WitnessAddress, WitnessRefused, cosign_newest
from traceability.log.durable import write_secret
from traceability.log.keys import SignatureType, SignerKey, write_skey
from traceability.log.sequencer import append

LOG = SignerKey("example.vn/log", SignatureType.NOTE, bytes(range(32)))
WITNESS = SignerKey("example.vn/witness", SignatureType.COSIGNATURE, bytes([2]) * 32)
COMMAND = "import sys; from traceability.log.command import witness; sys.exit(witness(sys.argv[1:]))"


@contextmanager
def witness_process(folder: Path) -> Iterator[WitnessAddress]:
    words = ["--listen", "127.0.0.1:0", "--state", str(folder / "state.json"), "--key", str(folder / "key")]
    words = [sys.executable, "-c", COMMAND, *words, "--log", str(LOG.verifier)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        try:
            assert said is not None
            yield WitnessAddress(said[0], WITNESS.verifier)
        finally:
            process.kill()


def test_a_fork_is_refused_by_a_witness_that_was_killed_after_it_answered(tmp_path: Path) -> None:
    write_secret(tmp_path / "key", write_skey(WITNESS))
    append(tmp_path / "log", [b"told to the inspector"], LOG)
    append(tmp_path / "fork", [b"told to the buyer"], LOG)

    with witness_process(tmp_path) as address:
        (before,) = cosign_newest(tmp_path / "log", LOG.verifier, [address])
    with witness_process(tmp_path) as address:
        (fork,) = cosign_newest(tmp_path / "fork", LOG.verifier, [address])
        (again,) = cosign_newest(tmp_path / "log", LOG.verifier, [address])

    assert (before.fault, again.fault) == (None, None)
    assert isinstance(fork.fault, WitnessRefused)
    assert fork.fault.values["status"] == 422
