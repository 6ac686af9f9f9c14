"""The first of the README's two commands: started, stopped, killed, started again, and told no."""

import contextlib
import os
import shutil
import signal
import socket
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures.demo import Demo
from fixtures.waiting import LIMIT_S, wait_until

from nongso import store
from nongso.embedded.postgres import Postgres

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see what is left running")
SHORT = ("--history", "1d")


@pytest.fixture
def demo() -> Iterator[Demo]:
    folder = Path(tempfile.mkdtemp(prefix="nongso-demo-"))
    folder.chmod(0o755)
    demo = Demo(folder)
    yield demo
    if demo.process is not None and demo.process.poll() is None:
        demo.stop()
    with contextlib.suppress(Exception):
        Postgres(folder).stop()
    shutil.rmtree(folder, ignore_errors=True)


def stored(demo: Demo) -> int:
    with store.connect(Postgres(demo.folder).url) as conn:
        row = conn.execute("SELECT count(*) FROM reading").fetchone()
    assert row is not None
    return row[0]


def status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=LIMIT_S) as answer:
        return answer.status


def proofs_hold(demo: Demo, api: str) -> list[int]:
    """The log of the demo's lots once its second office has signed: exit codes of checking the database, the files and a proof."""
    wait_until(lambda: "lang-ben.example/witness" in read(api + "/log/proof/0"))
    vkey, witness = read(api + "/log/vkey").strip(), read(api + "/log/witnesses").strip()
    proof = demo.folder / "0.tlog-proof"
    proof.write_text(read(api + "/log/proof/0"), encoding="utf-8")
    pins = ["--vkey", vkey, "--witness", witness]
    return [
        demo.run("log", "verify", *pins),
        demo.run("log", "verify", str(demo.folder / "tamper-log"), *pins),
        demo.run("proof", "verify", str(proof), *pins),
    ]


def read(url: str) -> str:
    """The text at an address of ours; nothing while it is not there."""
    try:
        with urllib.request.urlopen(url, timeout=LIMIT_S) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as fault:
        fault.close()
        return ""


def test_it_runs_is_killed_runs_again_and_stops_without_a_trace(demo: Demo) -> None:
    """One life of it, because a start takes half a minute: over a folder that a power cut left half made, then after kill -9."""
    leave_half_made(demo.folder)

    ready = demo.start(*SHORT)
    pages = [status(ready["api"] + "/health/ready"), status(ready["ui"]), status(ready["label"])]
    proved = proofs_hold(demo, ready["api"])
    refused, said = second_one(demo)
    kill_the_api(demo)
    wait_until(lambda: _answers(f"http://127.0.0.1:{demo.ports['api']}/health/ready"))
    before = stored(demo)
    demo.kill()
    wait_until(lambda: not [line for line in demo.left_running() if "nongso" in line and "postgres" not in line])
    again = demo.start(*SHORT)
    kept, label = stored(demo), status(again["label"])
    code = demo.stop()
    left = demo.left_running()

    assert [200, 200, 200] == pages
    assert [0, 0, 0] == proved
    assert 2 == refused
    assert str(demo.folder) in said
    assert ready["people"] == again["people"]
    assert (200, True) == (label, kept >= before > 0)
    assert (0, []) == (code, left)
    with Postgres(demo.folder):  # what was stored stays when all of it has stopped
        assert stored(demo) >= kept


def leave_half_made(folder: Path) -> None:
    """What a power cut during the very first start leaves."""
    unfinished = folder / "postgres" / "data.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    (folder / "postgres" / "data").mkdir()


def second_one(demo: Demo) -> tuple[int, str]:
    """What becomes of another demo on the same folder."""
    second = Demo(demo.folder).spawn()
    _, said = second.communicate(timeout=LIMIT_S)
    return second.returncode, said


def kill_the_api(demo: Demo) -> None:
    api = next(line for line in demo.left_running() if line.strip().endswith("nongso api"))
    os.kill(next(int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _command(entry) == api), signal.SIGKILL)


def _command(entry: Path) -> str:
    try:
        return (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _answers(url: str) -> bool:
    try:
        return status(url) == 200
    except OSError:
        return False


@pytest.mark.parametrize(("name", "setting"), [("api", "NONGSO_API_PORT"), ("ui", "NONGSO_UI_PORT")])
def test_a_port_already_taken_is_one_clear_line(demo: Demo, name: str, setting: str) -> None:
    with socket.create_server(("127.0.0.1", demo.ports[name])):
        process = demo.spawn()
        _, said = process.communicate(timeout=LIMIT_S)

    assert 2 == process.returncode
    assert 1 == len(said.strip().splitlines())
    assert str(demo.ports[name]) in said
    assert setting in said
