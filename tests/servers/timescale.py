"""Real TimescaleDB for the store tests: Debian's Apache edition in a folder of its own, the Community edition as WebAssembly.

Each is a context manager that yields a database address and leaves nothing running. Where a part is missing (root, apt, Node) the
reason is raised as Missing and the tests are left out with it.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from nongso.embedded.postgres import SETTINGS

COMMUNITY = Path(__file__).parent / "community"
CACHE = Path("/var/cache/nongso")
SUITE = "trixie"
BIN = "/usr/lib/postgresql/17/bin"
POSTGRES_UID, POSTGRES_GID = 101, 104
# As our own server beside which it is measured, and nothing here outlives the run.
APACHE = (
    "shared_preload_libraries=timescaledb",
    "timescaledb.telemetry_level=off",
    "jit=off",
    "fsync=off",
    "unix_socket_permissions=0777",
)
PACKAGES = "libc6,postgresql-17,postgresql-17-timescaledb,dash,coreutils"


class Missing(Exception):
    """A part that this machine does not have; the text says which."""


@contextmanager
def apache() -> Iterator[str]:
    """PostgreSQL 17 with TimescaleDB (Apache edition) of Debian trixie, unpacked below /var/cache and started in a chroot."""
    root = _debian_root()
    run = f"/srv/pg/{uuid4().hex[:12]}"
    folder = root / run.lstrip("/")
    folder.mkdir(parents=True)
    os.chown(folder, POSTGRES_UID, POSTGRES_GID)
    folder.chmod(0o755)
    try:
        _chroot(root, f"{BIN}/initdb", "-D", f"{run}/data", "-U", "nongso", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        words = (f"-k {run}", *(f"-c {setting}" for setting in (*SETTINGS, *APACHE)))
        _chroot(root, f"{BIN}/pg_ctl", "-D", f"{run}/data", "-w", "-l", f"{run}/log", "-o", " ".join(words), "start")
        try:
            yield f"postgresql://nongso@/postgres?host={folder}"
        finally:
            _chroot(root, f"{BIN}/pg_ctl", "-D", f"{run}/data", "-w", "-m", "fast", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _debian_root() -> Path:
    root = CACHE / f"timescale-{SUITE}"
    if (root / "complete").exists():
        return root
    if os.geteuid() != 0:
        raise Missing("the Apache edition of TimescaleDB is unpacked by root only")
    if shutil.which("mmdebstrap") is None:
        raise Missing("mmdebstrap is not installed (apt-get install mmdebstrap)")
    unfinished = CACHE / f"timescale-{SUITE}.{os.getpid()}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    paths = ["--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/man/*"]
    made = subprocess.run(["mmdebstrap", "--variant=extract", f"--include={PACKAGES}", *paths, SUITE, str(unfinished)], capture_output=True, text=True, check=False)  # fmt: skip
    if made.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise Missing(f"mmdebstrap could not unpack {SUITE}: {made.stderr.strip().splitlines()[-1:]}")
    _complete(unfinished)
    if root.exists():
        shutil.rmtree(unfinished)
    else:
        unfinished.rename(root)
    return root


def _complete(root: Path) -> None:
    """What an installed system would have and an unpacked one has not: top-level links and the server's user."""
    for name in ("bin", "lib", "lib64", "sbin"):
        if not (root / name).exists():
            (root / name).symlink_to(f"usr/{name}")
    with (root / "etc/passwd").open("a") as passwd:
        passwd.write(f"postgres:x:{POSTGRES_UID}:{POSTGRES_GID}::/srv/pg:/bin/sh\n")
    with (root / "etc/group").open("a") as group:
        group.write(f"postgres:x:{POSTGRES_GID}:\n")
    (root / "complete").touch()


def _chroot(root: Path, *command: str) -> None:
    subprocess.run(
        ["chroot", f"--userspec={POSTGRES_UID}:{POSTGRES_GID}", str(root), *command],
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def community(port: int) -> Iterator[str]:
    """PostgreSQL 17 with TimescaleDB Community as WebAssembly under Node: one connection at a time, nothing kept."""
    install_node_modules()
    server = subprocess.Popen(
        ["node", "server.mjs", str(port)], cwd=COMMUNITY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        if server.stdout is None or server.stdout.readline().strip() != "ready":
            raise Missing("the WebAssembly server did not start")
        yield f"host=127.0.0.1 port={port} user=postgres password=x dbname=postgres sslmode=disable"
    finally:
        server.kill()
        server.wait()
        for pipe in (server.stdin, server.stdout):
            if pipe is not None:
                pipe.close()


def install_node_modules() -> None:
    """`npm ci` from the lock file, once."""
    if (COMMUNITY / "node_modules" / ".package-lock.json").exists():
        return
    if shutil.which("npm") is None:
        raise Missing("Node and npm are not installed")
    made = subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund"], cwd=COMMUNITY, capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise Missing(f"npm ci failed: {made.stderr.strip().splitlines()[-1:]}")
