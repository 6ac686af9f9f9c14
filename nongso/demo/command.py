"""`nongso demo`: starts every server and program, seeds sample data once, prints addresses and log-ins, ends cleanly on Ctrl-C."""

import argparse
import contextlib
import fcntl
import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from nongso import store
from nongso.demo import seed
from nongso.demo.people import Person, load_people
from nongso.demo.programs import Program, environment, revive, wait_until
from nongso.embedded.broker import Broker, check_port
from nongso.embedded.postgres import Postgres
from nongso.errors import Conflict
from nongso.settings import Settings
from nongso.store.migrate import migrate
from nongso.text import say

API_READY_S = 60
UI_READY_S = 60
WATCH_S = 1.0
HISTORY = "30d"


class AlreadyRunning(Conflict):
    """Another demo uses the same data folder."""

    code = "demo.already_running"


class StopAsked(Exception):
    """SIGTERM or SIGINT: end everything in order."""


def demo(argv: list[str]) -> int:
    """Run until Ctrl-C. 0 after a clean stop; exit 2 with one line when it cannot start."""
    parser = argparse.ArgumentParser(prog="nongso demo")
    parser.add_argument("--history", default=HISTORY, help="how much past the simulated farm has, such as 30d")
    parser.add_argument("--tick-s", type=float, default=60, help="seconds between live frames of a device")
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

    def run(self, history: str, tick_s: float, ready_file: Path | None) -> None:
        settings = self.settings
        self.stack.enter_context(only_one(settings.data_dir))
        check_port(settings.api_host, settings.api_port, "NONGSO_API_PORT")
        check_port(settings.ui_host, settings.ui_port, "NONGSO_UI_PORT")
        people = load_people(settings.data_dir / "demo-people.json")
        self._start_servers()
        with store.connect(self.environ["NONGSO_DATABASE_URL"]) as conn:
            migrate(conn)
            seed.found_office(conn, people)
        self._start_programs()
        tell(settings, "demo.seeding")
        credentials = seed.register_farm(self._fleet(), settings, people)
        self._start_simulator(credentials, history, tick_s)
        seed.fill_office(settings, people)
        self._announce(people, ready_file)
        self._watch()

    def _start_servers(self) -> None:
        settings = self.settings
        tell(settings, "demo.database")
        database_url = settings.database_url or self.stack.enter_context(Postgres(settings.data_dir)).url
        tell(settings, "demo.broker")
        mqtt_url = settings.mqtt_url
        if "NONGSO_MQTT_URL" not in os.environ:
            mqtt_url = self.stack.enter_context(Broker(settings.data_dir, int(mqtt_url.rsplit(":", 1)[1]))).url
        self.environ = environment(DATABASE_URL=database_url, MQTT_URL=mqtt_url, DATA_DIR=str(settings.data_dir))

    def _start_programs(self) -> None:
        settings = self.settings
        tell(settings, "demo.programs")
        self._start("ingest", "ingest")
        self._start("worker", "worker")
        api = self._start("api", "api")
        ui = self._start("ui", "ui")
        wait_until(lambda: answers(f"{settings.api_url}/health/ready"), api, API_READY_S)
        wait_until(lambda: answers(f"http://127.0.0.1:{settings.ui_port}/_stcore/health"), ui, UI_READY_S)

    def _start(self, name: str, *words: str) -> Program:
        program = Program(name, words, self.environ, self.settings.data_dir / "log" / f"{name}.log").start()
        self.stack.callback(program.stop)
        self.programs.append(program)
        return program

    def _fleet(self) -> Program:
        """The simulator describes its own fleet, so that what is registered and what speaks cannot differ."""
        log = self.settings.data_dir / "fleet.json"
        log.unlink(missing_ok=True)
        return Program("simulate", ("simulate", "--describe", "--json"), self.environ, log)

    def _start_simulator(self, credentials: Path, history: str, tick_s: float) -> None:
        tell(self.settings, "demo.history", history=history)
        words = ("--history", history, "--live", "--tick-s", str(tick_s), "--credentials", str(credentials))
        state = self.settings.data_dir / "devices"
        self._start("simulate", "simulate", "--broker", self.environ["NONGSO_MQTT_URL"], "--state", str(state), *words)

    def _announce(self, people: list[Person], ready_file: Path | None) -> None:
        settings = self.settings
        lot_url = seed.newest_label(settings, people)
        tell(settings, "demo.ready", ui=settings.ui_url, light=f"{settings.public_url}/m", label=lot_url)
        for person in people:
            tell(settings, "demo.login", role=say(settings.lang, f"role.{person.role}"), login=person.login, password=person.password)
        tell(settings, "demo.stop_hint")
        if ready_file is not None:
            rows = [{"login": person.login, "password": person.password, "role": person.role} for person in people]
            ready = {"ui": settings.ui_url, "api": settings.public_url, "label": lot_url, "people": rows}
            ready_file.write_text(json.dumps(ready), encoding="utf-8")

    def _watch(self) -> None:
        """Until somebody asks to stop: a program that ends is started again."""
        while True:
            time.sleep(WATCH_S)
            for name in revive(self.programs):
                tell(self.settings, "demo.revived", program=name)


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


def answers(url: str) -> bool:
    """Whether an address of ours on this machine answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own http address
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False
