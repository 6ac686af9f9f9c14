"""The log's writer is killed at every place and at any moment: nothing acknowledged is lost, and the log stays sound."""

import random
import subprocess
import sys
import time
from pathlib import Path

from fixtures.waiting import LIMIT_S

from traceability.log.audit import verify_log
from traceability.log.folder import read_checkpoint, read_records
from traceability.log.keys import SignatureType, SignerKey, write_skey
from traceability.log.sequencer import append

LOG = SignerKey("example.vn/log", SignatureType.NOTE, bytes(range(32)))
KILL_FOR_S = 8
KILLS = 4  # at least, on however slow a machine
WRITER = """
import sys
from pathlib import Path
from traceability.log.keys import parse_skey
from traceability.log.sequencer import append
folder, signer, width = Path(sys.argv[1]), parse_skey(sys.argv[2]), int(sys.argv[3])
number = int(sys.argv[4])
while True:
    first = append(folder, [b"%d" % n for n in range(number, number + width)], signer).first
    print(first, number, flush=True)
    number += width
"""

# Forks a writer that stops dead before its first, second, third … touch of a file, and goes on with each log that is left behind.
CRASHER = """
import os, sys
from pathlib import Path
from traceability.log.audit import verify_log
from traceability.log.folder import read_checkpoint, read_records
from traceability.log.keys import parse_skey
from traceability.log.sequencer import append
TOUCHES = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"}
base, signer = Path(sys.argv[1]), parse_skey(sys.argv[2])
before, during, after = [b"before"] * 250, [b"during"] * 300, [b"after"] * 3

def crash_at(step):
    touched = []
    def hook(event, arguments):
        if event in TOUCHES:
            touched.append(event)
            if len(touched) == step:
                os._exit(9)
    return hook

step, code = 0, 9
while code == 9:
    step += 1
    folder = base / str(step)
    append(folder, before, signer)
    child = os.fork()
    if child == 0:
        sys.addaudithook(crash_at(step))
        append(folder, during, signer)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    append(folder, after, signer)
    found = verify_log(folder, signer.verifier)
    kept = read_records(folder, signer.verifier, 0, read_checkpoint(folder, signer.verifier).size)
    assert found.faults == () == found.uncovered, (step, found)
    assert kept in (before + during + after, before + after), step
    assert code == 9 or kept == before + during + after
print(step - 1)
"""


def test_a_crash_before_any_touch_of_a_file_is_mended_by_the_next_writer(tmp_path: Path) -> None:
    words = [sys.executable, "-c", CRASHER, str(tmp_path), write_skey(LOG)]
    run = subprocess.run(words, capture_output=True, text=True, check=False, timeout=LIMIT_S)

    assert run.stderr == ""
    assert int(run.stdout) > 20  # so many places to crash were tried


def test_kill_9_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """A writer is killed again and again; each time the log is sound and holds every acknowledged record where it was said to be."""
    chance = random.Random(5)
    acknowledged: dict[int, int] = {}
    until = time.monotonic() + KILL_FOR_S
    kills = 0
    while time.monotonic() < until or kills < KILLS:
        acknowledged |= killed_writer(tmp_path, 1_000_000 * (kills + 1), chance)
        kills += 1
        append(tmp_path, [], LOG)  # what the next writer does first: finish what was cut off
        found = verify_log(tmp_path, LOG.verifier)
        assert (found.faults, found.uncovered) == ((), ())

    kept = read_records(tmp_path, LOG.verifier, 0, read_checkpoint(tmp_path, LOG.verifier).size)
    assert acknowledged
    assert [kept[index] for index in acknowledged] == [b"%d" % number for number in acknowledged.values()]
    assert len(set(kept)) == len(kept)


def killed_writer(folder: Path, number: int, chance: random.Random) -> dict[int, int]:
    """Index and number of the first record of each batch that a writer said was in the log before it was killed."""
    words = [sys.executable, "-c", WRITER, str(folder), write_skey(LOG), str(chance.choice((1, 7, 300))), str(number)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline()]  # it is at work: from here on a random moment
        while chance.random() < 0.8:
            lines.append(writer.stdout.readline())
        spin_until = time.monotonic() + chance.random() * 0.02
        while time.monotonic() < spin_until:
            pass
        writer.kill()
        lines += writer.stdout.readlines()
    return {int(index): int(first) for index, first in (line.split() for line in lines if line.endswith("\n"))}
