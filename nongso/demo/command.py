"""`nongso demo`: starts every server and program, seeds sample data once, prints addresses and log-ins, ends cleanly on Ctrl-C."""

import argparse
import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from nongso import store
from nongso.demo import papers, second_office, seed
from nongso.demo.people import Person, load_people
from nongso.demo.programs import Program, environment, revive, wait_until
from nongso.embedded.broker import Broker, check_port
from nongso.embedded.postgres import Postgres
from nongso.errors import Conflict
from nongso.settings import Settings
from nongso.store import intake, rollups
from nongso.store.migrate import migrate
from nongso.text import say

READY_S = 60
HISTORY_S = 300
WATCH_S = 1.0
HISTORY = "30d"
MQTT_PORT = 1883


class AlreadyRunning(Conflict):
    """Another demo uses the same data folder."""

    code = "demo.already_running"


class StopAsked(Exception):
    """SIGTERM or SIGINT: end everything in order."""


def demo(argv: list[str]) -> int:
    """Run until Ctrl-C. 0 after a clean stop; exit 2 with one line when it cannot start."""
    parser = argparse.ArgumentParser(prog="nongso demo")
    parser.add_argument("--history", default=HISTORY, help="how much past the simulated farm has, such as 30d")
    parser.add_argument("--tick-s", type=int, default=60, help="seconds between live frames of a device")
    parser.add_argument("--ready-file", type=Path, help="write a JSON file with addresses and log-ins once all is up")
    chosen = parser.parse_args(argv)
    settings = Settings.from_env(os.environ)
    signal.signal(signal.SIGTERM, _ask_to_stop)
    signal.signal(signal.SIGINT, _ask_to_stop)
    with contextlib.suppress(StopAsked), ExitStack() as stack:
        Demo(settings, stack).run(chosen.history, chosen.tick_s, chosen.ready_file)
    tell(settings, "demo.stopped")
    return 0


def _ask_to_stop(number: int, frame: object) -> None:
    # A second Ctrl-C must not cut the clean end short.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise StopAsked


def tell(settings: Settings, key: str, **values: object) -> None:
    sys.stdout.write(say(settings.lang, key, **values) + "\n")
    sys.stdout.flush()


class Demo:
    """Everything that runs; `stack` ends it in the opposite order."""

    def __init__(self, settings: Settings, stack: ExitStack) -> None:
        self.settings = settings
        self.stack = stack
        self.programs: list[Program] = []
        self.environ: dict[str, str] = {}

    def run(self, history: str, tick_s: int, ready_file: Path | None) -> None:
        settings = self.settings
        self.stack.enter_context(only_one(settings.data_dir))
        check_port(settings.api_host, settings.api_port, "NONGSO_API_PORT")
        check_port(settings.ui_host, settings.ui_port, "NONGSO_UI_PORT")
        crew = load_people(settings.data_dir / "demo-people.json")
        self._start_servers()
        with store.connect(self.environ["NONGSO_DATABASE_URL"]) as conn:
            migrate(conn)
            seed.found_office(conn, crew)
        self._start_programs()
        tell(settings, "demo.seeding")
        credentials = seed.register_farm(describe_fleet(self.environ), settings, crew)
        self._start_simulator(credentials, history, tick_s)
        label = papers.fill(settings, crew)
        self._announce(crew, label, ready_file)
        self._watch()

    def _start_servers(self) -> None:
        settings = self.settings
        tell(settings, "demo.database")
        database_url = settings.database_url or self.stack.enter_context(Postgres(settings.data_dir)).url
        tell(settings, "demo.broker")
        mqtt_url = settings.mqtt_url
        if not is_elsewhere(mqtt_url):
            mqtt_url = self.stack.enter_context(Broker(settings.data_dir, urlsplit(mqtt_url).port or MQTT_PORT)).url
        self.environ = environment(DATABASE_URL=database_url, MQTT_URL=mqtt_url, DATA_DIR=str(settings.data_dir))
        if settings.forecast_url is None:
            self.environ["NONGSO_FORECAST_URL"] = self._forecast_file().as_uri()

    def _forecast_file(self) -> Path:
        return self.settings.data_dir / "demo-forecast.json"

    def _start_programs(self) -> None:
        settings = self.settings
        tell(settings, "demo.programs")
        self._start("ingest", "ingest")
        self._start("worker", "worker", **self._found_second_office())
        api = self._start("api", "api")
        ui = self._start("ui", "ui")
        wait_until(lambda: answers(f"{settings.api_url}/health/ready"), api, READY_S)
        wait_until(lambda: answers(f"http://127.0.0.1:{settings.ui_port}/_stcore/health"), ui, READY_S)

    def _found_second_office(self) -> dict[str, str]:
        """A witness for the tamper-evident log, and what the worker needs to keep it; nothing where the settings hold a key of their own."""
        if self.settings.log_key is not None:
            return {}
        office = second_office.found(self.environ, self.settings.data_dir)
        self._start("witness", *office.words)
        return dict(office.settings)

    def _start(self, name: str, *words: str, **settings: str) -> Program:
        environ = {**self.environ, **{f"NONGSO_{setting}": value for setting, value in settings.items()}}
        program = Program(name, words, environ, self.settings.data_dir / "log" / f"{name}.log").start()
        self.stack.callback(program.stop)
        self.programs.append(program)
        return program

    def _program(self, name: str) -> Program:
        return next(program for program in self.programs if program.name == name)

    def _start_simulator(self, credentials: Path, history: str, tick_s: int) -> None:
        """The fleet first tells what it recorded while nobody listened, at its own pace of recording; then it goes on live."""
        broker, state = self.environ["NONGSO_MQTT_URL"], str(self.settings.data_dir / "devices")
        words = ("--broker", broker, "--state", state, "--credentials", str(credentials), "--history", history)
        tell(self.settings, "demo.history", history=history)
        past = self._start("history", "simulate", "--once", *words)
        wait_until(past.has_ended, past, HISTORY_S)
        self.programs.remove(past)
        with store.connect(self.environ["NONGSO_DATABASE_URL"]) as conn:
            wait_until(lambda: is_summed(conn), self._program("worker"), HISTORY_S)
            tell(self.settings, "demo.loaded", count=intake.totals(conn).stored)
        self._start(
            "simulate", "simulate", "--live", "--tick-s", str(tick_s), "--forecast", str(self._forecast_file()), *words
        )

    def _announce(self, crew: list[Person], label: str, ready_file: Path | None) -> None:
        settings = self.settings
        tell(settings, "demo.ready")
        pages = {
            "ui": settings.ui_url,
            "light": f"{settings.public_url}/m",
            "label": label,
            "log": f"{settings.public_url}/log",
        }
        for key, url in pages.items():
            tell(settings, f"demo.{key}", url=url)
        for person in crew:
            role = say(settings.lang, f"role.{person.role}")
            tell(settings, "demo.login", role=role, login=person.login, password=person.password)
        tell(settings, "demo.stop_hint", folder=settings.data_dir)
        if ready_file is not None:
            people = [asdict(person) for person in crew]
            ready = {"ui": settings.ui_url, "api": settings.public_url, "label": label, "people": people}
            ready_file.write_text(json.dumps(ready), encoding="utf-8")

    def _watch(self) -> None:
        """Until somebody asks to stop: a program that ends is started again."""
        while True:
            time.sleep(WATCH_S)
            for name in revive(self.programs):
                tell(self.settings, "demo.revived", program=name)


def is_summed(conn: store.Connection) -> bool:
    """Whether the worker has summed every hour that readings came into."""
    with store.transaction(conn):
        return rollups.dirty(conn) == 0


def describe_fleet(environ: Mapping[str, str]) -> seed.Fleet:
    """What the simulator is made of, in its own words."""
    command = [sys.executable, "-m", "nongso", "simulate", "--describe", "--json"]
    told = subprocess.run(command, env=dict(environ), capture_output=True, check=True).stdout
    plan = json.loads(told)
    return seed.Fleet(plan["fields"], plan["devices"])


@contextlib.contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Holds the lock of a data folder; the kernel lets go of it however we end. Raises AlreadyRunning."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise AlreadyRunning(folder=data_dir) from fault
        yield


def is_elsewhere(mqtt_url: str) -> bool:
    """Whether the settings name a broker that is already there: on another machine, or listening on this one."""
    if "NONGSO_MQTT_URL" not in os.environ:
        return False
    address = urlsplit(mqtt_url)
    if address.hostname not in ("127.0.0.1", "localhost"):
        return True
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", address.port or MQTT_PORT)) == 0


def answers(url: str) -> bool:
    """Whether an address of ours on this machine answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own http address
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False
