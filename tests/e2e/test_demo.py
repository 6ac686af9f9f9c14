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


def test_it_runs_stops_without_a_trace_and_keeps_its_data(demo: Demo) -> None:
    ready = demo.start(*SHORT)
    pages = [status(ready["api"] + "/health/ready"), status(ready["ui"]), status(ready["label"])]
    proved = proofs_hold(demo, ready["api"])
    before = stored(demo)

    code = demo.stop()
    left = demo.left_running()
    again = demo.start(*SHORT)

    assert [200, 200, 200] == pages
    assert [0, 0, 0] == proved
    assert (0, []) == (code, left)
    assert ready["people"] == again["people"]
    assert stored(demo) >= before > 0


def test_a_killed_run_is_mended(demo: Demo) -> None:
    """kill -9 of the demo itself: its programs end by themselves, and the next start finds all it had stored."""
    demo.start(*SHORT)
    before = stored(demo)
    demo.kill()
    wait_until(lambda: not [line for line in demo.left_running() if "nongso" in line and "postgres" not in line])

    ready = demo.start(*SHORT)

    assert stored(demo) >= before
    assert 200 == status(ready["label"])


def test_a_program_that_dies_is_started_again(demo: Demo) -> None:
    demo.start(*SHORT)
    api = next(line for line in demo.left_running() if line.strip().endswith("nongso api"))
    pid = next(int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _command(entry) == api)

    os.kill(pid, signal.SIGKILL)

    wait_until(lambda: _answers(f"http://127.0.0.1:{demo.ports['api']}/health/ready"))


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


def test_two_on_one_folder_are_refused(demo: Demo) -> None:
    demo.start(*SHORT)

    second = Demo(demo.folder).spawn()
    _, said = second.communicate(timeout=LIMIT_S)

    assert 2 == second.returncode
    assert str(demo.folder) in said


def test_a_half_made_data_folder_is_made_anew(demo: Demo) -> None:
    """A power cut during the very first start."""
    unfinished = demo.folder / "postgres" / "data.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    (demo.folder / "postgres" / "data").mkdir()

    ready = demo.start(*SHORT)

    assert 200 == status(ready["api"] + "/health/ready")
