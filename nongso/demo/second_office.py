"""The demo's tamper-evident log: its key, drawn once, and a second office that witnesses it on this machine, with a key of its own."""

import json
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

ORIGIN, WITNESS = "demo.nongso.example/log", "demo.lang-ben.example/witness"
VKEY = ".vkey"


@dataclass(frozen=True, slots=True)
class SecondOffice:
    """`words` start the witness; `settings` are what the worker needs to know of the log and of it (NONGSO_ names without the prefix)."""

    words: tuple[str, ...]
    settings: Mapping[str, str]


def found(environ: Mapping[str, str], data_dir: Path) -> SecondOffice:
    """Keys are made once and found again; the witness gets a free port at every start."""
    home, log_key = data_dir / "second-office", data_dir / "log.key"
    home.mkdir(parents=True, exist_ok=True)
    vkey = own_key(environ, log_key, ORIGIN, "log")
    witness = own_key(environ, home / "key", WITNESS, "witness")
    address = f"127.0.0.1:{free_port()}"
    words = (
        "witness",
        "--listen",
        address,
        "--state",
        str(home / "state.json"),
        "--key",
        str(home / "key"),
        "--log",
        vkey,
    )
    settings = {"LOG_KEY_FILE": str(log_key), "LOG_WITNESSES": f"http://{address} {witness}"}
    return SecondOffice(words, settings)


def own_key(environ: Mapping[str, str], file: Path, name: str, kind: str) -> str:
    """The public key of the secret one in `file`, both made where they are not there. A start that was cut off in between makes both anew."""
    public = file.with_name(file.name + VKEY)
    if file.exists() and public.exists():
        return public.read_text(encoding="utf-8").strip()
    file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "nongso", "log", "key", name, "--kind", kind, "--out", str(file), "--json"]
    told = subprocess.run(command, env=dict(environ), capture_output=True, check=True).stdout
    vkey = json.loads(told)["vkey"]
    public.write_text(vkey + "\n", encoding="utf-8")
    return vkey


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
