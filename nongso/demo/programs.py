"""Starting, watching and ending the programs of the house as processes of their own."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from nongso.errors import Unavailable

STOP_S = 15
POLL_S = 0.1
PR_SET_PDEATHSIG = 1
RESTARTS = 5


class ProgramEnded(Unavailable):
    """A program ended although it should run; `reason` is its last line, `log` the file to read."""

    code = "demo.program_ended"


class NotReady(Unavailable):
    code = "demo.not_ready"


@dataclass(slots=True)
class Program:
    """One `nongso …` process with its log file. It ends when we do, even when we are killed."""

    name: str
    words: Sequence[str]
    environ: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    restarts: int = field(default=0, init=False)

    def start(self) -> "Program":
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = spawn([sys.executable, "-m", "nongso", *self.words], self.environ, log)
        return self

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def has_failed(self) -> bool:
        return self.has_ended() and self.process is not None and self.process.returncode != 0

    def stop(self) -> None:
        """Ask it to end, then insist."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_line(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


def spawn(command: Sequence[str], environ: Mapping[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """A process in a session of its own (Ctrl-C reaches us first) that the kernel ends when we die."""
    return subprocess.Popen(
        command,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def wait_until(ready: Callable[[], bool], program: Program, limit_s: float) -> None:
    """Wait for `ready()`; raises ProgramEnded when the program fails first, NotReady when the time is over."""
    deadline = time.monotonic() + limit_s
    while True:
        if program.has_failed():
            raise ProgramEnded(program=program.name, reason=program.last_line(), log=program.log)
        if ready():
            return
        if time.monotonic() > deadline:
            raise NotReady(program=program.name, seconds=limit_s, log=program.log)
        time.sleep(POLL_S)


def revive(programs: Sequence[Program]) -> list[str]:
    """Start again what has ended; the names. Raises ProgramEnded for one that will not stay up."""
    revived = []
    for program in programs:
        if not program.has_ended():
            continue
        program.restarts += 1
        if program.restarts > RESTARTS:
            raise ProgramEnded(program=program.name, reason=program.last_line(), log=program.log)
        program.start()
        revived.append(program.name)
    return revived


def environment(**settings: str) -> dict[str, str]:
    """Our own environment with these NONGSO_ settings on top."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", **{f"NONGSO_{name}": value for name, value in settings.items()}}
